"""Rules and their firings under concurrency, and all the way to WhatsApp and back."""

import json
from collections import Counter

import psycopg2
import pytest

from fleet import PHONE_NUMBER_ID
from test_campanha import one, together
from test_whole import finished, writes
from waiting import wait_until

PEOPLE = 2000
SESSIONS = 5
TEXTS = {
    "primeiro_contato": "Oi {}! Vi que mandei msg outro dia mas não deu pra gente conversar. Ainda tem interesse em plantão?",
    "pos_interesse": "Oi {}! Então, conseguiu pensar sobre aquela vaga? To aqui se precisar de mais info!",
    "pos_oferta": "Oi! {}, a vaga que te ofereci ainda tá aberta! Se tiver interesse me avisa que reservo pra vc",
}
STAGES = {"primeiro_contato": "primeiro_contato", "interesse": "pos_interesse", "oferta": "pos_oferta"}


@pytest.fixture
def silent(fresh_database):
    """A company whose PEOPLE have not answered for five days, a third at each stage; two numbers, so
    that every tenth person has two conversations."""
    db = fresh_database
    db.query("select empresa_salvar('padrao')", role="ops")
    db.query("select conta_salvar('100000001', 'token')", role="ops")
    db.query("select numero_salvar(n) from unnest(array['200000001', '200000002']) n", role="ops")
    db.query("select regra_propor_modelos()", role="ops")
    db.execute("update modelos set situacao = 'aprovado'")
    db.execute("""
        insert into clientes (empresa_id, primeiro_nome, telefone)
        select e.id, 'P' || i, '+55119' || lpad(i::text, 8, '0') from empresas e, generate_series(1, %s) i""", PEOPLE)
    db.execute("""
        insert into conversas (empresa_id, cliente_id, numero_id, etapa, ultima_interacao_em, ultima_direcao)
        select c.empresa_id, c.id, n.id, (array['primeiro_contato', 'interesse', 'oferta'])[substr(c.primeiro_nome, 2)::integer % 3 + 1],
            agora() - interval '5 days', 'saida'
        from clientes c, numeros n
        where n.identificador = '200000001' or c.telefone like '%7'""")
    return db


def company(db):
    return db.value("select id from empresas")


def test_five_planners_plan_and_queue_each_firing_once(silent):
    run = [silent.connect("planner") for _ in range(SESSIONS)]
    enqueue = [silent.connect("planner") for _ in range(SESSIONS)]
    planned = []

    def plans(session):
        for _ in range(3):
            planned.append(one(session, "select (regra_run(%s) ->> 'agendados')::integer", company(silent)))

    def queues(session):
        while one(session, "select disparos_enqueue(100)") or len(planned) < 3 * SESSIONS:
            pass

    together(*(lambda s=s: plans(s) for s in run), *(lambda s=s: queues(s) for s in enqueue))
    assert one(enqueue[0], "select disparos_enqueue(10000)") == 0
    assert sum(planned) == PEOPLE
    rows = silent.query("""
        select count(*) as messages, count(distinct cliente_id) as people, count(distinct origem_id) as firings
        from fila_ativa where origem = 'regra'""")[0]
    assert rows == {"messages": PEOPLE, "people": PEOPLE, "firings": PEOPLE}
    # the old system sent every rule to every conversation
    wrong = silent.value("""
        select count(*) from disparos d
        join regras_followup r on r.id = d.regra_id
        join conversas c on c.id = d.alvo_id
        where r.etapa is distinct from c.etapa""")
    assert wrong == 0
    by_rule = Counter(row["regra"] for row in silent.query("select metadata ->> 'regra' as regra from fila_ativa"))
    assert set(by_rule) == set(STAGES.values()) and sum(by_rule.values()) == PEOPLE


def test_five_planners_send_one_reminder_for_a_day_of_a_person(silent):
    """Four appointments a person on two days: two messages, whoever takes which firing first."""
    people = 200
    silent.execute("""
        select disparo_plan('lembrete_24h', c.empresa_id, gen_random_uuid(), 'x', c.id, agora() - interval '1 minute',
            null, jsonb_build_object('data', date_trunc('day', agora()) + interval '2 days 12 hours'
                + make_interval(days => k / 2, hours => k %% 2)))
        from (select * from clientes order by id limit %s) c, generate_series(0, 3) k""", people)
    sessions = [silent.connect("planner") for _ in range(SESSIONS)]
    done = []

    def queues(session):
        idle = 0
        while idle < 20:  # another may hold what is left
            n = one(session, "select disparos_enqueue(7)")
            done.append(n)
            idle = 0 if n else idle + 1

    together(*(lambda s=s: queues(s) for s in sessions))
    while one(sessions[0], "select disparos_enqueue(1000)"):
        pass
    assert silent.value("select count(*) from disparos where status = 'enfileirado'") == 4 * people
    assert silent.value("select count(*) from fila_ativa where tipo = 'lembrete'") == 2 * people
    assert silent.value("""
        select bool_and(n = 2) from (select mensagem_id, count(*) as n from disparos group by mensagem_id) m""")


def test_an_answer_and_the_queue_meet_in_any_order(silent):
    """Everybody answers while five planners plan and queue: nothing waits for who has answered."""
    sessions = [silent.connect("planner") for _ in range(SESSIONS)]
    answering = [silent.connect("owner") for _ in range(3)]
    people = [row["id"] for row in silent.query("select id from clientes order by id")]
    answered = []

    def plans(session):
        while len(answered) < len(answering):
            one(session, "select regra_run(%s)", company_id)
            one(session, "select disparos_enqueue(50)")

    def answers(session, mine):
        with session.cursor() as cursor:
            for who in mine:
                answer(cursor, who)
        answered.append(True)

    def answer(cursor, who):
        while True:
            try:
                cursor.execute("""
                    with pessoa as (
                        select c.id from clientes c where c.id = %s for no key update
                    ), conversa as (
                        update conversas cv set ultima_direcao = 'entrada', ultima_interacao_em = agora()
                        from pessoa where cv.cliente_id = pessoa.id returning cv.id, cv.cliente_id
                    )
                    select count(*) from conversa""", (who,))
                cursor.execute("select regra_answered(%s, null, agora())", (who,))
                return
            except psycopg2.errors.DeadlockDetected:
                continue  # as the fleet repeats it

    company_id = company(silent)
    together(*(lambda s=s: plans(s) for s in sessions),
             *(lambda s=s, i=i: answers(s, people[i::3]) for i, s in enumerate(answering)))
    while one(sessions[0], "select disparos_enqueue(1000)"):
        pass
    assert silent.value("select count(*) from fila_ativa") == 0
    assert silent.value("select count(*) from disparos where status in ('planejado', 'enfileirado')") == 0
    assert silent.value("select count(*) from disparos where status = 'cancelado' and motivo = 'respondeu'") > 0


@pytest.fixture
def fleet_up(fresh_database, fleet):
    fleet.database = fresh_database
    fleet.simulator()
    fleet.company()
    fleet.cli("regra", "propor-modelos")
    fleet.cli("modelo", "publicar")
    fleet.gateway()
    fleet.planner()
    return fleet


def test_follow_ups_go_out_by_stage_and_stop_with_an_answer(fleet_up):
    fleet, db = fleet_up, fleet_up.database
    db.query("""select cliente_salvar('Pessoa ' || chr(64 + n), '11 9' || (80000000 + n)::text) from generate_series(1, 6) n""")
    db.execute("""
        insert into conversas (empresa_id, cliente_id, numero_id, etapa, ultima_interacao_em, ultima_direcao)
        select c.empresa_id, c.id, n.id, (array['primeiro_contato', 'interesse', 'oferta'])[row_number() over (order by c.telefone) % 3 + 1],
            agora() - interval '5 days', 'saida'
        from clientes c, numeros n""")
    fleet.sender()
    assert db.value("select regra_run() ->> 'agendados'", role="ops") == "6"
    wait_until(lambda: db.value("select count(*) from disparos where status = 'enviado'") == 6, 30)
    said = {line["to"].lstrip("+"): line["text"] for line in fleet.ledger()}
    for row in db.query("select c.telefone, cv.etapa from conversas cv join clientes c on c.id = cv.cliente_id"):
        assert said[row["telefone"].lstrip("+")] == TEXTS[STAGES[row["etapa"]]].format("Pessoa")
    assert db.value("select count(*) from auditoria where action = 'followup_sent'") == 6

    # four days later: whoever has a second message and did not answer
    answers = db.query("""select c.id, c.telefone from conversas cv join clientes c on c.id = cv.cliente_id
                          where cv.etapa = 'primeiro_contato' order by c.telefone""")
    writes(fleet, answers[0]["telefone"])
    wait_until(lambda: db.value("select count(*) from disparos where respondido_em is not null") == 1)
    db.execute("update conversas set ultima_interacao_em = ultima_interacao_em - interval '4 days'")
    assert json.loads(fleet.cli("regra", "simular", "primeiro_contato", "--json").stdout)[0]["cliente_id"] == str(answers[1]["id"])
    assert db.value("select regra_run() ->> 'agendados'", role="ops") == "1"
    wait_until(lambda: db.value("select count(*) from disparos where status = 'enviado'") == 7, 30)
    assert fleet.ledger()[-1]["text"] == ("E aí Pessoa, tudo bem? Só passando pra ver se conseguiu ver as vagas que te mandei. "
                                          "Qualquer coisa só falar!")
    assert len(fleet.ledger()) == 7


def test_a_follow_up_by_request_is_text_inside_the_window_and_template_outside(fleet_up):
    fleet, db = fleet_up, fleet_up.database
    phones = [row["telefone"] for row in db.query("""
        select c.telefone from generate_series(1, 2) n,
            lateral cliente_salvar('Ana ' || chr(64 + n), '11 9' || (80000000 + n)::text) as c order by 1""")]
    fleet.sender()
    writes(fleet, phones[0])
    wait_until(lambda: db.value("select count(*) from mensagens_recebidas") == 1)
    for phone in phones:
        row = json.loads(fleet.cli("followup", "agendar", phone, "--delay-hours", "0", "--metadata",
                                   '{"assunto": "a vaga"}', "--json").stdout)
        assert row["followup_type"] == "post_service" and row["status"] == "planejado"
    wait_until(finished(db, 2), 30)
    text = "Olá Ana!\n\nEsperamos que tenha conseguido resolver sua questão sobre a vaga. Há algo mais em que possamos ajudar?"
    sent = {"+" + line["to"].lstrip("+"): (line["template"], line["text"]) for line in fleet.ledger()}
    assert sent == {phones[0]: (None, text), phones[1]: ("carteiro_post_service", text)}
    wait_until(lambda: [row["status"] for row in json.loads(
        fleet.cli("followup", "listar", "--json").stdout)] == ["enviado", "enviado"])
    wrong = fleet.cli("followup", "agendar", phones[0], "--channel", "email", check=False)
    assert wrong.returncode == 1 and "canal email ainda não disponível" in wrong.stderr


def test_a_reminder_says_today_or_tomorrow_when_it_goes(fleet_up):
    fleet, db = fleet_up, fleet_up.database
    phones = [row["telefone"] for row in db.query("""
        select c.telefone from generate_series(1, 2) n,
            lateral cliente_salvar('Ana ' || chr(64 + n), '11 9' || (80000000 + n)::text) as c order by 1""")]
    tomorrow = db.value("select ((now() at time zone 'America/Sao_Paulo')::date + 1)::text")
    writes(fleet, phones[0])
    wait_until(lambda: db.value("select count(*) from mensagens_recebidas") == 1)
    for phone in phones:
        fleet.cli("followup", "agendar", phone, "--followup-type", "reminder", "--delay-hours", "0",
                  "--metadata", json.dumps({"data": f"{tomorrow}T14:30"}))
    fleet.sender()
    wait_until(finished(db, 2), 30)
    said = {"+" + line["to"].lstrip("+"): line["text"] for line in fleet.ledger()}
    # the run may meet midnight
    day = "amanhã" if db.value("select now() at time zone 'America/Sao_Paulo' < %s::date", tomorrow) else "hoje"
    assert said[phones[0]] == f"Lembrete: Sua consulta é {day} às 14h30!"
    assert said[phones[1]].startswith(f"Lembrete: Sua consulta é {day} às 14h30!")


def test_buttons_after_a_visit_reach_the_phone_and_the_template_has_them_too(fleet_up):
    fleet, db = fleet_up, fleet_up.database
    db.query("""select cliente_salvar('Ana ' || chr(64 + n), '11 9' || (80000000 + n)::text) from generate_series(1, 2) n""")
    fleet.sender()
    writes(fleet, db.value("select min(telefone) from clientes"))
    wait_until(lambda: db.value("select count(*) from mensagens_recebidas") == 1)
    db.query("""select disparo_plan('pos_atendimento', c.empresa_id, gen_random_uuid(), 'x', c.id, agora()) from clientes c""",
             role="owner")
    wait_until(finished(db, 2), 30)
    sent = sorted((line["type"], line["template"], line["http"]) for line in fleet.ledger())
    assert sent == [("interactive", None, 200), ("template", "carteiro_pos_atendimento", 200)]


def test_a_person_at_the_conversation_stops_what_is_automatic(fleet_up):
    fleet, db = fleet_up, fleet_up.database
    phone = db.value("select (cliente_salvar('Ana', '11 980000001')).telefone")
    writes(fleet, phone)
    wait_until(lambda: db.value("select count(*) from mensagens_recebidas") == 1)
    conversation = json.loads(fleet.cli("conversa", "listar", "--json").stdout)[0]["id"]
    fleet.cli("conversa", "assumir", conversation, "--por", "Rita")
    fleet.cli("followup", "agendar", phone, "--delay-hours", "0")
    fleet.sender()
    wait_until(lambda: db.value("select espera_motivo from fila_ativa") == "conversa com uma pessoa", 30)
    assert fleet.ledger() == []
    fleet.cli("conversa", "devolver", conversation)
    wait_until(finished(db, 1), 30)
    assert [line["phone_number_id"] for line in fleet.ledger()] == [PHONE_NUMBER_ID]
