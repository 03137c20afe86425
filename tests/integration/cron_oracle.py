"""When a cron expression fires, by another way than sql/functions/cron_next.sql: every minute of the
world's clock is looked at, one after the other, and what the zone's clock shows then.

A local minute fires at the first instant that shows it; local minutes that no instant shows fire at
the first instant after the gap.
"""

import functools
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
NAMES = {3: "jan feb mar apr may jun jul aug sep oct nov dec".split(), 4: "sun mon tue wed thu fri sat".split()}
BOUNDS = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)]


def number(text, field):
    if text.isdigit():
        return int(text)
    return NAMES[field].index(text.lower()) + (field == 3)


def values(text, field):
    low, high = BOUNDS[field]
    found = set()
    for item in text.split(","):
        what, _, step = item.partition("/")
        first, _, last = what.partition("-")
        if what == "*":
            start, end = low, high
        else:
            start, end = number(first, field), number(last or first, field)
            if field == 4 and start > 0 and end == 0:
                end = 7
        found |= {n % 7 if field == 4 else n for n in range(start, end + 1, int(step or 1))}
    return found


class Cron:
    def __init__(self, text):
        self.fields = text.split()
        self.values = [values(field, i) for i, field in enumerate(self.fields)]

    def matches(self, local):
        minute, hour, day, month, week = self.values
        days = (local.day in day, local.isoweekday() % 7 in week)
        both = self.fields[2].startswith("*") or self.fields[4].startswith("*")
        return (local.minute in minute and local.hour in hour and local.month in month
                and (all(days) if both else any(days)))


@functools.lru_cache(maxsize=4)
def clock(zone, since, until):
    """Each minute of (since, until], in UTC, with the local minutes that are over or there by then, and were
    not before."""
    zone = ZoneInfo(zone)
    instant = since - timedelta(days=2)  # what the clock showed before decides what is shown again
    shown = instant.astimezone(zone).replace(tzinfo=None)  # the latest local minute shown so far
    minutes = []
    while instant < until:
        instant += MINUTE
        local = instant.astimezone(zone).replace(tzinfo=None)
        new = []
        while shown < local:
            shown += MINUTE
            new.append(shown)
        if instant > since:
            minutes.append((instant, new))
    return minutes


def firings(text, zone, since, until):
    """The instants of (since, until] at which `text` fires, in UTC; since on a whole minute, in a time
    when the zone's offset is whole minutes."""
    cron = Cron(text)
    return [instant for instant, new in clock(zone, since, until) if any(cron.matches(local) for local in new)]


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)
