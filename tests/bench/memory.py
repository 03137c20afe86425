"""Memory: what a sender keeps resident after few messages and after many."""

from drain import SPENT_S, all_sent
from usage import memory_bytes
from waiting import wait_until
from world import RATE_MAX, Scene


def run_memory(bench, options):
    marks = (20000, 60000) if options.quick else (100000, 1000000)
    n = marks[-1]
    with Scene(bench.world(), "nginx") as scene:
        scene.company(taxa=RATE_MAX)
        scene.people(n)
        scene.hold()
        sender, = scene.start_senders(1, slots=256)
        scene.fill(n)
        scene.settle()
        scene.release()
        for mark in marks:
            wait_until(lambda: all_sent(scene, mark), 10 * SPENT_S, f"{mark} are sent", every=0.2)
            now, most = memory_bytes(sender.pid)
            bench.say("memory", round(now / 2**20, 1), "MiB", {
                "messages": mark, "slots": 256, "highest_mib": round(most / 2**20, 1)})
