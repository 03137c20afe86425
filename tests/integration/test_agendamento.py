"""Appointments: from the CLI or a file through planner, sender and simulator, once, and back."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from test_campanha import together
from waiting import stays, wait_until

SOON = timedelta(seconds=4)


@pytest.fixture
def clinic(fresh_database, fleet):
    """A company that marks attendance, with approved templates."""
    fleet.database = fresh_database
    # at a full hour the company's own schedule of no-shows would take part
    fresh_database.execute("update agendas set ativa = false, proxima_em = null")
    fleet.simulator()
    fleet.company()
    name = fresh_database.value("select nome from empresas")
    fleet.cli("empresa", "salvar", name, "--marca-presenca", "sim")
    fleet.cli("regra", "propor-modelos")
    fleet.cli("modelo", "publicar")
    return fleet


def now():
    return datetime.now(timezone.utc)


def said(fleet, *arguments):
    return json.loads(fleet.cli(*arguments, "--json", role="ops").stdout)


def book(fleet, start, *options, phone="11 98765-0001"):
    return said(fleet, "agendamento", "salvar", start.isoformat(), "--telefone", phone, "--nome", "Ana Lima", *options)


def sent(fleet, *words):
    """What left for the far end: each line of the ledger that has an id and says these words."""
    return [line for line in fleet.ledger() if line["wamid"] and all(word in line["text"] for word in words)]


def firings(fleet):
    return {(row["nome"], row["status"]): row["n"] for row in fleet.database.query(
        "select r.nome, d.status, count(*) as n from disparos d join regras_followup r on r.id = d.regra_id"
        " group by r.nome, d.status")}


def test_a_reminder_leaves_at_its_instant_once_for_a_phone_and_day(clinic):
    start = now() + timedelta(hours=2) + SOON
    book(clinic, start)
    book(clinic, start + timedelta(minutes=1), "--externo-id", "second")  # the same phone, nearly always the same day
    assert firings(clinic) == {("lembrete_24h", "pulado"): 2, ("lembrete_2h", "planejado"): 2}
    for _ in range(2):
        clinic.planner()
    clinic.sender()
    wait_until(lambda: firings(clinic).get(("lembrete_2h", "enviado")) == 2, 60, "both reminders are told")
    lines = sent(clinic, "Sua consulta é")
    days = {(start + timedelta(minutes=m)).astimezone(timezone(timedelta(hours=-3))).date() for m in (0, 1)}
    assert len(lines) == len(days)
    assert all("Até já." in line["text"] and "{" not in line["text"] for line in lines)
    book(clinic, start, "--externo-id", "second")
    stays(lambda: len(sent(clinic, "Sua consulta é")) == len(lines), 3, "nothing more")


def test_cancelled_while_it_waits_in_the_queue_it_never_leaves(clinic):
    one = book(clinic, now() + timedelta(hours=2) + SOON)
    clinic.planner()
    wait_until(lambda: clinic.database.value("select count(*) from fila_ativa") == 1, 60, "it is queued, nobody sends yet")
    assert said(clinic, "agendamento", "cancelar", one["id"])["status"] == "cancelado"
    assert clinic.database.value("select count(*) from fila_ativa") == 0
    clinic.sender()
    stays(lambda: sent(clinic, "consulta") == [], 5, "nothing leaves")
    assert clinic.database.value("select status || ' ' || motivo from disparos d join regras_followup r on r.id = d.regra_id"
                                 " where r.nome = 'lembrete_2h'") == "cancelado agendamento cancelado"


def test_the_message_after_a_visit_leaves_and_the_appointment_knows(clinic):
    end = now() - timedelta(hours=1) + SOON
    one = book(clinic, end - timedelta(hours=1), "--fim", end.isoformat(), "--permite-followup", "sim")
    assert one["followup_proximo_em"]
    clinic.planner()
    clinic.sender()
    wait_until(lambda: clinic.database.value("select followup_enviado_em from agendamentos"), 60, "followup_enviado_em")
    assert len(sent(clinic, "Gostaria de marcar o próximo encontro?")) == 1
    row = clinic.database.query("select * from appointments")[0]
    assert row["followup_sent_at"] and row["followup_next_scheduled"] is None and row["allow_followup"]
    assert clinic.database.value("select count(*) from auditoria where action = 'followup_sent'") == 1
    # who got it is not told that they were missed
    assert said(clinic, "job", "no-show")["pulados"] == {"recebeu a mensagem de depois do atendimento": 1}
    assert sent(clinic, "Sentimos sua falta") == []


def test_who_does_not_come_is_written_to_once(clinic):
    clinic.planner()
    clinic.sender()
    start = now() - timedelta(hours=3)
    book(clinic, start)
    book(clinic, start, "--status", "realizado", phone="11 98765-0002")
    book(clinic, start, "--duracao-min", "300", phone="11 98765-0003")  # not over yet
    assert said(clinic, "job", "no-show")["planejados"] == 1
    wait_until(lambda: len(sent(clinic, "Sentimos sua falta")) == 1, 60, "one message")
    assert said(clinic, "job", "no-show")["planejados"] == 0


def test_jobs_and_hours_on_the_command_line(clinic):
    tomorrow = datetime.now(timezone(timedelta(hours=-3))).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    book(clinic, tomorrow, phone="11 98765-0009")
    assert said(clinic, "job", "24h") in (
        {"planejados": 1, "ja_enviados": 0, "pulados": {}},
        {"planejados": 0, "ja_enviados": 0, "pulados": {"marcado depois do horário do lembrete": 1}})
    assert said(clinic, "job", "2h") == {"planejados": 0, "ja_enviados": 0, "pulados": {}}
    assert said(clinic, "job", "metrics") == {
        "total_consultas": 0, "taxa_faltas": 0, "taxa_conclusao": 0, "lembretes_enviados": 0}
    hours = said(clinic, "horario", "salvar", "seg-sex", "--inicio", "8h", "--fim", "12h", "--duracao-min", "30")
    assert [row["dia"] for row in hours] == [1, 2, 3, 4, 5]
    said(clinic, "horario", "salvar", "seg", "--inicio", "9h", "--fim", "12h")
    listed = said(clinic, "horario", "listar")
    assert [(row["dia"], row["inicio"]) for row in listed][:2] == [("seg", "09:00:00"), ("ter", "08:00:00")]
    said(clinic, "horario", "remover", str(listed[0]["id"]))
    assert len(said(clinic, "horario", "listar")) == 4


def test_a_time_without_zone_is_the_company_s(clinic):
    said(clinic, "agendamento", "salvar", "2031-03-03T14:30", "--telefone", "11 98765-0001", "--nome", "Ana", "--pet-nome", "Rex")
    assert clinic.database.value("select inicio = '2031-03-03 14:30-03' from agendamentos")
    one = clinic.database.value("select id from agendamentos")
    said(clinic, "agendamento", "remarcar", str(one), "2031-03-04T09:00")
    assert clinic.database.value("select inicio = '2031-03-04 09:00-03' and fim = '2031-03-04 10:00-03' from agendamentos")
    assert clinic.database.value("select nome from pets") == "Rex"
    assert [row["nome"] for row in said(clinic, "agendamento", "listar", "--de", "2031-03-04T00:00")] == ["Ana"]


FILE = """Código;Data;Hora;Paciente;WhatsApp;Procedimento;Profissional;Valor;Situação;Convênio
1;03/03/2031;14h30;José Araújo;(11) 98765-0001;Limpeza;Dra. Lia;R$ 1.450,00;Agendado;Boa
2;03/03/2031;15:00;Maria;11 98765-0002;;;;Confirmada;
3;03/03/2031;;Sem hora;11 98765-0003;;;;;
4;31/02/2031;10:00;Sem dia;11 98765-0004;;;;;
5;03/03/2031;10:00;Sem telefone;;;;;;
6;04/03/2031;10:00;Outra;11 98765-0006;;;12,5,0;;
7;04/03/2031;10:00;Ela;11 98765-0007;;;89,90;talvez;
"""


def test_a_file_of_appointments(clinic, tmp_path):
    path = tmp_path / "agenda.csv"
    path.write_bytes(FILE.encode("cp1252"))
    rejected = tmp_path / "fora.csv"

    def brought(*options):
        return said(clinic, "agendamento", "importar", str(path), "--rejeitados", str(rejected), *options)

    counts = {"linhas": 7, "novos": 2, "mudados": 0, "iguais": 0, "rejeitados": 5}
    assert brought("--ensaio") == counts
    assert clinic.database.value("select count(*) from agendamentos") == 0
    assert brought() == counts
    assert [line.split(";")[:2] for line in rejected.read_text("utf-8-sig").splitlines()[1:]] == [
        ["4", "inicio"], ["5", "inicio"], ["6", "telefone"], ["7", "valor"], ["8", "status"]]
    row = clinic.database.query(
        "select a.*, c.nome, c.telefone from agendamentos a join clientes c on c.id = a.cliente_id where a.externo_id = '1'")[0]
    assert (row["nome"], row["telefone"], row["servico"], row["profissional"], float(row["valor"]), row["status"]) == (
        "José Araújo", "+5511987650001", "Limpeza", "Dra. Lia", 1450.0, "agendado")
    assert row["metadata"] == {"convenio": "Boa"}
    assert clinic.database.value("select inicio = '2031-03-03 14:30-03' from agendamentos where externo_id = '1'")
    assert firings(clinic) == {("lembrete_24h", "planejado"): 2, ("lembrete_2h", "planejado"): 2}
    # the same file again changes nothing; a moved line moves
    assert brought() == counts | {"novos": 0, "iguais": 2}
    path.write_bytes(FILE.replace("14h30", "16h").encode())
    assert brought() == counts | {"novos": 0, "iguais": 1, "mudados": 1}
    assert firings(clinic)[("lembrete_2h", "planejado")] == 2
    assert firings(clinic)[("lembrete_2h", "cancelado")] == 1


def test_many_who_save_and_plan_at_once_make_one_of_each(clinic):
    """The same appointments saved, moved, cancelled and batched by eight at once."""
    company = clinic.database.value("select id from empresas")
    starts = [now() + timedelta(days=1, hours=h) for h in range(4)]

    def one(n):
        for turn in range(12):
            key, start = f"k{(n + turn) % 3}", starts[(n * turn) % 4]
            if n == 7:
                clinic.database.query("select agendamento_lembretes('24h', %s, agora())", company)
            elif turn % 6 == 5:
                clinic.database.query("select agendamento_cancelar(id) from agendamentos where externo_id = %s", key)
            else:
                clinic.database.query("select agendamento_salvar(inicio => %s, telefone => '11 98765-0001', nome => 'Ana',"
                                      " externo_id => %s, permite_followup => true, status => 'agendado')", start, key)

    together(*[lambda n=n: one(n) for n in range(8)])
    assert clinic.database.value("select count(*) from agendamentos") == 3
    assert clinic.database.query(
        "select d.alvo_id from disparos d join agendamentos a on a.id = d.alvo_id where d.status = 'planejado'"
        " group by d.alvo_id, d.regra_id having count(*) > 1 or bool_or(a.status = 'cancelado')"
        " or bool_or((d.metadata ->> 'data')::timestamptz <> a.inicio)") == []
