"""Drain: how fast a full queue empties, and what a message costs in CPU.

(a) claim, tokens, POST, record. The queue is filled while everything is paused, tables are
vacuumed, senders are ready; the clock runs from the end of the pause, by the database, to
the record of the last message.
(b) the same with the webhooks of every message coming back through the gateway and every
effect applied by the planner: until nothing is left to apply.
"""

from usage import Meter
from waiting import wait_until
from world import RATE_MAX, Scene

QUICK, FULL = 15000, 60000
SPENT_S = 600


def messages(options):
    return options.messages or (QUICK if options.quick else FULL)


def cost(meter, n):
    """CPU microseconds a message by group, and of all but the far end together."""
    spent = {name: round(seconds * 1e6 / n, 1) for name, seconds in meter.read().items()}
    return {"cpu_us": spent, "cpu_us_total": round(sum(v for k, v in spent.items() if k != "far_end"), 1),
            **meter.around()}


def all_sent(scene, n):
    """Whether the senders say that all are recorded; one that ended is an error."""
    for sender in scene.senders:
        assert sender.is_running(), f"{sender.name} ended:\n{sender.tail()}"
    return sum(sender.metric("carteiro_gravadas_total") for sender in scene.senders) >= n


def once(world, n, senders=1, numbers=1, latency_ms=0, far_end="nginx", slots=512, during=None, after=None):
    """One drain; {"value": messages a second, cost}. during(scene) runs when it begins, after(scene) at its end."""
    with Scene(world, far_end, latency_ms=latency_ms) as scene:
        scene.company(numbers, taxa=RATE_MAX / numbers)
        scene.people(n)
        scene.hold()
        scene.start_senders(senders, slots=slots)
        scene.fill(n)
        scene.settle()
        meter = Meter(**scene.groups())
        began = scene.release()
        if during:
            during(scene)
        wait_until(lambda: all_sent(scene, n), SPENT_S, "the queue is drained", every=0.25)
        spent = cost(meter, n)
        if after:
            after(scene)
        seconds, sent = scene.database.query(
            "select extract(epoch from max(encerrada_em) - %s)::float8 as s,"
            " count(*) filter (where status = 'enviada') as n from fila_mensagens", began)[0].values()
        assert sent == n, f"{sent} of {n} were sent"
        return {"value": round(n / seconds), **spent}


def effects_once(world, n, senders=1, slots=512):
    """One campaign by template, queued while everything is paused, through simulator, gateway and planner."""
    with Scene(world, webhooks=True, delivered_ms=20, read_ms=40) as scene:
        scene.company(taxa=RATE_MAX)
        scene.people(n, window=False)
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
        scene.start_senders(senders, slots=slots)
        scene.settle()
        meter = Meter(**scene.groups())
        began = scene.release()
        wait_until(lambda: all_sent(scene, n), SPENT_S, "the queue is drained", every=0.25)
        wait_until(lambda: not database.value(
            "select exists (select from efeitos) or exists (select from webhook_eventos where aplicado_em is null)"
            " or exists (select from fila_mensagens where entrega is distinct from 'lida')"),
            SPENT_S, "every webhook and effect is applied", every=0.2)
        ended = database.value("select clock_timestamp()")
        spent = cost(meter, n)
        last = database.value("select max(encerrada_em) from fila_mensagens")
        told = database.value("select count(*) from campanha_destinatarios where status = 'enviada'")
        return {"value": round(n / (ended - began).total_seconds()),
                "sent_per_s": round(n / (last - began).total_seconds()), "list_enviado": told, **spent}


def run_effects(bench, options):
    n = messages(options)
    for senders in (1,) if options.quick else (1, 2):
        got = effects_once(bench.world(), n, senders)
        bench.say("drain_effects", got.pop("value"), "msg/s", {
            "senders": senders, "numbers": 1, "far_end": "simulator", "messages": n, **got})


def run_drain(bench, options):
    if options.peers:
        run_beside(bench, options)
        return
    n = messages(options)
    far_end = options.far_end or "nginx"
    cases = [(senders, numbers, 0) for senders in (1, 2, 4) for numbers in (1, 100, 1000)]
    cases += [(senders, 1, 20) for senders in (1, 2)]
    if options.quick:
        cases = [(1, 1, 0), (2, 1, 0), (1, 1000, 0), (1, 1, 20)]
    for senders, numbers, latency_ms in cases:
        where = "simulator" if latency_ms else far_end
        slots = 512
        got = once(bench.world(), n, senders, numbers, latency_ms, where, slots)
        bench.say("drain", got.pop("value"), "msg/s", {
            "senders": senders, "numbers": numbers, "latency_ms": latency_ms, "far_end": where,
            "messages": n, "slots": slots, **got})


def median(runs):
    """The run whose value is in the middle."""
    return sorted(runs, key=lambda run: run["value"])[(len(runs) - 1) // 2]


def run_beside(bench, options):
    """Us, the limit probe and each rival, one after another, three times; best of the process counts."""
    from peers import NAMES, limit_once, rival_once
    n, world, rounds = messages(options), bench.world(), 1 if options.quick else 3
    runs = {}
    for turn in range(rounds):
        for processes in (1, 2):
            runs.setdefault(("carteiro", processes), []).append(once(world, n, processes))
            runs.setdefault(("limit probe", processes), []).append(limit_once(world, n, processes))
        for name in NAMES:
            for processes in (1, 2):
                runs.setdefault((name, processes), []).append(rival_once(world, name, n, processes))
        bench.note(f"round {turn + 1} of {rounds}: " + ", ".join(
            f"{name} ×{processes} {got[-1]['value']}/s" for (name, processes), got in runs.items()))
    best = {}
    for (name, processes), got in runs.items():
        middle = {**median(got), "processes": processes, "all": [run["value"] for run in got]}
        if name not in best or middle["value"] > best[name]["value"]:
            best[name] = middle
    for name, run in best.items():
        params = {key: value for key, value in run.items() if key != "value"}
        bench.say("drain", run["value"], "msg/s", {"messages": n, "far_end": "nginx", "rounds": rounds, **params}, name)
    ours, rivals = best["carteiro"], {name: best[name] for name in NAMES}
    fastest = max(rivals, key=lambda name: rivals[name]["value"])
    for name, run in best.items():
        if name != "carteiro":
            bench.say("drain_ratio", round(ours["value"] / run["value"], 2), "carteiro / it", {
                "it": name, "is_fastest_rival": name == fastest,
                "cpu_ratio": round(ours["cpu_us_total"] / run["cpu_us_total"], 2)})
