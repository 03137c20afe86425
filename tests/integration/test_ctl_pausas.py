"""What people see of limits and pauses by the CLI: learnt rates, reasons, ends, whose portfolio."""

import pytest

from test_ctl import NUMBER, WABA, answer, person


@pytest.fixture
def company(fleet):
    answer(fleet, "empresa", "salvar", "padrao")
    answer(fleet, "conta", "salvar", WABA, "--token-arquivo", "token")
    answer(fleet, "numero", "salvar", NUMBER, "--taxa", "80")
    answer(fleet, "modelo", "salvar", "oi", "--corpo", "Oi, tudo bem?", "--situacao", "aprovado")
    return fleet


def number(cli):
    return answer(cli, "numero", "listar")[0]


def test_pauses_by_people_and_by_machine(company, database):
    cli = company
    message = answer(cli, "enfileirar", person(cli, "11 98765-4321"), "--conteudo", "Oi", "--tipo", "resposta",
                     "--modelo", "oi")["id"]
    assert (number(cli)["pausa"], number(cli)["pausa_ate"]) == (None, None)
    database.execute("select fila_pause_auto(%s, 'numero', 131048, '')", message, role="sender")
    shown = number(cli)
    assert shown["pausa"] == "número limitado pela Meta por denúncias ou bloqueios (código 131048)"
    assert shown["pausa_ate"] is not None
    listed, = answer(cli, "fila", "pausas")
    assert (listed["escopo"], listed["alvo"], listed["por"], listed["tentativas"]) == ("numero", NUMBER, "automática", 0)
    database.execute("update pausas set ate = agora()")
    assert answer(cli, "fila", "pausas")[0]["por"] == "automática: a próxima mensagem tenta"
    database.execute("update pausas set sonda_ate = agora() + interval '1 min'")
    assert answer(cli, "fila", "pausas")[0]["por"] == "automática: uma mensagem está tentando"
    assert answer(cli, "fila", "retomar", "--numero", NUMBER)["retomada"] is True
    assert answer(cli, "fila", "pausas") == []

    for target in ([], ["--numero", NUMBER], ["--conta", WABA], ["--modelo", "oi"], ["--empresa", "padrao"]):
        answer(cli, "fila", "pausar", "obra", "--ate", "2099-01-01T09:00", *target)
    listed = answer(cli, "fila", "pausas")
    assert sorted((row["escopo"], row["alvo"]) for row in listed) == [
        ("conta", WABA), ("empresa", "padrao"), ("modelo", "oi (pt_BR)"), ("numero", NUMBER), ("tudo", "tudo")]
    assert {row["motivo"] for row in listed} == {"obra"}
    assert answer(cli, "conta", "listar")[0]["pausa"] == "obra"
    assert answer(cli, "modelo", "listar")[0]["pausa"] == "obra"
    for target in ([], ["--numero", NUMBER], ["--conta", WABA], ["--modelo", "oi"], ["--empresa", "padrao"]):
        assert answer(cli, "fila", "retomar", *target)["retomada"] is True
    assert answer(cli, "fila", "pausas") == []


def test_the_learnt_rate_is_shown(company, database):
    cli = company
    assert (number(cli)["taxa"], number(cli)["fator"], number(cli)["taxa_agora"]) == (80, 1, 80)
    database.execute("update numeros set taxa_fator = 0.5, taxa_fator_em = agora() + interval '1 min'")
    assert (number(cli)["fator"], number(cli)["taxa_agora"]) == (0.5, 40)
    database.execute("update contas set taxa_fator = 0.5, taxa_fator_em = agora() + interval '1 min'")
    assert (number(cli)["fator"], number(cli)["taxa_agora"]) == (0.25, 20)
    assert answer(cli, "conta", "listar")[0]["fator"] == 0.5


def test_a_campaign_is_paused_until(company):
    cli = company
    id = answer(cli, "campanha", "criar", "--nome", "C", "--tipo", "promocional", "--modelo", "oi")["id"]
    answer(cli, "campanha", "iniciar", id)
    assert answer(cli, "campanha", "pausar", id, "--motivo", "almoço", "--ate", "2099-01-01T09:00")["status"] == "pausada"
    listed, = answer(cli, "fila", "pausas")
    assert (listed["escopo"], listed["alvo"], listed["motivo"], listed["ate"]) == (
        "campanha", "C", "almoço", "2099-01-01T12:00:00+00:00")
    assert answer(cli, "campanha", "retomar", id)["status"] == "ativa"
    assert answer(cli, "fila", "pausas") == []


def test_reach_and_portfolio(company):
    cli = company
    answer(cli, "conta", "salvar", WABA, "--portfolio", "777", "--alcance-limite", "2000")
    shown, = answer(cli, "conta", "listar")
    assert (shown["portfolio"], shown["alcance_limite"]) == ("777", 2000)
    answer(cli, "empresa", "salvar", "outra")
    refused = cli.cli("conta", "salvar", "102290129340399", "--token-arquivo", "t", "--portfolio", "777",
                      "--empresa", "outra", check=False)
    assert refused.returncode == 1
    assert "portfolio: it belongs to another company" in refused.stderr
