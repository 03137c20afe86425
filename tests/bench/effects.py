"""Drain with everything behind it: a campaign by template through simulator, gateway and planner.

Queued while everything is paused; the clock runs from the end of the pause until nothing is
left to apply: every status (sent, delivered, read) of every message stands, every effect is
applied. The rivals beside it, with --peers, have none of that; they send to the same
simulator without webhooks, and to nginx.
"""

from drain import (PEOPLE_MAX, SLOTS, SPENT_S, Rounds, all_sent, check_sent, cost, messages, say_rounds)
from usage import Meter
from waiting import wait_until
from world import RATE_MAX, Scene

LEFT = """
select exists (select from efeitos) or exists (select from webhook_pendentes)
    or (select count(*) from fila_mensagens where status = 'enviada' and entrega = 'lida') < %s"""


def once(world, n, senders=1, during=None, after=None):
    """{"value": messages a second until the last effect, "sent_per_s": until the last record, cost}"""
    with Scene(world, webhooks=True, delivered_ms=20, read_ms=40) as scene:
        scene.company(taxa=RATE_MAX)
        scene.people(min(n, PEOPLE_MAX), window=False)
        scene.made.template()
        scene.hold()
        scene.fleet.gateway()
        scene.fleet.planner(planner={"fila_teto": max(100, n), "poll_ms": 100})
        database = scene.database
        campaign = database.value(
            "select id from campanha_criar('bench', 'promocional', modelo => 'oi_nome', max_por_dia => null,"
            " empresa => %s)", scene.made.name, role="ops")
        database.query("select campanha_iniciar(%s)", campaign, role="ops")
        wait_until(lambda: database.value("select count(*) from fila_ativa") == n, SPENT_S, "it is queued", every=0.5)
        scene.start_senders(senders, slots=SLOTS)
        scene.settle()
        meter = Meter(**scene.groups())
        began = scene.release()
        if during:
            during(scene)
        wait_until(lambda: all_sent(scene, n), SPENT_S, "the queue is drained", every=0.25)
        wait_until(lambda: not database.value(LEFT, n), SPENT_S, "every webhook and effect is applied", every=0.1)
        ended = database.value("select clock_timestamp()")
        spent = cost(meter, n)
        if after:
            after(scene)
        last = database.value("select max(encerrada_em) from fila_mensagens")
        told = database.value("select count(*) from campanha_destinatarios where status = 'enviada'")
        check_sent(scene, n)
        assert told == n, f"the campaign's list says that {told} of {n} were sent"
        return {"value": round(n / (ended - began).total_seconds()),
                "sent_per_s": round(n / (last - began).total_seconds()), **spent}


def run_effects(bench, options):
    n, world = min(messages(options), PEOPLE_MAX), bench.world()
    counts, turns = ((1, 2), 1) if options.quick else ((1, 2), 3)
    rounds = Rounds(bench, counts, turns if options.peers else 1)
    systems = {"carteiro": lambda count: once(world, n, count)}
    if not options.peers:
        rounds.run(systems)
        say_rounds(bench, rounds, n, "drain_effects", far_end="simulator", numbers=1)
        return
    from peers import NAMES, rival_once
    with Scene(world) as scene:  # the same simulator, which tells nobody
        scene.company(taxa=RATE_MAX)
        for name in NAMES:
            systems[name] = lambda count, name=name: rival_once(world, name, n, count, scene.rival_far_end())
            systems[name + " at nginx"] = lambda count, name=name: rival_once(world, name, n, count)
        rounds.run(systems)
    say_rounds(bench, rounds, n, "drain_effects", far_end="simulator", numbers=1)
