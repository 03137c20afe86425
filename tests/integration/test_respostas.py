"""resposta_classificar against recorded answers, where those recordings are there."""

import csv

import pytest

from servers import TOP

EXAMPLES = TOP.parent / "shared/fixtures/respostas/exemplos.tsv"


@pytest.mark.skipif(not EXAMPLES.exists(), reason="recorded answers are not there")
def test_recorded_answers_are_read_as_a_person_would(database):
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    wrong = []
    for row in rows:
        found = database.value("select classe from resposta_classificar(%s, %s)", row["texto"], row["pergunta"])
        if found != row["classe"]:
            wrong.append((row["pergunta"], row["texto"], row["classe"], found))
    assert len(wrong) <= len(rows) * 0.05, wrong
    assert not [w for w in wrong if "optout" in (w[2], w[3])], "nobody is blocked or kept by mistake"
