"""Lanes, floors and slots, seen from outside: who goes before whom, and who delays whom."""

import pytest

from queue_company import Company, accepted
from waiting import wait_until


@pytest.fixture
def started(fleet):
    fleet.simulator()
    fleet.planner()
    return fleet


def lane(company, origin):
    return company.database.value(
        "insert into faixas (empresa_id, origem, origem_id) values (%s, 'regra', %s) returning id",
        company.id, f"{company.id} {origin}")


def fill(company, people, faixa, prioridade, n):
    """n messages in a lane of their own, as the planner queues them; their ids."""
    rows = company.database.query(
        "insert into fila_ativa (empresa_id, cliente_id, numero_id, destino, tipo, conteudo, prioridade, faixa,"
        " garantia, origem) select c.empresa_id, c.id, %s, c.telefone, 'followup', 'Oi', %s, %s,"
        " 'no_maximo_uma', 'regra' from generate_series(0, %s - 1) i"
        " join (select *, row_number() over (order by id) - 1 as place from clientes where id = any (%s::uuid[])) c"
        " on c.place = i %% %s returning fila_ativa.id",
        company.numero, prioridade, faixa, n, [str(p) for p in people], len(people))
    return {str(row["id"]) for row in rows}


def order(company):
    """Ids of the accepted messages, first to last."""
    return [line["key"].split(":")[0] for line in company.ledger() if line["wamid"]]


def test_a_small_campaign_is_not_buried_by_a_large_one(started):
    company = Company(started, per_s=2000, taxa=300)
    people = company.people(2000)
    company.open_window(people)
    large, small = lane(company, "large"), lane(company, "small")
    many = fill(company, people, large, 3, 6000)
    started.sender(sender={"pair_interval_s": 0})
    wait_until(lambda: len(company.ledger()) > 100, 30, "the large one is under way")
    few = fill(company, people[:100], small, 3, 100)
    wait_until(lambda: few <= set(order(company)), 30, "the small one has ended")
    sent = order(company)
    places = [i for i, id in enumerate(sent) if id in few]
    # alone it would take a hundred places
    assert places[-1] - places[0] < 300
    assert len(many & set(sent)) < 6000


def test_a_reminder_passes_by_a_campaign_and_a_paused_lane_stops_unwritten(started):
    company = Company(started, per_s=2000, taxa=200)
    people = company.people(1000)
    company.open_window(people)
    large = lane(company, "large")
    fill(company, people, large, 3, 5000)
    started.sender(sender={"pair_interval_s": 0})
    wait_until(lambda: len(company.ledger()) > 100, 30, "the campaign is under way")
    before = len(order(company))
    reminder = company.database.value("select enfileirar(%s, 'É às 14h', 'lembrete', prioridade => 8::smallint)",
                                      people[0], role="ops")
    wait_until(lambda: str(reminder) in order(company), 20, "the reminder left")
    # what was claimed or granted already goes first: a fraction of a second's rate
    assert order(company).index(str(reminder)) - before < 200
    company.database.execute("update faixas set pausada_em = agora(), pausa_motivo = 'teste' where id = %s", large)
    wait_until(lambda: company.states().get("processando", 0) == 0, 20, "nothing is in flight")
    at_pause = len(order(company))
    untouched = company.database.value(
        "select count(*) from fila_ativa where faixa = %s and status = 'pendente' and reserva_seq = 0"
        " and adiamentos = 0 and espera_motivo is null", large)
    other = company.database.value("select enfileirar(%s, 'Oi')", people[1], role="ops")
    wait_until(lambda: str(other) in order(company), 20, "others go on")
    assert len(order(company)) == at_pause + 1
    assert untouched + at_pause - 1 == 5000


def test_an_older_row_below_the_floor_is_found(started):
    company = Company(started, per_s=2000, taxa=500)
    people = company.people(300)
    company.open_window(people)
    one = lane(company, "one")
    fill(company, people, one, 5, 1500)
    started.sender(sender={"pair_interval_s": 0})
    wait_until(lambda: len(company.ledger()) > 200, 30, "the floor has risen")
    late, = fill(company, people[:1], one, 5, 1)
    company.database.execute(
        "update fila_ativa set agendar_para = agora() - interval '1 hour' where id = %s and status = 'pendente'", late)
    wait_until(lambda: len(order(company)) == 1501, 60, "all were sent, those below the floor too")
    assert late in order(company)


def test_a_number_whose_answers_hang_leaves_slots_for_the_others(started):
    hangs, answers = Company(started, per_s=2000, taxa=1000), Company(started, per_s=2000, taxa=1000)
    slow_people, people = hangs.people(200), answers.people(50)
    hangs.open_window(slow_people)
    answers.open_window(people)
    for cliente in slow_people:
        started.control("POST", "/faults", {
            "fault": "no_answer", "to": hangs.phone(cliente).lstrip("+"), "times": 1})
    started.sender(sender={"slots": 64, "post_s": 25, "grace_s": 60})
    hangs.insert(slow_people)
    wait_until(lambda: len(hangs.ledger()) + started.control("GET", "/counts")["requests"] >= 30, 30, "they hang")
    answers.insert(people)
    wait_until(lambda: answers.states() == {"enviada": 50}, 20, "the other number's left meanwhile")
    assert hangs.states().get("processando", 0) > 30


def test_a_throttled_number_does_not_delay_another(started):
    slow, fast = Company(started, per_s=2000, taxa=0.5), Company(started, per_s=2000, taxa=500)
    slow_people, people = slow.people(200), fast.people(200)
    slow.open_window(slow_people)
    fast.open_window(people)
    started.sender(sender={"slots": 16})
    slow.insert(slow_people)
    wait_until(lambda: len(slow.ledger()) >= 1, 30, "the slow one is under way")
    fast.insert(people)
    wait_until(lambda: fast.states() == {"enviada": 200}, 30, "the fast one has ended")
    assert len(slow.ledger()) < 50


def test_a_message_whose_senders_vanished_twice_flies_alone(started):
    company = Company(started, per_s=2000, taxa=500)
    people = company.people(150)
    company.open_window(people)
    company.database.execute("select fila_pausar('teste')")
    suspect, = company.insert(people[:1])
    company.insert(people[1:])
    company.database.execute("update fila_ativa set resgates = 2 where id = %s", suspect)
    sender = started.sender()
    company.database.execute("select fila_retomar()")
    wait_until(lambda: company.states() == {"enviada": 150}, 40, "all were sent")
    # more than once where it had to wait for a token
    assert {event["mensagem_id"] for event in sender.events("alone.claimed")} == {str(suspect)}
    assert all(len(w) == 1 for w in accepted(company.ledger()).values())
