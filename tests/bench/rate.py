"""Rate: whether eight senders together use what a number may send, and never more.

Looked at in the simulator's ledger, whose own limit is out of the way. A window of any
length w may hold rate × w + burst messages; the worst of all windows is found in one pass:
(j − i + 1) − rate × (t_j − t_i) is a difference of two sequences, so the least of one of
them so far is enough.
"""

import datetime
import math
import time

from waiting import wait_until
from world import Scene

FAST, SLOW = 80.0, 20 / 60
BEGIN_S = 5  # the start is left out of the share


def excess(times, rate, burst):
    """(messages the worst window holds above its allowance, how many windows' ends are above)"""
    least, worst, above = math.inf, -math.inf, 0
    for i, at in enumerate(times):
        least = min(least, i - rate * at)
        over = (i + 1 - rate * at) - least - burst
        worst = max(worst, over)
        above += over > 1e-6
    return worst, above


def run_rate(bench, options):
    seconds = 65 if options.quick else 610
    with Scene(bench.world(), ledger=True) as scene:
        scene.company(11, taxa=FAST)
        slow = scene.database.value(
            "update numeros set taxa = %s where id = (select max(id) from numeros) returning identificador", SLOW)
        scene.people(40000)
        scene.hold()
        scene.fill(int(11 * FAST * (seconds + 5)))
        scene.settle()
        scene.start_senders(8)
        scene.release()
        wait_until(lambda: scene.fleet.ledger_path.stat().st_size > 0, 20, "the first message")
        time.sleep(seconds + 1)
        lines = scene.fleet.ledger()
    at = {}
    for line in lines:
        instant = datetime.datetime.fromisoformat(line["at"].replace("Z", "+00:00")).timestamp()
        at.setdefault(line["phone_number_id"], []).append(instant)
    began = min(min(times) for times in at.values())
    for name, of in (("80/s", [n for n in at if n != slow]), ("20/min", [slow])):
        rate, burst = (FAST, math.ceil(FAST / 10)) if name == "80/s" else (SLOW, max(1, math.ceil(SLOW * 6)))
        until = min(seconds, 65) if name == "80/s" else seconds
        used, worst, above = [], [], 0
        for number in of:
            times = sorted(instant - began for instant in at[number])
            sent = sum(BEGIN_S <= instant < until for instant in times)
            used.append(sent / (rate * (until - BEGIN_S) - 1))
            over, ends = excess(times, rate, burst)
            worst.append(over)
            above += ends
        bench.say("rate", round(min(used), 4), "share of the allowance, worst number", {
            "rate": name, "numbers": len(of), "senders": 8, "seconds": until - BEGIN_S, "burst": burst,
            "windows_above": above, "worst_window_over_burst": round(max(worst), 2),
            "refused_by_far_end": sum(line["http"] != 200 for line in lines)})
