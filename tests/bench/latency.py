"""A sender with nothing to do: how soon it picks up a message, and what its waiting costs."""

import datetime
import random
import time

from usage import Meter
from waiting import wait_until
from world import TEXT, Scene

STEPS_OVER_S = 0.3  # after a wake-up the queue is looked at for so long: idle begins behind it


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def run_pickup(bench, options):
    """From the instant at which the client was told of its commit to the one at which the simulator had
    the whole request; the same clock. A claim is durable before its POST: the disk's part is told too."""
    n = 60 if options.quick else 300
    with Scene(bench.world(), ledger=True) as scene:
        scene.company()
        scene.people(n)
        people = [row["id"] for row in scene.database.query("select id from clientes order by id")]
        scene.start_senders(1)
        scene.settle()
        ops, told, commits = scene.database.connect("ops", autocommit=False), {}, []
        cursor = ops.cursor()
        for person in people:
            cursor.execute("insert into fila_mensagens (cliente_id, conteudo, tipo) values (%s, %s, 'resposta')"
                           " returning id::text", (person, TEXT))
            id, = cursor.fetchone()
            began = time.time()
            ops.commit()
            told[id] = time.time()
            commits.append((told[id] - began) * 1e3)
            time.sleep(STEPS_OVER_S + random.uniform(0, 0.1))
        wait_until(lambda: len(scene.fleet.ledger()) == n, 30, "all have come")
        waited = []
        for line in scene.fleet.ledger():
            arrived = datetime.datetime.fromisoformat(line["at"].replace("Z", "+00:00")).timestamp()
            waited.append((arrived - told[line["key"].split(":")[0]]) * 1e3)
    bench.say("pickup", round(percentile(waited, 0.5), 2), "ms p50", {
        "messages": n, "p99_ms": round(percentile(waited, 0.99), 2), "min_ms": round(min(waited), 2),
        "max_ms": round(max(waited), 2), "insert_commit_p50_ms": round(percentile(commits, 0.5), 2)})


def run_idle(bench, options):
    seconds, senders = (15 if options.quick else 60), 2
    with Scene(bench.world()) as scene:
        scene.company(10)
        running = scene.start_senders(senders)
        scene.settle()
        time.sleep(5)  # what a start looks up is not idling
        transactions = "select sum(xact_commit + xact_rollback) from pg_stat_database where datname = %s"
        before = scene.as_superuser(transactions, scene.database.name)[0][0]
        meter = Meter(sender=[one.pid for one in running], postgres=[scene.world.postgres.server.pid])
        time.sleep(seconds)
        spent = meter.read()
        after = scene.as_superuser(transactions, scene.database.name)[0][0]
        each = seconds * senders
        bench.say("idle", round(float(after - before) / each, 2), "statements/s a sender", {
            "senders": senders, "seconds": seconds, "numbers": 10,
            "cpu_percent_a_sender": round(100 * spent["sender"] / each, 2),
            "cpu_percent_postgres": round(100 * spent["postgres"] / seconds, 2)})
