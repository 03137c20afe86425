"""Behind pgbouncer in transaction mode: everything works by polling, LISTEN where a direct way
is configured, nothing of one session is found in another, and its restart loses nothing."""

import subprocess

import psycopg2
import pytest

from fleet import Fleet, clean_environment, program
from pooler import POOL_SIZE, Pooler
from queue_company import Company
from servers import run
from test_sender import at_rest, check_nothing_doubled_silently
from waiting import wait_until


@pytest.fixture(scope="module")
def pooler(postgres):
    pooler = Pooler(postgres)
    yield pooler
    pooler.done()


@pytest.fixture
def behind(fleet, database, pooler):
    """A fleet whose processes all go through the pooler; the CLI goes direct."""
    class Behind(Fleet):
        def sections(self, role=None, changes=None):
            sections = super().sections(role, changes)
            if role:
                sections["database"] = {"url": pooler.url(role, database.name), "pooled": True,
                                        **(changes or {}).get("database", {})}
            return sections
    fleet.__class__ = Behind
    return fleet


def listeners(database, worker):
    return database.value(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and application_name = %s and query ilike 'listen%%'", worker, role="postgres")


def test_a_campaign_goes_out_by_few_sessions_and_leaves_nothing_in_them(behind, database, pooler):
    behind.simulator()
    behind.gateway()
    behind.planner()
    company = Company(behind, per_s=1000, taxa=500)
    people = company.people(300)
    company.open_window(people)
    for _ in range(4):
        behind.sender()
    company.insert(people)
    wait_until(lambda: at_rest(company), 60, "all ended")
    assert len(check_nothing_doubled_silently(company)) == 300
    sessions = database.query(
        "select usename, count(*) as n from pg_stat_activity where datname = current_database()"
        " and usename in ('local_sender', 'local_planner', 'local_gateway') group by 1",
        role="postgres")
    assert {row["usename"] for row in sessions} == {"local_sender", "local_planner", "local_gateway"}
    assert all(row["n"] <= POOL_SIZE for row in sessions), sessions
    # four senders have two connections each: they did share
    clients = [row for row in pooler.show("clients")
               if row["database"] == database.name and row["user"] == "local_sender"]
    assert len(clients) == 8
    with psycopg2.connect(pooler.url("sender", database.name)) as connection:
        cursor = connection.cursor()
        for what in ("select count(*) from pg_prepared_statements",
                     "select count(*) from pg_listening_channels()",
                     "select count(*) from pg_locks where locktype = 'advisory'"
                     " and database = (select oid from pg_database where datname = current_database())"):
            cursor.execute(what)
            assert cursor.fetchone()[0] == 0, what


def test_with_listen_url_the_sender_is_woken_past_the_pooler(behind, database):
    behind.simulator()
    company = Company(behind)
    ana, bia = company.people(2)
    company.open_window([ana, bia])
    sender = behind.sender(
        sender={"poll_ms": 10000}, database={"listen_url": database.direct_url("sender")})
    wait_until(lambda: sender.events("listen.up"), 20, "it listens")
    assert listeners(database, sender.name) == 1
    company.insert([ana])
    wait_until(lambda: len(company.ledger()) == 1, 4, "it was told, not polling")

    killed = database.value(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where application_name = %s and query ilike 'listen%%'", sender.name, role="postgres")
    assert killed == 1
    wait_until(lambda: len(sender.events("listen.down")) == 1, 10, "it says so, once")
    assert sender.readyz()[0] == 200
    wait_until(lambda: len(sender.events("listen.up")) == 2, 20, "it listens again")
    company.insert([bia])
    wait_until(lambda: len(company.ledger()) == 2, 4, "it is told again")


def test_a_listener_that_never_comes_up_leaves_polling(behind, pooler, database):
    behind.simulator()
    company = Company(behind)
    ana, = company.people(1)
    company.open_window([ana])
    sender = behind.sender(database={"listen_url": "postgresql://nobody:x@127.0.0.1:1/none"})
    company.insert([ana])
    wait_until(lambda: len(company.ledger()) == 1, 20, "found by polling")
    assert len(sender.events("listen.down")) == 1  # each attempt is not a line
    assert sender.readyz()[0] == 200


def test_the_pooler_restarts_in_mid_campaign(behind, database, pooler):
    behind.simulator()
    behind.gateway()
    behind.planner(planner={"quarentena_s": 2})
    company = Company(behind, per_s=1000, taxa=100)
    people = company.people(300)
    company.open_window(people)
    senders = [behind.sender(sender={"reserva_s": 10, "start_s": 2, "post_s": 5}) for _ in range(2)]
    company.insert(people)
    wait_until(lambda: len(company.ledger()) > 60, 30, "it is under way")
    pooler.stop()
    wait_until(lambda: all(sender.readyz()[0] != 200 for sender in senders), 20, "both know")
    pooler.start()
    wait_until(lambda: all(sender.readyz()[0] == 200 for sender in senders), 20, "both are back")
    wait_until(lambda: at_rest(company), 90, "all ended")
    assert len(check_nothing_doubled_silently(company)) == 300


def test_migrations_go_through_it_and_leave_no_session_changed(empty_database, pooler):
    environment = {**clean_environment(), "CARTEIRO_DATABASE_POOLED": "true",
                   "CARTEIRO_DATABASE_URL": pooler.url("owner", empty_database.name)}
    run([program("carteiro"), "migrar"], env=environment)
    run([program("carteiro"), "migrar", "--show"], env=environment)
    with psycopg2.connect(pooler.url("owner", empty_database.name)) as connection:
        cursor = connection.cursor()
        cursor.execute("select name, setting from pg_settings"
                       " where source = 'session' and name in"
                       " ('role', 'search_path', 'client_min_messages', 'lock_timeout')")
        assert cursor.fetchall() == []
    postgres_url = pooler.url("postgres", empty_database.name)
    with psycopg2.connect(postgres_url) as connection:  # a superuser becomes carteiro_owner
        environment["CARTEIRO_DATABASE_URL"] = postgres_url
        connection.cursor().execute("drop schema carteiro cascade")
        connection.commit()
        run([program("carteiro"), "migrar"], env=environment)
        cursor = connection.cursor()
        cursor.execute("select nspowner::regrole::text, current_user from pg_namespace"
                       " where nspname = 'carteiro'")
        assert cursor.fetchone() == ("carteiro_owner", "postgres")


def test_an_import_goes_past_it_or_says_what_is_missing(database, pooler, tmp_path):
    people = tmp_path / "contatos.csv"
    people.write_text("nome;telefone\nAna Souza;(11) 98765-4321\n")
    environment = {**clean_environment(), "CARTEIRO_DATABASE_POOLED": "true",
                   "CARTEIRO_DATABASE_URL": pooler.url("owner", database.name)}
    run([program("carteiro"), "empresa", "salvar", "Importadora"], env=environment)
    command = [program("carteiro"), "cliente", "importar", str(people), "--empresa", "Importadora"]
    refused = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert refused.returncode == 78 and "database.listen_url" in refused.stderr
    run(command, env={**environment, "CARTEIRO_DATABASE_LISTEN_URL": database.direct_url("owner")})
    assert database.value("select count(*) from clientes where nome = 'Ana Souza'") == 1
