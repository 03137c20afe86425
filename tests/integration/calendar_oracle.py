"""Which messages a clinic's two weeks must bring, computed from the events alone.

Knows the product's promises and nothing of its tables. Exact mode: one reminder 24 hours and
one 2 hours before the start, moved back to the last open minute when that falls outside the
transactional window (7 to 22 h), none that is already late when the appointment is booked or
moved; one message an hour after the end to who allowed it; one to who did not come, at the
first full hour that is an hour past the start and not before the end.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Sao_Paulo")
OPEN_H, CLOSE_H = 7, 22
HOUR = timedelta(hours=1)


@dataclass
class Appointment:
    """What is known of one appointment as the days go by."""

    person: int
    start: datetime
    end: datetime
    allows: bool
    status: str = "agendado"
    answered: bool = False  # the question after the visit
    epoch: int = 0  # grows when it is moved
    sent: set = field(default_factory=set)


def last_open(at):
    """`at`, or the last open minute before it."""
    local = at.astimezone(ZONE)
    if local.hour >= CLOSE_H:
        return local.replace(hour=CLOSE_H - 1, minute=59, second=0)
    if local.hour < OPEN_H:
        return (local - timedelta(days=1)).replace(hour=CLOSE_H - 1, minute=59, second=0)
    return at


def next_full_hour(at):
    floor = at.replace(minute=0, second=0, microsecond=0)
    return at if floor == at else floor + HOUR


class Oracle:
    """Fed with events in order of time; `expected()` lists (person, rule, appointments, when)."""

    def __init__(self):
        self.appointments = {}
        self.due = []  # (when, key, epoch, rule)
        self.messages = []

    def _plan(self, key, now):
        appointment = self.appointments[key]
        start, end = appointment.start, appointment.end
        reminders = {"lembrete_24h": last_open(start - 24 * HOUR), "lembrete_2h": last_open(start - 2 * HOUR)}
        for rule, when in reminders.items():
            if when > now:
                self.due.append((when, key, appointment.epoch, rule))
        if appointment.allows:
            self.due.append((end + HOUR, key, appointment.epoch, "pos_atendimento"))
        self.due.append((next_full_hour(max(start + HOUR, end)), key, appointment.epoch, "falta"))

    def book(self, now, key, person, start, end, allows):
        self.run_until(now)
        self.appointments[key] = Appointment(person, start, end, allows)
        self._plan(key, now)

    def move(self, now, key, start, end):
        self.run_until(now)
        appointment = self.appointments[key]
        appointment.start, appointment.end = start, end
        appointment.epoch += 1
        appointment.status = "agendado"
        appointment.answered = False
        appointment.sent = set()  # of the new time nothing was said
        self._plan(key, now)

    def mark(self, now, key, status):
        self.run_until(now)
        self.appointments[key].status = status

    def answer(self, now, key):
        self.run_until(now)
        self.appointments[key].answered = True

    def _is_wanted(self, key, epoch, rule):
        appointment = self.appointments[key]
        if epoch != appointment.epoch or rule in appointment.sent:
            return False
        if rule == "pos_atendimento":
            return (appointment.status not in ("cancelado", "faltou") and "falta" not in appointment.sent
                    and not appointment.answered)
        return appointment.status in ("agendado", "confirmado")

    def run_until(self, now):
        """Everything due before `now`: an event of the same instant comes first."""
        while self.due and min(self.due)[0] < now:
            when, key, epoch, rule = first = min(self.due)
            self.due.remove(first)
            if self._is_wanted(key, epoch, rule):
                self._send(when, key, rule)

    def _send(self, when, key, rule):
        appointment = self.appointments[key]
        appointment.sent.add(rule)
        keys = [key]
        if rule.startswith("lembrete"):  # several of one person on one day share one message
            day = appointment.start.astimezone(ZONE).date()
            for other, one in self.appointments.items():
                if (other != key and one.person == appointment.person and rule not in one.sent
                        and one.start.astimezone(ZONE).date() == day
                        and one.status in ("agendado", "confirmado")
                        and (one.epoch, rule) in [(e, r) for _, k, e, r in self.due if k == other]):
                    one.sent.add(rule)
                    keys.append(other)
        self.messages.append((appointment.person, rule, tuple(sorted(keys)), when))

    def expected(self, end):
        self.run_until(end)
        return sorted(self.messages, key=lambda m: (m[3], m[0], m[1]))
