"""Claims beside each other where only one may win: the probe of a pause, the tokens of a number while
there is no Redis, a message that is to be sent alone, and a mode that changes meanwhile.

As in test_interleavings.py: each ended by commit and by rollback, and who has to wait is waited for.
"""

import psycopg2
import pytest

from queue_tellers import (  # company, queue and tellers are fixtures
    ENDS, cancel, claim, record, company, queue, tellers)


@pytest.fixture(autouse=True)
def usual_mode(queue):
    yield
    queue.execute("update modo_envio set modo = 'normal', epoca = epoca + 1")
    queue.execute("truncate ritmo_degradado")
    queue.execute("update numeros set taxa = null, rajada = null")


def probe(teller, k=10, epoca=None):
    """[(id, is_sonda)] of what the claim gave."""
    return teller.rows(
        "select id, is_sonda from fila_claim('teste', 60000, array[(select min(id) from fila_numeros())],"
        " '{5}', '{0}', array[%s], '{null}', '{null}', null, %s)", k, epoca)


def alone(teller):
    return [row[0] for row in teller.rows("select id from fila_claim_alone('teste', 60000)")]


def pause(queue, scope):
    target = {"numero": queue.numero, "modelo": queue.modelo,
              "conta": queue.value("select min(id) from contas")}[scope]
    queue.execute(f"insert into pausas (escopo, {scope}_id, motivo, automatica, ate)"
                  " values (%s, %s, 'x', true, agora() - interval '1 second')", scope, target)


def without_redis(queue):
    """The epoca; buckets are full: the mode is an hour old."""
    queue.execute("update modo_envio set modo = 'degradado', epoca = epoca + 1, desde = agora() - interval '1 hour'")
    return queue.value("select epoca from modo_envio")


# probes

@pytest.mark.parametrize("scope", ("numero", "conta"))
@pytest.mark.parametrize("end", ENDS)
def test_of_two_claims_one_tries_a_pause_and_neither_waits(queue, tellers, end, scope):
    ids = queue.insert(3)
    pause(queue, scope)
    a, b = tellers("sender", "sender")
    assert probe(a) == [(ids[0], True)]
    assert probe(b) == []
    b.commit()
    a.end(end)
    assert probe(b) == ([] if end == "commit" else [(ids[0], True)])
    b.commit()
    assert sorted(queue.states(ids)) == ["pendente", "pendente", "processando"]
    assert [queue.message(id)["adiamentos"] for id in ids] == [0, 0, 0]


@pytest.mark.parametrize("end", ENDS)
def test_of_two_claims_one_tries_a_template_and_the_others_rows_wait(queue, tellers, end):
    queue.execute("truncate conversas")
    ids = queue.insert(2, modelo_id=queue.modelo)
    pause(queue, "modelo")
    a, b = tellers("sender", "sender")
    assert probe(a, 1) == [(ids[0], True)]
    assert probe(b) == []
    b.commit()
    a.end(end)
    assert queue.message(ids[1])["espera_motivo"] == "modelo em pausa: x"
    assert queue.value("select sonda_ate is not null from pausas") == (end == "commit")
    assert probe(b) == ([] if end == "commit" else [(ids[0], True)])


@pytest.mark.parametrize("end", ENDS)
def test_a_message_that_a_person_holds_does_not_spend_the_try(queue, tellers, end):
    id, = queue.insert()
    pause(queue, "numero")
    sender, ops = tellers("sender", "ops")
    assert cancel(ops, id) == 1
    assert probe(sender) == []
    sender.commit()
    ops.end(end)
    assert queue.value("select sonda_ate from pausas") is None
    assert probe(sender) == ([] if end == "commit" else [(id, True)])


@pytest.mark.parametrize("end", ENDS)
def test_a_person_who_cancels_the_probe_waits_and_passes_over_it(queue, tellers, end):
    id, = queue.insert()
    pause(queue, "numero")
    sender, ops = tellers("sender", "ops")
    assert probe(sender) == [(id, True)]
    late = ops.start(cancel, id).blocked_by(sender)
    sender.end(end)
    assert late.result() == (0 if end == "commit" else 1)
    ops.commit()
    assert queue.states([id]) == ["processando" if end == "commit" else "cancelada"]
    assert queue.value("select sonda_ate is not null from pausas") == (end == "commit")


def test_a_pause_that_is_lifted_beside_its_probe_is_over_for_all(queue, tellers):
    ids = queue.insert(2)
    pause(queue, "numero")
    sender, other = tellers("sender", "sender")
    assert probe(sender) == [(ids[0], True)]
    sender.commit()
    queue.execute("delete from pausas")
    assert probe(other) == [(ids[1], False)]


# tokens and pairs without Redis

@pytest.mark.parametrize("end", ENDS)
def test_two_claims_share_the_tokens_of_a_number(queue, tellers, end):
    queue.execute("update numeros set taxa = 0.01, rajada = 6")  # three tokens, the next minutes later
    ids = [queue.insert(1, person)[0] for person in range(4)]
    without_redis(queue)
    a, b = tellers("sender", "sender")
    assert len(claim(a, 2)) == 2
    late = b.start(claim, 100).blocked_by(a)
    a.end(end)
    assert len(late.result()) == (1 if end == "commit" else 3)
    b.commit()
    assert queue.states(ids).count("processando") == 3


@pytest.mark.parametrize("end", ENDS)
def test_two_claims_give_a_person_one_message_in_six_seconds(queue, tellers, end):
    first, second = queue.insert(2)
    without_redis(queue)
    a, b = tellers("sender", "sender")
    assert [id for id, _ in claim(a, 1)] == [first]
    late = b.start(claim, 100).blocked_by(a)
    a.end(end)
    assert [id for id, _ in late.result()] == ([] if end == "commit" else [first])
    b.commit()
    row = queue.message(second)
    assert row["espera_motivo"] == "sem Redis: uma mensagem por pessoa a cada 6 s"
    waited = queue.value("select extract(epoch from agendar_para - agora()) from fila_ativa where id = %s", second)
    assert 3 < waited < 6.5


def test_what_was_recorded_a_moment_ago_counts_for_the_pair(queue, tellers):
    first, second = queue.insert(2)
    sender, = tellers("sender")
    got = claim(sender, 1)
    sender.commit()
    without_redis(queue)
    record(sender, got, "aceita")
    sender.commit()
    assert claim(sender) == []
    sender.commit()
    assert [queue.message(id)["status"] for id in (first, second)] == ["enviada", "pendente"]


# the mode

def test_a_claim_that_waited_while_the_mode_changed_takes_nothing(queue, tellers):
    id = queue.insert(1, 0)[0]
    other = queue.insert(1, 1)[0]
    epoca = without_redis(queue)
    a, b = tellers("sender", "sender")
    assert probe(a, 1, epoca) == [(id, False)]
    late = b.start(probe, 10, epoca).blocked_by(a)
    queue.execute("update modo_envio set modo = 'normal', epoca = epoca + 1")
    a.commit()
    with pytest.raises(psycopg2.Error) as refused:
        late.result()
    assert refused.value.pgcode == "CT001"
    b.rollback()
    assert queue.states([id, other]) == ["processando", "pendente"]
    assert queue.message(other)["reserva_seq"] == 0


@pytest.mark.parametrize("end", ENDS)
def test_a_mode_is_that_of_its_commit_and_waits_for_no_claim(queue, tellers, end):
    ids = queue.insert(2)
    epoca = queue.value("select epoca from modo_envio")
    a, b, planner = tellers("sender", "sender", "owner")
    assert probe(a, 1, epoca) == [(ids[0], False)]
    planner.count("update modo_envio set modo = 'degradado', epoca = epoca + 1, desde = agora()")
    assert probe(b, 1, epoca) == [(ids[1], False)]
    b.rollback()
    planner.end(end)
    a.commit()
    if end == "rollback":
        assert probe(b, 1, epoca) == [(ids[1], False)]
        return
    with pytest.raises(psycopg2.Error) as refused:
        probe(b, 1, epoca)
    assert refused.value.pgcode == "CT001"
    b.rollback()
    assert queue.states(ids) == ["processando", "pendente"]


# suspects

@pytest.mark.parametrize("end", ENDS)
def test_two_look_for_a_suspect_and_take_different_ones(queue, tellers, end):
    ids = queue.insert(2)
    queue.execute("update fila_ativa set resgates = 2")
    a, b, c = tellers("sender", "sender", "sender")
    assert alone(a) == [ids[0]]
    assert alone(b) == [ids[1]]
    assert alone(c) == []
    assert claim(c) == []
    c.commit()
    b.commit()
    a.end(end)
    assert alone(c) == ([] if end == "commit" else [ids[0]])


@pytest.mark.parametrize("end", ENDS)
def test_a_suspect_that_a_person_cancels_is_passed_over(queue, tellers, end):
    id, = queue.insert()
    queue.execute("update fila_ativa set resgates = 2")
    sender, ops = tellers("sender", "ops")
    assert cancel(ops, id) == 1
    assert alone(sender) == []
    ops.end(end)
    assert alone(sender) == ([] if end == "commit" else [id])
