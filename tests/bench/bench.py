"""tests/bench/run's second half: options, the list of benches, one JSON object a line.

The benches run in a child with a process group of its own: Ctrl-C reaches this one alone,
which asks the child to end; so the servers are still there to be taken down in order.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
os.environ.setdefault("CARTEIRO_BUILD", str(HERE.parents[1] / ".build/plain"))  # fleet's own default is slower
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]
CHILD = "CARTEIRO_BENCH_CHILD"

# name: (module, function, what it measures); the quickest first
BENCHES = {
    "drain": ("drain", "run_drain",
              "claim, tokens, POST, record: msg/s and CPU; 1, 2, 4 senders, 1, 100, 1000 numbers, 0 and 20 ms,"
              " plain, TLS, HTTP/2; --peers: in rounds beside limit probe and rivals"),
    "drain_effects": ("effects", "run_effects",
                      "the same with webhooks and effects, until the last is applied; --peers: beside rivals"),
    "pickup": ("latency", "run_pickup", "idle: from an INSERT's commit to the far end; --peers: graphile-worker too"),
    "idle": ("idle", "run_idle", "statements/s and CPU of sender, planner and gateway with nothing to do"),
    "rate": ("rate", "run_rate", "8 senders, ten numbers at 80/s, one at 20/min: share used, windows above"),
    "rate_redis": ("rate", "run_rate_redis",
                   "the same with Redis restarted, flushed, stopped, held from three: windows, seconds to be back"),
    "claim_cost": ("claim_cost", "run_claim_cost",
                   "buffers per claimed row: 10 k to 10 M rows, 10 to 1000 numbers, a snapshot held"),
    "memory": ("memory", "run_memory", "resident memory after 100 k and 1 M messages, and of a further slot"),
    "ops": ("ops", "run_ops", "8 senders beside a person who cancels heads: failed statements, cycles lost"),
    "fairness": ("fairness", "run_fairness",
                 "a campaign of a million, one of a hundred behind it, reminders, pause and rows rewritten"),
    "campaign": ("campaign", "run_campaign",
                 "a million over 1,000 numbers: listed and queued beside bare SQL, memory, first message, pause, claims beside it"),
    "webhook": ("webhook", "run_webhook",
                "statuses/s that the gateway makes durable, ten and one a request, p50 and p99; bodies of 3 MiB"),
    "abuse": ("abuse", "run_abuse",
              "honest webhooks beside bombs, slow-loris and 10,000 idle connections: p50, p99, the gateway's memory"),
    "csv": ("report_csv", "run_csv", "a campaign's report of a million rows by HTTP, plain and gzip: rows/s, memory"),
    "dashboards": ("dashboards", "run_dashboards",
                   "ms of every dashboard query over ten million finished and one million live messages"),
    "profile": ("profile", "run_profile", "where drain and drain_effects spend their time: statements, symbols"),
}


class Bench:
    """What a bench gets: servers made when first asked for, and where its figures go."""

    def __init__(self, options):
        self.options, self._world, self.began = options, None, time.monotonic()

    def world(self):
        if not self._world:
            from world import World
            self.note("servers")
            self._world = World()
        return self._world

    def note(self, what):
        print(f"-- {time.monotonic() - self.began:6.1f} s  {what}", file=sys.stderr, flush=True)

    def say(self, bench, value, unit, params, system="carteiro"):
        line = {"bench": bench, "system": system, "value": value, "unit": unit, "params": params}
        print(json.dumps(line, ensure_ascii=False), flush=True)
        self.note(f"{bench} {system}: {value} {unit}")

    def done(self):
        if self._world:
            self._world.done()
            self._world = None


def parse(words):
    names = "\n".join(textwrap.fill(f"{name}: {what}", 100, initial_indent="  ", subsequent_indent="      ")
                      for name, (_, _, what) in BENCHES.items())
    parser = argparse.ArgumentParser(
        prog="tests/bench/run", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Measures Carteiro. One JSON object a line on stdout, progress on stderr.",
        epilog=f"benches (all of them when none is named):\n{names}")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a bench of the list below")
    parser.add_argument("--peers", action="store_true", help="rival queues and the limit probe beside ours")
    parser.add_argument("--quick", action="store_true", help="fewer messages, fewer cases, shorter waits")
    parser.add_argument("--far-end", choices=("nginx", "simulator"), help="who takes the POSTs of drain")
    parser.add_argument("--messages", type=int, metavar="N", help="messages of drain, drain_effects, ops, webhook, profile")
    options = parser.parse_args(words)
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        parser.error(f"no bench {unknown[0]!r}; there are: {', '.join(BENCHES)}")
    if options.messages is not None and options.messages < 100:
        parser.error("--messages: expected 100 or more")
    return options


def measure(options):
    """The benches one after another; one that fails says why, and the next one runs. The exit code."""
    bench, failed = Bench(options), []
    try:
        for name in options.names or BENCHES:
            module, function, _ = BENCHES[name]
            bench.note(name)
            try:
                getattr(__import__(module), function)(bench, options)
            except Exception as error:
                failed.append(name)
                where = traceback.extract_tb(error.__traceback__)[-1]
                bench.note(f"FAILED: {name}: {type(error).__name__}: {error}"
                           f" ({Path(where.filename).name}:{where.lineno}, {where.name})")
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        bench.done()
    if failed:
        bench.note(f"FAILED: {', '.join(failed)}")
    return 1 if failed else 0


def interrupted(*_):
    raise KeyboardInterrupt


def watch_over(words):
    """Runs the child to its end; asks it to end when we are asked. Its exit code."""
    child = subprocess.Popen(
        ["setpriv", "--pdeathsig=TERM", sys.executable, "-B", __file__, *words], process_group=0,
        env={**os.environ, CHILD: "yes"})
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: child.terminate())
    return child.wait()


def main(words):
    options = parse(words)
    if not os.environ.pop(CHILD, None):
        return watch_over(words)
    signal.signal(signal.SIGTERM, interrupted)
    try:
        return measure(options)
    except KeyboardInterrupt:
        print("-- interrupted; everything is taken down", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
