"""Sliding windows of a ledger: whether any holds more than rate × its length + burst.

The worst of all windows is found in one pass: (j − i + 1) − rate × (t_j − t_i) is a
difference of two sequences, so the least of one of them so far is enough.
"""

import datetime
import math


def excess(times, rate, burst):
    """(messages the worst window holds above its allowance, how many windows' ends are above)"""
    least, worst, above = math.inf, -math.inf, 0
    for i, at in enumerate(times):
        least = min(least, i - rate * at)
        over = (i + 1 - rate * at) - least - burst
        worst = max(worst, over)
        above += over > 1e-3  # the ledger's microseconds are rounded
    return worst, above


def instant(line):
    """When the far end had the whole request."""
    return datetime.datetime.fromisoformat(line["at"].replace("Z", "+00:00")).timestamp()


def sent_by(ledger):
    """{number: instants in order} of what the far end had to answer, refused or not."""
    at = {}
    for line in ledger:
        at.setdefault(line["phone_number_id"], []).append(instant(line))
    return {number: sorted(times) for number, times in at.items()}
