"""People who UPDATE beside claims and records, in every order, ended by commit and by rollback."""

import pytest

from queue_tellers import (  # company, queue and tellers are fixtures
    ENDS, RECORDED, apply, cancel, cancel_waiting, claim, claimed, effects, record, store, uncertain, company,
    queue, tellers)


# claim and an UPDATE by people

@pytest.mark.parametrize("how", (cancel, cancel_waiting))
@pytest.mark.parametrize("end", ENDS)
def test_a_cancel_waits_for_the_claim_and_counts_what_it_cancelled(queue, tellers, end, how):
    id, = queue.insert()
    sender, ops = tellers("sender", "ops")
    assert claim(sender) == [(id, 1)]
    late = ops.start(how, id).blocked_by(sender)
    sender.end(end)
    counted = late.result()
    ops.commit()
    assert counted == (0 if end == "commit" else 1)
    assert queue.message(id)["status"] == ("processando" if end == "commit" else "cancelada")
    assert queue.ends(id) == counted
    assert claim(sender) == []


@pytest.mark.parametrize("how", (cancel, cancel_waiting))
@pytest.mark.parametrize("end", ENDS)
def test_a_claim_passes_over_a_row_that_is_being_cancelled(queue, tellers, end, how):
    id, other = queue.insert(2)
    sender, ops = tellers("sender", "ops")
    assert how(ops, id) == 1
    assert claim(sender) == [(other, 1)]
    sender.commit()
    ops.end(end)
    assert queue.message(id)["status"] == ("cancelada" if end == "commit" else "pendente")
    assert queue.ends(id) == (1 if end == "commit" else 0)
    assert claim(sender) == ([] if end == "commit" else [(id, 1)])


@pytest.mark.parametrize("end", ENDS)
def test_two_people_cancel_the_same_row_and_one_count_is_1(queue, tellers, end):
    id, = queue.insert()
    a, b = tellers("ops", "ops")
    assert cancel(a, id) == 1
    late = b.start(cancel, id).blocked_by(a)
    a.end(end)
    assert late.result() == (0 if end == "commit" else 1)
    b.commit()
    assert queue.states([id]) == ["cancelada"]
    assert queue.ends(id) == 1


def test_cancelling_what_was_sent_counts_nothing_and_is_no_error(queue, tellers):
    got = claimed(queue, tellers)
    sender, ops = tellers("sender", "ops")
    record(sender, got, "aceita")
    assert cancel(ops, got[0][0]) == 0
    sender.commit()
    assert cancel(ops, got[0][0]) == 0
    ops.commit()
    assert queue.states([got[0][0]]) == ["enviada"]


# record and an UPDATE by people


@pytest.mark.parametrize("desfecho", RECORDED)
@pytest.mark.parametrize("end", ENDS)
def test_a_cancel_does_not_see_a_row_that_is_being_sent_or_recorded(queue, tellers, end, desfecho):
    got = claimed(queue, tellers)
    id = got[0][0]
    sender, ops = tellers("sender", "ops")
    assert record(sender, got, desfecho) == (1, 0, 0)
    assert cancel(ops, id) == 0
    ops.commit()
    sender.end(end)
    row = queue.message(id)
    assert row["status"] == (RECORDED[desfecho] if end == "commit" else "processando")
    assert queue.ends(id) == (0 if row["viva"] else 1)


@pytest.mark.parametrize("desfecho", RECORDED)
@pytest.mark.parametrize("end", ENDS)
def test_a_record_never_waits_for_an_update_that_is_left_open(queue, tellers, end, desfecho):
    got = claimed(queue, tellers, 3)
    sender, ops = tellers("sender", "ops")
    assert ops.count("update fila_mensagens set status = 'cancelada'") == 0
    assert ops.rows("select id from fila_mensagens for update") == []
    assert record(sender, got, desfecho) == (3, 0, 0)
    sender.commit()
    ops.end(end)
    assert queue.states([id for id, _ in got]) == [RECORDED[desfecho]] * 3


@pytest.mark.parametrize("desfecho", RECORDED)
@pytest.mark.parametrize("end", ENDS)
def test_evidence_meets_an_uncertain_row_that_is_being_cancelled(queue, tellers, end, desfecho):
    got = uncertain(queue, tellers)
    id = got[0][0]
    sender, ops, planner = tellers("sender", "ops", "planner")
    assert cancel(ops, id) == 1
    late = sender.start(record, got, desfecho).blocked_by(ops)
    ops.end(end)
    counts = late.result()
    sender.commit()
    row = queue.message(id)
    if end == "rollback":
        assert counts == ((0, 1, 0) if desfecho == "desconhecida" else (1, 0, 0))
        assert row["status"] == RECORDED[desfecho]
        assert queue.ends(id) == (0 if row["viva"] else 1)
    else:
        assert counts == (0, 1, 0)
        assert row["status"] == ("enviada" if desfecho == "aceita" else "cancelada")
        assert queue.ends(id) == (2 if desfecho == "aceita" else 1)
        assert (("liquidada", "cancelada") in queue.told(id)) == (desfecho == "aceita")
    while effects(planner, 1):
        planner.commit()
    planner.commit()
    assert queue.interactions() == (1 if row["status"] == "enviada" else 0)


@pytest.mark.parametrize("end", ENDS)
def test_evidence_meets_an_ended_row_that_gets_a_note(queue, tellers, end):
    got = uncertain(queue, tellers)
    id = got[0][0]
    sender, ops, planner = tellers("sender", "ops", "planner")
    assert cancel(ops, id) == 1
    ops.commit()
    assert ops.count("update fila_mensagens set metadata = '{\"nota\": 1}' where id = %s", id) == 1
    late = sender.start(record, got, "aceita").blocked_by(ops)
    ops.end(end)
    assert late.result() == (0, 1, 0)
    sender.commit()
    row = queue.message(id)
    assert (row["status"], row["wamid"]) == ("enviada", f"wamid.{id}.1")
    assert row["metadata"] == ({"nota": 1} if end == "commit" else {})
    while effects(planner):
        planner.commit()
    planner.commit()
    assert queue.interactions() == 1


@pytest.mark.parametrize("end", ENDS)
def test_statuses_and_effects_meet_a_sent_row_that_gets_a_note(queue, tellers, end):
    (id, seq), = got = claimed(queue, tellers)
    sender, ops, gateway, planner = tellers("sender", "ops", "gateway", "planner")
    record(sender, got, "aceita")
    sender.commit()
    store(gateway, [(id, seq, "delivered")])
    gateway.commit()
    assert ops.count("update fila_mensagens set metadata = '{\"nota\": 1}' where id = %s", id) == 1
    assert effects(planner) == 1  # they do not write the row
    planner.commit()
    waiting = gateway.start(apply).blocked_by(ops)
    ops.end(end)
    assert waiting.result() == 1
    gateway.commit()
    for teller, call in ((gateway, apply), (planner, effects)):
        while call(teller):
            teller.commit()
        teller.commit()
    row = queue.message(id)
    assert row["entrega"] == "entregue" and row["conversa_id"]
    assert row["metadata"] == ({"nota": 1} if end == "commit" else {})
    assert queue.interactions() == 1
