"""Rows that somebody else holds while their outcome is recorded: nobody is waited for, nothing is lost."""

import threading

import pytest

from queue_company import Company, accepted
from queue_people import Company as Clinic
from waiting import wait_until

OUTCOMES = ("aceita", "recusada", "repetir", "limitada", "devolvida", "desconhecida")


def record(cursor, function, claimed, outcomes):
    """The rows that the function answers, for one result each of `claimed`."""
    nothing = [None] * len(claimed)
    cursor.execute(
        f"select * from {function}('teste', 600000, %s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::integer[],"
        " %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])",
        ([str(id) for id, _ in claimed], [seq for _, seq in claimed], outcomes, nothing, nothing, nothing,
         [f"wamid.{id}" if outcome == "aceita" else None for (id, _), outcome in zip(claimed, outcomes)],
         nothing, nothing, [0] * len(claimed)))
    return cursor.fetchall()


def hold(database, id):
    """A session that has the row locked, in an open transaction."""
    holder = database.connect(autocommit=False)
    holder.cursor().execute("select 1 from fila_mensagens where id = %s for update", [str(id)])
    return holder


@pytest.fixture
def clinic(fresh_database):
    return Clinic(fresh_database)


@pytest.fixture
def teller(clinic):
    """Who records, and may not wait for anybody."""
    connection = clinic.database.connect("sender")
    connection.cursor().execute("set lock_timeout = 1")
    return connection.cursor()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_is_held_is_left_as_it_is_and_named(clinic, teller, outcome):
    clinic.queue(clinic.people(4))
    claimed = clinic.claim(4)
    held = [claimed[1], claimed[3]]
    before = [clinic.message(id) for id, _ in held]
    holders = [hold(clinic.database, id) for id, _ in held]
    assert record(teller, "fila_record_now", claimed, [outcome] * 4) == [(2, 0, 0, 2), (2, 0, 0, 4)]
    assert [clinic.message(id) for id, _ in held] == before
    assert all(clinic.message(id)["status"] != "processando" for id, _ in (claimed[0], claimed[2]))
    told = "select count(*) from tentativas where mensagem_id = any (%s::uuid[])"
    assert clinic.database.value(told, [str(id) for id, _ in held]) == 0

    for holder in holders:
        holder.rollback()
    assert record(teller, "fila_record_now", held, [outcome] * 2) == [(2, 0, 0, None)]
    states = {clinic.message(id)["status"] for id, _ in claimed}
    assert len(states) == 1 and states != {"processando"}
    assert clinic.database.value("select count(*) from fila_mensagens") == 4
    # said again, as after a lost answer, it changes nothing
    assert [row[0] for row in record(teller, "fila_record_now", claimed, [outcome] * 4)] in ([0], [4])
    assert {clinic.message(id)["status"] for id, _ in claimed} == states


def test_what_is_held_among_all_outcomes_is_the_only_one_left(clinic, teller):
    clinic.queue(clinic.people(6))
    claimed = clinic.claim(6)
    holder = hold(clinic.database, claimed[4][0])
    assert record(teller, "fila_record_now", claimed, list(OUTCOMES)) == [(5, 0, 0, 5)]
    assert [clinic.message(id)["status"] for id, _ in claimed] == [
        "enviada", "erro", "pendente", "pendente", "processando", "incerta"]
    holder.rollback()
    assert record(teller, "fila_record_now", claimed[4:5], ["devolvida"]) == [(1, 0, 0, None)]


def test_a_row_that_ended_meanwhile_and_is_held_in_its_month(clinic, teller):
    clinic.queue(clinic.people(2))
    claimed = clinic.claim(2)
    assert clinic.record(claimed[:1], "desconhecida") == (1, 0, 0)
    assert clinic.database.value("select fila_move(array[%s]::uuid[], 'cancelada', '{x}')", str(claimed[0][0])) == 1
    holder = hold(clinic.database, claimed[0][0])
    assert record(teller, "fila_record_now", claimed, ["aceita"] * 2) == [(1, 0, 0, 1)]
    assert clinic.message(claimed[0][0])["status"] == "cancelada"
    holder.rollback()
    assert record(teller, "fila_record_now", claimed[:1], ["aceita"]) == [(0, 1, 0, None)]
    assert clinic.message(claimed[0][0])["status"] == "enviada"
    assert clinic.database.value("select count(*) from tentativas where desfecho = 'liquidada'") == 1


def test_a_held_row_that_is_overtaken_is_a_zombie_s_in_the_end(clinic, teller):
    clinic.queue(clinic.people(1))
    claimed = clinic.claim(1)
    holder = hold(clinic.database, claimed[0][0])
    assert record(teller, "fila_record_now", claimed, ["aceita"]) == [(0, 0, 0, 1)]
    holder.cursor().execute("update fila_ativa set reserva_seq = reserva_seq + 1")
    holder.commit()
    assert record(teller, "fila_record_now", claimed, ["aceita"]) == [(0, 0, 1, None)]
    assert clinic.message(claimed[0][0])["status"] == "processando"


@pytest.mark.parametrize("is_ended", (False, True))
def test_who_has_nothing_to_say_it_again_with_waits(clinic, is_ended):
    clinic.queue(clinic.people(3))
    claimed = clinic.claim(3)
    if is_ended:
        assert clinic.record(claimed[1:2], "desconhecida") == (1, 0, 0)
        clinic.database.value("select fila_move(array[%s]::uuid[], 'cancelada', '{x}')", str(claimed[1][0]))
    holder = hold(clinic.database, claimed[1][0])
    answer = []
    waiter = clinic.database.connect("sender")
    thread = threading.Thread(
        target=lambda: answer.extend(record(waiter.cursor(), "fila_record", claimed, ["aceita"] * 3)))
    thread.start()
    wait_until(lambda: clinic.database.value(
        "select count(*) from pg_locks where pid = %s and not granted",
        waiter.get_backend_pid()) == 1, 20, "it waits")
    holder.rollback()
    thread.join(20)
    assert answer == [(2, 1, 0) if is_ended else (3, 0, 0)]
    assert {clinic.message(id)["status"] for id, _ in claimed} == {"enviada"}


def test_two_who_meet_the_same_rows_in_other_orders(clinic, teller):
    """A person's wide UPDATE has one row and wants another, which is being recorded: it gets it."""
    clinic.queue(clinic.people(2))
    claimed = sorted(clinic.claim(2))
    recorder = clinic.database.connect("sender", autocommit=False)
    person = hold(clinic.database, claimed[1][0])
    assert record(recorder.cursor(), "fila_record_now", claimed, ["aceita"] * 2) == [(1, 0, 0, 2)]
    pid = person.get_backend_pid()
    thread = threading.Thread(target=lambda: person.cursor().execute(
        "update fila_ativa set prioridade = 6 where id = any (%s::uuid[])", [[str(id) for id, _ in claimed]]))
    thread.start()
    wait_until(lambda: clinic.database.value(
        "select count(*) from pg_locks where pid = %s and not granted", pid) == 1,
        20, "the person waits for what is recorded")
    recorder.commit()
    thread.join(20)
    person.commit()  # it did not fail
    assert record(teller, "fila_record_now", claimed[1:], ["aceita"]) == [(1, 0, 0, None)]
    assert {clinic.message(id)["status"] for id, _ in claimed} == {"enviada"}


def in_the_air(fleet, n, **keys):
    """A company and a sender with n messages of it in the air, and one of them held."""
    fleet.simulator(simulator={"latency_ms": 1500})
    company = Company(fleet, per_s=1000, taxa=1000)
    people = company.people(n)
    company.open_window(people)
    sender = fleet.sender(sender={"post_s": 5, **keys})
    ids = company.insert(people)
    wait_until(lambda: fleet.control("GET", "/counts")["requests"] == n, 30, "all are in the air")
    return company, sender, ids


def test_a_held_row_keeps_nobody_waiting_and_is_recorded_after_its_commit(fleet):
    company, sender, ids = in_the_air(fleet, 20)
    holder = hold(company.database, ids[7])
    wait_until(lambda: company.states() == {"enviada": 19, "processando": 1}, 30, "the others are recorded")
    assert company.message(ids[7])["status"] == "processando"
    assert sender.metrics()["carteiro_em_voo"] == 1
    more = company.insert(company.people(1))
    company.open_window([company.message(more[0])["cliente_id"]])
    wait_until(lambda: sender.events("record.held"), 30, "it says that somebody holds one")
    wait_until(lambda: company.message(more[0])["status"] in ("enviada", "erro"), 30, "work goes on")
    holder.rollback()
    wait_until(lambda: company.message(ids[7])["status"] == "enviada", 30, "and it is recorded")
    wait_until(lambda: sender.metrics()["carteiro_em_voo"] == 0, 10, "no slot is left over")
    assert all(len(wamids) == 1 for wamids in accepted(company.ledger()).values())
    assert set(accepted(company.ledger())) >= {str(id) for id in ids}
    assert len(sender.events("record.held")) == 1
    assert not sender.events("record.again") and not sender.events("record.bad_row")


def test_sigterm_awaits_what_is_held(fleet):
    company, sender, ids = in_the_air(fleet, 20, grace_s=60)
    holder = hold(company.database, ids[0])
    wait_until(lambda: company.states() == {"enviada": 19, "processando": 1}, 30, "the others are recorded")
    code = []
    thread = threading.Thread(target=lambda: code.append(sender.term()))
    thread.start()
    wait_until(lambda: sender.events("record.held"), 30, "it tries still")
    assert sender.is_running()
    holder.rollback()
    thread.join(60)
    assert code == [0]
    assert company.states() == {"enviada": 20}
    assert not sender.events("drain.over")


def test_a_right_that_was_taken_away_is_no_row_s_fault(fleet):
    company, sender, ids = in_the_air(fleet, 20)
    function = ("function fila_record_now(text, bigint, uuid[], bigint[], text[], text[], integer[], text[], text[],"
                " text[], text[], bigint[])")
    company.database.execute(f"revoke execute on {function} from carteiro_sender")
    try:
        wait_until(lambda: len(sender.events("record.again")) > 1, 30, "it says so, and again")
        assert sender.events("record.again")[0]["code"] == "42501"
        assert company.states() == {"processando": 20}
    finally:
        company.database.execute(f"grant execute on {function} to carteiro_sender")
    wait_until(lambda: company.states() == {"enviada": 20}, 30, "nothing of what it knew is lost")
    assert not sender.events("record.bad_row")
    assert all(len(wamids) == 1 for wamids in accepted(company.ledger()).values())
