"""Senders who say at the same moment that Redis is gone or back, that Meta stopped a number, or that
it goes on: one change, one pause, and nothing that is decided on what the other one takes back.

As in test_interleavings.py: each ended by commit and by rollback, and who has to wait is waited for.
"""

import pytest

from queue_tellers import ENDS, company, queue, tellers  # company, queue and tellers are fixtures
from waiting import wait_until


@pytest.fixture(autouse=True)
def usual_mode(queue):
    queue.execute("delete from trabalhadores")
    queue.execute("delete from pausas")
    queue.execute("update modo_envio set modo = 'normal', epoca = epoca + 1")
    yield
    queue.execute("delete from trabalhadores")
    queue.execute("delete from pausas")
    queue.execute("update modo_envio set modo = 'normal', epoca = epoca + 1")
    queue.execute("update numeros set taxa_fator = 1, taxa_fator_em = null")


def seen(teller, name, redis):
    return teller.rows("select modo, epoca from sender_seen(%s, 'v', %s)", name, redis)[0]


def mode(queue):
    return tuple(queue.database.query("select modo, epoca from modo_envio")[0].values())


def say(queue, sql, *values):
    return queue.database.value(sql, *values, role="sender")


def changes(queue):
    return queue.value("select count(*) from auditoria where action = 'modo_envio'")


# the mode

@pytest.mark.parametrize("end", ENDS)
def test_two_that_lost_redis_at_once_are_one_change(queue, tellers, end):
    _, epoch = mode(queue)
    before = changes(queue)
    a, b = tellers("sender", "sender")
    assert seen(a, "a", False) == ("degradado", epoch + 1)
    late = b.start(seen, "b", False).blocked_by(a)
    a.end(end)
    assert late.result() == ("degradado", epoch + 1)
    b.commit()
    assert mode(queue) == ("degradado", epoch + 1)
    assert changes(queue) == before + 1, "the one that was rolled back leaves none"


@pytest.mark.parametrize("end", ENDS)
def test_two_that_are_back_at_once_are_one_change(queue, tellers, end):
    for name in "ab":
        say(queue, "select epoca from sender_seen(%s, 'v', false)", name)
    _, epoch = mode(queue)
    queue.execute("update trabalhadores set redis_perdido_em = null, redis_desde = agora() - interval '1 s'")
    a, b = tellers("sender", "sender")
    assert seen(a, "a", True) == ("normal", epoch + 1)
    late = b.start(seen, "b", True).blocked_by(a)
    a.end(end)
    assert late.result() == ("normal", epoch + 1)
    b.commit()
    assert mode(queue) == ("normal", epoch + 1)


@pytest.mark.parametrize("end", ENDS)
def test_one_loses_redis_while_another_one_ends_the_degraded_mode(queue, tellers, end):
    for name in "ab":
        say(queue, "select epoca from sender_seen(%s, 'v', false)", name)
    _, epoch = mode(queue)
    queue.execute("update trabalhadores set redis_perdido_em = null, redis_desde = agora() - interval '1 s'")
    a, b = tellers("sender", "sender")
    assert seen(a, "a", True) == ("normal", epoch + 1)
    late = b.start(seen, "b", False).blocked_by(a)
    a.end(end)
    assert late.result() == ("degradado", epoch + (2 if end == "commit" else 0))
    b.commit()
    assert mode(queue)[0] == "degradado", "whatever came first, the one without Redis binds both"


@pytest.mark.parametrize("end", ENDS)
def test_the_other_way_round_the_mode_stays(queue, tellers, end):
    for name in "ab":
        say(queue, "select epoca from sender_seen(%s, 'v', false)", name)
    _, epoch = mode(queue)
    queue.execute("update trabalhadores set redis_perdido_em = null, redis_desde = agora() - interval '1 s'")
    a, b = tellers("sender", "sender")
    assert seen(b, "b", False) == ("degradado", epoch)
    late = a.start(seen, "a", True).blocked_by(b)
    b.end(end)
    assert late.result() == (("degradado", epoch) if end == "commit" else ("normal", epoch + 1))
    a.commit()


def test_with_redis_nobody_waits(queue, tellers):
    _, epoch = mode(queue)
    a, b = tellers("sender", "sender")
    assert seen(a, "a", True) == ("normal", epoch)
    assert seen(b, "b", True) == ("normal", epoch)


# automatic pauses

def stopped(teller, id, code=131045):
    return teller.value("select fila_pause_auto(%s, 'numero', %s, 'x')", id, code)


def passed(teller, id):
    return teller.value("select fila_probe_passed(%s)", id)


def pauses(queue):
    return [tuple(row.values()) for row in queue.database.query("select automatica, vezes, ate > agora() from pausas")]


@pytest.mark.parametrize("end", ENDS)
def test_three_that_hear_of_an_outage_make_one_pause(queue, tellers, end):
    id, = queue.insert()
    a, b, c = tellers("sender", "sender", "sender")
    until = stopped(a, id)
    second = b.start(stopped, id).blocked_by(a)
    third = c.start(stopped, id).blocked_by(a)
    a.end(end)
    # either of the two is next, and the other waits for it
    wait_until(lambda: not (second.thread.is_alive() and third.thread.is_alive()), 10, "one has its turn")
    (one, its), (last, other) = sorted([(second, b), (third, c)], key=lambda pair: pair[0].thread.is_alive())
    first = one.result()
    assert first == until or end == "rollback"
    its.commit()
    assert last.result() == first
    other.commit()
    assert pauses(queue) == [(True, 0, True)]


@pytest.mark.parametrize("end", ENDS)
def test_three_whose_probe_failed_double_it_once(queue, tellers, end):
    id, = queue.insert()
    say(queue, "select fila_pause_auto(%s, 'numero', 1, 'x')", id)
    queue.execute("update pausas set ate = agora() - interval '1 ms'")
    a, b, c = tellers("sender", "sender", "sender")
    stopped(a, id)
    second = b.start(stopped, id).blocked_by(a)
    a.end(end)
    until = second.result()
    b.commit()
    assert stopped(c, id) == until
    c.commit()
    assert pauses(queue) == [(True, 1, True)]


@pytest.mark.parametrize("end", ENDS)
def test_a_probe_that_passed_beside_one_that_failed(queue, tellers, end):
    id, = queue.insert()
    say(queue, "select fila_pause_auto(%s, 'numero', 1, 'x')", id)
    queue.execute("update pausas set ate = agora() - interval '1 ms'")
    a, b = tellers("sender", "sender")
    stopped(a, id)
    late = b.start(passed, id).blocked_by(a)
    a.end(end)
    assert late.result() == (end == "rollback"), "a pause made longer meanwhile stands"
    b.commit()
    assert pauses(queue) == ([(True, 1, True)] if end == "commit" else [])


@pytest.mark.parametrize("end", ENDS)
def test_a_new_outage_beside_a_probe_that_passed(queue, tellers, end):
    id, = queue.insert()
    say(queue, "select fila_pause_auto(%s, 'numero', 1, 'x')", id)
    queue.execute("update pausas set ate = agora() - interval '1 ms', vezes = 5")
    a, b = tellers("sender", "sender")
    assert passed(a, id)
    late = b.start(stopped, id).blocked_by(a)
    a.end(end)
    late.result()
    b.commit()
    assert pauses(queue) == [(True, 0 if end == "commit" else 6, True)], "a new one begins anew"


@pytest.mark.parametrize("end", ENDS)
def test_a_persons_pause_beside_an_automatic_one(queue, tellers, end):
    id, = queue.insert()
    ops, sender = tellers("ops", "sender")
    ops.rows("select fila_pausar('obra', numero => %s)", str(queue.numero))
    late = sender.start(stopped, id).blocked_by(ops)
    ops.end(end)
    late.result()
    sender.commit()
    assert queue.value("select motivo from pausas") == ("obra" if end == "commit" else "x (código 131045)")


# learnt rates

@pytest.mark.parametrize("end", ENDS)
def test_two_that_are_throttled_at_once_slow_it_down_once(queue, tellers, end):
    a, b = tellers("sender", "sender")

    def throttled(teller):
        return teller.value("select fila_throttled(%s, 'numero')", queue.numero)

    assert throttled(a) == pytest.approx(0.7)
    late = b.start(throttled).blocked_by(a)
    a.end(end)
    late.result()
    b.commit()
    assert queue.value("select taxa_fator from numeros where id = %s", queue.numero) == pytest.approx(0.7)
