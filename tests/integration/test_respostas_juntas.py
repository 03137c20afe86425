"""Answers acted on by two planners while gateways apply webhooks and people book, cancel and suppress."""

import json
import random

import psycopg2
import pytest

from queue_people import NUMBER, WABA, Company
from test_campanha import together

PEOPLE = 24
KINDS = ("sim", "touch", "choice", "confirmo", "não vou poder ir", "quero remarcar") * 4 + ("SAIR",)
AGAIN = ("40P01", "40001")  # the fleet repeats these


@pytest.fixture
def clinic(fresh_database):
    """Everybody was asked after a visit and about a coming one; nobody has answered."""
    db = fresh_database
    company = Company(db)
    db.execute("update empresas set respostas_espera = '0'")
    db.execute("insert into horarios_atendimento (empresa_id, profissional, dia, inicio, fim, duracao_min)"
               " select id, 'Rosa', d, '00:00', '23:00', 60 from empresas, generate_series(1, 7) d")
    company.ids = company.people(PEOPLE)
    db.execute("""
        select agendamento_salvar(cliente_id => c.id, inicio => agora() - interval '90 minutes', fim => agora() - interval '59 minutes',
            profissional => 'Rosa', permite_followup => true),
            agendamento_salvar(cliente_id => c.id, inicio => date_trunc('hour', agora()) + interval '40 days', profissional => 'Rosa')
        from clientes c""")
    db.execute("update disparos set quando = agora(), valido_ate = agora() + interval '1 day' where status = 'planejado'"
               " and regra_id in (select id from regras_followup where nome in ('pos_atendimento', 'lembrete_24h'))")
    while db.value("select disparos_enqueue(1000)"):
        pass
    waiting = db.query("update fila_ativa set status = 'processando', reserva_seq = reserva_seq + 1, reservada_por = 'teste',"
                       " processando_desde = agora(), reserva_ate = agora() + interval '1 minute' where status = 'pendente'"
                       " returning id, reserva_seq")
    company.record([(row["id"], row["reserva_seq"]) for row in waiting], role="owner")
    return company


def patient(connection, sql, *values):
    """Runs it until it is no deadlock's victim; what it answers."""
    cursor = connection.cursor()
    while True:
        try:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else None
        except psycopg2.Error as error:
            if error.pgcode not in AGAIN:
                raise


def writes(db, seed):
    """A gateway: what people touch and write, some of it twice, applied as it comes."""
    def task():
        dice, connection = random.Random(seed), db.connect("owner")
        phones = [row["telefone"] for row in db.query("select telefone from clientes order by id")]
        for n in range(120):
            phone = dice.choice(phones).lstrip("+")
            kind = dice.choice(KINDS)
            message = {"from": phone, "id": f"wamid.{seed}.{n // 2 * 2 if dice.random() < 0.2 else n}", "type": "text", "text": {"body": kind}}
            if kind in ("touch", "choice"):
                offers = db.query("select p.id from respostas p join clientes c on c.id = p.cliente_id"
                                  " where p.opcoes is not null and c.telefone = %s order by p.id desc limit 1", "+" + phone)
                button = f"horario:{offers[0]['id']}:{dice.randrange(10)}" if kind == "choice" and offers else "followup_positive"
                message.update(type="interactive", interactive={"type": "button_reply", "button_reply": {"id": button, "title": "x"}})
                del message["text"]
            event = json.dumps({"contact": {"wa_id": phone}, "message": message})
            patient(connection, "select webhook_store('{mensagem}', %s, %s, %s, '{null}', '{null}', '{null}', array[extract(epoch from now())::bigint], %s)",
                    [WABA], [NUMBER], [message["id"]], [event])
            patient(connection, "select webhook_apply(100)")
        connection.close()
    return task


def planner(db, done):
    def task():
        connection, idle = db.connect("planner"), 0
        while idle < 50 or not done():
            worked = patient(connection, "select resposta_apply()")[0][0] + patient(connection, "select efeitos_apply(20)")[0][0]
            idle = 0 if worked else idle + 1
        connection.close()
    return task


def people(db, seed):
    """Somebody at the desk: books, moves, suppresses."""
    def task():
        dice, connection = random.Random(seed), db.connect("owner")
        ids = [row["id"] for row in db.query("select id from clientes order by id")]
        for n in range(60):
            who = dice.choice(ids)
            patient(connection, "select agendamento_salvar(cliente_id => %s, inicio => date_trunc('hour', agora()) + %s * interval '1 hour',"
                    " externo_id => %s, profissional => 'Rosa')", who, 24 + dice.randrange(200), f"{seed}-{n % 7}")
            if n % 10 == 0:
                patient(connection, "select supressao_incluir((select telefone from clientes where id = %s), 'pediu')", who)
        connection.close()
    return task


def test_nothing_fails_and_every_answer_is_acted_on_once(clinic):
    db, finished = clinic.database, []

    def noting(task):
        def run():
            try:
                task()
            finally:
                finished.append(1)
        return run

    hands = [noting(task) for task in (writes(db, 1), writes(db, 2), people(db, 3))]
    together(*hands, *[planner(db, lambda: len(finished) == len(hands)) for _ in range(2)])
    assert db.value("select count(*) from respostas where estado = 'juntando'") == 0
    assert db.value("select count(*) from webhook_eventos where erro is not null") == 0
    assert db.query("select motivo from respostas where motivo like 'não foi possível aplicar%%'") == []
    done = {row["acao"] for row in db.query("select distinct acao from respostas")}
    assert done >= {"agenda.book", "marcar", "suprimir", "confirmar", "nada"}, "all of it happened"
    # one visit of whoever chose, however often; each answer of a visit was kept once
    assert db.query("select p.agendamento_id from respostas p join agendamentos a on a.id = p.marcado_id and a.status = 'agendado'"
                    " where p.opcoes is not null group by p.agendamento_id having count(distinct p.marcado_id) > 1") == []
    assert db.query("select inicio from agendamentos a where inicio > agora() and status <> 'cancelado'"
                    " and exists (select 1 from respostas p where p.marcado_id = a.id)"
                    " group by inicio having count(*) > 1") == [], "no slot was given twice"
    assert db.query("select alvo, payload ->> 'response' as r from auditoria where action = 'followup_response'"
                    " group by 1, 2 having count(*) > 1") == []
    assert db.value("select coalesce(sum(valor), 0) from contadores where nome = 'followups_positive'") == db.value(
        "select count(*) from auditoria where action = 'followup_response' and payload ->> 'response' = 'positive'")
    assert db.value("select count(*) from fila_ativa f join clientes c on c.id = f.cliente_id"
                    " where c.status = 'optout' and f.tipo <> 'resposta' and f.status = 'pendente'") == 0
