"""Ops beside the senders: a person cancels heads of the queue in a loop while eight senders drain it.

No statement of anybody may fail (PostgreSQL's own log tells), no claim or record of a sender
may be lost (each says so in its log), and each message ends once: sent or cancelled.
"""

import collections
import re
import threading

import psycopg2

from drain import SPENT_S
from waiting import wait_until
from world import RATE_MAX, Scene

HEADS = 50
# as people write it: the parent table, the rows that go next
CANCEL = """
update fila_mensagens set status = 'cancelada' where id in (
    select id from fila_mensagens where status = 'pendente' order by prioridade desc, agendar_para, ordem limit %s)"""


class Person(threading.Thread):
    """Cancels heads until it is told to stop."""

    def __init__(self, connection):
        super().__init__(daemon=True)
        self.connection, self.over = connection, threading.Event()
        self.statements, self.cancelled, self.failures = 0, 0, []

    def run(self):
        cursor = self.connection.cursor()
        while not self.over.is_set():
            try:
                cursor.execute(CANCEL, (HEADS,))
                self.cancelled += cursor.rowcount
            except psycopg2.Error as error:
                self.failures.append(str(error).splitlines()[0])
            self.statements += 1
            self.over.wait(0.002)

    def end(self):
        self.over.set()
        self.join(30)


def refused(log):
    """What the server's log tells of failed statements, each with the lines that say which they were."""
    entries = re.split(r"\n(?=\d{4}-\d\d-\d\d )", log)  # an entry's further lines are indented
    found = []
    for place, entry in enumerate(entries):
        if re.search(r" (ERROR|FATAL|PANIC): ", entry):
            about = [one for one in entries[place + 1:place + 4] if re.search(r" (DETAIL|CONTEXT|STATEMENT): ", one)]
            found.append(re.sub(r"\s+", " ", " | ".join([entry, *about]))[:1500])
    return found


def lost_cycles(senders):
    """{event: n} of what senders logged as failed or repeated."""
    return dict(collections.Counter(line["event"] for sender in senders for line in sender.log()
                                    if line.get("level") in ("warn", "error")))


def run_ops(bench, options):
    n, count = options.messages or (20000 if options.quick else 128000), 8
    world = bench.world()
    with Scene(world, "nginx") as scene:
        scene.company(taxa=RATE_MAX)
        scene.people(min(n, 100000))
        scene.hold()
        scene.start_senders(count, slots=64)
        scene.fill(n)
        scene.settle()
        person = Person(scene.database.connect("ops"))
        mark = len(world.postgres.log())
        began = scene.release()
        person.start()
        try:
            wait_until(lambda: not scene.database.value("select exists (select from fila_ativa)"), SPENT_S,
                       "the queue is empty", every=0.25)
        finally:
            person.end()
        failed = refused(world.postgres.log()[mark:])
        zombies = sum(sender.metrics().get('carteiro_gravadas_total{resultado="zumbi"}', 0) for sender in scene.senders)
        lost = lost_cycles(scene.senders)
        ends = {row["status"]: row["n"] for row in scene.database.query(
            "select status, count(*) as n from fila_mensagens group by 1")}
        last = scene.database.value("select max(encerrada_em) from fila_mensagens")
    params = {"rows": n, "senders": count, "ends": ends, "zombies": int(zombies),
              "ops_statements": person.statements, "cancelled_as_told": person.cancelled,
              "msg_per_s": round(n / (last - began).total_seconds())}
    assert sum(ends.values()) == n and set(ends) <= {"enviada", "cancelada"}, f"the rows ended as {ends}"
    assert ends.get("cancelada", 0) == person.cancelled, f"told {person.cancelled} cancelled, there are {ends}"
    bench.say("ops", len(failed) + len(person.failures), "failed statements of anyone",
              {**params, "first": (failed + person.failures)[:3]})
    bench.say("ops", sum(lost.values()), "cycles lost by senders", {**params, "events": lost})
