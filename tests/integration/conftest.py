"""Fixtures: private servers once per run, a migrated database per module, a fleet per test.

    def test_x(fleet, database):
        fleet.simulator(); fleet.gateway(); fleet.sender()
        database.query("select ... where id = %s", id, role="ops")
        wait_until(lambda: len(fleet.ledger()) == 3)

CARTEIRO_BUILD names the build directory (default .build/asan). CARTEIRO_TESTS_POOLED=1 puts
pgbouncer between the programs and PostgreSQL (pooler.py).
"""

import subprocess

import pytest

from fleet import Fleet, clean_environment, program
from pooler import IS_POOLED, Pooler
from servers import Postgres, Redis


def pytest_configure(config):
    config.addinivalue_line("markers", "direct_only: not behind a pooler")


def pytest_collection_modifyitems(config, items):
    apart = [item for item in items if IS_POOLED and item.get_closest_marker("direct_only")]
    if apart:
        config.hook.pytest_deselected(items=apart)
        items[:] = [item for item in items if item not in apart]


@pytest.fixture(scope="session")
def postgres():
    server = Postgres()
    if IS_POOLED:
        server.pooler = Pooler(server)
    yield server
    if server.pooler:
        server.pooler.done()
    server.done()


@pytest.fixture(scope="session")
def redis():
    server = Redis()
    yield server
    server.done()


@pytest.fixture(scope="session")
def template(postgres):
    """A migrated database that nobody connects to: modules clone it. Its send windows are always
    open, whatever the hour of the run; a test of windows calls janela_remover(empresa => 'todas')."""
    database = postgres.create("carteiro_template")
    for arguments in ["migrar"], ["janela", "abrir", "--empresa", "todas"]:
        done = subprocess.run(
            [program("carteiro"), *arguments], capture_output=True, text=True,
            env=clean_environment(CARTEIRO_DATABASE_URL=database.url("owner")))
        assert done.returncode == 0, f"carteiro {arguments} ended {done.returncode}:\n{done.stderr}"
    return database


@pytest.fixture(scope="module")
def database(postgres, template, request):
    """This module's own migrated database; see servers.Database."""
    name = request.module.__name__.replace(".", "_")[:60]
    clone = postgres.create(name, template.name)
    yield clone
    clone.drop()


@pytest.fixture
def fresh_database(postgres, template, request):
    """A migrated database for this one test."""
    clone = postgres.create(f"fresh_{abs(hash(request.node.nodeid)):x}"[:60], template.name)
    yield clone
    clone.drop()


@pytest.fixture
def empty_database(postgres, request):
    """A database without any migration, for tests of `carteiro migrar`."""
    empty = postgres.create(f"empty_{abs(hash(request.node.nodeid)):x}"[:60])
    yield empty
    empty.drop()


@pytest.fixture
def fleet(tmp_path, database, redis):
    """An empty Fleet over this module's database and a Redis with full buckets; stopped and
    checked (exit 0 on SIGTERM, no sanitizer report) at the end of the test."""
    redis.forget(database.value("select epoca from modo_envio"))
    fleet = Fleet(tmp_path, database, redis)
    yield fleet
    fleet.stop()
