"""Memory: what a sender keeps resident after few messages and after many, and for one more slot."""

from drain import PEOPLE_MAX, SPENT_S, all_sent
from usage import memory_bytes
from waiting import wait_until
from world import RATE_MAX, Scene

MIB = 2**20


def resident(bench, marks, slots, transport):
    """MiB after each mark of messages."""
    n, told = marks[-1], []
    with Scene(bench.world(), "nginx", transport=transport) as scene:
        scene.company(taxa=RATE_MAX)
        scene.people(min(n, PEOPLE_MAX))
        scene.hold()
        sender, = scene.start_senders(1, slots=slots)
        if n > PEOPLE_MAX:
            scene.fill_much(n)
        else:
            scene.fill(n)
        scene.settle()
        scene.release()
        for mark in marks:
            wait_until(lambda: all_sent(scene, mark), 10 * SPENT_S, f"{mark} are sent", every=0.1)
            now, most = memory_bytes(sender.pid)
            told.append(now / MIB)
            bench.say("memory", round(now / MIB, 1), "MiB", {
                "messages": mark, "slots": slots, "transport": transport, "highest_mib": round(most / MIB, 1)})
    if len(told) > 1:
        bench.say("memory_growth", round(told[-1] - told[0], 2), "MiB", {
            "from_messages": marks[0], "to_messages": marks[-1], "slots": slots, "transport": transport})
    return told[0]


def run_memory(bench, options):
    marks = (20000, 60000) if options.quick else (100000, 1000000)
    few, many = 256, 1024
    for transport in ("plain", "tls", "h2"):
        small = resident(bench, marks, few, transport)
        large = resident(bench, marks[:1], many, transport)
        bench.say("memory_slot", round((large - small) / (many - few), 4), "MiB a further slot", {
            "from_slots": few, "to_slots": many, "messages": marks[0], "transport": transport})
