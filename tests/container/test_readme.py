"""deploy/README.md names nothing that is not there: commands and options, keys, functions, roles, metrics, files;
and its SQL runs."""

import re
import shlex
import subprocess

import pytest
import yaml

from fleet import clean_environment, program
from servers import TOP

TEXT = (TOP / "deploy/README.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.M | re.S)
SPANS = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", TEXT, flags=re.M | re.S))
SHELL = "\n".join(code for language, code in BLOCKS if language == "sh")


def ctl(*arguments):
    return subprocess.run([program("carteiro"), *arguments], capture_output=True, text=True, env=clean_environment())


def commands():
    """Each `carteiro AREA VERB ...` of the page, in blocks and in the text, as words."""
    lines = [part for line in SHELL.splitlines() for part in re.split(r"&&|;", line.split(" #")[0])] + SPANS
    found = [shlex.split(line) for line in lines if re.match(r"\s*carteiro [a-z0-9]", line)]
    assert len(found) > 25
    return sorted({tuple(words[1:]) for words in found})


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_and_its_options_exist(words):
    for length in (2, 1):
        asked = ctl(*words[:length], "--help")
        if asked.returncode == 0 and asked.stdout.startswith("usage: carteiro " + " ".join(words[:length])):
            break
    else:
        pytest.fail(f"no command carteiro {' '.join(words[:2])}")
    for word in words[length:]:
        if word.startswith("--"):
            assert re.search(rf"^ +{word}\b", asked.stdout, re.M), f"{words}: {word}"


@pytest.fixture(scope="module")
def keys():
    names, section = set(), None
    for line in ctl("config", "example").stdout.splitlines():
        if found := re.match(r"^(\w+):$", line):
            section = found[1]
        elif found := re.match(r"^    (?:# )?(\w+) = .*;$", line):
            names.add(f"{section}.{found[1]}")
    return names


def test_every_key_and_variable_is_one(keys):
    sections = {key.split(".")[0] for key in keys}
    named = {span.split(" ")[0] for span in SPANS if re.match(r"^[a-z]+\.[a-z_]+$", span.split(" ")[0])}
    named = {name for name in named if name.split(".")[0] in sections and not name.endswith((".sql", ".py"))}
    assert len(named) > 8 and named <= keys, named - keys
    compose = (TOP / "deploy/compose.yaml").read_text()
    for name in re.findall(r"\bCARTEIRO_[A-Z_]+\b", TEXT):
        is_key = any(name in (made, made + "_FILE") for made in
                     ("CARTEIRO_" + key.replace(".", "_").upper() for key in keys))
        assert is_key or name in compose or name == "CARTEIRO_API_KEY", name


def test_every_file_is_there():
    for path in set(re.findall(r"\b(?:deploy|tests|sql|src|workers)/[\w./@-]*\w", TEXT)):
        assert (TOP / path).exists(), path
    services = yaml.safe_load((TOP / "deploy/compose.yaml").read_text())["services"]
    profiles = {profile for service in services.values() for profile in service.get("profiles", [])}
    assert set(re.findall(r"--profile (\w+)", TEXT)) <= profiles
    units = {path.name.split(".")[0] for path in (TOP / "deploy/systemd").iterdir()}
    for line in re.findall(r"systemctl (?:enable --now|restart) ([^\n`]+)", TEXT):
        for name in re.findall(r"carteiro[\w-]*@?", line):
            assert name in units, name


def test_every_name_of_carteiro_is_a_role_a_metric_or_a_service():
    roles = set(re.findall(r"'(carteiro_\w+)'", (TOP / "deploy/roles.sql").read_text()))
    metrics = set(re.findall(r"\b(?:carteiro|secretaria)_\w+", (TOP / "deploy/prometheus/METRICS.md").read_text()))
    named = set(re.findall(r"\b(?:carteiro|secretaria)_\w+", TEXT))
    assert named and named <= roles | metrics, named - roles - metrics


def test_every_path_of_the_api_is_a_route():
    routes = (TOP / "sql/functions/api_rotas.sql").read_text()
    for path in set(re.findall(r"(?<![\w.])/jobs/[\w/-]+", TEXT)):
        assert f"'{path}'" in routes, path


def test_every_function_and_table_is_one():
    functions = {path.stem for path in (TOP / "sql/functions").glob("*.sql")}
    tables = set(re.findall(r"create table (\w+)", "".join(
        path.read_text() for path in (TOP / "sql/migrations").glob("*.sql"))))
    named = {span for span in SPANS if re.fullmatch(r"(fila|painel|modo|resumo|retencao|efeitos)\w*", span)}
    assert len(named) > 4 and named <= functions | tables, named - functions - tables


@pytest.fixture(scope="module")
def migrated(postgres):
    database = postgres.create("readme")
    done = subprocess.run([program("carteiro"), "migrar"], capture_output=True, text=True,
                          env=clean_environment(CARTEIRO_DATABASE_URL=database.url("owner")))
    assert done.returncode == 0, done.stderr
    yield database
    database.drop()


def test_its_sql_runs(migrated):
    connection = migrated.connect("postgres", autocommit=False)
    cursor = connection.cursor()
    cursor.execute("set search_path = carteiro, public")
    statements = [statement for language, code in BLOCKS if language == "sql"
                  for statement in re.sub(r"--[^\n]*", "", code).split(";") if statement.strip()]
    assert len(statements) >= 10
    for statement in statements:
        cursor.execute(statement)
    connection.rollback()


def test_connections_are_as_said(fleet):
    fleet.simulator()
    fleet.cli("migrar")
    fleet.company()
    for start in (fleet.gateway, fleet.planner, fleet.sender):
        start()
    rows = fleet.database.query("select usename, count(*)::int as n from pg_stat_activity where datname = %s"
                                " and usename <> 'local_owner' group by 1", fleet.database.name)
    found = {row["usename"].removeprefix("local_"): row["n"] for row in rows}
    said = re.search(r"Sender (\d), planner (\d), gateway (\d)\.", TEXT)
    assert found == {"sender": int(said[1]), "planner": int(said[2]), "gateway": int(said[3])}
