"""tests/faults/run's second half: options, the list of scenes, one JSON object a line.

A scene gets an empty migrated database, a fleet over it, a seed and its minutes; it returns its counts,
"good" among them. Whatever it started is down at its end.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
os.environ.setdefault("CARTEIRO_BUILD", str(HERE.parents[1] / ".build/plain"))
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]

from fleet import Fleet, clean_environment, program
from planejadores import planejadores
from servers import Postgres, Redis

SCENES = {
    "planejadores": (planejadores, "five planners killed and started again: campaigns, appointments, schedules, rules"),
}


def note(text):
    print(text, file=sys.stderr, flush=True)


def migrated(postgres):
    """A database as the newest version makes it."""
    database = postgres.create("faults")
    done = subprocess.run([program("carteiro"), "migrar"], capture_output=True, text=True,
                          env=clean_environment(CARTEIRO_DATABASE_URL=database.url("owner")))
    assert done.returncode == 0, f"carteiro migrar ended {done.returncode}:\n{done.stderr}"
    return database


def run_scene(name, options):
    """The scene's counts; servers and folder are its own, and gone afterwards unless it went wrong."""
    home = Path(tempfile.mkdtemp(prefix="carteiro-faults-", dir="/tmp"))
    postgres = redis = fleet = None
    counts = {"good": False}
    try:
        postgres, redis = Postgres(), Redis()
        fleet = Fleet(home, migrated(postgres), redis)
        counts = SCENES[name][0](fleet, options.seed, options.minutes, note)
    except Exception:  # told; the next scene runs
        note(traceback.format_exc())
        counts["good"] = False
    finally:
        if fleet:
            for process in fleet.processes:
                process.kill()
        for server in (redis, postgres):
            if server:
                server.done()
        if counts["good"]:
            shutil.rmtree(home, ignore_errors=True)
        else:
            note(f"logs of the programs: {home}")
    return counts


def interrupted(*_):
    raise KeyboardInterrupt


def main():
    parser = argparse.ArgumentParser(prog="tests/faults/run", description="The long fault suite.",
                                     epilog="scenes: " + "; ".join(f"{n}: {t}" for n, (_, t) in SCENES.items()))
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6),
                        help="repeats the set-up and the pauses between kills of that run")
    parser.add_argument("--minutes", type=float, default=10, help="of each scene, besides its set-up (10)")
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help="all when left out")
    options = parser.parse_args()
    unknown = set(options.scenes) - set(SCENES)
    if unknown:
        parser.error(f"no scene {', '.join(sorted(unknown))}; there are: {', '.join(SCENES)}")
    if options.minutes <= 0:
        parser.error("--minutes: expected more than 0")
    signal.signal(signal.SIGTERM, interrupted)
    good = True
    for name in options.scenes or SCENES:
        counts = run_scene(name, options)
        print(json.dumps({"scene": name, "seed": options.seed, "minutes": options.minutes, **counts}), flush=True)
        good = good and counts["good"]
    return 0 if good else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
