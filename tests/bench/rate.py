"""Rate: whether eight senders together use what a number may send, and never more.

Ten numbers at 80/s and one at 20/min, looked at in the simulator's ledger, whose own limit
is out of the way. A window of any length w may hold rate × w + burst messages.

Then the same with Redis restarted, flushed, stopped for ten seconds, and held from three of
the eight: windows of the whole time, and how soon after its return the flow is back.
"""

import bisect
import math
import time

from proxy import Cut
from waiting import wait_until
from windows import excess, sent_by
from world import Scene

FAST, SLOW = 80.0, 20 / 60
FASTS, SENDERS = 10, 8
BEGIN_S = 5  # the start is left out of the share
FAR_END_PER_S = 120
FLOW_S, FLOW_SHARE = 0.5, 0.9  # back: so much of the allowance within so long


def burst_of(rate):
    """What may go at once: a tenth of a second's allowance, or of a minute's for slow numbers; at least 1."""
    return max(1, math.ceil(rate / 10 if rate >= 1 else rate * 60 / 10))


def share(times, rate, begin, until):
    """Of the allowance between the two instants, minus one message, what was used."""
    return sum(begin <= at < until for at in times) / (rate * (until - begin) - 1)


def back_after(times, returned, rate):
    """Seconds from `returned` until the flow is back: half a second that holds nine tenths of its allowance;
    None when it never is."""
    wanted = math.ceil(FLOW_SHARE * rate * FLOW_S)
    begin = bisect.bisect_left(times, returned)
    for i in range(begin, len(times) - wanted + 1):
        if times[i + wanted - 1] - times[i] <= FLOW_S:
            return times[i] - returned
    return None


class Stage:
    """The numbers, their messages and a ledger."""

    def __init__(self, scene, fast_s, slow_s):
        self.scene = scene
        scene.company(FASTS + 1, taxa=FAST, per_s=FAR_END_PER_S)
        self.slow = scene.database.value(
            "update numeros set taxa = %s where id = (select max(id) from numeros) returning identificador", SLOW)
        scene.people(40000)
        scene.hold()
        slow_rows = int(SLOW * slow_s) + 10
        numbers = FASTS + 1
        # rows go to the numbers in turn: of the slow one's turns only the first are kept
        scene.fill(int(FAST * (fast_s + 5)) * numbers,
                   tipo=f"case when i / {numbers} % 2 = 0 then 'campanha' else 'lembrete' end")
        scene.database.execute(
            "delete from fila_ativa where id in (select f.id from fila_ativa f join numeros n on n.id = f.numero_id"
            " where n.identificador = %s order by f.ordem offset %s)", self.slow, slow_rows)
        scene.settle()

    def begin(self):
        """Lets them go; the instant of the first message."""
        self.scene.release()
        wait_until(lambda: self.scene.fleet.ledger(), 30, "the first message", every=0.1)
        return min(times[0] for times in sent_by(self.scene.fleet.ledger()).values())

    def over(self):
        """What was sent meanwhile."""
        for sender in self.scene.senders:
            if not sender.is_running():
                raise RuntimeError(f"{sender.name} ended:\n{sender.tail()}")
        return self.scene.fleet.ledger()


def say_windows(bench, name, ledger, slow, **params):
    """Windows above rate × window + burst over all that the ledger tells."""
    at = sent_by(ledger)
    refused = sum(line["http"] != 200 for line in ledger)
    for label, numbers, rate in (("80/s", [n for n in at if n != slow], FAST), ("20/min", [slow], SLOW)):
        for burst in sorted({burst_of(rate), 1}) if rate < 1 else (burst_of(rate),):
            found = [excess(at.get(number, []), rate, burst) for number in numbers]
            bench.say(name, sum(above for _, above in found), "windows above rate × window + burst", {
                "rate": label, "burst": burst, "numbers": len(found), "senders": SENDERS,
                "worst_window_over_allowance": round(max(worst for worst, _ in found), 3),
                "messages": sum(len(at.get(number, [])) for number in numbers),
                "refused_by_far_end": refused, **params})


def run_rate(bench, options):
    fast_s, slow_s = 65, 65 if options.quick else 610
    with Scene(bench.world(), ledger=True) as scene:
        stage = Stage(scene, fast_s, slow_s)
        scene.start_senders(SENDERS)
        began = stage.begin()
        time.sleep(max(0, began + slow_s + 1 - time.time()))
        ledger = stage.over()
    at = sent_by(ledger)
    for label, numbers, rate, until in (("80/s", [n for n in at if n != stage.slow], FAST, fast_s),
                                        ("20/min", [stage.slow], SLOW, slow_s)):
        used = [share([t - began for t in at.get(number, [])], rate, BEGIN_S, until) for number in numbers]
        bench.say("rate", round(min(used), 4), "share of the allowance, worst number", {
            "rate": label, "numbers": len(used), "senders": SENDERS, "from_s": BEGIN_S, "to_s": until})
    say_windows(bench, "rate_windows", ledger, stage.slow, redis="well")


def faults_of(redis, cut):
    """(name, what breaks it, seconds until it is mended, what mends it)"""
    return (("restarted", redis.stop, 0, redis.start),
            ("flushed", lambda: redis.cli("flushall"), 0, lambda: None),
            ("stopped for 10 s", redis.stop, 10, redis.start),
            ("held from three of eight", cut.hold, 10, cut.heal))


def run_rate_redis(bench, options):
    calm_s = 8
    world = bench.world()
    with Scene(world, ledger=True) as scene, Cut(world.redis.port) as cut:
        try:
            stage = Stage(scene, 5 + 4 * (calm_s + 3) + 25, 4 * (calm_s + 3) + 40)
            scene.start_senders(5)
            scene.start_senders(3, {"redis": {"url": cut.through(world.redis.url())}})
            stage.begin()
            time.sleep(5)
            marks = []
            for name, breaks, lasts, mends in faults_of(world.redis, cut):
                bench.note(f"rate_redis: Redis {name}")
                broke = time.time()
                breaks()
                time.sleep(lasts)
                mends()
                marks.append((name, broke, time.time()))
                time.sleep(calm_s)
            ledger = stage.over()
        finally:
            if world.redis.server.poll() is not None:
                world.redis.start()
    times = sorted(t for number, all_of in sent_by(ledger).items() if number != stage.slow for t in all_of)
    for name, broke, returned in marks:
        back = back_after(times, returned, FASTS * FAST)
        bench.say("rate_redis", None if back is None or back > calm_s else round(back, 2),
                  "s from Redis' return to nine tenths of the flow", {
                      "redis": name, "away_s": round(returned - broke, 1), "senders": SENDERS,
                      "messages_meanwhile": bisect.bisect(times, returned) - bisect.bisect(times, broke),
                      "first_message_after_s": next((round(t - returned, 2) for t in times if t >= returned), None)})
    say_windows(bench, "rate_redis_windows", ledger, stage.slow, redis="restarted, flushed, stopped, held")
