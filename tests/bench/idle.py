"""What waiting costs: statements and CPU of a fleet with nothing to do.

Statements are counted by pg_stat_statements, top level, per role, in a PostgreSQL that was
started with it; so neither autovacuum nor this bench is counted. Transaction control and
what functions run inside is not: one call, one statement.
"""

import time

from usage import Meter, ran_s
from world import Scene, World

COUNT = """
select r.rolname, sum(s.calls)::bigint from public.pg_stat_statements s join pg_roles r on r.oid = s.userid
where s.toplevel and s.dbid = (select oid from pg_database where datname = current_database()) group by 1"""
KINDS = ("sender", "planner", "gateway")


def counted(scene):
    """{kind: statements so far}, under its login or the role it takes."""
    calls = dict(scene.as_superuser(COUNT))
    told = {kind: int(calls.get(f"local_{kind}", 0) + calls.get(f"carteiro_{kind}", 0)) for kind in KINDS}
    assert all(told.values()), f"statements are not counted by role: {calls}"
    return told


def run_idle(bench, options):
    seconds = 15 if options.quick else 60
    bench.note("a PostgreSQL that counts statements")
    world = World({"shared_preload_libraries": "pg_stat_statements"})
    try:
        with Scene(world) as scene:
            scene.company(10)
            scene.as_superuser("create extension pg_stat_statements schema public")
            scene.start_senders(1)
            scene.fleet.planner()
            scene.fleet.gateway()
            scene.settle()
            time.sleep(5)  # what a start looks up is not waiting
            before = counted(scene)
            meter = Meter(postgres=[world.postgres.server.pid])
            pids = {kind: pid for kind, (pid, *_) in scene.groups().items() if kind in KINDS}
            began = {kind: ran_s(pid) for kind, pid in pids.items()}
            time.sleep(seconds)
            ran = {kind: ran_s(pid) - began[kind] for kind, pid in pids.items()}
            spent = meter.read()
            after = counted(scene)
    finally:
        world.done()
    for kind in KINDS:
        bench.say("idle", round((after[kind] - before[kind]) / seconds, 2), "statements/s", {
            "process": kind, "seconds": seconds, "numbers": 10,
            "cpu_percent": round(100 * ran[kind] / seconds, 2),
            "cpu_percent_postgres_for_all": round(100 * spent["postgres"] / seconds, 2)})
