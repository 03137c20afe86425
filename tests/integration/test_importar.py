"""carteiro cliente importar: contact files as they arrive."""

import csv
import io
import itertools
import json
import os
import random
import subprocess
from pathlib import Path

import pytest

from fleet import clean_environment, program

TOP = Path(__file__).resolve().parents[2]
FIXTURES = TOP.parent / "shared" / "fixtures" / "contatos"


class Importer:
    def __init__(self, database, folder):
        self.database = database
        self.folder = folder
        self.last = None
        database.query("select empresa_salvar('padrao')", role="ops")

    def file(self, content, name="contatos.csv"):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def run(self, path, *options, role="ops", **kept):
        environment = clean_environment(CARTEIRO_DATABASE_URL=self.database.url(role),
                                        CARTEIRO_DATABASE_LISTEN_URL=self.database.direct_url(role))
        self.last = subprocess.run(
            [program("carteiro"), "cliente", "importar", str(path), *options],
            capture_output=True, env=environment, timeout=300, **kept)
        self.out = self.last.stdout.decode()
        self.err = self.last.stderr.decode()
        assert "runtime error" not in self.err and "AddressSanitizer" not in self.err, self.err
        return self.last.returncode

    def json(self, content, *options):
        """The counts of a file that is taken."""
        path = content if isinstance(content, Path) else self.file(content)
        assert self.run(path, "--json", *options) == 0, self.err
        assert len(self.out.splitlines()) == 1, self.out
        return json.loads(self.out)

    def people(self):
        return self.database.query(
            "select * from clientes order by telefone", role="ops")


@pytest.fixture
def importer(fresh_database, tmp_path):
    return Importer(fresh_database, tmp_path)


def counts(rows, contacts, merged=0, optout=0, without_consent=None, birth_ignored=0, **rejected):
    return {"rows": rows, "contacts": contacts, "merged": merged, "rejected": rejected, "optout": optout,
            "without_consent": contacts if without_consent is None else without_consent,
            "birth_ignored": birth_ignored}


@pytest.mark.skipif(not (FIXTURES / "clinica.csv").exists(), reason="no shared fixtures here")
def test_a_clinics_export_gives_the_counts_that_are_known(importer):
    expected = json.loads((FIXTURES / "clinica.expected.json").read_text())
    path = FIXTURES / "clinica.csv"
    assert importer.json(path, "--ensaio") == expected
    assert importer.people() == []
    assert importer.json(path) == expected
    people = importer.people()
    assert len(people) == expected["contacts"]
    assert sum(p["status"] == "optout" for p in people) == expected["optout"]
    assert not any(p["marketing_permitido"] for p in people if p["status"] == "optout")
    ledger = importer.database.value("select count(*) from consentimentos", role="ops")
    assert importer.json(path) == expected
    assert importer.people() == people
    assert importer.database.value("select count(*) from consentimentos", role="ops") == ledger
    for text in (importer.out, importer.err):
        assert not any(p["telefone"][-8:] in text for p in people)


HEADS = ["nome;telefone", "telefone;nome", "Nome Completo;WhatsApp", "CLIENTE;Celular", "paciente;Fone"]


COMBINATIONS = [c for n, c in enumerate(itertools.product(
    HEADS, ["utf-8", "utf-8-sig", "cp1252", "utf-16"], [";", ",", "\t"])) if n % 7 < 2]  # enough of them


@pytest.mark.parametrize("head, encoding, separator", COMBINATIONS)
def test_encoding_separator_and_order_do_not_matter(importer, head, encoding, separator):
    cells = ["João Ávila", "11 98765-4321"]
    if head.startswith("telefone"):
        cells.reverse()
    text = "\r\n".join([head, ";".join(cells)]).replace(";", separator)
    assert importer.json(text.encode(encoding)) == counts(1, 1)
    assert [(p["nome"], p["primeiro_nome"], p["telefone"]) for p in importer.people()] == [
        ("João Ávila", "João", "+5511987654321")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_line_breaks_in_cells(importer, end):
    text = end.join(["nome;telefone;observação", f'Ana;11 98765-4321;"um{end}dois"', "Bia;20 98765-4322;x", ""])
    assert importer.json(text) == counts(2, 1, bad_ddd=1)
    assert importer.err.startswith("linha 4: "), importer.err
    assert importer.people()[0]["metadata"] == {"observacao": "um\ndois"}


def test_a_file_without_use_says_what_it_lacks(importer):
    for content, words in [
            ("", "the file is empty"),
            ("\n\n\n", "the file is empty"),
            ("nome;e-mail\nAna;a@b\n", "no column telefone, celular, whatsapp, fone, phone or contato; found: nome, e_mail"),
            ('"nome;telefone\nAna;11 98765-4321\n', "quote that is never closed")]:
        assert importer.run(importer.file(content), "--json") == 1
        assert words in importer.err and importer.out == ""
    assert importer.run(importer.folder / "no.csv") == 1
    assert "No such file" in importer.err
    assert importer.run(importer.folder) == 1
    assert "is a directory" in importer.err
    assert importer.run(importer.file("telefone\n11987654321\n"), "--empresa", "outra") == 1
    assert 'there is none called "outra"' in importer.err
    assert importer.people() == []


def test_small_files(importer):
    assert importer.json("nome;telefone\n") == counts(0, 0)
    assert importer.json("telefone\n11987654321\n1134567890\n") == counts(2, 2)
    assert importer.json("nome;telefone\n;;;\n;\nAna;11987654321;;;\n") == counts(1, 1)


def test_a_nul_is_no_letter(importer):
    assert importer.json(b"nome;telefone\nAn\0a;11\0987654321\0\n") == counts(1, 1)
    assert importer.people()[0]["nome"] == "Ana"


def test_a_damaged_row_costs_itself(importer):
    rows = ['nome;telefone;obs', 'Ana;11987654321;x', '"Bia;11987654322;x', 'Caio;11987654323;"y"',
            'Davi;11987654324;"z', 'Eva;11987654325;w']
    assert importer.json("\n".join(rows)) == counts(5, 3, damaged_row=2)
    assert [line.split(":")[0] for line in importer.err.splitlines()] == ["linha 3", "linha 5"]
    assert [p["nome"] for p in importer.people()] == ["Ana", "Caio", "Eva"]


def test_a_huge_field_is_cut_and_a_huge_line_left_out(importer):
    rows = ["nome;telefone;obs", "Ana;11987654321;" + "x" * (1 << 21), "Bia;11987654322;" + "y" * (9 << 20),
            "C" * 100000 + ";11987654323;z", "Davi;" + "9" * 100000 + ";w"]
    assert importer.json("\n".join(rows)) == counts(4, 2, damaged_row=1, two_numbers=1)
    people = importer.people()
    assert len(people[0]["metadata"]["obs"]) == 65536
    assert people[1]["primeiro_nome"].startswith("Cccc")
    assert len(importer.err) < 1000


def test_two_columns_of_one_meaning(importer):
    importer.json("nome;telefone;celular;tags;tags;aceita;opt-in;descadastrado\n"
                  "Ana;11 3456-7890;11 98765-4321;a;b|c;sim;não;\n"
                  "Bia;11 3456-7891;;;;sim;;\n"
                  "Caio;;11 98765-4323;;;sim;sim;x\n")
    people = {p["primeiro_nome"]: p for p in importer.people()}
    assert people["Ana"]["telefone"] == "+5511987654321"
    assert people["Ana"]["metadata"] == {"telefone": "11 3456-7890"}
    assert people["Ana"]["tags"] == ["a", "b", "c"]
    assert not people["Ana"]["marketing_permitido"]
    assert people["Bia"]["telefone"] == "+551134567891" and people["Bia"]["marketing_permitido"]
    assert people["Caio"]["status"] == "optout"


def test_a_rehearsal_keeps_nothing_and_says_the_same(importer):
    content = "nome;telefone;aceita;status\nAna;11987654321;sim;\nBia;11987654322;não;\nCaio;11987654323;;optout\n"
    expected = counts(3, 3, optout=1, without_consent=2)
    assert importer.json(content, "--ensaio", "--tag", "x") == expected
    for table in ("clientes", "identidades", "consentimentos", "supressoes"):
        assert importer.database.value(f"select count(*) from {table}") == 0, table
    assert importer.database.value("select count(*) from auditoria where action = 'cliente_importar'") == 0
    assert importer.json(content, "--tag", "x") == expected
    assert {tuple(p["tags"]) for p in importer.people()} == {("x",)}
    assert importer.database.value("select alvo from auditoria where action = 'cliente_importar'") == "contatos.csv"


def test_a_suppressed_number_stays_out(importer):
    importer.database.query("select supressao_incluir('31 8765-4321', 'pediu')", role="ops")
    assert importer.json("nome;telefone;aceita\nAna;(31) 9 8765-4321;sim\n")["optout"] == 1
    assert importer.people()[0]["status"] == "optout" and not importer.people()[0]["marketing_permitido"]


def test_rejected_rows_go_to_a_file(importer):
    path = importer.folder / "rejeitados.csv"
    content = "nome;telefone\nAna;20 98765-4321\nBia;=2+2\nCaio;11 98765-4321 / 11 3456-7890\nDavi;11987654324\n"
    assert importer.json(content, "--rejeitados", str(path)) == counts(4, 1, bad_ddd=1, bad_number=1, two_numbers=1)
    assert importer.err == ""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert rows == [["linha", "motivo", "texto"], ["2", "bad_ddd", "** *****-**21"], ["3", "bad_number", "'=2+2"],
                    ["4", "two_numbers", "** *****-**** / ** ****-**90"]]
    assert importer.run(importer.file(content), "--rejeitados", "/nonexistent/x.csv") == 1
    assert "cannot be written" in importer.err


def test_a_person_reads_the_summary(importer):
    content = "Nome,Celular,Pet\nAna,11987654321,Rex\nBia,0800 123 4567,\nCaio,,\n"
    assert importer.run(importer.file(content, "pets.csv")) == 0
    assert "pets.csv para padrao: UTF-8, separador ," in importer.out
    assert "pet → metadata.pet" in importer.out
    assert "         1  contatos\n" in importer.out
    assert "         1    sem telefone\n" in importer.out
    assert "linha 3: número de serviço (0800, 4004…) (not_a_person): **** *** **67" in importer.err
    assert importer.run(importer.file(content, "pets.csv"), "--ensaio") == 0
    assert "ensaio: nada foi gravado" in importer.out


def test_standard_input_is_a_file_too(importer):
    reading, writing = os.pipe()
    os.write(writing, "nome;telefone\nJoão;11987654321\n".encode("cp1252"))
    os.close(writing)
    with open(reading) as stdin:
        assert importer.run("-", "--json", stdin=stdin) == 0, importer.err
    assert importer.people()[0]["nome"] == "João"


def test_who_may_only_look_imports_nobody(importer):
    assert importer.run(importer.file("telefone\n11987654321\n"), role="leitura") == 1
    assert "permission denied" in importer.err and "98765" not in importer.err


def test_an_import_beside_others_ends_right(importer):
    """Two imports of the same people and a stream of single saves at the same time."""
    rows = "".join(f"P{i};11 9{70000000 + i};sim\n" for i in range(3000))
    paths = [importer.file("nome;telefone;aceita\n" + rows, f"{i}.csv") for i in range(2)]
    environment = clean_environment(CARTEIRO_DATABASE_URL=importer.database.url("ops"),
                                    CARTEIRO_DATABASE_LISTEN_URL=importer.database.direct_url("ops"))
    running = [subprocess.Popen([program("carteiro"), "cliente", "importar", str(path), "--json"],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) for path in paths]
    saved = 0
    while any(process.poll() is None for process in running) and saved < 3000:
        importer.database.query("select id from cliente_salvar('S', %s)", f"11 {70000000 + saved}", role="ops")
        saved += 1
    for process in running:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert json.loads(out)["contacts"] == 3000
    assert importer.database.value("select count(*) from clientes") == 3000
    assert importer.database.value("select count(*) from consentimentos") == 3000


# The rules once more, in another language, against files made at random.

DDDS = [11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 24, 27, 28, 31, 32, 33, 34, 35, 37, 38, 41, 42, 43, 44, 45, 46, 47,
        48, 49, 51, 53, 54, 55, 61, 62, 63, 64, 65, 66, 67, 68, 69, 71, 73, 74, 75, 77, 79, 81, 82, 83, 84, 85, 86, 87,
        88, 89, 91, 92, 93, 94, 95, 96, 97, 98, 99]
FORMS = ["({d}) {a}-{b}", "{d}{a}{b}", "+55 {d} {a}-{b}", "55{d}{a}{b}", "0{d} {a}-{b}", "0 15 {d} {a}{b}",
         "00 55 {d} {a}-{b}", " {d} {a} {b} ", "+55({d}){a}.{b}", "tel: {d} {a}-{b}"]


def make_file(seed):
    """Rows of a random clinic, and the counts that they must give."""
    chance = random.Random(seed)
    numbers = [(chance.choice(DDDS), kind, chance.randrange(10**6, 10**7))
               for kind in chance.choices("mmmol", k=300)]
    bad = {"no_phone": [""], "bad_ddd": ["(20) 98765-4321", "5523987654321"], "not_a_person": ["0800 123 4567"],
           "bad_number": ["não tem", "+55 31 9 3234-5678", "98765-4321"], "spreadsheet_damage": ["5,51198E+12"],
           "two_numbers": ["(11) 98765-4321 / (11) 3456-7890"]}
    rows, people, rejected, birth_ignored = [], {}, {}, 0
    for _ in range(600):
        aceita = chance.choice(["sim", "S", "yes", "", "", "não", "N"] if chance.random() < 0.5 else ["sim", ""])
        status = chance.choice(["ativo"] * 20 + ["", "optout", "Descadastrado"])
        birth, is_ignored = chance.choice([("", 0), ("15/02/1963", 0), ("1990-07-31", 0), ("31/02/1990", 1), ("x", 1)])
        if chance.random() < 0.2:
            reason = chance.choice(list(bad))
            phone = chance.choice(bad[reason])
            rejected[reason] = rejected.get(reason, 0) + 1
        else:
            ddd, kind, rest = chance.choice(numbers)
            lead = {"m": f"9{6 + rest % 4}", "o": f"{6 + rest % 4}", "l": f"{2 + rest % 4}"}[kind]
            if kind in "mo" and chance.random() < 0.3:  # the other form of the ninth digit
                lead = lead[1:] if kind == "m" else "9" + lead
            local = f"{lead}{rest:07d}"
            phone = chance.choice(FORMS).format(d=ddd, a=local[:-4], b=local[-4:])
            person = people.setdefault((ddd, local[-8:]), {"yes": False, "no": False, "out": False, "rows": 0})
            person["rows"] += 1
            person["yes"] |= aceita in ("sim", "S", "yes")
            person["no"] |= aceita in ("não", "N")
            person["out"] |= status in ("optout", "Descadastrado")
            birth_ignored += is_ignored
        rows.append({"nome": chance.choice(["João D'Ávila", 'Fábio "Fá" Sá', "Ana; filha", "  MARIA  ", "Zé, pai"]),
                     "telefone": phone, "aceita_mensagens": aceita, "status": status, "nascimento": birth,
                     "observacao": chance.choice(["", "linha 1\nlinha 2", 'disse "ligar"', "R$ 1.234,56"])})
    expected = {"rows": 600, "contacts": len(people), "merged": sum(p["rows"] - 1 for p in people.values()),
                "rejected": rejected, "optout": sum(p["out"] for p in people.values()),
                "without_consent": sum(p["no"] or not p["yes"] for p in people.values()),
                "birth_ignored": birth_ignored}
    columns = list(rows[0])
    chance.shuffle(columns)
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=chance.choice(";,\t"), quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
                            lineterminator=chance.choice(["\r\n", "\n"]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(chance.choice(["utf-8", "utf-8-sig", "cp1252"])), expected


@pytest.mark.parametrize("seed", range(6))
def test_random_files_are_counted_as_another_program_counts_them(importer, seed):
    content, expected = make_file(seed)
    assert importer.json(content) == expected
