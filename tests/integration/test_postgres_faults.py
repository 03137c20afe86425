"""PostgreSQL fails over, cuts sessions, is partitioned, refuses connections: nothing is lost,
and nothing doubled that tentativas does not declare. Restarts and crashes: test_sender.py."""

import random
import signal
import time

import psycopg2
import pytest

from fleet import Fleet
from pooler import direct_only
from proxy import Cut
from queue_company import Company
from servers import TOP, Database, Postgres, run
from test_sender import at_rest, check_nothing_doubled_silently
from waiting import stays, wait_until

pytestmark = direct_only
SHORT = {"reserva_s": 10, "start_s": 2, "post_s": 5}


def people_with_window(company, n):
    people = company.people(n)
    company.open_window(people)
    return people


@pytest.fixture
def pair(template, postgres):
    """A primary of its own with the migrated schema, and a synchronous standby."""
    primary = Postgres(settings={"wal_level": "replica", "max_wal_senders": "5"})
    schema = run([str(primary.programs / "pg_dump"), "-d", template.direct_url("postgres")])
    database = primary.create("whole")
    run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.direct_url("postgres")], input=schema)
    standby = Postgres(standby_of=primary)
    database.query("alter system set synchronous_standby_names = '*'", role="postgres")
    database.query("select pg_reload_conf()", role="postgres")
    wait_until(lambda: database.value(
        "select sync_state from pg_stat_replication", role="postgres") == "sync", 20)
    yield primary, standby, database
    standby.done()
    primary.done()


def test_a_failover_to_the_synchronous_standby_loses_nothing(pair, redis, tmp_path):
    primary, standby, database = pair
    redis.forget()
    fleet = Fleet(tmp_path, database, redis)

    def both(role):  # the standby first: whoever connects must pass over it
        return (f"postgresql://local_{role}:{primary.password}@localhost:{standby.port},"
                f"127.0.0.1:{primary.port}/whole?target_session_attrs=read-write")

    try:
        fleet.simulator()
        fleet.gateway(database_url=both("gateway"))
        fleet.planner(database_url=both("planner"), planner={"quarentena_s": 2, "rescue_s": 1})
        company = Company(fleet, per_s=1000, taxa=100)
        people = people_with_window(company, 400)
        senders = [fleet.sender(database_url=both("sender"), sender=SHORT) for _ in range(2)]
        company.insert(people)
        wait_until(lambda: len(company.ledger()) > 60, 30, "it is under way")
        primary.stop(signal.SIGQUIT)
        standby.promote()
        began = time.monotonic()
        company.database = fleet.database = Database(standby, "whole")
        wait_until(lambda: all(s.readyz()[0] == 200 for s in senders), 20, "both have found it")
        assert time.monotonic() - began < 10
        wait_until(lambda: at_rest(company), 120, "every message ended")
        taken = check_nothing_doubled_silently(company)
        assert company.states() == {"enviada": 400} and len(taken) == 400
        for sender in senders:  # attempts are bounded: 50 ms, doubled to 5 s, jittered
            assert len(sender.events("pg.down")) < 40
    finally:
        fleet.stop()


def test_a_primary_that_turns_read_only_is_left_for_the_next_host(pair, redis, tmp_path):
    primary, standby, database = pair
    redis.forget()
    fleet = Fleet(tmp_path, database, redis)
    url = (f"postgresql://local_sender:{primary.password}@127.0.0.1:{primary.port},"
           f"127.0.0.1:{standby.port}/whole?target_session_attrs=read-write")
    try:
        fleet.simulator()
        company = Company(fleet)
        ana, = people_with_window(company, 1)
        sender = fleet.sender(database_url=url)
        database.query("alter system set synchronous_standby_names = ''", role="postgres")
        database.query("alter system set default_transaction_read_only = on", role="postgres")
        database.query("select pg_reload_conf()", role="postgres")
        wait_until(lambda: sender.readyz()[0] != 200, 20, "it noticed")
        assert any("read-only" in str(line) for line in sender.events("pg.down"))
        standby.promote()
        company.database = Database(standby, "whole")
        wait_until(lambda: sender.readyz()[0] == 200, 20, "it found the other")
        company.insert([ana])
        wait_until(lambda: at_rest(company), 20, "sent")
        assert company.states() == {"enviada": 1}
    finally:
        fleet.stop()


def test_sessions_ended_at_random_lose_nothing(fleet, database):
    fleet.simulator()
    fleet.gateway()
    fleet.planner(planner={"quarentena_s": 2, "rescue_s": 1})
    company = Company(fleet, per_s=1000, taxa=100)
    people = people_with_window(company, 400)
    senders = [fleet.sender(sender=SHORT) for _ in range(2)]
    company.insert(people)
    dice = random.Random(4)
    cut = 0
    deadline = time.monotonic() + 60
    while not at_rest(company) and time.monotonic() < deadline:
        pids = [row["pid"] for row in database.query(
            "select pid from pg_stat_activity where datname = current_database()"
            " and usename in ('local_sender', 'local_planner', 'local_gateway')", role="postgres")]
        if pids and cut < 60:
            cut += database.value("select pg_terminate_backend(%s)", dice.choice(pids), role="postgres")
        idle = database.value(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and state like 'idle in transaction%%' and usename <> 'postgres'"
            " and state_change < clock_timestamp() - interval '200 ms'", role="postgres")
        assert idle == 0  # nobody holds a transaction across a round trip
        stays(lambda: True, dice.uniform(0.02, 0.1))
    assert cut > 20
    wait_until(lambda: at_rest(company), 60, "every message ended")
    assert company.states() == {"enviada": 400}
    assert len(check_nothing_doubled_silently(company)) == 400
    assert all(sender.is_running() for sender in senders)


def test_a_partition_is_noticed_by_the_deadline_of_a_statement(fleet, database):
    fleet.simulator()
    fleet.gateway()
    fleet.planner(planner={"quarentena_s": 2, "rescue_s": 1})
    company = Company(fleet, per_s=1000, taxa=100)
    people = people_with_window(company, 200)
    with Cut(database.server.port) as cut:
        url = cut.through(database.direct_url("sender"))
        sender = fleet.sender(database_url=url, database={"url": url, "statement_ms": 1500}, sender=SHORT)
        company.insert(people)
        wait_until(lambda: len(company.ledger()) > 30, 30, "it is under way")
        cut.hold()
        wait_until(lambda: sender.readyz()[0] != 200, 10, "it noticed")
        sent = len(company.ledger())
        # what was claimed before may go; the rest waits for a connection
        stays(lambda: len(company.ledger()) <= sent + 64, 1)
        assert cut.taken < 20  # one attempt at a time, each with a pause before
        cut.heal()
        wait_until(lambda: sender.readyz()[0] == 200, 15, "it is back")
        wait_until(lambda: at_rest(company), 60, "every message ended")
        assert company.states() == {"enviada": 200}
        check_nothing_doubled_silently(company)
        fleet.stop()


def test_lost_answers_of_claims_and_records_are_settled(fleet, database):
    fleet.simulator()
    fleet.gateway()
    fleet.planner(planner={"quarentena_s": 2, "rescue_s": 1})
    company = Company(fleet, per_s=1000, taxa=100)
    people = people_with_window(company, 200)
    with Cut(database.server.port) as cut:
        fleet.sender(database_url=cut.through(database.direct_url("sender")), sender=SHORT)
        company.insert(people)
        for n in range(6):
            wait_until(lambda: len(company.ledger()) > 20 * n, 30, "it is under way")
            cut.lose_answer()
            wait_until(lambda: not cut.faults.answers_to_lose, 10, "an answer was lost")
        wait_until(lambda: at_rest(company), 90, "every message ended")
        assert company.states() == {"enviada": 200}
        check_nothing_doubled_silently(company)
        fleet.stop()


def test_a_killed_sender_lets_go_of_its_locks_though_its_statement_waits(fleet, database):
    fleet.simulator()
    company = Company(fleet)
    ana, = people_with_window(company, 1)
    sender = fleet.sender()
    waiting = ("select count(*) from pg_stat_activity where application_name = %s"
               " and wait_event_type = 'Lock'")
    with psycopg2.connect(database.direct_url("postgres")) as blocker:
        blocker.cursor().execute("lock table carteiro.fila_ativa in access exclusive mode")
        wait_until(lambda: database.value(waiting, sender.name, role="postgres"), 20, "it waits")
        sender.kill()
        wait_until(lambda: not database.value(
            "select count(*) from pg_stat_activity where application_name = %s", sender.name,
            role="postgres"), 3, "the server noticed that it is gone")


@pytest.fixture
def login(database):
    """A login as deploy/roles.sql tells one to make it."""
    database.query("create role falhas_sender login password 'antes' in role carteiro_sender",
                   role="postgres")
    run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.direct_url("postgres"),
         "-f", str(TOP / "deploy/roles.sql")])
    yield "falhas_sender"
    database.query("drop role falhas_sender", role="postgres")


def end_sessions(database, login):
    database.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = %s",
                   login, role="postgres")


def test_a_new_password_is_read_from_its_file_and_refusals_are_not_hammered(fleet, database, login):
    fleet.simulator()
    company = Company(fleet)
    ana, = people_with_window(company, 1)
    secret = fleet.home / "password"
    secret.write_text("antes\n")
    url = f"postgresql://{login}@127.0.0.1:{database.server.port}/{database.name}"
    sender = fleet.sender(database={"url": url, "password_file": str(secret)})

    database.query(f"alter role {login} password 'depois'", role="postgres")
    end_sessions(database, login)
    wait_until(lambda: sender.readyz()[0] != 200, 10, "it is refused")
    before = len(sender.events("pg.down"))
    stays(lambda: sender.is_running(), 3)
    assert len(sender.events("pg.down")) - before < 24  # two connections, pauses that double
    secret.write_text("depois\n")
    wait_until(lambda: sender.readyz()[0] == 200, 15, "the new one was read")

    database.query(f"alter role {login} connection limit 0", role="postgres")  # 53300
    end_sessions(database, login)
    wait_until(lambda: sender.readyz()[0] != 200, 10, "no connection is left for it")
    database.query(f"alter role {login} connection limit -1", role="postgres")
    wait_until(lambda: sender.readyz()[0] == 200, 15, "it is back within its longest pause")
    id, = company.insert([ana])
    wait_until(lambda: at_rest(company), 20, "sent")
    assert company.message(id)["status"] == "enviada"
    end_sessions(database, login)
    assert sender.term() == 0


def test_roles_sql_gives_a_login_its_settings_and_leaves_what_it_has(database, login):
    roles = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.direct_url("postgres"),
             "-f", str(TOP / "deploy/roles.sql")]

    def settings():
        return set(database.value(
            "select setconfig from pg_db_role_setting where setrole = %s::regrole", login, role="postgres"))
    assert settings() == {
        "role=carteiro_sender", "search_path=carteiro, public",
        "client_connection_check_interval=500ms", "statement_timeout=27s",
        "idle_in_transaction_session_timeout=60s"}
    database.query(f"alter role {login} set statement_timeout = '90s'", role="postgres")
    run(roles)
    assert "statement_timeout=90s" in settings() and len(settings()) == 5
