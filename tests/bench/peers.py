"""Rivals and the limit probe, on the same messages against the same far end."""

import json
import os
import subprocess
import threading
import time

from fleet import clean_environment
from servers import TOP
from usage import Meter, memory_bytes
from waiting import wait_until
from world import TEXT

OUT = TOP / ".build/bench"
NAMES = ("pg-boss", "graphile-worker", "bullmq")
LEFT = {  # what is not acknowledged yet, by name
    "pg-boss": "select count(*) from pgboss.job where state < 'completed' and name = 'send'",
    "graphile-worker": "select count(*) from graphile_worker._private_jobs",
}


class _Worker:
    """One process of a rival."""

    def __init__(self, name, environment, log):
        self.done, self.is_ready = 0, False
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig=KILL", "node", f"{name}.mjs", "work"], cwd=OUT / "peers", text=True,
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            said = json.loads(line)
            self.is_ready = self.is_ready or said.get("ready", False)
            self.done = said.get("done", self.done)

    def check(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"a rival ended {self.process.returncode}")

    def begin(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def end(self):
        self.process.kill()
        self.process.wait()


class Rival:
    """A rival's database and processes; far_end has pid and url, and path and token where it asks for them."""

    def __init__(self, world, name, far_end, **extra):
        self.world, self.name, self.far_end, self.workers = world, name, far_end, []
        self.database = world.postgres.create(f"rival_{time.monotonic_ns()}")
        self.environment = clean_environment(
            PGHOST=str(world.postgres.home), PGPORT=str(world.postgres.port), PGUSER="postgres",
            PGPASSWORD=world.postgres.password, PGDATABASE=self.database.name,
            BENCH_REDIS_PORT=str(world.redis.port), BENCH_REDIS_USER="admin",
            BENCH_REDIS_PASSWORD=world.redis.password, BENCH_FAR_END=far_end.url, NODE_ENV="production",
            BENCH_PATH=getattr(far_end, "path", "/v23.0/123456789/messages"),
            BENCH_TOKEN=getattr(far_end, "token", "EAAG"), **extra)
        self.log = open(world.home / "rival.log", "ab")
        world.redis.cli("flushall")

    def fill(self, n):
        done = subprocess.run(["node", f"{self.name}.mjs", "fill", str(n)], cwd=OUT / "peers", env=self.environment,
                              stdout=self.log, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 0, f"{self.name} could not be filled:\n{done.stderr[-2000:]}"
        cursor = self.database._kept("postgres").cursor()
        cursor.execute("vacuum analyze")
        cursor.execute("checkpoint")

    def ready(self, processes):
        """Its processes, that wait for begin."""
        self.workers = [_Worker(self.name, self.environment, self.log) for _ in range(processes)]
        wait_until(lambda: all(w.check() or w.is_ready for w in self.workers), 60, f"{self.name} is ready")
        return self.workers

    def begin(self):
        for worker in self.workers:
            worker.begin()

    def end(self):
        for worker in self.workers:
            worker.end()
        self.log.close()
        self.database.drop()


def rival_once(world, name, n, processes=1, far_end=None):
    """One drain by a rival: {"value": messages a second, cost}. far_end: see Rival; nginx if none is given."""
    from drain import cost
    far_end = far_end or world.plain_far_end()
    rival = Rival(world, name, far_end)
    try:
        rival.fill(n)
        workers = rival.ready(processes)
        meter = Meter(worker=[w.process.pid for w in workers], postgres=[world.postgres.server.pid],
                      redis=[world.redis.server.pid], far_end=[far_end.pid])
        began = time.monotonic()
        rival.begin()
        wait_until(lambda: not any(w.check() for w in workers) and sum(w.done for w in workers) >= n, 600,
                   f"{name} has sent {n}", every=0.01)
        if name in LEFT:
            wait_until(lambda: rival.database.value(LEFT[name], role="postgres") == 0, 60, "all is acknowledged")
        seconds = time.monotonic() - began
        spent = cost(meter, n)
        memory = sum(memory_bytes(w.process.pid)[1] for w in workers)
        return {"value": round(n / seconds), **spent, "rss_mib": round(memory / 2**20)}
    finally:
        rival.end()


def limit_once(world, n, processes=1, transport="plain", latency_ms=0):
    """One drain by the limit probe."""
    from drain import cost, totals
    far_end = world.plain_far_end()
    database = world.postgres.create(f"limit_{time.monotonic_ns()}")
    url = database.url("postgres")
    command = [str(OUT / "limit_probe"), url, far_end.at(transport, latency_ms) + "/v23.0/123456789/messages"]
    if transport != "plain":
        command.append(str(far_end.ca_file))
    probes = []
    try:
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", f"n={n}", "-v", f"texto={TEXT}",
                        "-d", url, "-f", str(TOP / "tests/bench/limit_probe.sql")], check=True)
        meter = Meter(postgres=[world.postgres.server.pid], far_end=[far_end.pid])
        before = os.times()
        began = time.monotonic()
        probes = [subprocess.Popen(["setpriv", "--pdeathsig=KILL", *command], stdout=subprocess.PIPE, text=True)
                  for _ in range(processes)]
        told = [json.loads(probe.communicate(timeout=600)[0] or "{}") for probe in probes]
        seconds = time.monotonic() - began
        after = os.times()
        assert sum(one.get("sent", 0) for one in told) == n, f"the limit probe says {told}"
        spent = cost(meter, n)
        own = (after.children_user + after.children_system - before.children_user - before.children_system) * 1e6 / n
        spent["cpu_us"]["probe"] = round(own, 1)
        spent |= totals(round(spent["cpu_us_total"] + own, 1))
        return {"value": round(n / (told[0]["seconds"] if processes == 1 else seconds)), **spent}
    finally:
        for probe in probes:
            probe.kill()
        database.drop()
