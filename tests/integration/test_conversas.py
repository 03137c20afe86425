"""Whole conversations through sender, simulator, gateway and planner: what people answer, and what is done."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from fleet import PHONE_NUMBER_ID
from waiting import stays, wait_until

SOON = timedelta(seconds=4)
YES = "Que ótimo! Veja abaixo algumas sugestões..."
NO = "Sem problemas! Ficamos à disposição quando quiser retomar."
THANKS = "Agradeço por compartilhar seu feedback!"
OUT = "Pronto! Você não vai mais receber mensagens de padrao. Se mudar de ideia, é só responder VOLTAR."
ASKED = "Gostaria de marcar o próximo encontro?"


def now():
    return datetime.now(timezone.utc)


class Talk:
    """A clinic of the fleet, and people who answer it."""

    def __init__(self, fleet):
        self.fleet, self.database = fleet, fleet.database

    def said(self, *arguments):
        return json.loads(self.fleet.cli(*arguments, "--json", role="ops").stdout)

    def book(self, phone, name, start, *options):
        return self.said("agendamento", "salvar", start.isoformat(), "--telefone", phone, "--nome", name, *options)

    def visit(self, phone, name):
        """Ended an hour ago, almost: the message after it is due in a moment."""
        return self.book(phone, name, now() - timedelta(hours=2), "--fim", (now() - timedelta(hours=1) + SOON).isoformat(),
                         "--permite-followup", "sim", "--servico", "Consulta", "--profissional", "Dra. Rosa")

    def writes(self, phone, text=None, quoting=None, **parts):
        body = {"phone_number_id": PHONE_NUMBER_ID, "from": phone.lstrip("+"), **parts}
        if text:
            body["text"] = text
        if quoting:
            body["context"] = {"id": quoting}
        return self.fleet.control("POST", "/inbound", body)

    def chooses(self, phone, id, kind="list_reply"):
        return self.writes(phone, type="interactive", interactive={"type": kind, kind: {"id": id, "title": "x"}})

    def heard(self, phone):
        """What reached the phone, oldest first."""
        return [line["text"] for line in self.fleet.ledger() if line["wamid"] and line["to"].lstrip("+") == phone.lstrip("+")]

    def asked(self, phone):
        """The wamid of the question after the visit, once it is there."""
        def lines():
            return [line["wamid"] for line in self.fleet.ledger()
                    if line["wamid"] and line["to"].lstrip("+") == phone.lstrip("+") and ASKED in (line["text"] or "")]
        wait_until(lines, 60, "the message after the visit is there")
        return lines()[-1]

    def hears(self, phone, text):
        wait_until(lambda: text in self.heard(phone), 30, f"{text!r} is there")

    def last(self, phone):
        rows = self.database.query(
            "select p.* from respostas p join clientes c on c.id = p.cliente_id where c.telefone = %s order by p.id desc limit 1", phone)
        return rows[0] if rows else None


@pytest.fixture
def talk(fresh_database, fleet):
    fleet.database = fresh_database
    fresh_database.execute("update agendas set ativa = false, proxima_em = null")
    fleet.simulator()
    fleet.company()
    fresh_database.execute("update empresas set respostas_espera = '1 second'")
    fleet.cli("regra", "propor-modelos")
    fleet.cli("modelo", "publicar")
    for day in range(1, 8):
        fleet.cli("horario", "salvar", "--dias", str(day), "--inicio", "00:00", "--fim", "23:00", "--duracao-min", "60",
                  "--profissional", "Dra. Rosa", role="ops")
    fleet.gateway()
    fleet.sender()
    for _ in range(2):
        fleet.planner()
    return Talk(fleet)


ANA, BIA, CAIO, DORA, EVA = (f"+551198765000{n}" for n in range(1, 6))


def test_after_the_visit(talk):
    visits = {phone: talk.visit(phone, name) for phone, name in
              ((ANA, "Ana Lima"), (BIA, "Bia Reis"), (CAIO, "Caio Melo"), (DORA, "Dora Pina"), (EVA, "Eva Luz"))}
    quoted = {phone: talk.asked(phone) for phone in visits}

    # yes, by the button of the template; a choice books, and what it brings is planned
    talk.writes(ANA, type="button", button={"payload": "Sim, quero marcar", "text": "Sim, quero marcar"}, quoting=quoted[ANA])
    talk.hears(ANA, YES)
    offer = talk.last(ANA)
    assert (offer["acao"], offer["estado"], len(offer["opcoes"])) == ("agenda.book", "aplicada", 10)
    talk.chooses(ANA, f"horario:{offer['id']}:0")
    wait_until(lambda: talk.heard(ANA)[-1].startswith("Prontinho, está marcado: "), 30, "it is booked")
    booked = talk.database.query("select * from agendamentos where id = %s", talk.last(ANA)["marcado_id"])[0]
    assert (booked["profissional"], booked["servico"], booked["status"]) == ("Dra. Rosa", "Consulta", "agendado")
    assert talk.database.value("select count(*) from disparos where alvo_id = %s", booked["id"]) >= 2
    # the same slot from another list: an apology, and others
    talk.writes(BIA, "sim", quoting=quoted[BIA])
    talk.hears(BIA, YES)
    other = talk.last(BIA)
    talk.said("agendamento", "salvar", other["opcoes"][0]["inicio"], "--telefone", EVA, "--nome", "Eva Luz",
              "--profissional", "Dra. Rosa", "--duracao-min", "60")
    talk.chooses(BIA, f"horario:{other['id']}:0")
    wait_until(lambda: talk.heard(BIA)[-1].startswith("Puxa, esse horário acabou de ser ocupado"), 30, "an apology")

    # no; an opinion in three messages; the way out; what nobody understands
    talk.writes(CAIO, "Não, obrigado", quoting=quoted[CAIO])
    talk.hears(CAIO, NO)
    for part in ("oi", "então", "adorei o atendimento, a Dra. Rosa explicou tudo"):
        talk.writes(DORA, part)
    talk.hears(DORA, THANKS)
    talk.writes(EVA, "quarta eu vejo isso aí com a minha irmã")
    wait_until(lambda: (talk.last(EVA) or {}).get("estado") == "pendente", 30, "a person is asked")
    waiting = talk.said("resposta", "listar")
    assert [row["texto"] for row in waiting] == ["quarta eu vejo isso aí com a minha irmã"]
    assert len(talk.heard(EVA)) == 1, "nothing automatic"
    talk.writes(EVA, "parem de me mandar mensagens")
    talk.hears(EVA, OUT)

    answers = {row["telefone"]: row["followup_resposta"] for row in talk.database.query(
        "select c.telefone, a.followup_resposta from agendamentos a join clientes c on c.id = a.cliente_id where a.followup_enviado_em is not null")}
    assert answers == {ANA: "positive", BIA: "positive", CAIO: "negative", DORA: "feedback", EVA: None}
    feedback = talk.database.query("select texto, agendamento_id, feedback_type from feedback_eventos")
    assert [(row["texto"].split("\n")[-1], str(row["agendamento_id"]), row["feedback_type"]) for row in feedback] == [
        ("adorei o atendimento, a Dra. Rosa explicou tudo", visits[DORA]["id"], "followup_text")]
    audit = talk.database.query("select payload ->> 'response' as r from auditoria where action = 'followup_response' order by 1")
    assert [row["r"] for row in audit] == ["feedback", "negative", "positive", "positive"]
    assert talk.database.value("select count(*) from auditoria where action = 'followup_sent'") == 5
    wait_until(lambda: {row["nome"]: row["valor"] for row in talk.database.query("select nome, valor from contadores")} == {
        "followups_sent": 5, "followups_positive": 2, "followups_negative": 1}, 20, "the counters")
    assert talk.database.value("select status from clientes where telefone = %s", EVA) == "optout"


def test_reminders(talk):
    start = now() + timedelta(hours=2) + SOON
    one = talk.book(ANA, "Ana Lima", start)
    two = talk.book(BIA, "Bia Reis", start)
    three = talk.book(CAIO, "Caio Melo", start)
    for phone in (ANA, BIA, CAIO):
        wait_until(lambda: talk.heard(phone), 60, "reminded")
    talk.writes(ANA, "confirmado!")
    talk.writes(BIA, "não vou conseguir ir")
    talk.writes(CAIO, "número errado, não conheço")
    wait_until(lambda: talk.heard(ANA)[-1].startswith("Presença confirmada: "), 30, "confirmed")
    assert "{" not in talk.heard(ANA)[-1]
    wait_until(lambda: "foi cancelado. Quer marcar outro?" in talk.heard(BIA)[-1], 30, "cancelled")
    talk.hears(CAIO, "Desculpe o engano! Este número não vai mais receber mensagens de padrao.")
    status = {str(row["id"]): row["status"] for row in talk.database.query("select id, status from agendamentos")}
    assert (status[one["id"]], status[two["id"]], status[three["id"]]) == ("confirmado", "cancelado", "agendado")
    talk.chooses(BIA, "remarcar", "button_reply")
    talk.hears(BIA, "Sem problemas! Escolha abaixo um novo horário:")
    offer = talk.last(BIA)
    talk.chooses(BIA, f"horario:{offer['id']}:3")
    wait_until(lambda: talk.heard(BIA)[-1].startswith("Prontinho"), 30, "another time")
    assert [row["motivo"] for row in talk.said("resposta", "listar")] == ["o número é de outra pessoa: confira o cadastro"]
    # nothing more to the wrong number, and the way back is open to whoever holds it
    before = len(talk.heard(CAIO))
    refused = talk.fleet.cli("enfileirar", "--telefone", CAIO, "--conteudo", "Oi", role="ops", check=False)
    stays(lambda: len(talk.heard(CAIO)) == before, 2, f"nothing leaves ({refused.returncode})")
    talk.writes(CAIO, "VOLTAR")
    wait_until(lambda: talk.heard(CAIO)[-1].startswith("Que bom ter você de volta!"), 30, "back")


def test_whoever_writes_gets_a_follow_up_a_day_later_where_that_is_on(talk, fleet):
    talk.writes(ANA, "oi, vocês abrem sábado?")
    wait_until(lambda: talk.database.value("select count(*) from mensagens_recebidas") == 1, 20, "kept")
    assert talk.database.value("select count(*) from disparos") == 0, "off by default"
    for process in [p for p in fleet.processes if p.kind == "gateway"]:
        process.term()
    fleet.gateway(gateway={"followup": True})
    for n in range(2):
        talk.writes(ANA, f"e domingo? {n}")
        wait_until(lambda: talk.database.value("select count(*) from mensagens_recebidas") == n + 2, 20, "kept")
    wait_until(lambda: talk.database.value("select count(*) from disparos where status = 'planejado'") == 1, 20, "one waits")
    row = talk.database.query("select d.quando - d.created_at as espera, r.nome from disparos d join regras_followup r on r.id = d.regra_id"
                              " where d.status = 'planejado'")[0]
    assert row["nome"] == "post_service" and timedelta(hours=23, minutes=59) < row["espera"] < timedelta(hours=24, minutes=1)
    assert talk.database.value("select count(*) from disparos where status = 'cancelado'") == 1, "the former one was replaced"
