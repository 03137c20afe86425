"""Campaigns in SQL under concurrency: several planners, a lost one, and people who intervene."""

import json
import threading

import psycopg2
import pytest

from fleet import PHONE_NUMBER_ID
from waiting import wait_until

PEOPLE = 3000


@pytest.fixture
def people(fresh_database):
    """A company with PEOPLE clientes, every tenth without consent."""
    db = fresh_database
    db.query("select empresa_salvar('padrao')", role="ops")
    db.query("select conta_salvar('100000001', 'token')", role="ops")
    db.query("select numero_salvar('200000001')", role="ops")
    db.query("select modelo_salvar('oi', 'Oi {nome}, tudo bem hoje?', situacao => 'aprovado')", role="ops")
    db.execute("""
        insert into clientes (empresa_id, primeiro_nome, telefone, marketing_permitido)
        select e.id, 'P' || i, '+55119' || lpad(i::text, 8, '0'), i %% 10 <> 0
        from empresas e, generate_series(1, %s) i""", PEOPLE)
    return db


def start(db, tipo="promocional", **options):
    extra = "".join(f", {name} => {value}" for name, value in options.items())
    campaign = db.value(
        f"select id from campanha_criar('c', %s, modelo => 'oi', max_por_dia => null{extra})", tipo, role="ops")
    db.query("select campanha_iniciar(%s)", campaign, role="ops")
    return campaign


def one(connection, sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def advance(connection, n=200, ceiling=None):
    return one(connection, "select coalesce(sum(congeladas + enfileiradas), 0) from campanha_advance(%s, %s)", n, ceiling)


def together(*tasks):
    """Runs the tasks at the same time; the first error of any of them is raised."""
    errors = []

    def guarded(task):
        try:
            task()
        except Exception as error:  # handed to the test below
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive(), "a planner hangs"
    if errors:
        raise errors[0]


def queued(db, campaign):
    return db.query("""
        select count(*) as messages, count(distinct cliente_id) as people
        from fila_ativa where origem_id = %s::text""", campaign)[0]


def list_of(db, campaign):
    return {row["status"]: row["n"] for row in db.query("""
        select status, count(*)::integer as n from campanha_destinatarios
        where campanha_id = %s group by status""", campaign)}


def test_two_planners_reach_everybody_once(people):
    campaigns = [start(people) for _ in range(3)]
    planners = [people.connect("planner") for _ in range(2)]

    def run(planner):
        idle = 0
        while idle < 20:  # the other may hold what is left
            idle = 0 if advance(planner) else idle + 1

    together(*(lambda planner=planner: run(planner) for planner in planners))
    advance(planners[0], 10 * PEOPLE)  # whatever both left to each other
    for campaign in campaigns:
        reached = PEOPLE - PEOPLE // 10
        assert queued(people, campaign) == {"messages": reached, "people": reached}
        assert list_of(people, campaign) == {"na_fila": reached, "excluido": PEOPLE // 10}
        row, = people.query("select * from campanha_listar() where id = %s", campaign, role="ops")
        assert (row["total_destinatarios"], row["envios_criados"]) == (reached, reached)
        assert row["enfileirada_em"] and row["congelada_em"]
    assert people.value("""
        select count(*) from campanha_destinatarios d join fila_ativa f on f.id = d.mensagem_id
        where f.origem_id = d.campanha_id::text and f.cliente_id = d.cliente_id""") == 3 * reached


def test_who_finds_a_campaign_taken_does_not_wait(people):
    campaign = start(people)
    holder, other = people.connect("planner", autocommit=False), people.connect("planner")
    one(other, "select set_config('lock_timeout', '5s', false)")
    assert one(holder, "select campanha_freeze(%s, 100)", campaign) == 100
    assert one(other, "select campanha_freeze(%s, 100)", campaign) is None
    assert one(other, "select campanha_enqueue(%s, 100)", campaign) is None
    assert advance(other) == 0
    assert not one(other, "select campanha_finish(%s)", campaign)
    assert one(other, "select campanha_clear(10)") == 0
    holder.commit()
    # who falls into the first hundred is chance: ids of one millisecond have no order
    reachable = people.value("""select count(*) from campanha_destinatarios
                                where campanha_id = %s and exclusao is null""", campaign)
    assert 0 < reachable < 100
    assert one(other, "select campanha_enqueue(%s, 1000)", campaign) == reachable
    assert one(holder, "select campanha_freeze(%s, 100)", campaign) == 100


def test_a_planner_that_dies_half_way_changes_nothing(people):
    campaign = start(people)
    doomed = people.connect("planner", autocommit=False)
    assert advance(doomed, 500) > 0
    backend = doomed.get_backend_pid()
    assert queued(people, campaign)["messages"] == 0, "nothing is seen before its commit"
    killer = psycopg2.connect(people.server.url("postgres", people.name))
    assert one(killer, "select pg_terminate_backend(%s, 10000)", backend)
    killer.close()
    with pytest.raises(psycopg2.Error):
        one(doomed, "select 1")

    planner = people.connect("planner")
    assert one(planner, "select campanha_freeze(%s, %s)", campaign, 2 * PEOPLE) == PEOPLE, "from the beginning"
    assert one(planner, "select campanha_enqueue(%s, %s)", campaign, PEOPLE) == PEOPLE * 9 // 10
    assert queued(people, campaign)["people"] == PEOPLE * 9 // 10


def test_only_one_planner_starts_what_is_due(people):
    for _ in range(20):
        people.query("""select campanha_criar('c', 'promocional', modelo => 'oi',
            agendar_para => agora() - interval '1 s')""", role="ops")
    started = []

    def due():
        planner = people.connect("planner")
        with planner.cursor() as cursor:
            cursor.execute("select campanha_due()")
            started.extend(row[0] for row in cursor.fetchall())

    together(due, due, due)
    assert len(started) == len(set(started)) == 20
    assert people.value("select count(*) from auditoria where action = 'campanha_iniciada'") == 20


def test_a_cancel_beside_two_planners_leaves_nothing_behind(people):
    campaign = start(people, "followup")
    planners = [people.connect("planner") for _ in range(2)]
    ops = people.connect("ops")
    went = threading.Event()

    def run(planner):
        while advance(planner, 50) or not went.is_set():
            pass

    def cancel():
        while queued(people, campaign)["messages"] < PEOPLE // 4:
            pass
        one(ops, "select (campanha_cancelar(%s)).status", campaign)
        went.set()

    together(cancel, *(lambda planner=planner: run(planner) for planner in planners))
    left = queued(people, campaign)["messages"]
    assert PEOPLE // 4 <= left < PEOPLE * 9 // 10, "it was cancelled half-way"

    def clear(planner):
        idle = 0
        while idle < 20:
            idle = 0 if one(planner, "select campanha_clear(70)") else idle + 1

    together(*(lambda planner=planner: clear(planner) for planner in planners))
    assert queued(people, campaign)["messages"] == 0
    for effect in people.query("select * from efeitos"):
        one(planners[0], "select campanha_apply_effects(%s::uuid[], %s, %s)",
            effect["mensagens"], effect["em"], effect["ate"])
    statuses = list_of(people, campaign)
    assert set(statuses) == {"cancelada", "excluido"}
    assert people.value("select limpa_em is not null from campanhas where id = %s", campaign)
    report = people.value("select campanha_relatorio(%s)", campaign, role="leitura")
    assert report["envios"]["cancelados"] == report["envios"]["total"] == statuses["cancelada"]
    assert report["envios"]["pendentes"] == 0


def test_two_effects_of_the_same_people_do_not_deadlock(people):
    """Webhooks come for rows of one batch in many orders; both tellers lock them in one."""
    campaign = start(people)
    planner = people.connect("planner")
    advance(planner, 10 * PEOPLE)
    ids = [row["id"] for row in people.query(
        "select id from fila_ativa where origem_id = %s::text order by id", campaign)]
    moved = people.value("select fila_move(%s::uuid[], 'erro', array['x'])", ids)
    assert moved == len(ids) == PEOPLE * 9 // 10
    when = people.value("select em from efeitos limit 1")

    def tell(order):
        teller = people.connect("planner")
        for _ in range(10):
            changed.append(one(teller, "select campanha_apply_effects(%s::uuid[], %s, %s)", order, when, when))
            one(teller, "select campanha_apply_effects(%s::uuid[], %s, %s)", order[:500], when, when)

    changed = []
    together(lambda: tell(ids), lambda: tell(ids[::-1]), lambda: tell(ids[1::2] + ids[::2]))
    assert sum(changed) == len(ids), "each was told once"
    assert list_of(people, campaign) == {"erro": len(ids), "excluido": PEOPLE // 10}


def test_a_person_answers_and_the_report_outlives_the_queue(fleet, people_of_a_fleet):
    """The list keeps outcome and answer: the month of the queue may go."""
    db, campaign = people_of_a_fleet
    wait_until(lambda: one_of(db, "select status = 'concluida' from campanhas where id = %s", campaign), 60, "the end")
    someone = db.value("select telefone from clientes where telefone like '+55119%%' order by id limit 1")
    fleet.control("POST", "/inbound", {"phone_number_id": PHONE_NUMBER_ID, "from": someone[1:], "type": "text", "text": "quero sim"})
    wait_until(lambda: one_of(db, "select count(*) = 1 from campanha_destinatarios where campanha_id = %s and respondeu_em is not null",
                              campaign), 30, "the answer is on the list")
    wait_until(lambda: not db.query("select 1 from efeitos") and one_of(
        db, "select (campanha_relatorio(%s) #>> '{envios,lidas}')::integer > 0", campaign), 60, "every status is told")
    sql = "select campanha_relatorio(%s)", "select api_campanha_csv(jsonb_build_object('id', %s::text), '{}')"
    before = [db.value(one_sql, campaign) for one_sql in sql]
    assert before[0]["respostas"]["total"] == 1
    assert before[1]["texto"].count(";Sim\r\n") == 1
    db.execute("""do $$ declare m record; begin
        for m in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = 'carteiro.fila_mensagens'::regclass and c.relname <> 'fila_ativa' loop
            execute 'alter table fila_mensagens detach partition ' || m.relname;
            execute 'drop table ' || m.relname;
        end loop; end $$""")
    db.execute("select fila_months()")
    assert [db.value(one_sql, campaign) for one_sql in sql] == before


def one_of(db, sql, *values):
    return db.value(sql, *values)


@pytest.fixture
def people_of_a_fleet(fleet):
    """A company whose campaign to 30 people is on its way, with webhooks."""
    db = fleet.database
    fleet.simulator()
    fleet.gateway()
    fleet.company()
    fleet.template("oi", "Oi {nome}, tudo bem hoje?")
    db.execute("""
        insert into clientes (empresa_id, nome, primeiro_nome, telefone, marketing_permitido)
        select e.id, 'P' || i, 'P' || i, '+55119' || (70000000 + i), true from empresas e, generate_series(1, 30) i""")
    db.execute("""insert into identidades (empresa_id, cliente_id, tipo, valor)
        select empresa_id, id, 'telefone', telefone from clientes on conflict do nothing""")
    fleet.planner()
    fleet.sender()
    return db, start(db)


def test_a_wrong_template_pauses_the_campaign_at_the_first_few(fleet):
    """Everybody would fail: it stops, says why, and the rest stays on the list or in the queue."""
    db = fleet.database
    fleet.simulator()
    fleet.company()
    fleet.template("oi", "Oi {nome}, tudo bem hoje?")
    db.execute("""
        insert into clientes (empresa_id, primeiro_nome, telefone, marketing_permitido, tags)
        select e.id, 'P' || i, '+55118' || (70000000 + i), true, '{errada}' from empresas e, generate_series(1, 500) i""")
    db.execute("update numeros set taxa = 10, rajada = 1")
    fleet.control("POST", "/faults", {"fault": "code_131009", "share": 1.0, "times": 100000})
    fleet.planner()
    campaign = start(db, filtro_tags="'{errada}'")
    fleet.sender()
    wait_until(lambda: one_of(db, "select status = 'pausada' from campanhas where id = %s", campaign), 60, "the pause")
    row, = db.query("select pausa_motivo, erro_limite from campanhas where id = %s", campaign)
    assert row["pausa_motivo"].startswith("erros de conteúdo (mensagem ou modelo): ")
    assert db.value("select count(*) from campanha_erros where classe = 'conteudo'") >= 3
    assert db.value("select count(*) from fila_ativa where status = 'pendente'") > 400, "hardly anybody was tried"


def test_text_changed_while_paused_reaches_those_left_once(people):
    campaign = start(people)
    planner = people.connect("planner")
    advance(planner, 1000, 100)
    people.query("select campanha_pausar(%s)", campaign, role="ops")
    people.query("select modelo_salvar('tchau', 'Tchau {nome}!', situacao => 'aprovado')", role="ops")
    edited = people.value("select campanha_editar(%s, modelo => 'tchau')", campaign, role="ops")
    assert edited["na_fila"] > 0 and edited["ja_enviadas"] == 0
    people.query("select campanha_retomar(%s)", campaign, role="ops")
    while advance(planner, 1000):
        pass
    reached = PEOPLE - PEOPLE // 10
    assert queued(people, campaign) == {"messages": reached, "people": reached}
    assert people.value("select count(*) from fila_ativa f join modelos m on m.id = f.modelo_id where m.nome = 'tchau'") == reached


def test_the_command_line_does_all_of_it(fleet):
    """Segment, campaign, test, follow, edit, copy: as somebody would."""
    db = fleet.database
    fleet.simulator()
    fleet.company()
    fleet.template("ola", "Olá {nome}!")
    db.execute("""
        insert into clientes (empresa_id, nome, primeiro_nome, telefone, marketing_permitido, regiao)
        select e.id, 'P' || i, 'P' || i, '+55117' || (70000000 + i), true, 'leste' from empresas e, generate_series(1, 12) i""")
    run = fleet.cli
    run("segmento", "salvar", "do_leste", "--criterios", '{"regiao": "leste"}', "--titulo", "Leste")
    assert "do_leste" in run("segmento", "listar").stdout
    assert json.loads(run("segmento", "previa", "do_leste", "--json").stdout)["total"] == 12
    failed = run("segmento", "previa", "--criterios", '{"bairro": "x"}', check=False)
    assert failed.returncode != 0 and 'unknown criterion "bairro"' in failed.stderr
    campaign = json.loads(run("campanha", "criar", "--nome", "leste", "--tipo", "promocional", "--modelo", "ola", "--segmento",
                              "do_leste", "--max-por-dia", "nenhum", "--erro-limite", "nenhum", "--json").stdout)["id"]
    assert json.loads(run("campanha", "editar", campaign, "--nome", "Leste", "--json").stdout)["ja_enviadas"] == 0
    fleet.planner()
    fleet.sender()
    run("campanha", "testar", campaign, "(11) 96000-0001")
    wait_until(lambda: [line for line in fleet.ledger() if line["to"].endswith("1960000001") and line["text"] == "Olá Teste!"], 30, "the test")
    run("campanha", "iniciar", campaign)
    lines = run("campanha", "acompanhar", campaign).stdout.splitlines()
    assert lines[-1].startswith("concluida  preparadas 12  na fila 0  enviadas 12"), lines
    assert json.loads(run("campanha", "progresso", campaign, "--json").stdout)["eta_s"] == 0
    assert json.loads(run("campanha", "reenviar", campaign, "--json").stdout)["reenviadas"] == 0
    assert json.loads(run("campanha", "copiar", campaign, "--json").stdout)["nome"] == "Cópia de Leste"
    assert db.value("select (campanha_relatorio(%s) #>> '{envios,total}')::integer", campaign) == 12
    run("segmento", "remover", "do_leste")
