"""Honest webhooks beside clients that misbehave: how long the honest ones wait, and the gateway's memory.

Honest: eight clients, each a webhook of ten statuses every 40 ms; four keep their connection and make a new one when
it was closed, four make one for each request. Beside them: nobody; bombs of 3 MiB without a signature, and with one
(which only Meta could make); heads and bodies that drip; 10,000 connections that say nothing, from one address and from
a hundred; and all of it at once. The clients run in processes of their own, on the same cores.
"""

import http.client
import json
import multiprocessing
import os
import signal
import time

from abusers import BOMBS, enough_files, idle, loris, throw
from fleet import http as call
from latency import percentile
from usage import forget_peak, memory_bytes
from webhook import signature
from world import Scene

SECONDS, HONEST, PAUSE_S, IDLE = 12, 8, 0.04, 10_000
MIB = 1 << 20
SPREAD = tuple(f"127.0.9.{n}" for n in range(1, 101))


def honest_body(client, n):
    statuses = [{"id": f"wamid.h{client}.{n}.{i}", "status": "sent", "timestamp": "1769900001",
                 "recipient_id": "5511900000000"} for i in range(10)]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
        "field": "messages", "value": {"messaging_product": "whatsapp", "statuses": statuses,
                                       "metadata": {"display_phone_number": "1", "phone_number_id": "1"}}}]}]})


def honest(port, secret, client, keeps, seconds, out):
    """Posts at its pace; the times it took, in ms, and how many were not answered 200."""
    connection, times, wrong, begin = None, [], 0, time.monotonic()
    n = 0
    while time.monotonic() < begin + seconds:
        n += 1
        time.sleep(max(0, begin + n * PAUSE_S - time.monotonic()))
        text = honest_body(client, n)
        headers = {"X-Hub-Signature-256": signature(secret, text), "Content-Type": "application/json"}
        began = time.monotonic()
        for _ in range(2):  # a kept connection may have been closed between two requests
            fresh = connection is None
            connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                connection.request("POST", "/webhook", text, headers)
                answer = connection.getresponse()
                answer.read()
                wrong += answer.status != 200
            except (OSError, http.client.HTTPException):
                connection.close()
                connection = None
                wrong += fresh
                if not fresh:
                    continue
            break
        times.append((time.monotonic() - began) * 1e3)
        if not keeps and connection:
            connection.close()
            connection = None
    out.put((times, wrong))


def measure(scene, port):
    """(times of all, wrong ones) of the honest clients."""
    out = multiprocessing.Queue()
    clients = [multiprocessing.Process(target=honest, daemon=True, args=(
        port, scene.fleet.app_secret, os.urandom(4).hex(), number % 2 == 0, SECONDS, out)) for number in range(HONEST)]
    for client in clients:
        client.start()
    told = [out.get(timeout=SECONDS + 60) for _ in clients]
    for client in clients:
        client.join()
    return [ms for times, _ in told for ms in times], sum(wrong for _, wrong in told)


def attack(scene, port, parts):
    """Starts processes; each says when it is at it."""
    ready, processes = multiprocessing.Queue(), []
    for part, *arguments in parts:
        processes.append(multiprocessing.Process(target=part, args=(port, ready, *arguments), daemon=True))
        processes[-1].start()
    for _ in processes:
        ready.get(timeout=120)
    return processes


def run_abuse(bench, options):
    def signed(text):
        return signature(scene.fleet.app_secret, text)

    with Scene(bench.world(), "nginx") as scene:
        gateway, port = scene.fleet.gateway(), scene.fleet.gateway_port
        some = IDLE // 10 if options.quick else IDLE
        unsigned, genuine = [(body, "sha256=" + "0" * 64) for body in BOMBS], [(b, signed(b)) for b in BOMBS]
        cases = {
            "nobody": [],
            "bombs": [(throw, unsigned), (throw, unsigned)],
            "bombs, signed": [(throw, genuine)],
            "slow-loris": [(loris, 500)],
            "idle, one address": [(idle, some, ("127.0.0.1",))],
            "idle, 100 addresses": [(idle, some, SPREAD)],
            "all at once": [(throw, unsigned), (throw, unsigned), (loris, 500), (idle, some, SPREAD)],
        }
        for name, parts in cases.items():
            call("POST", scene.fleet.gateway_url + "/webhook", b"{}", {"X-Hub-Signature-256": signed("{}")})
            forget_peak(gateway.pid)
            attackers = attack(scene, port, parts)
            times, wrong = measure(scene, port)
            peak = memory_bytes(gateway.pid)[1]
            for attacker in attackers:
                os.kill(attacker.pid, signal.SIGKILL)
                attacker.join()
            assert gateway.is_running(), gateway.tail()
            bench.say("abuse", round(percentile(times, 0.99), 1), "ms p99 of honest webhooks", {
                "beside": name, "honest_per_s": round(len(times) / SECONDS), "not_200": wrong,
                "p50_ms": round(percentile(times, 0.5), 1), "max_ms": round(max(times), 1),
                "gateway_peak_mib": round(peak / MIB, 1),
                "cut": {key.split('"')[1]: int(n) for key, n in gateway.metrics().items() if "http_cortadas" in key},
                "idle": enough_files(some), "load": os.getloadavg()[0]})
