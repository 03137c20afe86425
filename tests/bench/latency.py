"""Pick-up: how soon an idle sender begins a message that somebody has just committed.

From the instant at which the client learns of its INSERT's commit to the one at which the
simulator had the request, by the same clock; direct LISTEN. A claim is durable before its
POST: the disk's part is told too. With --peers graphile-worker waits beside it, in the same
PostgreSQL, for the same simulator, and gets every second message.
"""

import datetime
import random
import time

from waiting import wait_until
from world import TEXT, Scene

STEPS_OVER_S = 0.3  # after a wake-up the queue is looked at for so long: idle begins behind it


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def arrivals(ledger):
    """{who: instant} of what the simulator saw; who: our message, or the rival's recipient."""
    return {line["key"].split(":")[0] if line["key"] else line["to"]:
            datetime.datetime.fromisoformat(line["at"].replace("Z", "+00:00")).timestamp() for line in ledger}


class Asker:
    """Inserts one message in a transaction of its own and notes when its commit is known."""

    def __init__(self, connection):
        self.connection, self.cursor = connection, connection.cursor()
        self.told, self.commits = {}, []

    def ask(self, sql, *values, name=None):
        self.cursor.execute(sql, values)
        name = name or self.cursor.fetchone()[0]
        began = time.time()
        self.connection.commit()
        self.told[name] = time.time()
        self.commits.append((self.told[name] - began) * 1e3)

    def report(self, bench, system, seen):
        lost = [name for name in self.told if name not in seen]
        assert not lost, f"{len(lost)} of {len(self.told)} messages of {system} never came"
        waited = [(seen[name] - at) * 1e3 for name, at in self.told.items()]
        bench.say("pickup", round(percentile(waited, 0.5), 2), "ms p50", {
            "messages": len(waited), "p99_ms": round(percentile(waited, 0.99), 2), "min_ms": round(min(waited), 2),
            "max_ms": round(max(waited), 2),
            "insert_commit_p50_ms": round(percentile(self.commits, 0.5), 2)}, system)
        return waited


def begun(rival):
    """The rival waits for work; who asks it."""
    rival.fill(0)
    rival.ready(1)
    rival.begin()
    return Asker(rival.database.connect("postgres", autocommit=False))


def run_pickup(bench, options):
    n = 60 if options.quick else 500
    with Scene(bench.world(), ledger=True) as scene:
        scene.company()
        scene.people(n)
        people = [row["id"] for row in scene.database.query("select id from clientes order by id")]
        scene.start_senders(1)
        scene.settle()
        ours = Asker(scene.database.connect("ops", autocommit=False))
        if options.peers:
            from peers import Rival
            rival = Rival(scene.world, "graphile-worker", scene.rival_far_end(), BENCH_CONCURRENCY="4")
        else:
            rival = None
        try:
            theirs = rival and begun(rival)
            time.sleep(2)  # what a start does is not waiting
            for place, person in enumerate(people):
                ours.ask("insert into fila_mensagens (cliente_id, conteudo, tipo) values (%s, %s, 'resposta')"
                         " returning id::text", person, TEXT)
                if theirs:
                    time.sleep((STEPS_OVER_S + random.uniform(0, 0.1)) / 2)
                    to = f"55118{70000000 + place}"
                    theirs.ask("select graphile_worker.add_job('send', json_build_object('to', %s, 'text', %s))",
                               to, TEXT, name=to)
                    time.sleep((STEPS_OVER_S + random.uniform(0, 0.1)) / 2)
                else:
                    time.sleep(STEPS_OVER_S + random.uniform(0, 0.1))
            wanted = n * (2 if theirs else 1)
            wait_until(lambda: len(scene.fleet.ledger()) >= wanted, 30, f"{wanted} messages have come")
            seen = arrivals(scene.fleet.ledger())
        finally:
            if rival:
                rival.end()
    mine = ours.report(bench, "carteiro", seen)
    if theirs:
        its = theirs.report(bench, "graphile-worker", seen)
        bench.say("pickup_ratio", round(percentile(mine, 0.5) / percentile(its, 0.5), 2), "carteiro / it, p50", {
            "it": "graphile-worker", "p99": round(percentile(mine, 0.99) / percentile(its, 0.99), 2)})
