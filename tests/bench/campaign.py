"""A campaign of a million over a thousand numbers, its ceiling off.

Listed and queued by one planner, beside a bare INSERT … SELECT into fila_ativa by the same stretches,
by one session of the same run; the planner's memory; how soon its first message leaves and its last
after a pause; and what a sender that is paced at a thousand messages a second notices of it. Then a
thousand campaigns of a thousand people, started together.
"""

import time

from latency import percentile
from usage import memory_bytes
from waiting import wait_until
from world import Scene

MIB, CHUNK, NUMBERS, QUEUED_S = 2**20, 10000, 1000, 900
PER_NUMBER = 1.0  # messages a second: the thousand of them are paced at 1,000
CLAIM = "carteiro_reserva_seconds_bucket"
FIRST = "00000000-0000-0000-0000-000000000000"

BARE = """
    with novas as (
        insert into fila_ativa (id, empresa_id, cliente_id, numero_id, destino, tipo, formato, modelo_id, parametros,
            prioridade, faixa, agendar_para, garantia, origem, origem_id, metadata, created_at)
        select uuidv7(), c.empresa_id, c.id, %(numero)s, c.telefone, 'promocional', 'template', %(modelo)s, '["Pessoa"]',
            3, 0, now(), 'no_maximo_uma', 'campanha', 'bare', '{}', now()
        from clientes c
        where c.empresa_id = %(empresa)s and c.id > %(apos)s
        order by c.id
        limit %(n)s
        returning cliente_id)
    select cliente_id::text from novas order by cliente_id desc limit 1"""

PACED = """
    insert into fila_ativa (empresa_id, cliente_id, numero_id, destino, tipo, formato, modelo_id, parametros, prioridade,
        faixa, agendar_para, garantia)
    select c.empresa_id, c.id, n.ids[1 + c.i %% cardinality(n.ids)], c.telefone, 'resposta', 'template', %s, '["Pessoa"]', 9,
        0, agora(), 'no_maximo_uma'
    from (select *, row_number() over (order by id) as i from clientes limit %s) c,
        (select array_agg(id order by id) as ids from numeros) n"""


def stage(scene, recipients, numbers):
    """The company with its people; (id of its template, of a number)."""
    scene.company(numbers=numbers, taxa=PER_NUMBER)
    scene.people(recipients, window=False)
    database = scene.database
    model = database.value("select (modelo_salvar('oi', 'Oi {nome}, tudo bem hoje?', situacao => 'aprovado', empresa => %s)).id",
                           scene.made.name, role="ops")
    scene.settle()
    return model, database.value("select min(id) from numeros")


def start(scene):
    """A campaign to everybody over all numbers; its id, and seconds since its start by our clock."""
    campaign = scene.database.value(
        "select id from campanha_criar('c', 'promocional', modelo => 'oi', max_por_dia => null, numero => 'todos', empresa => %s)",
        scene.made.name, role="ops")
    scene.database.query("select campanha_iniciar(%s)", campaign, role="ops")
    return campaign, time.monotonic()


def empty(scene, campaign=None):
    if campaign:
        scene.database.query("select campanha_cancelar(%s)", campaign, role="ops")
    scene.database.execute("truncate fila_ativa, campanha_destinatarios")
    scene.as_superuser("checkpoint")


def is_queued(scene, campaign):
    return scene.database.value("select enfileirada_em is not null from campanhas where id = %s", campaign)


def bare(scene, model, number):
    """rows/s of a bare INSERT … SELECT"""
    connection = scene.database.connect("owner")
    cursor, after = connection.cursor(), FIRST
    began, n = time.monotonic(), 0
    while after:
        cursor.execute(BARE, {"numero": number, "modelo": model, "empresa": scene.made.id, "apos": after, "n": CHUNK})
        row = cursor.fetchone()
        after = row and row[0]
    took = time.monotonic() - began
    cursor.execute("select count(*) from fila_ativa")
    n = cursor.fetchone()[0]
    connection.close()
    empty(scene)
    return n / took


def buckets(sender):
    """{seconds: claims that took no longer} so far"""
    told = {}
    for name, value in sender.metrics().items():
        if name.startswith(CLAIM + "{") and "+Inf" not in name:
            edge = float(name.split('le="')[1].split('"')[0])
            told[edge] = told.get(edge, 0) + value
    return told


def claim_p50_ms(before, after):
    """By its place inside its bucket; None when nothing was claimed."""
    counts = [(edge, after[edge] - before.get(edge, 0)) for edge in sorted(after)]
    half, low, seen = counts[-1][1] / 2 if counts else 0, 0.0, 0
    for edge, upto in counts:
        if half and upto >= half:
            return 1e3 * (low + (edge - low) * (half - seen) / max(upto - seen, 1))
        low, seen = edge, upto
    return None


def speed(bench, scene, planner, params, model, number):
    rates, ratios = [], []
    for _ in range(3):
        anchor = bare(scene, model, number)
        campaign, began = start(scene)
        wait_until(lambda: is_queued(scene, campaign), QUEUED_S, "the campaign is queued", every=0.05)
        took = time.monotonic() - began
        assert scene.database.value("select count(*) from fila_ativa") == params["recipients"]
        rates.append(params["recipients"] / took)
        ratios.append(rates[-1] / anchor)
        bench.note(f"campaign: {rates[-1]:.0f} rows/s, bare {anchor:.0f}")
        empty(scene, campaign)
        if len(rates) == 1:
            first = memory_bytes(planner.pid)[0]
    bench.say("campaign_queued", round(percentile(rates, 0.5)), "rows/s frozen and queued", {
        **params, "of_bare_sql": round(percentile(ratios, 0.5), 2)})
    now, most = memory_bytes(planner.pid)
    bench.say("campaign_planner_memory", round((now - first) / MIB, 2), "MiB more after three campaigns than after one", {
        **params, "resident_mib": round(now / MIB, 1), "highest_mib": round(most / MIB, 1)})


def beside(bench, scene, params, model):
    """A sender paced at 1,000/s, alone and while the campaign is queued; the first message; the pause."""
    database, seconds = scene.database, 10 if params["recipients"] < 100000 else 20
    database.execute(PACED, model, min(params["recipients"], 2 * seconds * NUMBERS))
    scene.settle()
    sender, = scene.start_senders(1)
    time.sleep(3)
    marks = [buckets(sender)]
    time.sleep(seconds)
    marks.append(buckets(sender))
    campaign, began = start(scene)
    wait_until(lambda: is_queued(scene, campaign), QUEUED_S, "the campaign is queued", every=0.05)
    marks.append(buckets(sender))
    took = time.monotonic() - began
    alone, during = claim_p50_ms(*marks[:2]), claim_p50_ms(*marks[1:])
    bench.say("campaign_claims", round(during / alone, 2) if alone and during else None, "× the p50 of claims before", {
        **params, "before_ms": alone and round(alone, 2), "during_ms": during and round(during, 2), "queued_s": round(took, 1),
        "paced_per_s": round(PER_NUMBER * params["numbers"])})


def first_and_last(bench, scene, params):
    """Nothing else waits: when the first message of a campaign has left, and the last after its pause."""
    database = scene.database
    empty(scene, database.value("select id from campanhas where status = 'ativa'"))
    campaign, _ = start(scene)
    sent = "select min(enviada_em) as first, max(enviada_em) as last from fila_mensagens where origem_id = %s::text and status = 'enviada'"
    wait_until(lambda: database.query(sent, campaign)[0]["first"], 60, "the first message", every=0.02)
    began = database.value("select iniciada_em from campanhas where id = %s", campaign)
    first = (database.query(sent, campaign)[0]["first"] - began).total_seconds()
    time.sleep(2)
    database.query("select campanha_pausar(%s)", campaign, role="ops")
    paused = database.value("select clock_timestamp()")
    time.sleep(4)
    last = (database.query(sent, campaign)[0]["last"] - paused).total_seconds()
    bench.say("campaign_first", round(first, 3), "s from campanha_iniciar to the record of its first message", params)
    bench.say("campaign_pause", round(max(last, 0), 3), "s from the pause's commit to the record of its last message", params)


def many(bench, scene, campaigns, people):
    """So many campaigns to all of so few people: a step is shared by those that have least in the queue."""
    database = scene.database
    database.execute("delete from conversas")
    database.execute("delete from clientes where id not in (select id from clientes order by id limit %s)", people)
    scene.settle()
    database.execute("select campanha_criar('c' || i, 'promocional', modelo => 'oi', max_por_dia => null, numero => 'todos',"
                     " empresa => %s) from generate_series(1, %s) i", scene.made.name, campaigns)
    began = time.monotonic()
    database.execute("select campanha_iniciar(id) from campanhas where status = 'rascunho'")
    wait_until(lambda: database.value("select count(*) from campanhas where status = 'ativa' and enfileirada_em is null") == 0,
               QUEUED_S, "all are queued", every=0.1)
    took = time.monotonic() - began
    assert database.value("select count(*) from fila_ativa") == campaigns * people
    bench.say("campaign_many", round(campaigns * people / took), "rows/s frozen and queued, all campaigns together",
              {"campaigns": campaigns, "recipients_each": people, "planners": 1})


def run_campaign(bench, options):
    recipients, numbers = (30000, 100) if options.quick else (1000000, NUMBERS)
    params = {"recipients": recipients, "numbers": numbers, "planners": 1}
    with Scene(bench.world(), "nginx") as scene:
        model, number = stage(scene, recipients, numbers)
        planner = scene.fleet.planner(planner={"fila_teto": 10000000, "chunk": CHUNK})
        speed(bench, scene, planner, params, model, number)
        beside(bench, scene, params, model)
        first_and_last(bench, scene, params)
        for sender in scene.senders:
            sender.term()
        empty(scene, scene.database.value("select id from campanhas where status in ('ativa', 'pausada')"))
        many(bench, scene, *((30, 1000) if options.quick else (1000, 1000)))
