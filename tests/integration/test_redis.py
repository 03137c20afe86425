"""Redis restarted, flushed, hanging, stopped, cut from one of three senders: never above
rate × window + burst at the far end's ledger, nothing lost, nothing doubled."""

import os
import signal
import subprocess

import pytest

from proxy import Cut
from queue_company import Company, accepted
from waiting import wait_until
from windows import excess, sent_by

RATE, BURST = 160, 16
SENDERS = 3
LATE_S = 0.02
QUICK = {"poll_ms": 50}


@pytest.fixture
def company(fleet):
    fleet.simulator(simulator={"webhook_url": "", "pair_interval_s": 0})
    return Company(fleet, per_s=100000, taxa=RATE)


def fill(company, n):
    """n messages to as many people, who have just written."""
    people = company.people(n)
    company.open_window(people)
    return company.insert(people)


def not_later(company):
    """What waits is due."""
    company.database.execute("update fila_ativa set agendar_para = agora() where empresa_id = %s", company.id)


def mode(company):
    return company.database.value("select modo from modo_envio")


def check(company, n, rate=RATE, burst=BURST):
    """All sent, once each, and no window above."""
    assert company.states() == {"enviada": n}
    taken = accepted(company.ledger())
    assert len(taken) == n and all(len(wamids) == 1 for wamids in taken.values())
    times = sent_by(company.ledger())[company.phone_number_id]
    worst, above = excess(times, rate, burst)
    # without a burst each message has its instant; a busy machine may take the far end's from it
    spare = LATE_S * rate if burst == 1 else 0
    assert worst <= spare, f"{above} windows above, the worst by {worst}"


def all_sent(company):
    return set(company.states()) <= {"enviada"}


@pytest.mark.parametrize("rate,burst,n", [(RATE, BURST, 500), (5, 1, 40)])
def test_three_senders_keep_to_one_rate(fleet, rate, burst, n):
    fleet.simulator(simulator={"webhook_url": "", "pair_interval_s": 0})
    company = Company(fleet, per_s=100000, taxa=rate)
    ids = fill(company, n)
    for _ in range(SENDERS):
        fleet.sender(wait=False, sender=QUICK)
    wait_until(lambda: all_sent(company), 60, "all are sent")
    check(company, len(ids), rate, burst)


def restarted(redis):
    redis.stop()
    redis.start()


def flushed(redis):
    redis.cli("flushall")


def forgetful(redis):
    redis.cli("script", "flush")


def hanging(redis):
    redis.server.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        redis.server.send_signal(signal.SIGCONT)


def stopped(redis):
    redis.stop()
    try:
        yield
    finally:
        redis.start()


@pytest.mark.parametrize("fault", [restarted, flushed, forgetful])
def test_redis_loses_its_memory(fleet, company, fault):
    ids = fill(company, 500)
    for _ in range(SENDERS):
        fleet.sender(wait=False, sender=QUICK)
    for count in (60, 150, 240):
        wait_until(lambda: len(company.ledger()) > count, 60, f"{count} are sent")
        fault(fleet.redis)
    wait_until(lambda: all_sent(company), 60, "all are sent")
    check(company, len(ids))


def demoted(redis):
    """As after a failover to a replica: it reads, and refuses to write."""
    redis.cli("replicaof", "127.0.0.1", "1")
    try:
        yield
    finally:
        redis.cli("replicaof", "no", "one")


def full(redis):
    redis.cli("config", "set", "maxmemory", "1")
    try:
        yield
    finally:
        redis.cli("config", "set", "maxmemory", "0")


def forbidden(redis):
    redis.cli("acl", "setuser", "carteiro", "-set")
    try:
        yield
    finally:
        redis.cli("acl", "setuser", "carteiro", "+set")


@pytest.mark.parametrize("fault", [hanging, stopped, demoted, full, forbidden])
def test_redis_gone_binds_all_senders_until_it_is_back(fleet, company, fault):
    ids = fill(company, 600)
    senders = [fleet.sender(sender=QUICK) for _ in range(SENDERS)]
    wait_until(lambda: len(company.ledger()) > 60, 60, "it is under way")
    away = fault(fleet.redis)
    next(away)
    try:
        wait_until(lambda: mode(company) == "degradado", 20, "the mode is degradado")
        count = len(company.ledger())
        wait_until(lambda: len(company.ledger()) > count + 40, 30, "messages go on without Redis")
        for sender in senders:
            wait_until(lambda: sender.readyz()[0] == 200, 20, "it works, and says so")
            assert sender.metric("carteiro_modo_degradado") == 1
            assert sender.metric("carteiro_redis_perdas_total") >= 1
    finally:
        next(away, None)
    wait_until(lambda: mode(company) == "normal", 20, "the mode is normal again")
    count = len(company.ledger())
    wait_until(lambda: len(company.ledger()) > count + 40 or all_sent(company), 30, "and messages go on")
    wait_until(lambda: all_sent(company), 60, "all are sent")
    check(company, len(ids))
    wait_until(lambda: all(sender.metric("carteiro_modo_degradado") == 0 for sender in senders), 20, "all know")


def test_redis_gone_for_one_of_three_binds_the_others_too(fleet, company):
    ids = fill(company, 2000)
    with Cut(fleet.redis.port) as cut:
        others = [fleet.sender(sender=QUICK) for _ in range(SENDERS - 1)]
        fleet.sender(sender=QUICK, redis={"url": cut.through(fleet.redis.url())})
        wait_until(lambda: len(company.ledger()) > 60, 60, "it is under way")
        cut.hold()
        wait_until(lambda: mode(company) == "degradado", 20, "one lost it: degradado")
        wait_until(lambda: all(o.metric("carteiro_modo_degradado") == 1 for o in others), 20, "those that have it, too")
        count = len(company.ledger())
        wait_until(lambda: len(company.ledger()) > count + 40, 30, "messages go on")
        cut.heal()
        wait_until(lambda: mode(company) == "normal", 20, "the mode is normal again")
        wait_until(lambda: all_sent(company), 60, "all are sent")
        check(company, len(ids))


def test_a_sender_that_slept_through_two_modes_is_not_too_fast(fleet, company):
    ids = fill(company, 500)
    sleeper = fleet.sender(sender=QUICK)
    fleet.sender(sender=QUICK)
    wait_until(lambda: len(company.ledger()) > 60, 60, "it is under way")
    sleeper.pause()
    fleet.redis.stop()
    wait_until(lambda: mode(company) == "degradado", 20, "the mode is degradado")
    fleet.redis.start()
    # the sleeper counts for 15 s, as one that has Redis
    wait_until(lambda: mode(company) == "normal", 20, "the mode is normal again")
    sleeper.resume()
    wait_until(lambda: all_sent(company), 60, "all are sent")
    check(company, len(ids))


def test_an_answer_lost_after_the_grant_costs_tokens_only(fleet, company):
    ids = fill(company, 300)
    with Cut(fleet.redis.port) as cut:
        for _ in range(SENDERS):
            fleet.sender(sender=QUICK, redis={"url": cut.through(fleet.redis.url())})
        for count in (30, 80, 130, 180):
            wait_until(lambda: len(company.ledger()) > count, 60, f"{count} are sent")
            cut.lose_answer(2)
        wait_until(lambda: all_sent(company), 60, "all are sent")
        check(company, len(ids))


def test_a_slow_redis_is_never_too_fast(fleet, company):
    """20 ms each way: many a token is too old at its POST and asked for again."""
    ids = fill(company, 60)
    with Cut(fleet.redis.port) as cut:
        cut.delay(0.02)
        for _ in range(SENDERS):
            fleet.sender(sender=QUICK, redis={"url": cut.through(fleet.redis.url())})
        wait_until(lambda: all_sent(company), 90, "all are sent")
        check(company, len(ids))


def test_without_redis_campaigns_stop_and_say_why_and_replies_go_on(fleet, company):
    people = company.people(40)
    company.open_window(people)
    sender = fleet.sender(sender=QUICK)
    fleet.redis.stop()
    try:
        wait_until(lambda: mode(company) == "degradado", 20, "the mode is degradado")
        campaign = company.insert(people[:20], tipo="campanha")
        replies = company.insert(people[20:])
        wait_until(lambda: company.states().get("enviada") == 20, 30, "the replies are sent")
        sent = {str(row["id"]) for row in company.database.query(
            "select id from fila_mensagens where empresa_id = %s and status = 'enviada'", company.id)}
        assert sent == {str(id) for id in replies}
        wait_until(lambda: company.database.value(
            "select count(*) from fila_ativa where empresa_id = %s and espera_motivo like 'sem Redis%%'",
            company.id) > 0, 20, "the campaign says why it waits")
        assert sender.readyz()[0] == 200
    finally:
        fleet.redis.start()
    wait_until(lambda: mode(company) == "normal", 20, "the mode is normal again")
    not_later(company)
    wait_until(lambda: company.states() == {"enviada": 40}, 60, "the campaign goes on")
    assert len(accepted(company.ledger())) == len(campaign) + len(replies)


def test_a_sender_that_ends_counts_no_more(fleet, company):
    sender = fleet.sender(sender=QUICK)
    wait_until(lambda: company.database.value(
        "select count(*) from trabalhadores where redis_desde is not null") == 1, 20, "it is counted")
    assert sender.term() == 0
    assert company.database.value("select count(*) from trabalhadores where processo like '%%sender'") == 0


def test_refused_looks_make_it_unready_and_say_why(fleet, company):
    sender = fleet.sender(sender=QUICK)
    company.database.execute("revoke execute on function fila_lanes() from carteiro_sender")
    try:
        wait_until(lambda: sender.readyz()[0] == 503, 20, "it is unready")
        assert "fila_lanes" in sender.readyz()[1] and "42501" in sender.readyz()[1]
    finally:
        company.database.execute("grant execute on function fila_lanes() to carteiro_sender")
    wait_until(lambda: sender.readyz()[0] == 200, 20, "it is ready again")


# ---- reach

def outside(company, template, n):
    """n messages to people who have not written: a template each."""
    people = company.people(n)
    return people, company.insert(people, modelo=template)


def waiting_for_reach(company):
    return company.database.value(
        "select count(*) from fila_ativa where empresa_id = %s and status = 'pendente'"
        " and espera_motivo = 'limite de pessoas em 24 horas do portfólio'", company.id)


@pytest.fixture
def limited(fleet, company):
    """A portfolio of its own that may write to five people."""
    company.database.execute(
        "update portfolios set alcance_limite = 5 where id = (select c.portfolio_id from numeros n"
        " join contas c on c.id = n.conta_id where n.id = %s)", company.numero)
    return company


def test_a_portfolio_writes_to_so_many_people_also_after_an_empty_redis(fleet, limited):
    template = limited.template()
    for _ in range(2):
        fleet.sender(sender=QUICK)
    people, _ = outside(limited, template, 8)
    wait_until(lambda: limited.states().get("enviada") == 5 and waiting_for_reach(limited) == 3, 30,
               "five are written to, three wait")
    waits = limited.database.value("select min(extract(epoch from agendar_para - agora())) from fila_ativa"
                                   " where empresa_id = %s", limited.id)
    assert 23 * 3600 < waits <= 24 * 3600
    written = [row["cliente_id"] for row in limited.database.query(
        "select cliente_id from fila_mensagens where empresa_id = %s and status = 'enviada'", limited.id)]
    limited.insert(written[:2], "de novo", template)
    wait_until(lambda: limited.states().get("enviada") == 7, 30, "who is among the five may be written to again")
    fleet.redis.cli("flushall")
    limited.insert(written[2:4], "e de novo", template)
    outside(limited, template, 2)
    wait_until(lambda: limited.states().get("enviada") == 9 and waiting_for_reach(limited) == 5, 60,
               "an empty Redis is filled from the database")
    assert len({line["to"] for line in limited.ledger()}) == 5


def test_whoever_wrote_first_does_not_count(fleet, limited):
    template = limited.template()
    outside(limited, template, 8)
    fleet.sender(sender=QUICK)
    wait_until(lambda: waiting_for_reach(limited) == 3, 30, "the portfolio is full")
    fill(limited, 10)
    wait_until(lambda: limited.states().get("enviada") == 15, 30, "answers go on")


def test_while_reach_is_not_counted_who_is_outside_waits(fleet, limited):
    template = limited.template()
    fleet.sender(sender=QUICK)
    fleet.redis.stop()
    try:
        wait_until(lambda: mode(limited) == "degradado", 20, "the mode is degradado")
        outside(limited, template, 3)
        fill(limited, 3)
        wait_until(lambda: limited.states().get("enviada") == 3, 30, "who has written is answered")
        wait_until(lambda: limited.database.value(
            "select count(*) from fila_ativa where empresa_id = %s and espera_motivo like 'sem Redis: as pessoas%%'",
            limited.id) == 3, 30, "the others wait")
        assert limited.states() == {"enviada": 3, "pendente": 3}
    finally:
        fleet.redis.start()
    wait_until(lambda: mode(limited) == "normal", 20, "the mode is normal again")
    not_later(limited)
    wait_until(lambda: limited.states() == {"enviada": 6}, 60, "then they are written to")


# ---- what the fleet's user may

def as_fleet(redis, *command):
    return subprocess.run(
        ["redis-cli", "-p", str(redis.port), "--user", "carteiro", "--no-auth-warning", *command],
        env={**os.environ, "REDISCLI_AUTH": redis.password}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True).stdout


@pytest.mark.parametrize("command", [
    ("flushall",), ("flushdb",), ("config", "get", "*"), ("script", "flush"), ("keys", "*"), ("scan", "0"),
    ("get", "cb:{p1}:1:epoch"), ("del", "cb:{p1}:1:epoch"), ("expire", "cb:{p1}:1:epoch", "1"), ("info",),
    ("acl", "list"), ("shutdown",), ("client", "list"), ("monitor",),
    ("set", "outro", "1"), ("zadd", "outro", "1", "a"), ("publish", "a", "b"), ("save",), ("replicaof", "no", "one"),
    ("eval", "return redis.call('keys', '*')", "0"), ("eval", "return redis.call('flushall')", "0"),
    ("eval", "return redis.call('set', KEYS[1], 1)", "1", "outro"),
], ids=" ".join)
def test_the_fleets_user_may_nothing_else(redis, command):
    answer = as_fleet(redis, *command)
    assert any(text in answer for text in ("NOPERM", "can't run this command", "can't access")), answer


def test_the_fleets_user_is_never_refused(fleet, limited):
    fleet.redis.cli("acl", "log", "reset")
    template = limited.template()
    fleet.sender(sender=QUICK)
    outside(limited, template, 8)
    fill(limited, 5)
    wait_until(lambda: limited.states().get("enviada") == 10 and waiting_for_reach(limited) == 3, 30, "all that may")
    assert fleet.redis.cli("acl", "log").strip() == ""
