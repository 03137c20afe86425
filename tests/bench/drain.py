"""Drain: how fast a full queue empties, and what a message costs in CPU.

Claim, tokens, POST, record. The queue is filled while everything is paused, tables are
vacuumed, senders are ready; the clock runs from the end of the pause, by the database, to
the record of the last message. Alone it prints the whole matrix, each cell once, with the
limit probe per transport; with --peers what is compared: pairs run one after another,
three rounds, the best process count of each system, the median of the rounds' ratios.
"""

from usage import Meter
from waiting import TimedOut, wait_until
from world import RATE_MAX, Scene

QUICK, FULL = 15000, 60000
SPENT_S = 600
PEOPLE_MAX = 100000  # each may get ten at once: the pair's burst
SLOTS = 512


def messages(options):
    return options.messages or (QUICK if options.quick else FULL)


def cost(meter, n):
    """CPU microseconds a message by group, and of all but the far end together."""
    spent = {name: round(seconds * 1e6 / n, 1) for name, seconds in meter.read().items()}
    total = round(sum(us for name, us in spent.items() if name != "far_end"), 1)
    return {"cpu_us": spent, **totals(total), **meter.around()}


def totals(cpu_us):
    return {"cpu_us_total": cpu_us, "msg_per_cpu_s": round(1e6 / cpu_us) if cpu_us else None}


def all_sent(scene, n):
    """Whether the senders say that all are recorded; one that ended is an error."""
    for sender in scene.senders:
        if not sender.is_running():
            raise RuntimeError(f"{sender.name} ended:\n{sender.tail()}")
    return sum(sender.metric("carteiro_gravadas_total") for sender in scene.senders) >= n


def once(world, n, senders=1, numbers=1, latency_ms=0, far_end="nginx", transport="plain", during=None, after=None):
    """One drain; {"value": messages a second, cost}. during(scene) runs when it begins, after(scene) at its end."""
    with Scene(world, far_end, transport=transport, latency_ms=latency_ms) as scene:
        scene.company(numbers, taxa=RATE_MAX / numbers)
        scene.people(min(n, PEOPLE_MAX))
        scene.hold()
        scene.start_senders(senders, slots=SLOTS)
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
        wait_empty(scene)
        seconds = scene.database.value(
            "select extract(epoch from max(encerrada_em) - %s)::float8 from fila_mensagens where status = 'enviada'",
            began)
        check_sent(scene, n)
        return {"value": round(n / seconds), **spent}


def wait_empty(scene):
    """What was given back is recorded twice, so the senders' count may be full before the queue is empty."""
    try:
        wait_until(lambda: not scene.database.value("select exists (select from fila_ativa)"), 15, "it is empty")
    except TimedOut:
        pass  # check_sent tells what is left


def check_sent(scene, n):
    """All of them are sent, or else an error that tells what became of the others."""
    ends = scene.database.query(
        "select status, coalesce(erro, espera_motivo, '-') as why, count(*) as n from fila_mensagens group by 1, 2")
    tries = scene.database.query("select desfecho, coalesce(erro, '-') as why, count(*) as n from tentativas group by 1, 2")
    assert [(end["status"], end["n"]) for end in ends] == [("enviada", n)], f"of {n} messages: " + ", ".join(
        [f"{end['n']} {end['status']} ({end['why']})" for end in ends]
        + [f"{one['n']} attempts {one['desfecho']} ({one['why']})" for one in tries])


def run_drain(bench, options):
    if options.peers:
        run_beside(bench, options)
    else:
        run_matrix(bench, options)


def cells(options):
    """(transport, latency, senders, numbers) of the matrix."""
    if options.quick:
        return [("plain", 0, 1, 1), ("plain", 0, 2, 1), ("plain", 0, 1, 1000), ("plain", 20, 1, 1),
                ("tls", 0, 1, 1), ("h2", 0, 1, 1)]
    return [(transport, latency_ms, senders, numbers) for transport in ("plain", "tls", "h2")
            for latency_ms in (0, 20) for numbers in (1, 100, 1000) for senders in (1, 2, 4)]


def run_matrix(bench, options):
    from peers import limit_once
    n, world, limits, best = messages(options), bench.world(), {}, {}
    for transport, latency_ms, senders, numbers in cells(options):
        way = transport, latency_ms
        if way not in limits:
            tried = [{**limit_once(world, n, count, transport, latency_ms), "processes": count} for count in (1, 2)]
            limits[way] = best_of(tried)
            say_drain(bench, limits[way], n, "limit probe", transport=transport, latency_ms=latency_ms, numbers=1)
        where = options.far_end or "nginx"
        got = once(world, n, senders, numbers, latency_ms, where, transport)
        say_drain(bench, got, n, "carteiro", transport=transport, latency_ms=latency_ms, numbers=numbers,
                  processes=senders, far_end=where)
        best[(*way, numbers)] = max(best.get((*way, numbers), 0), got["value"])
    for (transport, latency_ms, numbers), value in best.items():
        bench.say("drain_ratio", round(value / limits[transport, latency_ms]["value"], 2), "carteiro / it", {
            "it": "limit probe", "transport": transport, "latency_ms": latency_ms, "numbers": numbers,
            "carteiro": value, "best_of_senders": True, "rounds": 1})


def say_drain(bench, run, n, system, name="drain", **params):
    params = {"messages": n, **params, **{key: value for key, value in run.items() if key != "value"}}
    bench.say(name, run["value"], "msg/s", params, system)


def best_of(runs):
    return max(runs, key=lambda run: run["value"])


def median(values):
    """The value in the middle; of an even count the lower one."""
    return sorted(values)[(len(values) - 1) // 2]


class Rounds:
    """Runs of several systems, one after another, some rounds; each system at its best process count."""

    def __init__(self, bench, counts, rounds):
        self.bench, self.counts, self.rounds, self.runs = bench, counts, rounds, {}

    def run(self, systems):
        """systems: {name: function(process count) -> run}"""
        for turn in range(self.rounds):
            for count in self.counts:
                for name, once_of in systems.items():
                    self.runs.setdefault((name, count), []).append(once_of(count))
            self.bench.note(f"round {turn + 1} of {self.rounds}: " + ", ".join(
                f"{name} ×{count} {got[-1]['value']}/s" for (name, count), got in self.runs.items()))

    def at_best(self, name):
        """The runs of the process count with the best median, and that count."""
        count = max(self.counts, key=lambda c: median([run["value"] for run in self.runs[name, c]]))
        return self.runs[name, count], count

    def middle(self, name):
        """The run whose value is the median."""
        runs, count = self.at_best(name)
        value = median([run["value"] for run in runs])
        one = next(run for run in runs if run["value"] == value)
        return {**one, "processes": count, "all": [run["value"] for run in runs]}

    def ratio(self, ours, its, key="value"):
        """The median of the rounds' ratios."""
        pairs = zip(self.at_best(ours)[0], self.at_best(its)[0])
        return round(median([one[key] / other[key] for one, other in pairs]), 2)


def say_rounds(bench, rounds, n, name="drain", **params):
    """Each system's line, then ours beside each other one's."""
    names = list(dict.fromkeys(system for system, _ in rounds.runs))
    rivals = [system for system in names if system not in ("carteiro", "limit probe")]
    fastest = max(rivals, key=lambda system: rounds.middle(system)["value"], default=None)
    for system in names:
        say_drain(bench, rounds.middle(system), n, system, name, rounds=rounds.rounds, **params)
    for system in names:
        if system != "carteiro":
            bench.say(f"{name}_ratio", rounds.ratio("carteiro", system), "carteiro / it", {
                "it": system, "is_fastest_rival": system == fastest,
                "cpu_ratio": rounds.ratio("carteiro", system, "cpu_us_total"), "rounds": rounds.rounds, **params})


def run_beside(bench, options):
    """Plain beside the limit probe and every rival; TLS beside a TLS probe."""
    from peers import NAMES, limit_once, rival_once
    n, world = messages(options), bench.world()
    counts, turns = ((1, 2), 1) if options.quick else ((1, 2, 4), 3)
    rivals = {name: lambda count, name=name: rival_once(world, name, n, count) for name in NAMES}
    for transport in ("plain", "tls", "h2"):
        rounds = Rounds(bench, counts, turns)
        rounds.run({"carteiro": lambda count: once(world, n, count, transport=transport),
                    "limit probe": lambda count: limit_once(world, n, count, transport),
                    **(rivals if transport == "plain" else {})})
        say_rounds(bench, rounds, n, transport=transport, far_end="nginx", latency_ms=0, numbers=1)
