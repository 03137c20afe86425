"""The whole way: from a person's SQL or CLI to WhatsApp, and what became of it back again."""

import json
from collections import Counter

import pytest

from fleet import PHONE_NUMBER_ID
from waiting import stays, wait_until


@pytest.fixture
def fleet_up(fresh_database, fleet):
    """The fleet over a database of its own: each test counts its messages."""
    fleet.database = fresh_database
    fleet.simulator()
    fleet.company()
    fleet.template("agenda", "Oi, {nome}! Abrimos a agenda. Quer um horário?")
    fleet.gateway()
    fleet.planner()
    return fleet


def people(database, count, consent=True):
    """That many persons with consent; their ids by phone."""
    rows = database.query(
        """select c.telefone, c.id from generate_series(1, %s) as n,
           lateral cliente_salvar('Pessoa ' || chr(64 + n), '11 9' || (80000000 + n)::text) as c""",
        count)
    if consent:
        database.query(
            "select consentimento_registrar(id, 'marketing', 'Aceito receber novidades') from clientes")
    return {row["telefone"]: row["id"] for row in rows}


def writes(fleet, phone, text="oi"):
    """The person writes to us: opens the 24 h window."""
    fleet.control("POST", "/inbound", {"phone_number_id": PHONE_NUMBER_ID, "from": phone.lstrip("+"),
                                       "type": "text", "text": {"body": text}})


def finished(database, count):
    def all_of_them():
        states = database.query("select status from fila_mensagens")
        return len(states) == count and all(
            row["status"] not in ("pendente", "processando", "incerta") for row in states)
    return all_of_them


def test_a_campaign_reaches_everybody_once_and_its_report_agrees_with_the_ledgers(fleet_up):
    fleet, database = fleet_up, fleet_up.database
    persons = people(database, 25)
    phones = sorted(persons)
    optout, refused = persons[phones[0]], persons[phones[1]]
    database.query("select supressao_incluir(telefone, 'pediu') from clientes where id = %s", optout)
    database.query("select consentimento_revogar(%s, 'marketing')", refused)
    fleet.sender()
    fleet.sender()
    campaign = json.loads(fleet.cli(
        "campanha", "criar", "--nome", "Agenda", "--tipo", "promocional", "--modelo", "agenda",
        "--max-por-dia", "nenhum", "--json").stdout)["id"]
    preview = json.loads(fleet.cli("campanha", "previa", campaign, "--json").stdout)
    assert preview["total"] == 23
    assert preview["excluidos"] == {"optout": 1, "sem_consentimento": 1}
    fleet.cli("campanha", "iniciar", campaign, role="ops")

    def report():
        return json.loads(fleet.cli("campanha", "relatorio", campaign, "--json").stdout)

    def is_over():
        now = report()
        assert (now["status"], now["envios"]["lidas"]) == ("concluida", 23), now
        return now
    over = wait_until(is_over, 60, every=0.3)

    assert over["envios"]["total"] == over["envios"]["enviados"] == 23
    assert over["envios"]["entregues"] == 23 and over["envios"]["falhas"] == 0
    ledger = fleet.ledger()
    assert Counter(line["to"].lstrip("+") for line in ledger if line["wamid"]) == Counter(
        phone.lstrip("+") for phone in phones[2:])
    texts = {line["to"].lstrip("+"): line["text"] for line in ledger}
    for phone in phones[2:]:
        name = database.value("select primeiro_nome from clientes where telefone = %s", phone)
        assert texts[phone.lstrip("+")] == f"Oi, {name}! Abrimos a agenda. Quer um horário?"
    told = Counter(line["status"] for line in fleet.webhooks() if line["http"] == 200)
    assert told["delivered"] == told["read"] == 23


def test_a_row_of_the_ops_role_goes_as_text_or_template_or_not_at_all(fleet_up):
    fleet, database = fleet_up, fleet_up.database
    open_window, closed_window, neither = people(database, 3).items()
    fleet.sender()
    writes(fleet, open_window[0])
    wait_until(lambda: database.value(
        "select janela_24h_ate > now() from conversas where cliente_id = %s", open_window[1]),
        what="the window is open")
    count = database.execute(
        """insert into fila_mensagens (cliente_id, conteudo, tipo, modelo_id)
           select c.id, 'Olá, {nome}: seu exame ficou pronto.', 'resposta',
               case when c.id <> %s then m.id end
           from clientes c, modelos m""", neither[1], role="ops")
    assert count == 3
    wait_until(finished(database, 3), 30)
    rows = {row["cliente_id"]: row for row in database.query(
        "select cliente_id, status, erro from fila_mensagens", role="ops")}
    assert rows[open_window[1]]["status"] == rows[closed_window[1]]["status"] == "enviada"
    assert rows[neither[1]]["status"] == "erro"
    assert "fora_da_janela_sem_modelo" in rows[neither[1]]["erro"]
    sent = {"+" + line["to"].lstrip("+"): line for line in fleet.ledger()}
    assert set(sent) == {open_window[0], closed_window[0]}
    assert sent[open_window[0]]["type"] == "text"
    assert sent[open_window[0]]["text"].startswith("Olá, Pessoa")
    assert sent[closed_window[0]]["template"] == "agenda"
    assert database.value("select count(*) from interacoes where direcao = 'saida'") == 2


def test_a_pause_is_obeyed_within_a_second_and_lifted_again(fleet_up):
    fleet, database = fleet_up, fleet_up.database
    persons = people(database, 4)
    fleet.sender()
    fleet.cli("fila", "pausar", "teste", role="ops")
    database.execute("""insert into fila_mensagens (cliente_id, conteudo, tipo, modelo_id)
                        select c.id, 'oi', 'resposta', m.id from clientes c, modelos m""", role="ops")
    stays(lambda: not fleet.ledger(), 1.5, "nothing leaves while everything is paused")
    fleet.cli("fila", "retomar", role="ops")
    wait_until(lambda: len(fleet.ledger()) == len(persons), 10, "all leave after the pause")


def test_templates_go_to_meta_and_their_state_comes_back(fleet_up):
    fleet, database = fleet_up, fleet_up.database
    assert database.value("select situacao from modelos where nome = 'agenda'") == "aprovado"
    database.execute("update modelos set situacao = 'enviado'")
    listed = json.loads(fleet.cli("modelo", "sincronizar", "--json").stdout)
    assert [row["estado"] for row in listed if row["nome"] == "agenda"] == ["APPROVED"]
    assert database.value("select situacao from modelos where nome = 'agenda'") == "aprovado"
    again = fleet.cli("modelo", "publicar", "nao_existe", check=False)
    assert again.returncode == 1 and "nao_existe" in again.stderr
