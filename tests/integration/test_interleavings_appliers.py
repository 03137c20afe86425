"""Two appliers over the same events and effects, in every order: no deadlock, each counted once."""

import itertools

import pytest

from queue_tellers import (  # company, queue and tellers are fixtures
    ENDS, apply, claim, claimed, effects, record, store, store_inbound, company, queue, tellers)


# two appliers of webhooks

@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("statuses", itertools.permutations(("sent", "delivered", "read"), 2))
def test_two_appliers_over_the_same_message(queue, tellers, end, statuses):
    (id, seq), = claimed(queue, tellers)
    a, b = tellers("gateway", "gateway")
    for status in statuses:
        store(a, [(id, seq, status)])
        a.commit()
    assert apply(a, 1) == 1
    late = b.start(apply).blocked_by(a)
    a.end(end)
    assert late.result() == 1
    b.commit()
    if end == "rollback":
        assert apply(b) == 1
        b.commit()
    row = queue.message(id)
    assert (row["status"], row["entrega"]) == ("enviada", "lida" if "read" in statuses else "entregue")
    assert queue.ends(id) == 1
    assert queue.value("select count(*) from webhook_eventos where erro is not null") == 0
    assert queue.value("select count(*) from webhook_pendentes") == 0


def test_appliers_over_overlapping_messages_never_deadlock(queue, tellers):
    got = claimed(queue, tellers, 40)
    sender, = tellers("sender")
    record(sender, got[::2], "aceita")
    sender.commit()
    a, b, c = tellers("gateway", "gateway", "planner")
    for status in ("sent", "delivered", "read"):
        store(a, [(id, seq, status) for id, seq in got])
        store(a, [(id, seq, status) for id, seq in reversed(got)])
    a.commit()

    def drain(teller):
        applied = 0
        while some := apply(teller, 7):
            teller.commit()
            applied += some
        return applied

    runs = [teller.start(drain) for teller in (a, b, c)]
    assert sum(run.result() for run in runs) == 240
    assert {queue.message(id)["entrega"] for id, _ in got} == {"lida"}
    assert [queue.ends(id) for id, _ in got] == [1] * 40


# two appliers of effects, and effects beside what people write

@pytest.mark.parametrize("end", ENDS)
def test_two_appliers_of_effects_over_the_same_person(queue, tellers, end):
    got = claimed(queue, tellers, 4)
    sender, a, b = tellers("sender", "planner", "planner")
    for one in got:
        record(sender, [one], "aceita")
        sender.commit()
    assert effects(a, 2) == 2
    late = b.start(effects, 20).blocked_by(a)
    a.end(end)
    assert late.result() == 2
    b.commit()
    if end == "rollback":
        assert effects(b) == 2
        b.commit()
    assert queue.interactions() == 4
    assert queue.value("select count(*) from efeitos") == 0


@pytest.mark.parametrize("end", ENDS)
def test_effects_and_what_the_person_writes(queue, tellers, end):
    got = claimed(queue, tellers)
    sender, planner, gateway = tellers("sender", "planner", "gateway")
    record(sender, got, "aceita")
    sender.commit()
    store_inbound(gateway, queue.PHONE_NUMBER_ID, [("5511987600000", "wamid.in")])
    gateway.commit()
    assert effects(planner) == 1
    late = gateway.start(apply).blocked_by(planner)
    planner.end(end)
    assert late.result() == 1
    gateway.commit()
    assert queue.interactions() == (2 if end == "commit" else 1)
    assert queue.value("select count(*) from webhook_eventos where erro is not null") == 0


def test_effects_and_many_people_who_write_never_deadlock(queue, tellers):
    people = len(queue.people)
    for person in range(people):
        queue.insert(20, person)
    sender, = tellers("sender")
    got = claim(sender, 1000)
    for one in got:
        record(sender, [one], "aceita")
    sender.commit()
    a, b, gateway, planner = tellers("planner", "planner", "gateway", "planner")
    for round in range(20):
        order = range(people) if round % 2 else reversed(range(people))
        store_inbound(gateway, queue.PHONE_NUMBER_ID,
                      [(f"55119876{n:05d}", f"wamid.in.{round}.{n}") for n in order])
    gateway.commit()

    def drain(teller, call, n):
        while call(teller, n):
            teller.commit()
        teller.commit()

    runs = [a.start(drain, effects, 3), b.start(drain, effects, 3),
            gateway.start(drain, apply, people), planner.start(drain, apply, people - 1)]
    for run in runs:
        run.result()
    assert [queue.interactions(n) for n in range(people)] == [40] * people
    assert queue.value("select count(*) from webhook_eventos where erro is not null") == 0


@pytest.mark.parametrize("end", ENDS)
def test_somebody_unknown_writes_twice_and_two_appliers_meet(queue, tellers, end):
    a, b = tellers("gateway", "gateway")
    wa_id = "5521912345678" if end == "commit" else "5521912345679"
    for nth in (1, 2):
        store_inbound(a, queue.PHONE_NUMBER_ID, [(wa_id, f"{wa_id}.{nth}")])
        a.commit()
    assert apply(a, 1) == 1
    late = b.start(apply).blocked_by(a)
    a.end(end)
    assert late.result() == 1
    b.commit()
    if end == "rollback":
        assert apply(b) == 1
        b.commit()
    assert queue.query("select erro from webhook_eventos where erro is not null") == []
    assert queue.query("select total_interacoes as n from clientes where telefone = '+' || %s", wa_id) == [{"n": 2}]
