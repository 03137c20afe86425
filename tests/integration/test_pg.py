"""src/pg against a server of its own, which the tests crash."""

import subprocess

import pytest

from fleet import BUILD, clean_environment
from servers import Postgres


@pytest.fixture(scope="module")
def crashable():
    server = Postgres()
    yield server.create("probe")
    server.done()


def test_pg_answers_each_request_once_whatever_happens(crashable):
    program = BUILD / "src" / "pg" / "pg_probe"
    assert program.exists(), f"{program} is not built"
    done = subprocess.run(
        [str(program)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
        env=clean_environment(CARTEIRO_TEST_DATABASE_URL=crashable.url("postgres")))
    assert done.returncode == 0, done.stdout
    assert "[  PASSED  ]" in done.stdout


def test_pg_is_the_same_over_tcp_and_a_looked_up_name(crashable):
    program = BUILD / "src" / "pg" / "pg_probe"
    url = crashable.url("postgres", tcp=True).replace("127.0.0.1", "localhost")
    done = subprocess.run(
        [str(program)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
        env=clean_environment(CARTEIRO_TEST_DATABASE_URL=url))
    assert done.returncode == 0, done.stdout
