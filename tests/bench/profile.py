"""Profile: where a drain spends its time, by statement in PostgreSQL and by symbol with perf."""

import re
import shutil
import signal
import subprocess

from drain import messages, once
from usage import tree
from world import World

STATEMENTS = """
select calls, round(total_exec_time::numeric, 1)::float8, rows, (shared_blks_hit + shared_blks_read)::bigint,
    wal_bytes::bigint, toplevel, query
from public.pg_stat_statements order by total_exec_time desc limit 14"""


def statements(bench, n):
    world = World({"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track": "all"})
    told = []

    def watch(scene):
        scene.as_superuser("create extension pg_stat_statements schema public")
        scene.as_superuser("select public.pg_stat_statements_reset()")

    try:
        got = once(world, n, during=watch, after=lambda scene: told.extend(scene.as_superuser(STATEMENTS)))
    finally:
        world.done()
    for calls, ms, rows, buffers, wal, toplevel, query in told:
        bench.say("profile", round(ms * 1e3 / n, 2), "µs/msg of a statement", {
            "is_toplevel": toplevel, "calls": calls, "rows": rows, "buffers_a_msg": round(buffers / n, 1),
            "wal_bytes_a_msg": round(wal / n), "statement": re.sub(r"\s+", " ", query)[:100]})
    bench.say("profile", got["value"], "msg/s", {"with": "pg_stat_statements", **got})


def symbols(bench, n):
    data = bench.world().home / "perf.data"
    running = []

    def watch(scene):
        pids = {pid for name, roots in scene.groups().items() if name != "far_end"
                for root in roots for pid in tree(root)}
        running.append(subprocess.Popen(
            ["perf", "record", "-q", "-e", "cpu-clock", "-F", "1999", "-p", ",".join(map(str, sorted(pids))),
             "-o", str(data)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    got = once(bench.world(), n, during=watch)
    running[0].send_signal(signal.SIGINT)
    running[0].wait()
    for keys, least in (("comm,dso", 1.0), ("comm,symbol", 0.7)):
        report = subprocess.run(["perf", "report", "-i", str(data), "--stdio", "-g", "none", "--sort", keys],
                                capture_output=True, text=True).stdout
        for line in report.splitlines():
            found = re.match(r"\s+([0-9.]+)%\s+(\S.*?)\s*$", line)
            if found and float(found[1]) >= least:
                bench.say("profile", float(found[1]), "% of the samples", {
                    "by": keys, "where": re.sub(r"\s+-(\s+-)*$", "", re.sub(r"\s+", " ", found[2]))})
    bench.say("profile", got["value"], "msg/s", {"with": "perf", **got})


def run_profile(bench, options):
    n = messages(options)
    statements(bench, n)
    if shutil.which("perf"):
        symbols(bench, n)
    else:
        bench.note("no perf here: symbols are left out")
