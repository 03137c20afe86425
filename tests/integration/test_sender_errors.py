"""What Meta's refusals do: to the message, and to its number, account, template and person."""

import contextlib
import time

import pytest

from proxy import Cut
from queue_company import Company, accepted
from waiting import wait_until

LIVE = ("pendente", "processando", "incerta")


def at_rest(company):
    states = company.states()
    return not any(states.get(status) for status in LIVE)


@pytest.fixture
def started(fleet):
    """Simulator and planner; the test starts its own senders."""
    fleet.simulator()
    fleet.planner()
    return fleet


def refuse(company, code, clientes, times=1):
    for cliente in clientes:
        company.fleet.control("POST", "/faults", {
            "fault": f"code_{code}", "to": company.phone(cliente).lstrip("+"), "times": times})


def pauses(company):
    return company.database.query(
        "select p.escopo, p.codigo, p.automatica, p.vezes, p.motivo, p.ate > agora() as em_vigor from pausas p"
        " left join numeros n on n.id = p.numero_id left join modelos m on m.id = p.modelo_id"
        " where coalesce(n.conta_id, m.conta_id, p.conta_id) in (select id from contas where empresa_id = %s)",
        company.id)


def end_pauses(company):
    """As if the automatic pause had lasted its time: from now on one message may try."""
    company.database.execute("update pausas set ate = agora() - interval '1 ms' where automatica")
    company.database.execute("update fila_ativa set agendar_para = agora() where status = 'pendente'")
    company.database.query("select pg_notify('carteiro_fila', '')")


def outcomes(company, id):
    return company.database.query(
        "select desfecho, classe, codigo from tentativas where mensagem_id = %s order by id", id)


def test_a_throttled_number_slows_down_for_the_whole_fleet(started):
    company = Company(started, per_s=1000, taxa=20)
    people = company.people(3)
    company.open_window(people)
    refuse(company, 130429, people)
    sender, other = started.sender(), started.sender()
    ids = company.insert(people)
    wait_until(lambda: at_rest(company), 60, "all went at last")
    assert company.states() == {"enviada": 3}
    assert [company.message(id)["tentativas"] for id in ids] == [1] * 3
    # three refusals within a second are one step
    factor = company.database.value("select taxa_fator from numeros where id = %s", company.numero)
    assert factor in (pytest.approx(0.7), pytest.approx(0.49, abs=0.05))
    name = f'carteiro_numero_fator{{numero="{company.numero}"}}'
    company.insert(company.people(1))  # something waits, so that they look

    def both_know():
        return all(0 < one.metrics().get(name, 1) < 1 for one in (sender, other))
    wait_until(both_know, 20, "both senders have learnt it")


def test_an_account_that_calls_too_often_rests_and_no_attempt_is_spent(started):
    company = Company(started, per_s=1000, taxa=100)
    people = company.people(30)
    company.open_window(people)
    refuse(company, 80007, people)
    started.sender(sender={"slots": 8})
    company.insert(people)
    wait_until(lambda: company.database.value(
        "select taxa_fator < 1 from contas where empresa_id = %s", company.id), 30, "the account is slower")
    wait_until(lambda: company.states() == {"pendente": 30}, 30, "what was in the air is back")
    assert len(company.ledger()) <= 16  # those in the air, and not one more
    assert company.database.value(
        "select max(tentativas) from fila_ativa where empresa_id = %s", company.id) == 0
    waiting = company.database.value(
        "select count(*) from fila_ativa where empresa_id = %s and adiamentos > 0"
        " and agendar_para > agora() + interval '40 s'", company.id)
    assert waiting == len(company.ledger())


def test_a_pair_that_meta_refuses_waits_its_six_seconds_once(started):
    company = Company(started)
    ana, = company.people(1)
    company.open_window([ana])
    refuse(company, 131056, [ana])
    started.sender()
    id, = company.insert([ana])
    wait_until(lambda: at_rest(company), 30, "it went")
    assert company.message(id)["status"] == "enviada"
    assert (company.message(id)["tentativas"], company.message(id)["adiamentos"]) == (1, 1)
    first, second = (line["at"] for line in company.ledger())
    assert company.database.value("select %s::timestamptz - %s::timestamptz >= '5.9 s'", second, first)


def test_a_stopped_number_pauses_is_probed_and_goes_on(started):
    company = Company(started, per_s=1000, taxa=200)
    people = company.people(40)
    company.open_window(people)
    refuse(company, 131048, people, times=3)
    sender = started.sender(sender={"slots": 4})
    company.insert(people)
    wait_until(lambda: pauses(company), 30, "the number is paused")
    wait_until(lambda: not company.states().get("processando"), 10, "what was in the air is back")
    pause, = pauses(company)
    assert (pause["escopo"], pause["codigo"], pause["automatica"], pause["em_vigor"]) == (
        "numero", 131048, True, True)
    still = len(company.ledger())
    assert still <= 12  # no storm: what was in the air
    assert company.database.value(
        "select max(tentativas) from fila_ativa where empresa_id = %s", company.id) == 0
    end_pauses(company)
    # the probe is refused as well: once, and the pause is longer
    wait_until(lambda: pauses(company)[0]["vezes"] == 1, 30, "the probe failed")
    assert pauses(company)[0]["em_vigor"]
    assert len(company.ledger()) == still + 1
    started.control("POST", "/reset")
    started.simulated_number(company.phone_number_id, company.waba_id, 1000)
    end_pauses(company)
    wait_until(lambda: not pauses(company), 30, "the probe was accepted")
    company.database.execute("update fila_ativa set agendar_para = agora() where status = 'pendente'")
    wait_until(lambda: at_rest(company), 60, "all went")
    assert company.states() == {"enviada": 40}
    assert sender.metrics()['carteiro_pausas_total{classe="pause_sender"}'] >= 2


def test_a_refused_token_pauses_the_account_and_nobody_else(started):
    company, neighbour = Company(started, per_s=1000), Company(started, per_s=1000)
    people, others = company.people(10), neighbour.people(10)
    company.open_window(people)
    neighbour.open_window(others)
    refuse(company, 190, people)
    started.sender()
    company.insert(people)
    wait_until(lambda: pauses(company), 30, "the account is paused")
    assert (pauses(company)[0]["escopo"], pauses(company)[0]["codigo"]) == ("conta", 190)
    neighbour.insert(others)
    wait_until(lambda: at_rest(neighbour), 30, "the neighbour is not concerned")
    assert neighbour.states() == {"enviada": 10} and not pauses(neighbour)
    wait_until(lambda: company.states() == {"pendente": 10}, 10, "the messages wait")


def test_a_template_that_meta_does_not_know_is_paused_and_texts_still_go(started):
    company = Company(started, per_s=1000)
    template = company.known_template("nunca_publicado", "Oi {nome}, tudo bem?")
    outside, inside = company.people(10), company.people(5)
    company.open_window(inside)
    started.sender(sender={"slots": 4})
    company.insert(outside, "Oi", template)
    wait_until(lambda: pauses(company), 30, "the template is paused")
    assert (pauses(company)[0]["escopo"], pauses(company)[0]["codigo"]) == ("modelo", 132001)
    company.insert(inside, "Oi", template)
    wait_until(lambda: company.states().get("enviada") == 5, 30, "texts need no template")
    assert company.states() == {"enviada": 5, "pendente": 10}
    assert len([line for line in company.ledger() if line["code"]]) <= 8


def test_a_code_nobody_knows_is_bounded_by_the_attempts(started):
    company = Company(started)
    ana, = company.people(1)
    company.open_window([ana])
    refuse(company, 987654, [ana], times=50)
    started.sender()
    id, = company.insert([ana])
    for attempt in (1, 2):
        wait_until(lambda: company.database.value(
            "select status = 'pendente' and tentativas = %s from fila_mensagens where id = %s", attempt, id),
            30, "it waits for its next attempt")
        assert company.database.value(
            "select agendar_para > agora() + interval '90 s' from fila_ativa where id = %s", id)
        company.database.execute("update fila_ativa set agendar_para = agora() where id = %s", id)
    wait_until(lambda: at_rest(company), 30, "it ended")
    assert (company.message(id)["status"], company.message(id)["erro_codigo"]) == ("erro", 987654)
    assert len(company.ledger()) == 3
    assert [row["classe"] for row in outcomes(company, id)] == ["later"] * 3


def test_an_outage_does_not_turn_the_queue_into_doubts(started):
    company = Company(started, per_s=1000, taxa=500)
    people = company.people(300)
    company.open_window(people)
    started.control("POST", "/faults", {"fault": "code_131016", "share": 1.0, "times": 1000})
    started.sender(sender={"slots": 16})
    company.insert(people)
    wait_until(lambda: company.states().get("incerta", 0) > 0, 30, "the first are in doubt")
    seen = time.monotonic()
    wait_until(lambda: time.monotonic() - seen > 2, 10, "two seconds of outage")
    assert company.states()["incerta"] <= 32  # what was in the air, not 500 a second


@contextlib.contextmanager
def unrecordable(company):
    """This month takes no row that says "veneno"."""
    month = company.database.value(
        "select c.oid::regclass::text from pg_inherits i join pg_class c on c.oid = i.inhrelid"
        " where i.inhparent = 'fila_mensagens'::regclass and c.relname = 'fila_' || to_char(agora() at time zone 'UTC', 'YYYY_MM')")
    month = month or company.database.value("select tableoid::regclass::text from fila_mensagens"
                                            " where encerrada_em < 'infinity' limit 1")
    assert month
    company.database.execute(
        f"alter table {month} add constraint sem_veneno check (conteudo <> 'veneno') not valid")
    try:
        yield
    finally:
        company.database.execute(f"alter table {month} drop constraint sem_veneno")


def test_one_row_that_cannot_be_recorded_does_not_hold_up_its_batch(started):
    company = Company(started, per_s=1000, taxa=1000)
    people = company.people(60)
    company.open_window(people)
    poison = company.insert(people[:1], "veneno")[0]
    ids = company.insert(people[1:])
    with unrecordable(company):
        sender = started.sender()
        wait_until(lambda: company.states() == {"enviada": 59, "incerta": 1}, 60, "the others are recorded")
        assert company.message(poison)["status"] == "incerta"
        assert [row["desfecho"] for row in outcomes(company, poison)] == ["desconhecida"]
        assert company.database.value("select erro from tentativas where mensagem_id = %s", poison) == (
            "accepted, which cannot be recorded: 23514")
        assert len(sender.events("record.bad_row")) == 2
        assert {str(id) for id in ids} < set(accepted(company.ledger()))


def test_a_row_that_could_not_be_recorded_follows_its_guarantee(started):
    """Its acceptance was lost with the record: after the quarantine it goes again, and that is told."""
    company = Company(started)
    ana, bia = company.people(2)
    company.open_window([ana, bia])
    with unrecordable(company):
        sender = started.sender()
        id, = company.insert([ana], "veneno")
        wait_until(lambda: company.message(id)["status"] == "incerta", 30, "it is in doubt")
        assert len(accepted(company.ledger())[str(id)]) == 1
    company.insert([bia])
    wait_until(lambda: company.states().get("enviada") == 1, 30, "the other one went")
    company.database.execute("insert into webhooks_vistos values (%s, agora() + interval '1 second')"
                             " on conflict do nothing", company.phone_number_id)
    company.database.execute("update fila_ativa set reserva_ate = agora() where id = %s", id)
    wait_until(lambda: company.message(id)["status"] == "enviada", 60, "it went again")
    assert len(accepted(company.ledger())[str(id)]) == 2
    assert [row["desfecho"] for row in outcomes(company, id)] == ["desconhecida", "reenviada"]
    assert company.message(id)["wamid"] == accepted(company.ledger())[str(id)][1]
    assert len(sender.events("record.bad_row")) == 2


def test_a_brake_is_told_when_the_connection_is_back(fleet, database):
    fleet.simulator(simulator={"latency_ms": 1000})
    company = Company(fleet, per_s=1000, taxa=20)
    ana, = company.people(1)
    company.open_window([ana])
    refuse(company, 130429, [ana])
    factor = "select taxa_fator from numeros where id = %s"
    with Cut(database.server.port) as cut:
        sender = fleet.sender(database_url=cut.through(database.direct_url("sender")))
        id, = company.insert([ana])
        wait_until(lambda: fleet.control("GET", "/counts")["requests"] == 1, 30, "it is in the air")
        cut.refuse()
        cut.sever()
        wait_until(lambda: sender.metric("carteiro_envios_total") == 1, 30, "the answer is there")
        assert company.database.value(factor, company.numero) == 1
        assert company.message(id)["status"] == "processando"
        cut.heal()
        wait_until(lambda: company.database.value(factor, company.numero) == pytest.approx(0.7), 30, "it was told")
        wait_until(lambda: company.message(id)["status"] == "enviada", 60, "and the message went")
        assert [row["codigo"] for row in outcomes(company, id)] == [130429]
        assert not sender.events("brake.lost")
        fleet.stop()


def test_sigterm_with_fifty_in_flight_leaves_nothing_uncertain(fleet):
    fleet.simulator(simulator={"latency_ms": 1500})
    fleet.planner()
    company = Company(fleet, per_s=1000, taxa=1000)
    people = company.people(300)
    company.open_window(people)
    grace_s = 13
    sender = fleet.sender(sender={"slots": 60, "grace_s": grace_s, "post_s": 5})
    company.insert(people)
    wait_until(lambda: fleet.control("GET", "/counts")["requests"] >= 50, 30, "fifty are in the air")
    began = time.monotonic()
    assert sender.term() == 0
    assert time.monotonic() - began < grace_s - 5
    states = company.states()
    assert set(states) == {"enviada", "pendente"}
    assert states["enviada"] == len(accepted(company.ledger())) >= 50
    assert company.database.value(
        "select count(*) from fila_ativa where empresa_id = %s and (reserva_ate is not null or tentativas > 0)",
        company.id) == 0
