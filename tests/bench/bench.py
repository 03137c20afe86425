"""tests/bench/run's second half: options, the list of benches, one JSON object a line."""

import argparse
import json
import os
import sys
import textwrap
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
os.environ.setdefault("CARTEIRO_BUILD", str(HERE.parents[1] / ".build/plain"))  # fleet's own default is slower
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]

# name: (module, function, what it measures)
BENCHES = {
    "drain": ("drain", "run_drain",
              "claim, tokens, POST, record: messages a second and CPU a message; 1, 2, 4 senders,"
              " 1, 100, 1000 numbers, far end answering at once or after 20 ms; --peers: beside rivals"
              " and the limit probe, median of three interleaved rounds, ratios"),
    "drain_effects": ("effects", "run_effects",
                      "a campaign with webhooks and effects: until the last of them is applied"),
    "pickup": ("latency", "run_pickup",
               "idle sender: from the INSERT's commit to the request at the far end"),
    "idle": ("idle", "run_idle", "statements a second and CPU of senders with nothing to do"),
    "rate": ("rate", "run_rate",
             "8 senders, ten numbers at 80/s and one at 20/min: share of the allowance used, windows above it"),
    "rate_redis": ("rate", "run_rate_redis",
                   "the same with Redis restarted, flushed, stopped, held from three: windows above, seconds until"
                   " the flow is back"),
    "claim_cost": ("claim_cost", "run_claim_cost",
                   "buffers per claimed row: backlog, number of numbers, a snapshot held"),
    "memory": ("memory", "run_memory", "resident memory of a sender with 256 slots as messages pass"),
    "ops": ("ops", "run_ops",
            "eight senders beside a person who cancels heads of the queue: failed statements, cycles lost"),
    "fairness": ("fairness", "run_fairness",
                 "a campaign of a million, one of a hundred behind it, reminders, pause: seconds, rows rewritten"),
    "webhook": ("webhook", "run_webhook",
                "statuses a second that the gateway makes durable, ten a request; p50 and p99 of a request"),
    "profile": ("profile", "run_profile",
                "where a drain spends its time: statements of PostgreSQL, symbols of each program"),
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
    names = "\n".join(textwrap.fill(f"{name}: {what}", 88, initial_indent="  ", subsequent_indent="      ")
                      for name, (_, _, what) in BENCHES.items())
    parser = argparse.ArgumentParser(
        prog="tests/bench/run", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Measures Carteiro. One JSON object a line on stdout, progress on stderr.",
        epilog=f"benches (all of them when none is named):\n{names}")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a bench of the list below")
    parser.add_argument("--peers", action="store_true", help="rival queues and the limit probe beside ours")
    parser.add_argument("--quick", action="store_true", help="fewer messages, fewer cases")
    parser.add_argument("--far-end", choices=("nginx", "simulator"), help="who takes the POSTs of drain")
    parser.add_argument("--messages", type=int, help="messages of each drain")
    options = parser.parse_args(words)
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        parser.error(f"no bench {unknown[0]!r}; there are: {', '.join(BENCHES)}")
    return options


def main(words):
    options = parse(words)
    bench = Bench(options)
    try:
        for name in options.names or BENCHES:
            module, function, _ = BENCHES[name]
            bench.note(name)
            getattr(__import__(module), function)(bench, options)
    finally:
        bench.done()


if __name__ == "__main__":
    main(sys.argv[1:])
