"""The CLI against a real database: from nothing to a message in the queue, and what it says
when something is wrong."""

import json
import subprocess

import pytest

from fleet import clean_environment, program

WABA = "102290129340398"
NUMBER = "106540352242922"


def answer(fleet, *arguments, **options):
    """The one JSON line that a command prints."""
    out = fleet.cli(*arguments, "--json", **options).stdout
    assert out.count("\n") == 1, out
    return json.loads(out)


@pytest.fixture
def company(fleet):
    answer(fleet, "empresa", "salvar", "padrao")
    answer(fleet, "conta", "salvar", WABA, "--token-arquivo", "token", "--segredo-arquivo",
           "app_secret")
    answer(fleet, "numero", "salvar", NUMBER)
    return fleet


def person(fleet, phone, name="Ana Souza"):
    return answer(fleet, "cliente", "salvar", name, phone)["id"]


def test_from_an_empty_database_to_a_message_in_the_queue(company, database):
    cli = company
    assert answer(cli, "empresa", "listar")[0]["nome"] == "padrao"
    assert answer(cli, "numero", "listar")[0]["padrao"] is True
    who = person(cli, "11 98765-4321", "Sra. ANA de souza")
    answer(cli, "consentimento", "registrar", who, "--finalidade", "marketing",
           "--texto", "Aceito receber novidades")
    message = answer(cli, "enfileirar", who, "--conteudo", "Oi, {nome}! {vaga}", "--prioridade", "9",
                     "--metadata", '{"vaga": "Plantão"}')["id"]
    row = database.query("select conteudo, prioridade, tipo, status from fila_mensagens where id = %s",
                         message)[0]
    assert row == {"conteudo": "Oi, Ana! Plantão", "prioridade": 9, "tipo": "resposta",
                   "status": "pendente"}
    assert answer(cli, "fila", "cancelar", message) == {"status": "cancelada"}


def test_a_time_without_zone_is_the_company_s(company, database):
    answer(company, "empresa", "salvar", "padrao", "--fuso", "America/Manaus")
    who = person(company, "92 98765-4321")
    for given in ("2031-12-01T09:00", "2031-12-01T10:00-03:00", "2031-12-01 13:00Z"):
        message = answer(company, "enfileirar", who, "--conteudo", "oi", "--agendar-para", given)["id"]
        due = database.value("select agendar_para at time zone 'UTC' from fila_mensagens where id = %s",
                             message)
        assert str(due) == "2031-12-01 13:00:00", given
    wrong = company.cli("enfileirar", who, "--conteudo", "oi", "--agendar-para", "amanhã", check=False)
    assert wrong.returncode == 1 and "2026-12-01T09:00" in wrong.stderr


def test_the_ops_role_may_do_it_too(company):
    message = answer(company, "enfileirar", person(company, "11 98765-4321"), "--conteudo", "oi",
                     role="ops")["id"]
    assert answer(company, "fila", "pausar", "almoço", "--numero", NUMBER, role="ops")["motivo"] == "almoço"
    assert answer(company, "fila", "retomar", "--numero", NUMBER, role="ops") == {"retomada": True}
    assert answer(company, "fila", "cancelar", message, role="ops") == {"status": "cancelada"}


def test_an_error_of_the_server_is_one_line_and_exit_1(company):
    done = company.cli("enfileirar", "00000000-0000-0000-0000-000000000000", "--conteudo", "x",
                       check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "cliente_id" in done.stderr
    done = company.cli("modelo", "salvar", "Nome Errado", "--corpo", "x", check=False)
    assert done.returncode == 1 and "nome:" in done.stderr


def test_a_name_that_hides_escape_sequences_is_shown_without_them(company):
    person(company, "11 91234-5678", "Eva\x1b[2J\x07")
    shown = company.cli("cliente", "salvar", "Eva\x1b[2J\x07", "11 91234-5678").stdout
    assert "Eva" in shown and "\x1b" not in shown


def test_usage_server_and_configuration_have_their_exit_codes(tmp_path):
    def run(*arguments, **environment):
        return subprocess.run([program("carteiro"), *arguments], capture_output=True, text=True,
                              env=clean_environment(**environment), cwd=tmp_path)

    done = run("empresa", "listar", "--jsom")
    assert done.returncode == 2 and "--jsom; did you mean --json?" in done.stderr
    done = run("empresa", "listar",
               CARTEIRO_DATABASE_URL=f"postgresql://x@/x?host={tmp_path}&port=1")
    assert done.returncode == 69 and done.stderr.count("\n") == 1
    bad = tmp_path / "bad.cfg"
    bad.write_text('sender: {\n    taxa_padrao = "abc";\n};\n')
    done = run("config", "check", str(bad))
    assert done.returncode == 78
    assert "bad.cfg:2" in done.stderr and "sender.taxa_padrao" in done.stderr
    example = run("config", "example")
    (tmp_path / "example.cfg").write_text(example.stdout)
    assert run("config", "check", str(tmp_path / "example.cfg")).returncode == 0


def test_left_out_is_50_a_day_and_nenhum_is_no_limit(company):
    answer(company, "modelo", "salvar", "oi", "--corpo", "Oi, {nome}!", "--categoria", "marketing")

    def make(*options):
        return answer(company, "campanha", "criar", "--nome", "x", "--tipo", "promocional",
                      "--modelo", "oi", *options)

    assert make()["max_por_dia"] == 50
    assert make("--max-por-dia", "nenhum")["max_por_dia"] is None
    assert make("--max-por-dia=7")["max_por_dia"] == 7
    made = make("--filtro-tags", "vip,retorno", "--filtro-regioes", "zona sul,abc",
                "--agendar-para", "2031-12-01T09:00", "--metadata", '{"vaga": "x"}')
    assert sorted(made["filtro_tags"]) == ["retorno", "vip"]
    assert sorted(made["filtro_regioes"]) == ["abc", "zona sul"]
    assert made["status"] == "agendada" and made["metadata"] == {"vaga": "x"}
    listed = answer(company, "campanha", "listar")
    assert {row["id"] for row in listed} >= {made["id"]}
    assert answer(company, "campanha", "cancelar", made["id"])["status"] == "cancelada"
    report = answer(company, "campanha", "relatorio", made["id"])
    assert report["campanha_id"] == made["id"] and report["envios"]["total"] == 0
    assert answer(company, "campanha", "previa", made["id"])["total"] == 0


def test_a_company_takes_the_zone_of_the_configuration_when_it_is_made(company):
    for zone in ("America/Manaus", "America/Recife"):
        made = json.loads(company.cli("empresa", "salvar", "Nova", "--json", config={"empresa": {"fuso": zone}}).stdout)
        assert made["fuso"] == "America/Manaus"
