"""The dashboards: each query answers as Grafana's role, by an index; the JSON is sound; each metric exists."""

import json
import re
import subprocess
import sys

import psycopg2
import pytest

import grafana
import grafana_rows
from fleet import http
from queue_company import Company
from servers import TOP
from waiting import wait_until

SQL, PROMETHEUS = grafana.targets("sql"), grafana.targets("prometheus")
MACROS = {"__rate_interval", "__range", "__interval"}
# kinds and units that Grafana knows, those that are used
KINDS = {"row", "stat", "timeseries", "table", "bargauge", "barchart", "piechart", "heatmap"}
UNITS = {"short", "none", "s", "cps", "bytes", "percentunit"}
# what is of now by its nature says so in its title; these say it by what they are
OF_NOW = {"Agora, por estado", "Agora, por número: espera mais longa", "Campanhas ativas", "Em pausa", "Agendas", "Tamanho do banco", "Conexões",
          "Esperas de trava", "Retrato mais antigo", "Lido da memória", "Idade das transações"}
# of these no query may read all
BIG = re.compile(r"^(fila_(ativa|\d{4}_\d\d)|resumo_(horas|erros)|agendamentos|mensagens_proativas|campanha_destinatarios"
                 r"|(webhook_eventos|tentativas).*)$")


@pytest.fixture(scope="module")
def filled(database):
    grafana_rows.fill(database, grafana_rows.SMALL)
    values = {"empresa": [r["empresa"] for r in database.query("select empresa from painel_empresas", role="grafana")],
              "numero": [str(r["n"]) for r in database.query("select numero_id as n from painel_numeros", role="grafana")]}
    return database, values


def test_the_files_are_what_the_boards_say():
    done = subprocess.run([sys.executable, "-B", str(TOP / "deploy/grafana/boards/make.py"), "--check"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def overlap(a, b):
    return (a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"] and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"])


@pytest.mark.parametrize("name", grafana.boards())
def test_the_json_is_what_grafana_takes(name):
    board = grafana.boards()[name]
    assert name == board["uid"] + ".json" and len(json.dumps(board)) < 900000 and board["id"] is None
    assert board["title"].startswith("Carteiro · ") and board["schemaVersion"] >= 39
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)
    sources = {(s["type"], s["uid"]) for s in _sources()} | {("datasource", "-- Mixed --")}
    variables = {v["name"] for v in board["templating"]["list"]}
    for v in board["templating"]["list"]:
        assert (v["datasource"]["type"], v["datasource"]["uid"]) in sources and v["refresh"] == 2
    for n, panel in enumerate(board["panels"]):
        place = panel["gridPos"]
        assert panel["type"] in KINDS and panel["title"], panel
        assert 0 <= place["x"] and place["x"] + place["w"] <= 24 and place["h"] > 0 and place["y"] >= 0, panel["title"]
        assert not any(overlap(place, other["gridPos"]) for other in board["panels"][:n]), panel["title"]
    for panel in grafana.panels(board):
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS, panel["title"]
        assert (panel["datasource"]["type"], panel["datasource"]["uid"]) in sources
        names = [target["refId"] for target in panel["targets"]]
        assert names and len(set(names)) == len(names)
        for target in panel["targets"]:
            assert (target["datasource"]["type"], target["datasource"]["uid"]) in sources
            said = target.get("rawSql") or target["expr"]
            used = set(re.findall(r"\$\{?(\w+)", said))
            assert {v for v in used if not v.startswith("__")} <= variables, f"{panel['title']}: {used}"
            assert "rawSql" in target or {v for v in used if v.startswith("__")} <= MACROS, panel["title"]


def _sources():
    """type and uid of each provisioned source; two lines each, read without a YAML library."""
    text = (grafana.FOLDER / "provisioning/datasources/carteiro.yaml").read_text()
    return [{"uid": uid, "type": kind} for uid, kind in re.findall(r"uid: (\S+)\n\s+type: (\S+)", text)]


def test_uids_are_one_each():
    uids = [board["uid"] for board in grafana.boards().values()]
    assert len(uids) == 7 and len(set(uids)) == 7


@pytest.mark.parametrize("target", SQL, ids=lambda t: f"{t.board}:{t.panel}")
def test_what_is_not_of_now_keeps_to_the_time_range(target):
    if target.panel.startswith("variável") or target.panel.endswith("(agora)") or target.panel in OF_NOW:
        return
    assert re.search(r"\$__time(Filter|From)\(", target.query), target.query


def test_a_login_of_grafana_reads_views_and_nothing_else(database):
    assert database.value("show default_transaction_read_only", role="grafana") == "on"
    assert database.value("show statement_timeout", role="grafana") == "10s"
    for refused in ("select 1 from fila_mensagens", "select 1 from clientes", "select 1 from resumo_horas",
                    "set transaction read write; insert into relogio (deslocamento) values ('0')"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            database.query(refused, role="grafana")


@pytest.mark.parametrize("target", SQL, ids=lambda t: f"{t.board}:{t.panel}")
def test_every_query_answers(filled, target):
    database, values = filled
    for campanha in "%", str(database.value("select id from campanhas where status = 'ativa' limit 1")):
        if campanha != "%" and "campanha:raw" not in target.query:
            continue
        text = grafana.filled(target.query, grafana.since(target.board), {**values, "campanha": campanha})
        rows = database.query(text, role="grafana")
        assert rows and any(value is not None for row in rows for value in row.values()), text
        if '"time"' in text:
            assert set(rows[0]) == {"time", "metric", "value"}, "a series is time, metric, value"


@pytest.mark.parametrize("target", SQL, ids=lambda t: f"{t.board}:{t.panel}")
def test_no_query_walks_a_big_table(filled, target):
    """Without sequential scans where there is another way: those that are left have no index."""
    database, values = filled
    text = grafana.filled(target.query, grafana.since(target.board), {**values, "campanha": "%"})
    connection = database.connect("grafana")
    cursor = connection.cursor()
    cursor.execute("set enable_seqscan = off; explain (format json) " + text)
    walked, todo = [], [cursor.fetchone()[0][0]["Plan"]]
    connection.close()
    while todo:
        plan = todo.pop()
        todo += plan.get("Plans", [])
        assert not re.match(r"fila_\d{4}", plan.get("Relation Name", "")), f"reads a month: {text}"
        if plan["Node Type"] == "Seq Scan" and BIG.match(plan["Relation Name"]):
            walked.append(plan["Relation Name"])
    assert not walked, f"{walked}: {text}"


def documented():
    """Metrics of METRICS.md: name -> (type, labels)."""
    found = {}
    for line in (TOP / "deploy/prometheus/METRICS.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) >= 4:
            for name in re.findall(r"`([a-z_]+)`", cells[0]):
                found[name] = (cells[1], {label.strip() for label in cells[2].split(",") if label.strip()})
    return found


def families(expr):
    """(metric, its suffix, labels asked for) of each selector in an expression."""
    for name, labels in re.findall(r"\b((?:carteiro|process|secretaria)_[a-z_]+)(\{[^}]*\})?", expr):
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        yield base, name[len(base):], set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", re.sub(r'"[^"]*"', '""', labels or "")))


@pytest.mark.parametrize("target", PROMETHEUS, ids=lambda t: f"{t.board}:{t.panel}")
def test_every_metric_is_documented_with_its_labels(target):
    known = documented()
    asked = list(families(target.query))
    assert asked, target.query
    for base, suffix, labels in asked:
        assert base in known or base + suffix in known, f"{base}{suffix} is not in METRICS.md"
        kind, has = known.get(base) or known[base + suffix]
        assert (kind == "histogram") == bool(suffix), f"{base}{suffix} is a {kind}"
        assert labels - {"le", "job", "instance"} <= has, f"{base} has no {labels - has}"
    for by in re.findall(r"by \(([^)]*)\)", target.query):
        everywhere = set.union(*(known.get(b, known.get(b + s))[1] for b, s, _ in asked)) | {"le", "job", "instance"}
        assert {label.strip() for label in by.split(",")} <= everywhere, f"by ({by})"


def test_the_two_queries_that_people_have_are_there_letter_for_letter():
    said = {target.query for target in PROMETHEUS if target.board == "carteiro-atendimento.json"}
    assert said == {
        "sum(rate(secretaria_appointment_followups_sent_total[1d]))",
        "sum by (company) (rate(secretaria_appointment_followups_positive_total[7d])"
        " / clamp_min(rate(secretaria_appointment_followups_sent_total[7d]), 1))"}


def test_every_metric_is_in_a_scrape_of_the_fleet(fleet):
    # told only once a number was throttled, Meta spoke of its quality, a statement failed
    seldom = {"carteiro_numero_fator", "carteiro_numero_qualidade", "carteiro_pg_erros_total"}
    fleet.simulator()
    processes = [fleet.gateway(), fleet.planner(), fleet.sender()]
    company = Company(fleet)
    people = company.people(3)
    company.insert(people, modelo=company.template())
    status, _ = http("POST", fleet.gateway_url + "/webhook", {"object": "nobody's"})
    assert status in (401, 403)
    asked = {base for target in PROMETHEUS for base, _, _ in families(target.query)} - seldom

    def missing():
        told = {re.sub(r"_(bucket|sum|count)$", "", re.match(r"\w+", name)[0]) for process in processes for name in process.metrics()}
        assert asked <= told | {name[:-6] for name in told if name.endswith("_total")}, sorted(asked - told)
        return True

    wait_until(missing, 20)


TRUTH = """
    with linha as (
        select date_trunc('hour', f.encerrada_em, 'UTC') as hora, f.empresa_id, f.numero_id, f.origem, f.tipo,
            count(*) filter (where f.status = 'enviada') as enviadas, count(*) filter (where f.entrega in ('entregue', 'lida')) as entregues,
            count(*) filter (where f.entrega = 'lida') as lidas, count(*) filter (where f.entrega = 'falhou') as falhas,
            count(*) filter (where f.status = 'erro') as erros, count(*) filter (where f.status = 'cancelada') as canceladas,
            count(*) filter (where f.status = 'expirada') as expiradas
        from fila_mensagens f where f.encerrada_em < 'infinity' and f.empresa_id = %s group by 1, 2, 3, 4, 5
    ), resumo as (
        select hora, empresa_id, numero_id, origem, tipo, enviadas, entregues, lidas, falhas, erros, canceladas, expiradas
        from resumo_horas where empresa_id = %s
    )
    select 'rows' as what, l::text from (select * from linha except all select * from resumo) l
    union all select 'summary', l::text from (select * from resumo except all select * from linha) l"""


def test_the_summary_is_the_rows_after_a_real_run_with_faults_and_two_planners(fleet):
    """Webhooks twice, late and never, answers cut and refused, cancels and second tries, while two planners apply."""
    quick = {"rescue_s": 1, "quarentena_s": 1, "poll_ms": 50}
    fleet.simulator()
    fleet.gateway(), fleet.planner(planner=quick), fleet.planner(planner=quick), fleet.sender(), fleet.sender()
    company = Company(fleet, per_s=1000, taxa=1000)
    people = company.people(600)
    template = company.template()
    for fault, share in (("webhook_twice", 0.2), ("reset_after_accept", 0.05), ("code_131026", 0.05), ("code_130429", 0.02)):
        fleet.control("POST", "/faults", {"fault": fault, "share": share, "times": 200})
    ids = company.insert(people, modelo=template)
    later = company.insert(people[:60], modelo=template, tipo="lembrete")
    fleet.database.query("update fila_mensagens set status = 'cancelada' where id = any (%s::uuid[]) and status = 'pendente' returning id",
                         [str(id) for id in later[:30]], role="ops")
    again = 0
    for row in wait_until(lambda: fleet.database.query(
            "select id from fila_mensagens where id = any (%s::uuid[]) and status in ('erro', 'cancelada')",
            [str(id) for id in ids + later])):
        fleet.database.query("select fila_reprocessar(%s)", row["id"], role="ops")
        again += 1
    assert again

    def equal():
        assert fleet.database.value("select count(*) from fila_ativa where empresa_id = %s", company.id) == 0
        assert fleet.database.value("select (select count(*) from efeitos) + (select count(*) from resumo_acertos)"
                                    " + (select count(*) from webhook_pendentes)") == 0
        different = fleet.database.query(TRUTH, company.id, company.id)
        assert not different, different
        assert fleet.database.value("select sum(lidas) from resumo_horas where empresa_id = %s", company.id) > 0
        return True

    wait_until(equal, 45)
