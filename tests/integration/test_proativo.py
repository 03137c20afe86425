"""Messages to owners, from the CLI or a schedule through planner, sender and simulator, and back."""

import json
from datetime import datetime

import pytest

from fleet import PHONE_NUMBER_ID
from test_campanha import one, together
from test_whole import writes
from waiting import stays, wait_until

OWNER = "+5511987651000"
TODAY = "date_trunc('day', agora() at time zone 'America/Sao_Paulo') at time zone 'America/Sao_Paulo'"


@pytest.fixture
def clinic(fresh_database, fleet):
    """A company with approved templates, an owner and one appointment done today."""
    fleet.database = fresh_database
    fleet.simulator()
    fleet.company()
    fleet.cli("regra", "propor-modelos")
    fleet.cli("modelo", "publicar")
    fleet.cli("dono", "salvar", "Lia Reis", "11 98765-1000", role="ops")
    fresh_database.execute(f"""
        insert into agendamentos (empresa_id, cliente_id, inicio, fim, status, valor, servico)
        select c.empresa_id, c.id, {TODAY} + interval '1 minute', {TODAY} + interval '2 minutes', 'realizado', 1450, 'Limpeza'
        from cliente_salvar('Ana Lima', '11 98765-0001') c""")
    fleet.gateway()
    fleet.planner()
    return fleet


def send(fleet, *arguments):
    """A summary by hand; its row."""
    return json.loads(fleet.cli("proativo", "disparar", "daily_summary", *arguments, "--json", role="ops").stdout)


def row(fleet, message):
    return fleet.database.query("select * from mensagens_proativas where id = %s", message["id"])[0]


def ends(fleet, message, status):
    return wait_until(lambda: row(fleet, message)["status"] == status and row(fleet, message), 30, status)


def to_owner(fleet, phone=OWNER):
    return [line for line in fleet.ledger() if line["to"].lstrip("+") == phone.lstrip("+") and line["wamid"]]


def taps(fleet, wamid):
    """The owner touches the template's button."""
    fleet.control("POST", "/inbound", {
        "phone_number_id": PHONE_NUMBER_ID, "from": OWNER.lstrip("+"), "type": "button",
        "button": {"payload": "Ver detalhes", "text": "Ver detalhes"}, "context": {"from": "5511", "id": wamid}})


def answered(fleet, count):
    return wait_until(lambda: fleet.database.value("select count(*) from mensagens_recebidas") == count)


def test_outside_the_window_a_short_template_goes_and_the_text_once_when_the_owner_answers(clinic):
    clinic.sender()
    message = send(clinic)
    sent = ends(clinic, message, "sent")
    template, = to_owner(clinic)
    assert template["template"] == "carteiro_daily_summary"
    assert template["text"] == (
        "Oi, Lia! O resumo do dia está pronto. Atendimentos: 1. Receita: R$ 1.450,00. Clientes novos: 1. "
        "Toque em Ver detalhes para ler tudo.")
    assert sent["enviada_em"] is not None and sent["erro_mensagem"] is None
    shown = clinic.database.query("select * from aurora_proactive_messages", role="ops")[0]
    assert (shown["status"], shown["sent_at"], shown["message_type"]) == ("sent", sent["enviada_em"], "daily_summary")

    taps(clinic, template["wamid"])
    wait_until(lambda: len(to_owner(clinic)) == 2, 30, "the details")
    details = to_owner(clinic)[1]
    assert (details["type"], details["text"]) == ("text", message["conteudo"])
    assert "• 0h01 – Ana Lima: Limpeza, R$ 1.450,00" in details["text"]
    taps(clinic, template["wamid"])
    writes(clinic, OWNER, "obrigada!")
    answered(clinic, 3)
    wait_until(lambda: clinic.database.value("select count(*) from fila_ativa") == 0)
    stays(lambda: len(to_owner(clinic)) == 2, 1, "once")
    assert row(clinic, message)["detalhes_em"] is not None


def test_inside_the_window_the_full_text_goes_at_once_and_nothing_after_it(clinic):
    clinic.sender()
    writes(clinic, OWNER)
    answered(clinic, 1)
    message = send(clinic, "--ownerNumberId", OWNER)
    ends(clinic, message, "sent")
    text, = to_owner(clinic)
    assert (text["type"], text["text"]) == ("text", message["conteudo"])
    assert text["text"].startswith("Oi, Lia!\n\n📊 Resumo de ")
    writes(clinic, OWNER, "ótimo")
    answered(clinic, 2)
    stays(lambda: len(to_owner(clinic)) == 1, 1, "no details")


def test_a_refusal_or_an_account_that_is_down_is_failed_and_says_why(clinic):
    db = clinic.database
    clinic.sender()
    clinic.control("POST", "/faults", {"fault": "code_131026", "to": OWNER.lstrip("+"), "times": 1})
    refused = ends(clinic, send(clinic), "failed")
    assert refused["erro_mensagem"] == "não entregue: o número não está no WhatsApp ou não pode receber"
    db.execute("update regras_followup set validade = '4 seconds' where nome = 'daily_summary'")
    db.query("select fila_pausar('token vencido', conta => (select waba_id from contas))", role="ops")
    late = ends(clinic, send(clinic), "failed")
    assert late["erro_mensagem"] == "não saiu a tempo: conta em pausa: token vencido"
    assert late["enviada_em"] is None
    assert to_owner(clinic) == []


def test_sessions_at_once_write_one_message_for_each_owner_and_occurrence(clinic):
    db = clinic.database
    for n in range(1, 4):
        clinic.cli("dono", "salvar", f"Dono {n}", f"11 98765-200{n}")
    company = db.value("select id from empresas")
    sessions = [db.connect("owner") for _ in range(5)]
    made = []
    together(*(lambda s=s: made.append(one(
        s, "select (proativo_run('daily_summary', %s, date_trunc('hour', agora())) ->> 'mensagens')::integer", company))
        for s in sessions))
    assert sorted(made) == [0, 0, 0, 0, 4]
    assert db.value("select count(*) from mensagens_proativas") == 4
    wait_until(lambda: db.value("select count(*) from fila_ativa where tipo = 'proativa'") == 4)


def test_a_schedule_tells_the_owner_and_says_who_was_passed_over(clinic):
    clinic.sender()
    clinic.cli("empresa", "salvar", "sem dono")
    run = json.loads(clinic.cli("agenda", "executar", "daily_summary", "--json", role="ops").stdout)
    assert run["erro"] is None and run["resultado"]["mensagens"] == 1
    assert run["resultado"]["avisos"] == ["sem dono: sem dono para receber: nada enviado"]
    wait_until(lambda: clinic.database.value("select status from mensagens_proativas") == "sent", 30)
    assert [line["template"] for line in to_owner(clinic)] == ["carteiro_daily_summary"]
    assert clinic.database.value("select ultimo_resultado ->> 'mensagens' from agendas where nome = 'daily_summary'") == "1"


def test_twenty_a_minute_leave_for_each_number(clinic):
    """Burst two, then one every three seconds, also for several owners at once."""
    for n in range(1, 5):
        clinic.cli("dono", "salvar", f"Dono {n}", f"11 98765-200{n}")
    clinic.sender()
    clinic.sender()
    clinic.database.query("select proativo_run('daily_summary', null, date_trunc('hour', agora()))")
    wait_until(lambda: clinic.database.value("select count(*) from mensagens_proativas where status = 'sent'") == 5, 60)
    at = sorted(datetime.fromisoformat(line["at"].replace("Z", "+00:00")) for line in clinic.ledger() if line["wamid"])
    assert len(at) == 5
    for nth, moment in enumerate(at):
        assert (moment - at[0]).total_seconds() > 3 * (nth - 1) - 0.1


def test_a_preview_prints_the_message_and_writes_nothing(clinic):
    db = clinic.database
    shown = clinic.cli("proativo", "previa", "daily_summary", role="ops").stdout
    assert "    Oi, Lia!\n\n    📊 Resumo de " in shown and "    • 0h01 – Ana Lima: Limpeza, R$ 1.450,00\n" in shown
    asked = json.loads(clinic.cli("proativo", "previa", "birthdays", "--json").stdout)
    assert (asked["conteudo"], asked["aviso"]) == (None, "nada a dizer agora")
    assert db.value("select count(*) from mensagens_proativas") == 0
    wrong = clinic.cli("proativo", "disparar", "birthday", check=False)
    assert wrong.returncode == 1 and "type: expected daily_summary" in wrong.stderr

    assert send(clinic)["status"] == "pending"
    listed = json.loads(clinic.cli("proativo", "listar", "--status", "pending", "--json").stdout)
    assert [(line["dono"], line["tipo"]) for line in listed] == [("Lia Reis", "daily_summary")]
    owners = json.loads(clinic.cli("dono", "listar", "--json").stdout)
    assert [(line["nome"], line["telefone"], line["ativo"]) for line in owners] == [("Lia Reis", OWNER, True)]
    clinic.cli("dono", "remover", OWNER)
    assert db.value("select erro_mensagem from mensagens_proativas") == "o dono foi removido"
    skipped = send(clinic)
    assert (skipped["id"], skipped["erro_mensagem"]) == (None, "a empresa não tem dono para receber")
