"""Metrics: a real Prometheus over the running fleet, rules and their documents.

Cardinality is held over RECIPIENTS distinct people, fewer than a campaign has: what would grow with
people grows with these too.
"""

import re

import pytest
import yaml

from fleet import http
from queue_company import Company, accepted
from scraper import RULES, Prometheus, promtool
from waiting import wait_until

FOLDER = RULES.parent
RECIPIENTS, LAST = 8000, 3000
ONE_HISTOGRAM = 20  # lines
CANARY = "canario-7f3a91"
LIVE = ("pendente", "processando", "incerta")
QUICK = {"sender": {"reserva_s": 6, "start_s": 2, "post_s": 2}}


def alerts():
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def metrics_named(text):
    """Names of metrics in PromQL or prose, without a histogram's suffix."""
    names = re.findall(r"\b((?:carteiro|secretaria|process)_[a-z_]+[a-z])\b", text)
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in names}


def at_rest(company):
    states = company.states()
    return not any(states.get(status) for status in LIVE)


@pytest.fixture
def watched(fleet, tmp_path):
    """The fleet with Prometheus; senders are started by the test."""
    fleet.prometheus = Prometheus(tmp_path)
    fleet.simulator()
    fleet.gateway()
    fleet.planner(planner={"rescue_s": 1, "quarentena_s": 1})
    fleet.planner(planner={"rescue_s": 1, "quarentena_s": 1})
    yield fleet
    fleet.prometheus.stop()


def watch(fleet):
    fleet.prometheus.watch([p for p in fleet.processes if p.kind != "simulator" and p.is_running()])


def leader(fleet):
    for process in fleet.processes:
        if process.kind == "planner" and process.is_running() and not is_stopped(process):
            if process.metric("carteiro_lider") == 1:
                return process
    return None


def is_stopped(process):
    return open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()[0] == "T"


def series(fleet):
    """Of all processes; of a histogram all lines."""
    return sum(len(p.metrics()) for p in fleet.processes if p.kind != "simulator" and p.is_running())


def rows_sent(company):
    return company.database.value(
        "select count(*) from fila_mensagens where empresa_id = %s and status = 'enviada'", company.id)


def test_rules_are_good_fire_in_their_unit_tests_and_each_has_its_section():
    for command in (["check", "rules", "rules.yaml"], ["test", "rules", "rules_test.yaml"],
                    ["check", "config", "prometheus.yml"]):
        code, said = promtool(*command, cwd=FOLDER)
        assert code == 0, said
    anchors = {line[3:].strip().lower() for line in (FOLDER / "README.md").read_text().splitlines() if line.startswith("## ")}
    tested = {case["alertname"] for test in yaml.safe_load((FOLDER / "rules_test.yaml").read_text())["tests"]
              for case in test["alert_rule_test"] if case["exp_alerts"]}
    for alert in alerts():
        page, anchor = alert["annotations"]["runbook_url"].split("#")
        assert (page, anchor) == ("deploy/prometheus/README.md", alert["alert"].lower())
        assert anchor in anchors, "a section"
        assert alert["alert"] in tested, "fires in rules_test.yaml"
        assert alert["labels"]["severity"] in ("page", "ticket") and alert["annotations"]["summary"]
    assert len(anchors) == len(alerts()), "no section without its alert"


def test_every_metric_of_rules_and_table_is_scraped_and_the_other_way_round(watched):
    """And promtool finds nothing to say of any process. A number is throttled and shown typing, Meta says
    its quality, so that also what is rare is there."""
    fleet = watched
    company = Company(fleet, per_s=200, taxa=150)
    ana, bia = company.people(2)
    company.open_window([ana, bia])
    fleet.sender(**QUICK)
    fleet.control("POST", "/faults", {"fault": "code_130429", "to": company.phone(bia).lstrip("+"), "times": 1})
    company.database.execute("update numeros set qualidade = 'FLAGGED' where id = %s", company.numero)
    company.insert([ana, bia])
    wait_until(lambda: at_rest(company), 30, "sent")
    company.database.query("select fila_pausar('teste', numero => %s, empresa => %s)",
                           company.phone_number_id, company.name, role="ops")
    wait_until(lambda: leader(fleet) and leader(fleet).metric("carteiro_pausas") == 1, 20, "told")
    scraped, lines = set(), []
    for process in fleet.processes:
        _, text = http("GET", f"http://127.0.0.1:{process.metrics_port}/metrics")
        assert promtool("check", "metrics", stdin=text) == (0, ""), process.name
        lines += text.splitlines()
        scraped |= {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    shown = {re.sub(r"_(bucket|count|sum)$", "", re.split(r"[ {]", line)[0]) for line in lines if line and line[0] != "#"}
    documented = metrics_named("\n".join(
        line.split("|")[1] for line in (FOLDER / "METRICS.md").read_text().splitlines() if line.startswith("| `")))
    assert documented == scraped
    assert metrics_named(" ".join(alert["expr"] for alert in alerts())) <= scraped
    silent = {"carteiro_pg_erros_total", "carteiro_webhook_recusados_total", "carteiro_pausas_total", "carteiro_digitando_total",
              "carteiro_planejador_erros_total", "carteiro_planejador_retidos_total", "carteiro_modelos",
              "carteiro_webhook_ultimo_timestamp_seconds", "carteiro_http_cortadas_total"}
    assert not scraped - shown - silent, "nothing else is without a series"


def test_truths_equal_the_ledger_after_kills_and_no_series_grows_with_people(watched):
    """One sender is killed under load, and the planner that publishes is stopped for longer than its turn."""
    fleet, database, prometheus = watched, watched.database, watched.prometheus
    company = Company(fleet, per_s=1000, taxa=900)
    people = company.people(RECIPIENTS)
    company.open_window(people)
    doomed = fleet.sender(**QUICK)
    fleet.sender(**QUICK)
    watch(fleet)
    text = "Oi {nome}, " + CANARY
    company.insert(people[:300], text)
    wait_until(lambda: at_rest(company), 30, "the first 300")
    wait_until(lambda: prometheus.value("sum(carteiro_lider)") == 1, 20, "one planner publishes")

    company.insert(people[300:LAST], text)
    wait_until(lambda: (prometheus.value('sum(carteiro_envios_total{instance="sender-1"})') or 0) > 300, 30, "under load")
    first = leader(fleet)
    doomed.kill()
    first.pause()
    wait_until(lambda: at_rest(company), 60, "all ended")
    second = wait_until(lambda: leader(fleet), 30, "another planner publishes")
    assert second is not first
    first.resume()
    told = first.metrics()
    assert told.get("carteiro_lider", 0) == 0, "its turn is over by its own clock"
    assert not [key for key in told if key.startswith("carteiro_fila_")]
    taken = accepted(company.ledger())
    assert len(taken) == LAST == rows_sent(company)
    ended = f'sum(carteiro_fila_encerradas_total{{empresa="{company.name}",status="enviada"}})'
    wait_until(lambda: prometheus.value(ended) == LAST, 30, "the truth is the ledger's")
    assert prometheus.value(f'sum(carteiro_fila_mensagens{{empresa="{company.name}"}})') == 0
    posts = len(company.ledger())
    last = prometheus.value('sum(last_over_time(carteiro_envios_total{instance="sender-1"}[5m]))')
    alive = prometheus.value('sum(carteiro_envios_total{instance="sender-2"})')
    assert 0 < last <= posts - alive, "what the killed one did up to its last scrape"

    before = series(fleet)
    company.insert(people[LAST:], text)
    wait_until(lambda: prometheus.value(ended) == RECIPIENTS, 60, "the others too")
    assert series(fleet) - before <= ONE_HISTOGRAM, "of a statement that was not met before, perhaps"
    check_silence(fleet, company)


def check_silence(fleet, company):
    """No token, phone or text in any metric or log line."""
    told = fleet.prometheus.home.joinpath("log").read_text(errors="replace")
    for process in fleet.processes:
        if process.is_running():
            told += http("GET", f"http://127.0.0.1:{process.metrics_port}/metrics")[1]
        if process.kind != "simulator":
            told += process.log_path.read_text(errors="replace")
    assert len(told) > 10000
    some = fleet.database.query("select telefone from clientes where empresa_id = %s limit 1", company.id)[0]["telefone"]
    for secret in (CANARY, fleet.token, fleet.app_secret, fleet.verify_token):
        assert secret not in told
    stem = some.lstrip("+")[:8]  # of every phone here
    assert not re.search(stem + r"\d{4}", told)


def fires(prometheus, name, timeout=40):
    wait_until(lambda: name in prometheus.firing(), timeout, f"{name} fires", every=0.2)


def clears(prometheus, name, timeout=40):
    wait_until(lambda: name not in prometheus.firing(), timeout, f"{name} is over", every=0.2)


def test_three_alerts_fire_for_real_and_end(watched):
    fleet, prometheus = watched, watched.prometheus
    company = Company(fleet, per_s=1000, taxa=900)
    people = company.people(40)
    company.open_window(people)
    watch(fleet)

    # nobody sends
    company.insert(people[:20])
    fires(prometheus, "CarteiroParada")
    assert "CarteiroSemSender" in prometheus.firing() or not prometheus.query("carteiro_em_voo")
    fleet.sender(**QUICK)
    watch(fleet)
    wait_until(lambda: at_rest(company), 30, "sent")
    clears(prometheus, "CarteiroParada")
    clears(prometheus, "CarteiroSemSender")

    # Meta refuses the token
    fleet.control("POST", "/faults", {"fault": "code_190", "share": 1.0, "times": 1})
    company.insert(people[20:])
    fires(prometheus, "CarteiroTokenRecusado")
    assert company.states().get("erro", 0) == 0, "no message is spent"
    company.database.execute("update pausas set ate = agora() - interval '1 s' where automatica")
    clears(prometheus, "CarteiroTokenRecusado")
    wait_until(lambda: at_rest(company), 30, "the rest is sent")

    # no planner
    for process in fleet.processes:
        if process.kind == "planner":
            process.kill()
    fires(prometheus, "CarteiroSemPublicador")
    company.database.execute("update resumos_turno set ate = agora()")  # the other test waits for its end
    fleet.planner()
    watch(fleet)
    clears(prometheus, "CarteiroSemPublicador")


def test_a_company_scrapes_its_own(fleet):
    fleet.simulator()
    fleet.gateway()
    fleet.planner()
    ours, theirs = Company(fleet), Company(fleet)
    theirs.insert(theirs.people(3))
    ours.insert(ours.people(2))
    key = fleet.database.value("select chave from chave_criar('prometheus', 'leitura', empresa => %s)", ours.name, role="ops")

    def scrape(authorization):
        return http("GET", fleet.gateway_url + "/empresas/metrics", headers=authorization)

    assert scrape({})[0] == 401
    status, text = scrape({"Authorization": f"Bearer {key}"})
    assert status == 200
    assert promtool("check", "metrics", stdin=text) == (0, "")
    wait_until(lambda: '\ncarteiro_fila_mensagens{estado="vencida"} 2\n' in scrape({"Authorization": f"Bearer {key}"})[1], 20)
    assert theirs.name not in text and f'secretaria_appointment_followups_sent_total{{company="{ours.name}"}} 0' in text
