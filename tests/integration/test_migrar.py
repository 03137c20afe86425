"""`carteiro migrar`: from nothing, again, five at once, and each way to fail."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from fleet import BUILD, clean_environment, program
from servers import TOP, Postgres
from waiting import wait_until

MIGRATIONS = sorted(path.stem for path in (TOP / "sql/migrations").glob("*.sql"))
FUNCTIONS = sorted(path.stem for path in (TOP / "sql/functions").glob("*.sql"))
OTHERS_BOOKS = "select count(*) from pg_namespace where nspname = 'carteiro'"


def command(url, *arguments):
    return ([program("carteiro"), "migrar", *arguments],
            {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True,
             "env": clean_environment(CARTEIRO_DATABASE_URL=url)})


def migrar(url, *arguments):
    line, options = command(url, *arguments)
    return subprocess.run(line, timeout=120, **options)


def migrar_json(url, *arguments):
    done = migrar(url, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_empty_database_gets_everything_and_then_nothing(empty_database):
    url = empty_database.url()
    before = migrar_json(url, "--show")
    assert [m["name"] for m in before["migrations"]] == MIGRATIONS
    assert all(m["applied_at"] is None for m in before["migrations"])
    assert before["functions_pending"] == FUNCTIONS
    assert empty_database.value(OTHERS_BOOKS) == 0, "--show changed something"

    done = migrar(url)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split(" ")[0] for line in lines[:len(MIGRATIONS)]] == MIGRATIONS
    assert lines[-2].startswith(f"{len(FUNCTIONS)} functions applied in ")

    again = migrar_json(url)
    assert again["version"] == again["newest"] == len(MIGRATIONS)
    assert again["applied"] == [] and again["functions"] == 0
    after = migrar_json(url, "--show")
    assert all(m["applied_at"] and not m["is_altered"] for m in after["migrations"])
    assert after["functions_pending"] == []


def test_what_it_makes_belongs_to_the_owner_whoever_logs_in(empty_database):
    assert migrar(empty_database.url("postgres")).returncode == 0
    owners = empty_database.query(
        "select distinct pg_get_userbyid(relowner) as owner from pg_class"
        " where relnamespace = 'carteiro'::regnamespace"
        " union select pg_get_userbyid(proowner) from pg_proc"
        " where pronamespace = 'carteiro'::regnamespace"
        " union select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'carteiro'")
    assert owners == [{"owner": "carteiro_owner"}]
    assert empty_database.value("select max(numero) from carteiro.migracoes", role="sender") \
        == len(MIGRATIONS)


def test_to_stops_there_without_functions(empty_database):
    url = empty_database.url()
    assert [m["name"] for m in migrar_json(url, "--to", "2")["applied"]] == MIGRATIONS[:2]
    assert empty_database.value("select count(*) from carteiro.funcoes_aplicadas") == 0
    assert migrar_json(url, "--to", "1")["applied"] == []
    rest = migrar_json(url)
    assert [m["name"] for m in rest["applied"]] == MIGRATIONS[2:]
    assert rest["functions"] == len(FUNCTIONS)
    too_far = migrar(url, "--to", "999")
    assert too_far.returncode == 2 and "999" in too_far.stderr


def test_five_at_once(empty_database):
    url = empty_database.url()
    with ThreadPoolExecutor(5) as pool:
        done = list(pool.map(lambda _: migrar(url, "--json"), range(5)))
    assert [one.returncode for one in done] == [0] * 5, [one.stderr for one in done]
    answers = [json.loads(one.stdout) for one in done]
    applied = sorted(m["name"] for answer in answers for m in answer["applied"])
    assert applied == MIGRATIONS, "each migration once, by one of them"
    assert sum(answer["functions"] for answer in answers) == len(FUNCTIONS)
    assert {answer["version"] for answer in answers} == {len(MIGRATIONS)}


def test_a_changed_migration_is_named_and_nothing_is_done(fresh_database):
    fresh_database.execute(
        "update carteiro.migracoes set checksum = 'outro' where numero = 2")
    fresh_database.execute(
        "update carteiro.funcoes_aplicadas set checksum = 'outro' where nome = %s", FUNCTIONS[0])
    done = migrar(fresh_database.url())
    assert done.returncode == 1
    assert f"migrations/{MIGRATIONS[1]}.sql" in done.stderr
    shown = migrar_json(fresh_database.url(), "--show")
    assert [m["name"] for m in shown["migrations"] if m["is_altered"]] == [MIGRATIONS[1]]
    assert shown["functions_pending"] == [FUNCTIONS[0]]


def test_a_changed_function_is_applied_alone(fresh_database):
    fresh_database.execute(
        "create or replace function carteiro.nome_primeiro(nome text) returns text"
        " language sql as 'select ''outro''::text'")
    fresh_database.execute(
        "update carteiro.funcoes_aplicadas set checksum = 'outro' where nome = 'nome_primeiro'")
    assert migrar_json(fresh_database.url())["functions"] == 1
    assert fresh_database.value("select carteiro.nome_primeiro('Dra. ANA SOUZA')") == "Ana"
    assert migrar_json(fresh_database.url())["functions"] == 0


def test_a_file_that_went_is_forgotten_with_the_next_change(fresh_database):
    fresh_database.execute(
        "insert into carteiro.funcoes_aplicadas (nome, checksum) values ('antiga', 'x')")
    fresh_database.execute(
        "update carteiro.funcoes_aplicadas set checksum = 'outro' where nome = %s", FUNCTIONS[0])
    assert migrar_json(fresh_database.url())["functions"] == 1
    assert fresh_database.value(
        "select count(*) from carteiro.funcoes_aplicadas where nome = 'antiga'") == 0


def test_after_a_migration_every_function_is_applied_again(fresh_database):
    """A migration may have dropped what a function or its trigger stood on."""
    fresh_database.execute(
        "update carteiro.migracoes set aplicada_em = now() where numero = %s", len(MIGRATIONS))
    assert migrar_json(fresh_database.url())["functions"] == len(FUNCTIONS)


def test_a_function_that_fails_is_named_with_its_line_and_all_stay_as_they_were(fresh_database):
    fresh_database.execute("update carteiro.funcoes_aplicadas set checksum = 'outro'")
    fresh_database.execute("drop function carteiro.nome_primeiro(text) cascade")
    fresh_database.execute(
        "create function carteiro.nome_primeiro(nome text) returns integer"
        " language sql as 'select 1'")
    done = migrar(fresh_database.url())
    assert done.returncode == 1
    assert "functions/nome_primeiro.sql" in done.stderr
    assert "return type" in done.stderr
    assert fresh_database.value(
        "select count(*) from carteiro.funcoes_aplicadas where checksum <> 'outro'") == 0


def test_a_body_that_would_fail_in_production_is_found(fresh_database):
    """A function that another one's body calls is gone: PostgreSQL keeps no such dependency."""
    fresh_database.execute("drop function carteiro.telefone_chave(text) cascade")
    fresh_database.execute(
        "update carteiro.funcoes_aplicadas set checksum = 'outro' where nome = 'supressao_hash'")
    done = migrar(fresh_database.url())
    assert done.returncode == 1
    lines = (TOP / "sql/functions/supressao_hash.sql").read_text().splitlines()
    line = next(n for n, text in enumerate(lines, 1) if "telefone_chave(" in text)
    assert f"functions/supressao_hash.sql line {line}: " in done.stderr
    assert "telefone_chave" in done.stderr


def test_a_newer_database_is_left_alone(fresh_database):
    fresh_database.execute(
        "insert into carteiro.migracoes (numero, nome, checksum) values (9000, '9000_x', 'x')")
    fresh_database.execute("update carteiro.funcoes_aplicadas set checksum = 'outro'")
    done = migrar(fresh_database.url())
    assert done.returncode == 0, done.stderr
    assert "newer than this build" in done.stdout
    assert fresh_database.value(
        "select count(*) from carteiro.funcoes_aplicadas where checksum <> 'outro'") == 0


def test_a_lock_that_is_let_go_is_waited_for(empty_database):
    url = empty_database.url()
    migrar_json(url, "--to", "1")
    holder = empty_database.connect(autocommit=False)
    holder.cursor().execute("select pg_advisory_xact_lock(7370951426)")
    line, options = command(url)
    waiting = subprocess.Popen(line, **options)
    seen = waiting.stderr.readline()
    assert "waiting for a lock (try 1 of 6)" in seen
    holder.rollback()
    out, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, err
    assert MIGRATIONS[-1] in out


def test_a_lock_that_is_never_let_go_ends_75(empty_database):
    holder = empty_database.connect(autocommit=False)
    holder.cursor().execute("select pg_advisory_xact_lock(7370951426)")
    done = migrar(empty_database.url())
    assert done.returncode == 75, done.stderr
    assert done.stderr.count("waiting for a lock") == 5
    assert "lock timeout" in done.stderr.splitlines()[-1]
    holder.rollback()


def test_nobody_there_ends_69(postgres):
    done = migrar(f"postgresql://local_owner@{postgres.home.name}.invalid/x")
    assert done.returncode == 69, done.stderr
    assert "cannot be reached" in done.stderr
    assert migrar("postgresql://local_owner@127.0.0.1:1/x").returncode == 69


def test_a_connection_that_ends_in_mid_migration_ends_69(empty_database):
    holder = empty_database.connect(autocommit=False)
    holder.cursor().execute("select pg_advisory_xact_lock(7370951426)")
    line, options = command(empty_database.url())
    waiting = subprocess.Popen(line, **options)

    def ended():
        return empty_database.value(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where application_name = 'carteiro migrar' and wait_event = 'advisory'"
            " and datname = current_database()", role="postgres")

    wait_until(ended)
    _, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 69, err
    holder.rollback()


@pytest.fixture(scope="module")
def without_roles():
    server = Postgres()
    yield server
    server.done()


def test_missing_roles_are_named(without_roles):
    database = without_roles.create("semroles")
    database.execute("drop owned by carteiro_keda cascade", role="postgres")
    database.execute("drop role carteiro_keda", role="postgres")
    done = migrar(database.url())
    assert done.returncode == 1
    assert "psql -f deploy/roles.sql" in done.stderr and "carteiro_keda" in done.stderr
    assert "carteiro_sender" not in done.stderr
    assert migrar(database.url(), "--show").returncode == 0
    with pytest.raises(psycopg2.errors.UndefinedTable):
        database.query("select from carteiro.migracoes")


def test_a_process_waits_and_says_what_is_missing(empty_database):
    probe = subprocess.Popen(
        [str(BUILD / "src" / "schema" / "schema_probe")], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
        env=clean_environment(CARTEIRO_TEST_DATABASE_URL=empty_database.direct_url("sender")))
    assert probe.stdout.readline() == MIGRATIONS[0] + "\n", "an empty database is version 0"
    migrar_json(empty_database.url(), "--to", "2")
    assert probe.stdout.readline() == MIGRATIONS[2] + "\n"
    empty_database.execute(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where usename = 'local_sender' and datname = current_database()", role="postgres")
    holder = empty_database.connect(autocommit=False)
    holder.cursor().execute("lock table funcoes_aplicadas in share mode")
    line, options = command(empty_database.url())
    migrating = subprocess.Popen(line, **options)
    assert probe.stdout.readline() == "functions\n", "tables are not enough"
    holder.rollback()
    _, err = migrating.communicate(timeout=120)
    assert migrating.returncode == 0, err
    assert probe.stdout.readline() == "there\n"
    _, err = probe.communicate(timeout=30)
    assert probe.returncode == 0, err
