"""Every statement of sql/statements on the migrated schema: what its first line declares is what
PostgreSQL finds."""

import re
import subprocess

import pytest

from servers import TOP

STATEMENTS = sorted((TOP / "sql/statements").glob("*.sql"))
DECLARATION = re.compile(r"-- \((.*)\) -> \((.*)\)\s*$")
SYNONYMS = {"int": "integer", "int4": "integer", "int8": "bigint", "bool": "boolean",
            "timestamptz": "timestamp with time zone", "float8": "double precision",
            "int[]": "integer[]", "bool[]": "boolean[]", "varchar": "character varying",
            "timestamptz[]": "timestamp with time zone[]", "float8[]": "double precision[]",
            "int8[]": "bigint[]", "int4[]": "integer[]", "float4": "real", "int2": "smallint",
            "int2[]": "smallint[]"}


def split(declared):
    return [part.strip() for part in declared.split(",") if part.strip()]


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.stem)
def test_a_statement_is_what_its_first_line_declares(path, database):
    first, text = path.read_text().split("\n", 1)
    params, columns = (split(part) for part in DECLARATION.match(first).groups())
    for number in range(len(params), 0, -1):
        text = re.sub(rf"\${number}(?!\d)", f"({{{number}}})", text)
    for number, kind in enumerate(params, 1):
        # the type that C declares, so that a use of another type does not compile
        text = text.replace(f"({{{number}}})", f"(${number}::{kind})")
    done = subprocess.run(
        ["psql", "-X", "-A", "-t", "-F", " ", "-v", "ON_ERROR_STOP=1", "-d", database.url("owner")],
        input=text.rstrip().rstrip(";") + " \\gdesc\n", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = [line.split(" ", 1) for line in done.stdout.splitlines()
             if line and not line.startswith("The command has no result")]
    wanted = [column.split(" ", 1) for column in columns]
    wanted = [[name, SYNONYMS.get(kind.strip(), kind.strip())] for name, kind in wanted]
    assert found == wanted
