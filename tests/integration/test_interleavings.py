"""Two sessions over the same rows of the queue, in every order, ended by commit and by rollback:
no error for anybody, each row ends right, one effect for each end, and the counts are exact.

Where one has to wait, the test waits until the server says that it does.
"""

import pytest

from queue_tellers import (  # company, queue and tellers are fixtures
    ENDS, RECORDED, apply, cancel, claim, claimed, effects, expire, record, release, rescue, store, Teller,
    uncertain, company, queue, tellers)


# claim and claim

@pytest.mark.parametrize("end", ENDS)
def test_two_claims_take_different_rows_and_neither_waits(queue, tellers, end):
    ids = queue.insert(2)
    a, b = tellers("sender", "sender")
    first, second = claim(a, 1), claim(b, 100)
    assert [len(first), len(second)] == [1, 1]
    assert {first[0][0], second[0][0]} == set(ids)
    b.commit()
    a.end(end)
    assert queue.message(first[0][0])["status"] == ("processando" if end == "commit" else "pendente")
    assert claim(b, 100) == ([] if end == "commit" else first)
    assert queue.value("select count(*) from efeitos") == 0


# record and the webhook of the same message

@pytest.mark.parametrize("status", ("sent", "delivered", "read", "failed"))
@pytest.mark.parametrize("end", ENDS)
def test_a_webhook_waits_for_our_own_record(queue, tellers, end, status):
    got = claimed(queue, tellers)
    id, seq = got[0]
    sender, gateway = tellers("sender", "gateway")
    store(gateway, [(id, seq, status)])
    gateway.commit()
    assert record(sender, got, "aceita") == (1, 0, 0)
    late = gateway.start(apply).blocked_by(sender)
    sender.end(end)
    assert late.result() == 1
    gateway.commit()
    if end == "rollback":
        assert record(sender, got, "aceita") == (0, 1, 0)
        sender.commit()
    check_delivered(queue, tellers, id, status)


@pytest.mark.parametrize("status", ("sent", "delivered", "read", "failed"))
@pytest.mark.parametrize("end", ENDS)
def test_our_own_record_waits_for_the_webhook(queue, tellers, end, status):
    got = claimed(queue, tellers)
    id, seq = got[0]
    sender, gateway = tellers("sender", "gateway")
    store(gateway, [(id, seq, status)])
    gateway.commit()
    assert apply(gateway) == 1
    late = sender.start(record, got, "aceita").blocked_by(gateway)
    gateway.end(end)
    assert late.result() == ((0, 1, 0) if end == "commit" else (1, 0, 0))
    sender.commit()
    if end == "rollback":
        assert apply(gateway) == 1
        gateway.commit()
    check_delivered(queue, tellers, id, status)


def check_delivered(queue, tellers, id, status):
    row = queue.message(id)
    entrega = {"sent": "enviada", "delivered": "entregue", "read": "lida", "failed": "falhou"}[status]
    assert (row["status"], row["entrega"], row["wamid"]) == ("enviada", entrega, f"wamid.{id}.1")
    assert queue.ends(id) == 1
    planner, = tellers("planner")
    while effects(planner):
        planner.commit()
    planner.commit()
    assert queue.interactions() == 1


# rescue and record, rescue and claim

@pytest.mark.parametrize("desfecho", RECORDED)
@pytest.mark.parametrize("end", ENDS)
def test_a_late_record_waits_for_the_rescue_and_settles_the_row(queue, tellers, end, desfecho):
    got = claimed(queue, tellers)
    id = got[0][0]
    queue.run_out([id])
    sender, planner = tellers("sender", "planner")
    assert rescue(planner) == 1
    late = sender.start(record, got, desfecho).blocked_by(planner)
    planner.end(end)
    is_said_twice = end == "commit" and desfecho == "desconhecida"
    assert late.result() == ((0, 1, 0) if is_said_twice else (1, 0, 0))
    sender.commit()
    row = queue.message(id)
    assert row["status"] == RECORDED[desfecho]
    assert row["resgates"] == (1 if end == "commit" else 0)
    assert (("sem_noticia", None) in queue.told(id)) == (end == "commit")
    assert queue.ends(id) == (0 if row["viva"] else 1)


@pytest.mark.parametrize("end", ENDS)
def test_a_rescue_passes_over_a_row_that_is_being_recorded(queue, tellers, end):
    got = claimed(queue, tellers)
    id = got[0][0]
    queue.run_out([id])
    sender, planner = tellers("sender", "planner")
    record(sender, got, "aceita")
    assert rescue(planner) == 0
    sender.end(end)
    assert rescue(planner) == (0 if end == "commit" else 1)
    planner.commit()
    assert queue.states([id]) == ["enviada" if end == "commit" else "incerta"]


@pytest.mark.parametrize("first", ("rescue", "claim"))
@pytest.mark.parametrize("end", ENDS)
def test_rescue_and_claim_never_meet(queue, tellers, end, first):
    (lost, _), = claimed(queue, tellers)
    waiting, = queue.insert()
    queue.run_out([lost])
    sender, planner = tellers("sender", "planner")
    if first == "rescue":
        assert rescue(planner) == 1
        assert claim(sender) == [(waiting, 1)]
        sender.commit()
        planner.end(end)
        assert queue.states([lost]) == ["incerta" if end == "commit" else "processando"]
    else:
        assert claim(sender) == [(waiting, 1)]
        assert rescue(planner) == 1
        planner.commit()
        sender.end(end)
        assert queue.states([waiting]) == ["processando" if end == "commit" else "pendente"]
    assert queue.value("select count(*) from efeitos") == 0


@pytest.mark.parametrize("end", ENDS)
def test_two_rescues_take_different_rows(queue, tellers, end):
    got = claimed(queue, tellers, 4)
    queue.run_out([id for id, _ in got])
    a, b = tellers("planner", "planner")
    assert [rescue(a, 2), rescue(b)] == [2, 2]
    b.commit()
    a.end(end)
    assert rescue(b) == (0 if end == "commit" else 2)
    b.commit()
    assert queue.states([id for id, _ in got]) == ["incerta"] * 4
    assert queue.value("select count(*) from tentativas") == 4


# the end of a quarantine and the webhook

@pytest.mark.parametrize("end", ENDS)
def test_a_webhook_settles_what_is_being_released(queue, tellers, end):
    got = uncertain(queue, tellers)
    id, seq = got[0]
    queue.run_out([id])
    planner, gateway, sender = tellers("planner", "gateway", "sender")
    assert release(planner) == 1
    store(gateway, [(id, seq, "delivered")])
    gateway.commit()
    late = gateway.start(apply).blocked_by(planner)
    planner.end(end)
    assert late.result() == 1
    gateway.commit()
    row = queue.message(id)
    assert (row["status"], row["entrega"]) == ("enviada", "entregue")
    assert queue.ends(id) == 1
    assert claim(sender) == []
    assert ("liquidada", "pendente" if end == "commit" else "incerta") in queue.told(id)


@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_released_while_an_event_waits_or_is_being_applied(queue, tellers, end):
    got = uncertain(queue, tellers)
    id, seq = got[0]
    planner, gateway = tellers("planner", "gateway")
    store(gateway, [(id, seq, "sent")])
    gateway.commit()
    queue.execute("update webhook_pendentes set recebido_em = agora() - interval '1 hour'")
    queue.run_out([id])
    assert release(planner) == 0
    planner.commit()
    assert apply(gateway) == 1
    assert release(planner) == 0
    planner.commit()
    gateway.end(end)
    assert queue.states([id]) == ["enviada" if end == "commit" else "incerta"]
    assert release(planner) == 0


@pytest.mark.parametrize("end", ENDS)
def test_a_release_passes_over_a_row_that_is_being_settled(queue, tellers, end):
    got = uncertain(queue, tellers)
    id, seq = got[0]
    queue.run_out([id])
    planner, gateway = tellers("planner", "gateway")
    store(gateway, [(id, seq, "sent")])  # came after the quarantine: does not hold it by itself
    gateway.commit()
    assert apply(gateway) == 1
    assert release(planner) == 0
    gateway.end(end)
    assert release(planner) == (0 if end == "commit" else 1)
    planner.commit()
    assert queue.states([id]) == ["enviada" if end == "commit" else "pendente"]
    assert queue.ends(id) == (1 if end == "commit" else 0)


@pytest.mark.parametrize("end", ENDS)
def test_a_record_waits_for_the_release_and_settles_the_row(queue, tellers, end):
    got = uncertain(queue, tellers)
    id = got[0][0]
    queue.run_out([id])
    planner, sender = tellers("planner", "sender")
    assert release(planner) == 1
    late = sender.start(record, got, "aceita").blocked_by(planner)
    planner.end(end)
    assert late.result() == (1, 0, 0)
    sender.commit()
    assert queue.states([id]) == ["enviada"]
    assert queue.ends(id) == 1


# expiry

@pytest.mark.parametrize("end", ENDS)
def test_what_expires_is_passed_over_by_the_claim_and_the_other_way_round(queue, tellers, end):
    ids = queue.insert(2)
    queue.execute("update fila_ativa set valido_ate = agora()")
    sender, planner = tellers("sender", "planner")
    assert expire(planner, 1) == 1
    assert claim(sender) == []  # ended the other one itself: it is the last gate
    sender.commit()
    planner.end(end)
    assert expire(planner) == (0 if end == "commit" else 1)
    planner.commit()
    assert queue.states(ids) == ["expirada"] * 2
    assert [queue.ends(id) for id in ids] == [1, 1]


@pytest.mark.parametrize("end", ENDS)
def test_an_expiry_passes_over_what_is_being_claimed(queue, tellers, end):
    id, = queue.insert()
    sender, planner = tellers("sender", "planner")
    assert claim(sender) == [(id, 1)]
    sender.commit()
    record(sender, [(id, 1)], "devolvida")
    sender.commit()
    queue.execute("update fila_ativa set valido_ate = agora() - interval '1 second'")
    assert claim(sender) == []  # holds the row, which it has ended
    assert expire(planner) == 0
    sender.end(end)
    assert expire(planner) == (0 if end == "commit" else 1)
    planner.commit()
    assert queue.states([id]) == ["expirada"]
    assert queue.ends(id) == 1


# pauses, lanes and new rows

@pytest.mark.parametrize("end", ENDS)
def test_a_pause_is_obeyed_from_its_commit(queue, tellers, end):
    ids = queue.insert(3)
    sender, ops = tellers("sender", "ops")
    ops.rows("select fila_pausar('manutenção', numero => %s)", queue.PHONE_NUMBER_ID)
    assert claim(sender, 1) == [(ids[0], 1)]
    sender.commit()
    ops.end(end)
    assert claim(sender, 1) == ([] if end == "commit" else [(ids[1], 1)])
    assert (sender.rows("select * from fila_lanes()") == []) == (end == "commit")
    sender.rollback()
    assert queue.states(ids[1:]) == ["pendente"] * 2


@pytest.mark.parametrize("end", ENDS)
def test_a_claim_goes_on_while_a_pause_is_set(queue, tellers, end):
    id, = queue.insert()
    sender, ops = tellers("sender", "ops")
    assert claim(sender) == [(id, 1)]
    ops.rows("select fila_pausar('tudo para')")
    ops.commit()
    sender.end(end)
    assert queue.states([id]) == ["processando" if end == "commit" else "pendente"]
    assert claim(sender) == []
    ops.rows("select fila_retomar()")
    ops.commit()
    assert claim(sender) == ([] if end == "commit" else [(id, 1)])


@pytest.mark.parametrize("end", ENDS)
def test_lanes_and_claims_see_new_rows_from_their_commit(queue, tellers, end):
    sender, ops = tellers("sender", "ops")
    ops.count("insert into fila_mensagens (cliente_id, conteudo, prioridade) select %s, 'Oi', p"
              " from generate_series(4, 6) p", queue.people[0])
    lanes = "select prioridade from fila_lanes() order by 1"
    assert sender.rows(lanes) == []
    assert claim(sender) == []
    sender.commit()
    ops.end(end)
    assert sender.rows(lanes) == ([(4,), (5,), (6,)] if end == "commit" else [])
    assert len(claim(sender)) == (1 if end == "commit" else 0)


@pytest.mark.parametrize("end", ENDS)
def test_two_inserts_beside_each_other_wake_without_waiting(queue, tellers, end):
    a, b = tellers("ops", "ops")
    insert = "insert into fila_mensagens (cliente_id, conteudo) values (%s, 'Oi')"
    assert a.count(insert, queue.people[0]) == 1
    assert b.count(insert, queue.people[0]) == 1
    b.commit()
    a.end(end)
    assert queue.value("select count(*) from fila_ativa") == (2 if end == "commit" else 1)


# back into the queue

@pytest.mark.parametrize("end", ENDS)
def test_evidence_meets_a_row_that_is_being_put_back(queue, tellers, end):
    got = uncertain(queue, tellers)
    id = got[0][0]
    sender, ops = tellers("sender", "ops")
    assert cancel(ops, id) == 1
    ops.commit()
    ops.rows("select fila_reprocessar(%s)", id)
    late = sender.start(record, got, "aceita").blocked_by(ops)
    ops.end(end)
    assert late.result() == ((0, 0, 1) if end == "commit" else (0, 1, 0))
    sender.commit()
    assert queue.states([id]) == ["pendente" if end == "commit" else "enviada"]
    assert queue.told(id)[-1] == (("zumbi", None) if end == "commit" else ("liquidada", "cancelada"))


@pytest.mark.parametrize("end", ENDS)
def test_a_row_is_not_put_back_while_evidence_settles_it(queue, tellers, end):
    got = uncertain(queue, tellers)
    id = got[0][0]
    sender, ops = tellers("sender", "ops")
    assert cancel(ops, id) == 1
    ops.commit()
    assert record(sender, got, "aceita") == (0, 1, 0)
    late = ops.start(Teller.rows, "select fila_reprocessar(%s)", id).blocked_by(sender)
    sender.end(end)
    if end == "commit":
        with pytest.raises(Exception, match="enviada"):
            late.result()
    else:
        assert late.result() == [(id,)] or late.result()
    ops.end(end)
    assert queue.message(id)["status"] == ("enviada" if end == "commit" else "cancelada")
