"""Webhooks: statuses a second that the gateway makes durable (200 after commit), and how long a request takes.

Ten statuses a request and one a request, signed beforehand, by wrk over 64 connections that are kept, as fast as
they are answered, and ten with a pause between that asks for about 11,000 statuses/s: sent, delivered and read of
messages that were sent just before, in the order in which Meta tells them. Also, until all of them are applied; and
bodies of 3 MiB with a thousand updates, one after another.
"""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import time
from pathlib import Path

from drain import PEOPLE_MAX, SLOTS, SPENT_S, all_sent, median
from fleet import http
from usage import Meter
from waiting import wait_until
from world import RATE_MAX, Scene

A_REQUEST, CONNECTIONS, LOAD_S_MAX = 10, 64, 180
PAUSE_MS = 50  # 64 connections, ten statuses: 12,800/s less what the answers take
LARGE, UPDATES, LARGE_BYTES = 15, 1000, 3 << 20
STATUSES = ("sent", "delivered", "read")


def status(row, name, at):
    told = {"id": row["wamid"], "status": name, "timestamp": str(at), "recipient_id": row["destino"].lstrip("+"),
            "biz_opaque_callback_data": f"{row['id']}:{row['reserva_seq']}"}
    if name != "read":
        told["conversation"] = {"id": hashlib.md5(row["destino"].encode()).hexdigest(), "origin": {"type": "service"}}
        told["pricing"] = {"billable": False, "pricing_model": "PMP", "type": "free_customer_service",
                           "category": "service"}
    return told


def body(waba_id, phone_number_id, updates, kind="statuses"):
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": waba_id, "changes": [{
        "value": {"messaging_product": "whatsapp",
                  "metadata": {"display_phone_number": "5511999999999", "phone_number_id": phone_number_id},
                  kind: updates}, "field": "messages"}]}]}, separators=(",", ":"), ensure_ascii=False)


def signature(secret, text):
    return "sha256=" + hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def sent(scene):
    return scene.database.query("select id::text, reserva_seq, wamid, destino from fila_mensagens"
                                " where status = 'enviada' order by encerrada_em")


def pool(path, scene, rows, a_request):
    """Writes the signed requests; how many statuses there are."""
    now, told = int(time.time()), 0
    with open(path, "w", encoding="utf-8") as out:
        for name in STATUSES:
            for first in range(0, len(rows), a_request):
                some = [status(row, name, now) for row in rows[first:first + a_request]]
                text = body(scene.made.waba_id, scene.made.phone_number_id, some)
                out.write(f"{signature(scene.fleet.app_secret, text)}\t{text}\n")
                told += len(some)
    return told


def load(scene, requests, pause_ms):
    """What wrk says after the whole pool."""
    over = Path(f"{requests}.over")
    with subprocess.Popen(
            ["setpriv", "--pdeathsig=KILL", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{LOAD_S_MAX}s", "--timeout", "10s",
             "-s", str(Path(__file__).with_name("webhook.lua")), scene.fleet.gateway_url, "--", str(requests),
             str(pause_ms)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as wrk:
        try:
            wait_until(lambda: over.exists() or wrk.poll() is not None, LOAD_S_MAX, "the pool is sent", every=0.005)
            wrk.send_signal(signal.SIGINT)
            out, err = wrk.communicate(timeout=30)
        finally:
            wrk.kill()
    try:
        return json.loads(out.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise RuntimeError(f"wrk ended {wrk.returncode}: {(err or out)[-500:]}") from None


def durable(scene):
    return scene.database.value("select count(*) from webhook_eventos")


def storm(bench, scene, rows, a_request, pause_ms=0):
    """One round of wrk over statuses of these messages, and until all of them are applied."""
    requests = scene.home / f"pool{a_request}-{pause_ms}"
    told, before = pool(requests, scene, rows, a_request), durable(scene)
    scene.settle()
    bench.note(f"webhook: {told} statuses, {a_request} a request")
    meter, began = Meter(**scene.groups()), time.monotonic()
    got = load(scene, requests, pause_ms)
    stored = durable(scene) - before
    assert got["refused"] == got["broken"] == 0, f"the gateway did not take all of them: {got}"
    # wrk stops with requests under way: the last ones of the pool may be lost with their connections
    assert stored >= told - 2 * a_request * CONNECTIONS, f"{stored} of {told} statuses are there"
    left = "select exists (select from webhook_pendentes)"
    wait_until(lambda: not scene.database.value(left), SPENT_S, "all is applied", every=0.1)
    applied_s = time.monotonic() - began
    spent = {name: round(s * 1e6 / told, 1) for name, s in meter.read().items()}
    bench.say("webhook", round(got["requests"] * a_request / (got["us"] / 1e6)), "statuses/s durable", {
        "statuses": told, "a_request": a_request, "connections": CONNECTIONS, "pause_ms": pause_ms,
        "p50_ms": round(got["p50_us"] / 1e3, 2), "p99_ms": round(got["p99_us"] / 1e3, 2),
        "max_ms": round(got["max_us"] / 1e3, 1), "applied_per_s": round(stored / applied_s),
        "cpu_us_a_status": spent, "load": os.getloadavg()[0]})


def message(number, n, size):
    return {"from": f"55117{number:08}", "id": f"wamid.large{n}", "timestamp": str(int(time.time())), "type": "text",
            "text": {"body": "ação " * (size // 7)}}


def failure(row, size):
    return {**status(row, "failed", int(time.time())),
            "errors": [{"code": 131026, "title": "x", "error_data": {"details": "x" * size}}]}


def large(bench, scene, what, bodies):
    """How long requests of 3 MiB take, one after another."""
    times = []
    for text in bodies:
        assert 0.85 * LARGE_BYTES < len(text.encode()) <= LARGE_BYTES, len(text.encode())
        signed = {"X-Hub-Signature-256": signature(scene.fleet.app_secret, text)}
        began = time.monotonic()
        code, _ = http("POST", scene.fleet.gateway_url + "/webhook", text.encode(), signed, 60)
        times.append((time.monotonic() - began) * 1e3)
        assert code == 200, f"{what}: answered {code}"
    bench.say("webhook_large", round(median(times)), "ms", {
        "what": what, "updates": UPDATES, "bytes": len(bodies[0].encode()), "requests": len(times),
        "min_ms": round(min(times)), "max_ms": round(max(times))})


def run_webhook(bench, options):
    n = options.messages or (5000 if options.quick else PEOPLE_MAX)
    with Scene(bench.world(), "nginx") as scene:
        scene.company(taxa=RATE_MAX)
        scene.people(min(n, PEOPLE_MAX))
        scene.fill(n)
        scene.settle()
        scene.start_senders(1, slots=SLOTS)
        wait_until(lambda: all_sent(scene, n), SPENT_S, "messages to tell of", every=0.2)
        scene.fleet.stop()
        scene.fleet.processes.clear()
        gateway, rows = scene.fleet.gateway(), sent(scene)
        fifth = len(rows) // 5
        storm(bench, scene, rows[:2 * fifth], A_REQUEST)
        storm(bench, scene, rows[2 * fifth:4 * fifth], A_REQUEST, PAUSE_MS)
        storm(bench, scene, rows[4 * fifth:], 1)
        where = scene.made.waba_id, scene.made.phone_number_id
        size = LARGE_BYTES // UPDATES - 450
        large(bench, scene, "statuses", [body(*where, [failure(row, size) for row in rows[:UPDATES]])] * LARGE)
        large(bench, scene, "messages", [body(*where, [message(i % 500, n * UPDATES + i, size) for i in range(UPDATES)],
                                              "messages") for n in range(LARGE)])
        read = scene.database.value("select count(*) from fila_mensagens where entrega = 'lida'")
        assert gateway.is_running() and read >= 0.99 * len(rows), gateway.tail()
