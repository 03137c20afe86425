"""What processes cost: CPU seconds and memory, from /proc.

A tree's CPU is that of the root, of all that live below it and of all that were reaped
there, so a backend that ends between two looks is not lost.
"""

import os
import time
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def _stat(pid):
    """(parent, CPU seconds of the process and its reaped children); None when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text[text.rindex(")") + 2:].split()
    return int(fields[1]), sum(map(int, fields[11:15])) * TICK_S


def _all():
    return {int(name): stat for name in os.listdir("/proc") if name.isdigit()
            for stat in [_stat(name)] if stat}


def tree(root, table=None):
    """The pids of the root and of everything below it."""
    table = table or _all()
    found, grew = {root}, True
    while grew:
        more = {pid for pid, (parent, _) in table.items() if parent in found} - found
        found |= more
        grew = bool(more)
    return found


def cpu_s(root):
    table = _all()
    return sum(table[pid][1] for pid in tree(root, table) if pid in table)


def ran_s(pid):
    """CPU seconds of one process by the scheduler's clock: /proc/PID/stat counts ticks and misses short turns."""
    return sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def machine():
    """(monotonic seconds, CPU seconds of all processes, idle, waiting for the disk) of the machine so far."""
    words = [int(word) * TICK_S for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    user, nice, system, idle, iowait, irq, softirq, steal = words
    return time.monotonic(), user + nice + system + irq + softirq + steal, idle, iowait


class Meter:
    """CPU seconds of named groups of process trees since the Meter was made."""

    def __init__(self, **groups):
        self.groups = {name: [pid for pid in pids if pid] for name, pids in groups.items()}
        self.machine = machine()
        self.before = self._read()

    def around(self):
        """Of the machine meanwhile, in cores: idle, and used by processes that are none of the groups'."""
        at, busy, idle, iowait = (now - then for now, then in zip(machine(), self.machine))
        return {"idle_cores": round((idle + iowait) / at, 2),
                "others_cores": round(max(0, busy - sum(self.read().values())) / at, 2)}

    def _read(self):
        return {name: sum(cpu_s(pid) for pid in pids) for name, pids in self.groups.items()}

    def read(self):
        """{group: CPU seconds}"""
        now = self._read()
        return {name: now[name] - self.before[name] for name in now}


def memory_bytes(pid):
    """(resident now, resident at its highest)"""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return tuple(int(lines[key].split()[0]) * 1024 for key in ("VmRSS", "VmHWM"))


def forget_peak(pid):
    """The highest begins anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
