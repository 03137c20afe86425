"""carteiro-planner: rescue, effects, campaigns; killed, doubled, without a database."""

import signal
import time

import pytest

from fleet import Fleet
from queue_people import NUMBER, Company, forget_connections
from servers import Postgres
from pooler import direct_only
from waiting import stays, wait_until

QUICK = {"rescue_s": 1, "quarentena_s": 1, "poll_ms": 100}


@pytest.fixture
def company(database):
    return Company(database)


def chore(process, name, metric="feitos"):
    return process.metrics().get(f'carteiro_planejador_{metric}_total{{tarefa="{name}"}}', 0)


def test_a_lost_sender_is_noticed_and_what_may_go_twice_goes_again(fleet, database, company):
    fleet.planner(planner=QUICK)
    people = company.people(2)
    twice, = company.queue(people[:1], "pelo_menos_uma")
    once, = company.queue(people[1:], "no_maximo_uma")
    assert len(company.claim(2, reserva_ms=100, sender="sender-lost")) == 2
    row = company.wait_status(twice, "pendente")
    assert row["resgates"] == 1 and row["reservada_por"] is None
    story = database.query(
        "select desfecho, trabalhador from tentativas where mensagem_id = %s order by id", twice)
    assert [dict(line) for line in story] == [
        {"desfecho": "sem_noticia", "trabalhador": "sender-lost"},
        {"desfecho": "reenviada", "trabalhador": None}]
    wait_until(lambda: company.message(once)["espera_motivo"] == "sem confirmação da Meta: espera uma pessoa")
    assert company.message(once)["status"] == "incerta"
    (id, seq), = company.claim(5)
    assert (id, seq) == (twice, 2), "only that one may be sent again"


def test_the_rescue_is_in_time(fleet, database, company):
    fleet.planner(planner={"rescue_s": 3, "quarentena_s": 600})
    ids = company.queue(company.people(5))
    company.claim(5, reserva_ms=1)
    began = time.monotonic()
    for id in ids:
        company.wait_status(id, "incerta", 10)
    assert time.monotonic() - began < 3.5, "at most rescue_s after its end"


def test_a_record_that_comes_while_it_rescues_is_kept(fleet, database, company):
    """A sender that was only slow: whoever comes first, the row ends sent and is told once."""
    fleet.planner(planner=QUICK), fleet.planner(planner=QUICK)
    company.queue(company.people(300), "no_maximo_uma")
    claimed = []
    while len(claimed) < 300:
        claimed += company.claim(50, reserva_ms=50)
        company.record(claimed[-50:-25])
    wait_until(lambda: database.value(
        "select count(*) from fila_ativa where id = any (%s::uuid[]) and status = 'processando'",
        [str(id) for id, _ in claimed]) == 0)
    late = [c for at in range(0, 300, 50) for c in claimed[at + 25:at + 50]]
    company.record(late)
    company.wait_effects()
    states = database.query("select status, count(*) as n from fila_mensagens where id = any (%s::uuid[]) group by 1",
                            [str(id) for id, _ in claimed])
    assert [dict(s) for s in states] == [{"status": "enviada", "n": 300}]


def test_effects_are_exact_with_two_planners_one_of_them_killed(fleet, database, company):
    first = fleet.planner(planner={"poll_ms": 50})
    fleet.planner(planner={"poll_ms": 50})
    people = company.people(40)
    for volta in range(30):
        company.queue(people)
        claimed = company.claim(40)
        company.record(claimed[:30])
        company.record(claimed[30:35], "recusada")
        back = claimed[35:]  # cancelled unsent, and then it turns out that Meta has it
        company.record(back, "devolvida")
        for id, _ in back:
            database.value("select fila_cancelar(%s)", id, role="ops")
        company.record(back)
        if volta == 15:
            first.kill()
            fleet.planner(planner={"poll_ms": 50})
    company.wait_effects()
    sent = database.value("select count(*) from fila_mensagens where cliente_id = any (%s) and status = 'enviada'", people)
    assert sent == 30 * 35
    assert database.value("select sum(total_interacoes) from clientes where id = any (%s)", people) == sent
    assert database.value(
        """select count(*) from fila_mensagens f join conversas c on c.id = f.conversa_id
           where f.cliente_id = any (%s) and f.status = 'enviada' and c.cliente_id = f.cliente_id""", people) == sent


def campaign(database, name, **values):
    given = {"max_por_dia": None, "modelo": "oi_nome", **values}
    names = "".join(f", {key} => %s" for key in given)
    id = database.value(f"select id from campanha_criar(%s, 'promocional'{names})", name, *given.values(), role="ops")
    return id


def test_killed_planners_queue_every_person_once(fleet, database, company):
    company.people(2000)
    everybody = database.value("select count(*) from clientes where marketing_permitido")
    small = {"chunk": 50, "poll_ms": 20, "fila_teto": 100000}
    planners = [fleet.planner(planner=small) for _ in range(2)]
    id = campaign(database, "kills")
    database.execute("select campanha_iniciar(%s)", id, role="ops")

    def queued():
        return database.value("select count(*) from fila_ativa where origem_id = %s", str(id))

    for kill in range(4):
        goal = min(queued() + 150, everybody)
        wait_until(lambda: queued() >= goal, 40, "it goes on")
        planners[kill % 2].kill()
        planners[kill % 2] = fleet.planner(planner=small)
    wait_until(lambda: database.value("select enfileirada_em from campanhas where id = %s", id), 60)
    assert queued() == everybody
    assert database.value("select count(distinct cliente_id) from fila_ativa where origem_id = %s", str(id)) == everybody
    database.execute("select campanha_cancelar(%s)", id, role="ops")
    wait_until(lambda: queued() == 0, 30, "what waits is cleared")
    company.wait_effects()
    left = database.query("select status, count(*) as n from campanha_destinatarios where campanha_id = %s group by 1", id)
    assert {row["status"] for row in left} <= {"cancelada", "excluido"}


@direct_only  # a NOTIFY wakes it; behind a pooler it polls
def test_starting_a_campaign_wakes_it(fleet, database, company):
    planner = fleet.planner(planner={"poll_ms": 60000})
    company.people(10)
    wait_until(lambda: planner.metrics().get(
        'carteiro_planejador_duracao_seconds_count{tarefa="campanhas"}', 0) >= 1, 20, "its first look is over")
    id = campaign(database, "woken")
    began = time.monotonic()
    database.execute("select campanha_iniciar(%s)", id, role="ops")
    wait_until(lambda: database.value("select count(*) from fila_ativa where origem_id = %s", str(id)) > 0, 10)
    assert time.monotonic() - began < 2
    database.execute("select campanha_cancelar(%s)", id, role="ops")
    wait_until(lambda: database.value("select count(*) from fila_ativa where origem_id = %s", str(id)) == 0, 10)


def test_what_waits_past_its_validity_expires(fleet, database, company):
    fleet.planner()
    id, = company.queue(company.people(1), valido_ate="now")
    row = company.wait_status(id, "expirada", 10)
    assert row["erro"] == "passou de valido_ate"


def store(rows):
    """SQL: events as the gateway stores them; `rows`: tipo, number, wamid, status, key, body and where from."""
    return f"""select webhook_store(array_agg(e.tipo), array_agg(null::text), array_agg(e.numero), array_agg(e.wamid),
            array_agg(e.situacao), array_agg(e.chave), array_agg(null::integer), array_agg(null::bigint), array_agg(e.corpo))
        from (select {rows}) as e (tipo, numero, wamid, situacao, chave, corpo)"""


def test_it_applies_what_a_dead_gateway_left(fleet, database, company):
    id, = company.queue(company.people(1))
    claimed = company.claim(1)
    company.record(claimed)
    database.execute(
        store("'status', null, %s, 'delivered', %s, '{}' from generate_series(1, 2500)"),
        f"wamid.{id}", f"{id}:{claimed[0][1]}")
    planner = fleet.planner()
    wait_until(lambda: company.message(id)["entrega"] == "entregue")
    wait_until(lambda: chore(planner, "webhooks") == 2500)
    company.wait_effects(20)


def test_a_chore_that_fails_stops_no_other(fleet, database, company):
    database.execute("revoke execute on function carteiro.fila_expire(integer) from carteiro_planner", role="postgres")
    try:
        planner = fleet.planner(planner={"poll_ms": 100})
        wait_until(lambda: chore(planner, "expiradas", "erros") >= 2)
        assert planner.readyz()[0] == 200
        company.queue(company.people(3))
        company.record(company.claim(3))
        before = chore(planner, "efeitos")
        wait_until(lambda: chore(planner, "efeitos") == 3 and before <= 3)
        failures = planner.events("planner.chore_failed")
        assert [(line["chore"], line["code"], line["level"]) for line in failures] == [
            ("expiradas", "42501", "error")], "once, not for each repeat"
    finally:
        database.execute("grant execute on function carteiro.fila_expire(integer) to carteiro_planner", role="postgres")
    wait_until(lambda: planner.events("planner.chore_recovered"), 40)
    assert planner.events("planner.chore_recovered")[0]["failures"] >= 2


def test_the_queue_is_shown_as_gauges(tmp_path, fresh_database, redis):
    fleet, company = Fleet(tmp_path, fresh_database, redis), Company(fresh_database)
    company.queue(company.people(7), agendar_para="yesterday")
    company.claim(2)
    planner = fleet.planner()

    def gauges():
        shown = planner.metrics()
        return [shown.get(f'carteiro_fila_mensagens{{empresa="Clínica",estado="{estado}"}}')
                for estado in ("vencida", "processando", "incerta")]

    wait_until(lambda: gauges() == [5, 2, 0])
    age = planner.metric("carteiro_fila_vencida_mais_antiga_seconds")
    assert 1000 < age < 3 * 86400
    company.record(company.claim(5), "recusada")
    wait_until(lambda: gauges() == [0, 2, 0], 20, "a state that nobody is in falls to 0")
    assert planner.metric("carteiro_fila_vencida_mais_antiga_seconds") == 0
    seen = fresh_database.query("select processo from trabalhadores")
    assert [row["processo"] for row in seen] == ["carteiro-planner"]
    fleet.stop()


def test_a_missing_month_is_made_at_start(fleet, database):
    month = database.value("select to_char(now() + interval '300 days', '\"fila_\"YYYY_MM')")
    database.execute(f"drop table carteiro.{month}", role="owner")
    fleet.planner()
    wait_until(lambda: database.value("select to_regclass(%s) is not null", f"carteiro.{month}"))


def test_idle_it_asks_little(fleet, database):
    planner = fleet.planner()
    wait_until(lambda: planner.metric("carteiro_planejador_duracao_seconds_count") > 15)
    before, began = planner.metric("carteiro_planejador_duracao_seconds_count"), time.monotonic()
    stays(planner.is_running, 3)
    rate = (planner.metric("carteiro_planejador_duracao_seconds_count") - before) / (time.monotonic() - began)
    assert 1 < rate < 4, "statements a second"


def test_parts_ahead_are_made_and_shown_and_old_ones_go(tmp_path, fresh_database, redis):
    database = fresh_database
    database.execute("insert into relogio (deslocamento) values (interval '20 days')")
    kept = [row["parte"] for row in database.query("select parte from fila_parts('webhook_eventos')")]
    database.execute("update retencao set guardar = '9 days' where tabela = 'webhook_eventos'")
    planner = Fleet(tmp_path, database, redis).planner()
    try:
        wait_until(lambda: planner.metrics().get('carteiro_partes_adiante{tabela="webhook_eventos"}') == 14)
        assert planner.metrics()['carteiro_partes_adiante{tabela="tentativas"}'] == 14
        assert planner.metrics()['carteiro_partes_adiante{tabela="fila_mensagens"}'] == 12
        wait_until(lambda: chore(planner, "retencao") == len(kept) - 4, 20, "all that ended nine days ago")
        assert database.value("select count(*) from fila_parts('webhook_eventos') where ate <= agora() - interval '9 days'") == 0
        assert database.value("select count(*) from fila_parts('tentativas') where parte like '%%antes'") == 1, "kept for longer"
    finally:
        planner.process.send_signal(signal.SIGTERM)
        assert planner.process.wait(20) == 0


def test_it_ends_what_it_has_begun(fleet, database, company):
    planner = fleet.planner()
    connection = database.connect("postgres", autocommit=False)
    connection.cursor().execute("lock table carteiro.webhook_pendentes in exclusive mode")
    wait_until(lambda: database.value(
        "select count(*) from pg_stat_activity where datname = current_database() "
        "and wait_event_type = 'Lock'", role="postgres") > 0, 20, "a chore waits for the lock")
    planner.process.send_signal(signal.SIGTERM)
    wait_until(lambda: planner.events("service.draining"))
    stays(planner.is_running, 0.3, "it waits for the answer")
    connection.rollback()
    assert planner.process.wait(20) == 0
    assert not planner.events("planner.drain_cut")


@pytest.fixture
def own_fleet(tmp_path, redis):
    """A fleet over a PostgreSQL of this test's own, which may be stopped."""
    server = Postgres()
    fleet = Fleet(tmp_path, server.create("carteiro"), redis)
    try:
        yield fleet
        fleet.stop()
    finally:
        for process in fleet.processes:
            if process.is_running():
                process.kill()
        server.done()


def test_it_waits_for_the_schema_and_outlives_the_database(own_fleet):
    fleet, database, server = own_fleet, own_fleet.database, own_fleet.database.server
    planner = fleet.planner(wait=False, planner=QUICK)
    wait_until(lambda: "0001" in planner.readyz()[1], 30, "it says which migration is missing")
    assert planner.readyz()[0] == 503 and planner.healthz()[0] == 200
    fleet.cli("migrar")
    planner.wait_ready()
    for crash in (signal.SIGINT, signal.SIGQUIT):
        server.stop(crash)
        wait_until(lambda: planner.readyz()[0] == 503)
        assert planner.healthz()[0] == 200
        server.start()
        planner.wait_ready()
        forget_connections(database)
        company = Company(database)
        ids = company.queue(company.people(1))
        company.claim(1, reserva_ms=100)
        company.wait_status(ids[0], "pendente")
        company.record(company.claim(1))
    assert planner.metric("carteiro_planejador_erros_total") == 0, "a lost connection is no chore's failure"
    assert len(planner.events("pg.down")) <= 3, "one line for each loss"


def test_five_planners_at_once_make_no_deadlock(fleet, database, company, postgres):
    """Effects, statuses and messages of the same people, all at the same time."""
    deadlocks = postgres.log().count("deadlock detected")
    people = company.people(60)
    for planner in [fleet.planner(wait=False, planner={"poll_ms": 100}) for _ in range(5)]:
        planner.wait_ready()
    for volta in range(12):
        company.queue(people)
        claimed = company.claim(60)
        company.record(claimed[:40])
        database.execute(
            store("""'status', null, 'wamid.' || left(k, 36), s, k, '{}'
               from unnest(%s) k, unnest('{sent,delivered,read}'::text[]) s order by random()"""),
            [f"{id}:{seq}" for id, seq in claimed])
        database.execute(
            store("""'mensagem', %s, 'wamid.' || gen_random_uuid(), null, null, format(
                   '{"message":{"from":"%%s","type":"text","text":{"body":"oi"}}}', substr(c.telefone, 2))
               from clientes c where c.id = any (%s::uuid[]) order by random()"""), NUMBER, people)
    wait_until(lambda: database.value("select count(*) from webhook_pendentes") == 0, 40)
    company.wait_effects(40)
    sent = database.value(
        "select count(*) from fila_mensagens where cliente_id = any (%s) and status = 'enviada' and entrega = 'lida'", people)
    assert sent == 12 * 60
    assert database.value("select sum(total_interacoes) from clientes where id = any (%s)", people) == 2 * sent
    assert database.value("select count(*) from webhook_eventos where erro is not null") == 0
    assert postgres.log().count("deadlock detected") == deadlocks
