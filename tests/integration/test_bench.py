"""The benches: what they compute from a ledger, and that the quickest of them run to their end."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from servers import TOP
from waiting import wait_until

BENCH = TOP / "tests/bench"
sys.path.append(str(BENCH))
os.environ.setdefault("CARTEIRO_BUILD", str(TOP / ".build/asan"))

from drain import Rounds, median  # noqa: E402
from latency import percentile  # noqa: E402
from ops import refused  # noqa: E402
from rate import back_after, burst_of, excess, share  # noqa: E402


def every(step, n, begin=0.0):
    return [begin + i * step for i in range(n)]


def test_a_number_that_keeps_its_rate_has_no_window_above():
    assert excess(every(1 / 80, 800), 80, 8)[1] == 0


def test_one_message_more_than_the_burst_is_seen_in_the_middle_of_an_hour():
    times = sorted(every(3, 600) + [900.01, 900.02])
    worst, above = excess(times, 20 / 60, 2)
    assert above and worst == pytest.approx(1)


def test_a_burst_is_a_tenth_of_a_second_or_of_a_minute_and_at_least_one():
    assert [burst_of(rate) for rate in (80, 5, 1, 20 / 60, 5 / 60)] == [8, 1, 1, 2, 1]


def test_the_share_leaves_one_message_at_the_edge():
    assert share(every(1 / 80, 80 * 70), 80, 5, 65) >= 1
    assert share(every(1 / 40, 40 * 70), 80, 5, 65) < 0.51


def test_the_flow_is_back_with_nine_tenths_of_it_not_with_its_first_message():
    trickle = every(0.2, 10, begin=100)
    assert back_after(trickle, 100, 800) is None
    assert back_after(trickle + every(1 / 800, 800, begin=102), 100, 800) == pytest.approx(2, abs=0.1)


def test_ratios_are_medians_of_rounds_at_each_ones_best_count():
    class Quiet:
        def note(self, _):
            pass

    answers = {("a", 1): [10, 12, 11], ("a", 2): [1, 1, 1], ("b", 1): [1, 2, 3], ("b", 2): [10, 4, 10]}
    rounds = Rounds(Quiet(), (1, 2), 3)
    rounds.run({name: lambda count, name=name: {"value": answers[name, count].pop(0)} for name in "ab"})
    assert rounds.middle("a")["value"] == 11 and rounds.middle("a")["processes"] == 1
    assert rounds.middle("b")["processes"] == 2
    assert rounds.ratio("a", "b") == 1.1
    assert median([4, 1, 3]) == 3 and percentile(range(1, 101), 0.99) == 100


def test_the_servers_log_tells_which_statement_failed():
    log = ("2026-01-01 10:00:00.000 UTC [1] LOG:  checkpoint\n"
           "2026-01-01 10:00:01.000 UTC [2] ERROR:  deadlock detected\n"
           "2026-01-01 10:00:01.000 UTC [2] DETAIL:  Process 2 waits\n\tProcess 3: update x\n"
           "2026-01-01 10:00:02.000 UTC [1] LOG:  checkpoint\n")
    assert len(refused(log)) == 1 and "Process 3: update x" in refused(log)[0]


def start(*words):
    return subprocess.Popen([sys.executable, "-B", str(BENCH / "bench.py"), *words],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_bench_runs_to_its_end_and_says_figures():
    bench = start("ops", "--quick", "--messages", "600")
    out, err = bench.communicate(timeout=180)
    assert bench.returncode == 0, err[-3000:]
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines and all(set(line) == {"bench", "system", "value", "unit", "params"} for line in lines)


def test_an_unknown_bench_is_named_with_those_there_are():
    bench = start("drian")
    _, err = bench.communicate(timeout=30)
    assert bench.returncode == 2 and "'drian'" in err and "drain" in err


def test_an_interrupted_bench_leaves_nothing():
    bench = start("idle", "--quick")
    mine = wait_until(lambda: [home for home in Path("/tmp").glob("carteiro-pg-*") if is_below(home, bench.pid)],
                      60, "its PostgreSQL runs")
    bench.terminate()
    bench.communicate(timeout=60)
    assert bench.returncode == 130
    assert not [home for home in mine if home.exists()]


def is_below(home, root):
    """Whether the server in that folder was started by `root` or what it started."""
    try:
        pid = int((home / "data/postmaster.pid").read_text().split()[0])
        while pid > 1 and pid != root:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):  # not there yet, or gone
        return False
    return pid == root
