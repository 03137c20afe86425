"""Profile: where a drain spends its time, plain and with effects and webhooks.

One JSON line for each: CPU by process, PostgreSQL's statements with what they cost a message
(pg_stat_statements, nested ones too), and with perf the share of each program, library and
symbol. The same as a table on stderr.
"""

import re
import shutil
import signal
import subprocess
import sys

import drain
import effects
from usage import tree
from world import World

TOP = 16
STATEMENTS = """
select calls, total_exec_time, rows, shared_blks_hit + shared_blks_read, wal_bytes, toplevel, query
from public.pg_stat_statements order by total_exec_time desc limit %s"""


class Watch:
    """What is noted while a drain runs: statements, and samples of perf when there is one."""

    def __init__(self, home):
        self.data = home / "perf.data"
        self.perf, self.told = None, []

    def begin(self, scene):
        scene.as_superuser("create extension pg_stat_statements schema public")
        scene.as_superuser("select public.pg_stat_statements_reset()")
        for _ in range(5 if shutil.which("perf") else 0):
            if self._sample(scene):
                break

    def _sample(self, scene):
        """Whether perf runs: it refuses a process that is gone by the time it looks."""
        pids = {pid for name, roots in scene.groups().items() if name != "far_end"
                for root in roots for pid in tree(root)}
        self.perf = subprocess.Popen(
            ["setpriv", "--pdeathsig=KILL", "perf", "record", "-q", "-e", "cpu-clock", "-F", "1999",
             "-p", ",".join(map(str, sorted(pids))), "-o", str(self.data)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.perf.wait(0.3)
            return False
        except subprocess.TimeoutExpired:
            return True

    def end(self, scene):
        if self.perf and self.perf.poll() is None:
            self.perf.send_signal(signal.SIGINT)
            self.perf.wait()
        self.told = scene.as_superuser(STATEMENTS, TOP)

    def statements(self, n):
        return [{"us_a_msg": round(float(ms) * 1e3 / n, 2), "calls": calls, "rows": rows,
                 "buffers_a_msg": round(float(buffers) / n, 1), "wal_bytes_a_msg": round(float(wal) / n),
                 "is_toplevel": toplevel, "statement": re.sub(r"\s+", " ", query)[:110]}
                for calls, ms, rows, buffers, wal, toplevel, query in self.told]

    def samples(self, keys, least):
        """[{"percent", "where"}] of perf's report; empty without perf."""
        if not self.data.exists():
            return []
        report = subprocess.run(["perf", "report", "-i", str(self.data), "--stdio", "-g", "none", "--sort", keys],
                                capture_output=True, text=True, check=False).stdout
        found = (re.match(r"\s+([0-9.]+)%\s+(\S.*?)\s*$", line) for line in report.splitlines())
        return [{"percent": float(one[1]), "where": re.sub(r"\s+-(\s+-)*$", "", re.sub(r"\s+", " ", one[2]))}
                for one in found if one and float(one[1]) >= least]


def table(got, n, what):
    rows = [f"\n{what}: {n} messages, {got['value']}/s, {got['cpu_us_total']} µs of CPU a message", ""]
    rows += [f"  {us:8.1f} µs  {name}" for name, us in got["cpu_us"].items()]
    rows += ["", "  µs/msg   calls  buffers   WAL  statement (indented: inside a function)"]
    rows += [f"  {one['us_a_msg']:6.2f} {one['calls']:7d}  {one['buffers_a_msg']:7.1f} {one['wal_bytes_a_msg']:5d}"
             f"  {'' if one['is_toplevel'] else '  '}{one['statement'][:90]}" for one in got["statements"]]
    for name in ("programs", "symbols"):
        rows += ["", f"  {name} by perf"] + [f"  {one['percent']:6.2f} %  {one['where']}" for one in got[name]]
    return "\n".join(rows) + "\n"


def run_profile(bench, options):
    n = drain.messages(options)
    if not shutil.which("perf"):
        bench.note("no perf here: programs and symbols are left out")
    for what, once in (("drain", drain.once), ("drain_effects", effects.once)):
        world = World({"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track": "all"})
        try:
            watch = Watch(world.home)
            got = once(world, n, during=watch.begin, after=watch.end)
            got |= {"statements": watch.statements(n), "programs": watch.samples("comm,dso", 1.0),
                    "symbols": watch.samples("comm,symbol", 0.7)}
        finally:
            world.done()
        print(table(got, n, what), file=sys.stderr, flush=True)
        bench.say("profile", got.pop("value"), "msg/s while watched", {"of": what, "messages": n, **got})
