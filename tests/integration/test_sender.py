"""The sender with everything real around it, and the Cloud API simulated."""

import signal
import threading

import psycopg2
import pytest

from queue_company import Company, accepted
from waiting import wait_until

LIVE = ("pendente", "processando", "incerta")


def at_rest(company):
    states = company.states()
    return not any(states.get(status) for status in LIVE)


def check_nothing_doubled_silently(company, declared_by=("sem_noticia", "desconhecida", "reenviada")):
    """Whatever the far end took more than once is declared in tentativas; nothing is unknown to us."""
    taken = accepted(company.ledger())
    declared = {str(row["mensagem_id"]): row["n"] for row in company.database.query(
        "select mensagem_id, count(*) as n from tentativas where desfecho = any (%s) group by 1",
        list(declared_by))}
    doubled = {id: wamids for id, wamids in taken.items() if len(wamids) > 1 + declared.get(id, 0)}
    assert not doubled
    known = {str(row["id"]) for row in company.database.query(
        "select id from fila_mensagens where empresa_id = %s", company.id)}
    assert set(taken) <= known
    return taken


@pytest.fixture
def started(fleet):
    """Simulator, gateway and planner; the test starts its own senders."""
    fleet.simulator()
    fleet.gateway()
    fleet.planner()
    return fleet


def test_text_inside_the_window_template_outside_and_erro_with_neither(started):
    company = Company(started)
    template = company.template()
    ana, bia, caio = company.people(3)
    started.sender()
    started.control("POST", "/inbound", {
        "phone_number_id": company.phone_number_id, "from": company.phone(ana).lstrip("+"),
        "type": "text", "text": "oi"})
    wait_until(lambda: company.database.value(
        "select janela_24h_ate > agora() from conversas where cliente_id = %s", ana), 20, "the window is open")
    text, = company.insert([ana], "Oi {nome}, tudo bem?", template)
    filled, = company.insert([bia], "Oi {nome}, tudo bem?", template)
    neither, = company.insert([caio], "Oi {nome}, tudo bem?")
    wait_until(lambda: at_rest(company), 30, "all three ended")
    assert company.message(text)["status"] == "enviada"
    assert company.message(filled)["status"] == "enviada"
    assert (company.message(neither)["status"], company.message(neither)["erro"]) == (
        "erro", "fora_da_janela_sem_modelo")
    lines = {line["key"].split(":")[0]: line for line in company.ledger()}
    assert set(lines) == {str(text), str(filled)}
    assert (lines[str(text)]["type"], lines[str(text)]["text"]) == ("text", "Oi Pessoa1, tudo bem?")
    assert (lines[str(filled)]["template"], lines[str(filled)]["text"]) == (
        "oi_nome", "Oi Pessoa2, temos novidades!")
    wait_until(lambda: company.message(text)["entrega"] == "lida", 30, "its webhooks came back")
    wait_until(lambda: not company.database.value("select count(*) from efeitos"), 10, "effects are applied")
    row = company.database.query("select * from conversas where cliente_id = %s", bia)
    assert [(r["status"], r["controlada_por"], r["ultima_direcao"]) for r in row] == [("ativa", "ai", "saida")]
    assert company.database.value("select total_interacoes from clientes where id = %s", ana) == 2
    assert company.database.value(
        "select count(*) from interacoes where cliente_id = %s", ana) == 2


def test_a_killed_sender_and_an_ops_person_who_cancels(fleet):
    started = fleet
    fleet.simulator()
    fleet.gateway()
    fleet.planner(planner={"rescue_s": 3, "quarentena_s": 5})
    company = Company(started, per_s=1000, taxa=300)
    people = company.people(900)
    company.open_window(people)
    short = {"slots": 64, "reserva_s": 20, "start_s": 5, "post_s": 10}
    doomed = started.sender(sender=short)
    started.sender(sender=short)
    ids = company.insert(people)
    counted, trouble = [], []

    def cancel():
        ops = company.database.connect("ops")
        for id in reversed(ids):
            try:
                cursor = ops.cursor()
                cursor.execute("update fila_mensagens set status = 'cancelada' where id = %s", (id,))
                if cursor.rowcount:
                    counted.append(str(id))
            except psycopg2.Error as error:
                trouble.append(error)

    wait_until(lambda: len(company.ledger()) > 50, 30, "it is under way")
    person = threading.Thread(target=cancel)
    person.start()
    wait_until(lambda: len(company.ledger()) > 120, 30, "in mid-campaign")
    doomed.kill()
    person.join()
    wait_until(lambda: at_rest(company), 180, "every message ended in one state")
    assert not trouble
    states = company.states()
    assert sum(states.values()) == 900 and set(states) <= {"enviada", "cancelada", "erro"}
    taken = check_nothing_doubled_silently(company)
    told = {str(row["mensagem_id"]) for row in company.database.query("select mensagem_id from tentativas")}
    assert len(counted) > 0
    assert not [id for id in counted if id in taken and id not in told]
    for sender in started.processes:
        assert not sender.events("record.bad_row")
    sent = {str(row["id"]) for row in company.database.query(
        "select id from fila_mensagens where empresa_id = %s and status = 'enviada'", company.id)}
    assert sent == set(taken)


def test_a_lost_answer_is_settled_by_its_webhook_and_sent_once(started):
    company = Company(started)
    ana, = company.people(1)
    company.open_window([ana])
    started.control("POST", "/faults", {
        "fault": "reset_after_accept", "to": company.phone(ana).lstrip("+"), "times": 1})
    started.sender()
    id, = company.insert([ana])
    wait_until(lambda: company.message(id)["status"] == "enviada", 30, "the webhook settled it")
    assert [len(w) for w in accepted(company.ledger()).values()] == [1]
    said = [row["desfecho"] for row in company.database.query(
        "select desfecho from tentativas where mensagem_id = %s order by id", id)]
    assert said in (["desconhecida", "liquidada"], [])  # the webhook may come before our own doubt


def test_an_unknown_outcome_without_webhook_follows_its_guarantee(started):
    company = Company(started)
    ana, bia, caio = company.people(3)
    company.open_window([ana, bia, caio])
    sender = started.sender(planner={"quarentena_s": 1})
    for cliente in (ana, bia):
        for fault in ("reset_after_accept", "webhook_never"):
            started.control("POST", "/faults", {
                "fault": fault, "to": company.phone(cliente).lstrip("+"), "times": 1})
    again, = company.insert([ana])
    once = company.database.value(
        "select enfileirar(%s, 'Oi', garantia => 'no_maximo_uma')", bia, role="ops")
    wait_until(lambda: company.states().get("incerta") == 2, 30, "both outcomes are unknown")
    company.insert([caio])  # the number's webhooks are not silent: those of the two will not come
    wait_until(lambda: company.message(again)["status"] == "enviada", 60, "it was sent again")
    assert [len(w) for w in accepted(company.ledger()).values() if len(w) > 1] == [2]
    wait_until(lambda: "pessoa" in (company.message(once)["espera_motivo"] or ""), 30, "it waits for a person")
    assert company.message(once)["status"] == "incerta"
    check_nothing_doubled_silently(company)
    assert not sender.events("record.bad_row")


def test_a_sender_that_slept_past_its_reserva_posts_nothing_and_changes_nothing(fleet):
    fleet.simulator(simulator={"slow_ms": 3000})  # without a gateway: no webhook settles anything
    fleet.planner(planner={"rescue_s": 3, "quarentena_s": 2})
    company = Company(fleet, per_s=1000, taxa=1000)
    people = company.people(40)
    company.open_window(people)
    for cliente in people:  # all are in the air when it falls asleep
        fleet.control("POST", "/faults", {
            "fault": "slow", "to": company.phone(cliente).lstrip("+"), "times": 1})
    short = {"reserva_s": 8, "start_s": 2, "post_s": 5, "slots": 16}
    sleeper = fleet.sender(sender=short)
    company.insert(people)
    # 16 slots, of which a few stay free for other numbers
    wait_until(lambda: company.states().get("processando", 0) >= 12, 20, "a full load is claimed")
    wait_until(lambda: fleet.control("GET", "/counts")["requests"] >= 12, 20, "it is in the air")
    sleeper.pause()
    held = company.states()["processando"]
    wait_until(lambda: company.database.value(
        "select count(*) from tentativas t join fila_mensagens f on f.id = t.mensagem_id"
        " where f.empresa_id = %s and t.desfecho = 'sem_noticia'", company.id) == held, 60, "they were rescued")
    other = fleet.sender(sender={**short, "slots": 64})
    wait_until(lambda: company.states() == {"enviada": 40}, 60, "another one sent them all")
    before = len(company.ledger())
    sleeper.resume()
    wait_until(lambda: company.database.value(
        "select count(*) from tentativas where desfecho = 'zumbi' and trabalhador = %s", sleeper.name) == held,
        30, "what it knew is kept as a zombie's")
    assert len(company.ledger()) == before
    assert company.states() == {"enviada": 40}
    assert sleeper.metrics()['carteiro_gravadas_total{resultado="zumbi"}'] == held
    assert not other.events("record.bad_row")
    check_nothing_doubled_silently(company)


def test_sigterm_gives_back_what_did_not_start_and_ends_what_did(started):
    company = Company(started, per_s=1000, taxa=1000)
    people = company.people(200)
    company.open_window(people)
    sender = started.sender(sender={"slots": 50})
    company.insert(people)
    wait_until(lambda: len(company.ledger()) > 20, 30, "it is under way")
    assert sender.term() == 0
    states = company.states()
    assert set(states) <= {"enviada", "pendente"}
    assert states.get("enviada") == len(accepted(company.ledger()))
    started.sender()
    wait_until(lambda: at_rest(company), 60, "another one ends it")
    assert all(len(w) == 1 for w in accepted(company.ledger()).values())


def test_postgresql_restarts_in_mid_campaign(started, postgres):
    company = Company(started, per_s=1000, taxa=200)
    people = company.people(400)
    company.open_window(people)
    started.sender()
    company.insert(people)
    wait_until(lambda: len(company.ledger()) > 60, 30, "it is under way")
    postgres.stop(signal.SIGQUIT)
    postgres.start()
    company.database.kept.clear()  # their server is gone
    wait_until(lambda: at_rest(company), 180, "every message ended")
    assert company.states() == {"enviada": 400}
    check_nothing_doubled_silently(company)


def test_the_pair_limit_defers_without_spending_an_attempt(started):
    company = Company(started)
    ana, bia = company.people(2)
    company.open_window([ana, bia])
    started.sender(sender={"pair_interval_s": 2, "pair_burst": 1})
    ids = company.insert([ana, ana, bia])
    wait_until(lambda: at_rest(company), 60, "all went")
    rows = [company.message(id) for id in ids]
    assert [row["status"] for row in rows] == ["enviada"] * 3
    assert [row["tentativas"] for row in rows] == [1] * 3
    assert sorted(row["adiamentos"] > 0 for row in rows[:2]) == [False, True]
    assert company.database.value("select count(*) from tentativas where mensagem_id = any (%s::uuid[])",
                                  [str(id) for id in ids]) == 0


def test_throttling_by_the_far_end_costs_no_attempt(started):
    company = Company(started)
    ana, = company.people(1)
    company.open_window([ana])
    started.control("POST", "/faults", {
        "fault": "code_130429", "to": company.phone(ana).lstrip("+"), "times": 2})
    started.sender()
    id, = company.insert([ana])
    wait_until(lambda: company.message(id)["status"] == "enviada", 60, "it went at last")
    assert company.message(id)["tentativas"] == 1
    assert company.message(id)["adiamentos"] >= 2
    assert [row["codigo"] for row in company.database.query(
        "select codigo from tentativas where mensagem_id = %s", id)] == [130429, 130429]


def test_a_refusal_for_good_ends_the_message_and_says_the_code(started):
    company = Company(started)
    ana, bia = company.people(2)
    company.open_window([ana, bia])
    started.control("POST", "/faults", {
        "fault": "code_131026", "to": company.phone(ana).lstrip("+"), "times": 1})
    started.sender()
    bad, good = company.insert([ana, bia])
    wait_until(lambda: at_rest(company), 30, "both ended")
    assert (company.message(bad)["status"], company.message(bad)["erro_codigo"]) == ("erro", 131026)
    assert company.message(good)["status"] == "enviada"


def test_a_pause_of_everything_stops_within_a_second_and_touches_no_row(started):
    company = Company(started, per_s=1000, taxa=50)
    people = company.people(300)
    company.open_window(people)
    started.sender()
    company.insert(people)
    wait_until(lambda: len(company.ledger()) > 20, 30, "it is under way")
    company.database.query("select fila_pausar('teste')", role="ops")
    wait_until(lambda: not company.states().get("processando"), 10, "what was in the air ended")
    still = len(company.ledger())
    waiting = company.states()["pendente"]
    assert company.database.value(
        "select max(adiamentos) from fila_ativa where empresa_id = %s", company.id) == 0
    started.sender()  # a whole new sender looks, and claims nothing either
    assert (len(company.ledger()), company.states()["pendente"]) == (still, waiting)
    company.database.query("select fila_retomar()", role="ops")
    wait_until(lambda: at_rest(company), 60, "it goes on")


def test_a_look_that_the_server_refuses_is_said_and_it_goes_on_after(started):
    """Whatever makes fila_lanes fail stops everybody: silence would hide it for ever."""
    company = Company(started)
    ana, = company.people(1)
    company.open_window([ana])
    sender = started.sender()
    company.database.query("revoke execute on function fila_lanes() from carteiro_sender, public")
    id, = company.insert([ana])
    wait_until(lambda: sender.events("fila.refused"), 30, "it says so")
    assert sender.events("fila.refused")[0]["call"] == "lanes"
    assert sender.events("fila.refused")[0]["code"] == "42501"
    company.database.query("grant execute on function fila_lanes() to carteiro_sender")
    wait_until(lambda: company.message(id)["status"] == "enviada", 30, "it goes on")


def test_a_sender_waits_for_the_schema_and_names_what_is_missing(started, empty_database):
    sender = started.sender(wait=False, database={"url": empty_database.url("sender")})
    wait_until(lambda: "0006" in sender.readyz()[1] or "0001" in sender.readyz()[1], 30, "it says which")
    assert sender.readyz()[0] == 503
    assert sender.healthz()[0] == 200
