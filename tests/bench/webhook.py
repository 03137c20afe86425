"""Webhooks: statuses a second that the gateway makes durable (200 after commit), and how long a request takes.

Ten statuses a request, signed beforehand, by wrk over connections that are kept, as fast as
they are answered: sent, delivered and read of messages that were sent just before, in the
order in which Meta tells them. Also, until all of them are applied.
"""

import hashlib
import hmac
import json
import signal
import subprocess
import time
from pathlib import Path

from drain import PEOPLE_MAX, SLOTS, SPENT_S, all_sent
from usage import Meter
from waiting import wait_until
from world import RATE_MAX, Scene

A_REQUEST, CONNECTIONS, LOAD_S_MAX = 10, 16, 180
STATUSES = ("sent", "delivered", "read")


def status(row, name, at):
    told = {"id": row["wamid"], "status": name, "timestamp": str(at), "recipient_id": row["destino"].lstrip("+"),
            "biz_opaque_callback_data": f"{row['id']}:{row['reserva_seq']}"}
    if name != "read":
        told["conversation"] = {"id": hashlib.md5(row["destino"].encode()).hexdigest(), "origin": {"type": "service"}}
        told["pricing"] = {"billable": False, "pricing_model": "PMP", "type": "free_customer_service",
                           "category": "service"}
    return told


def body(waba_id, phone_number_id, statuses):
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": waba_id, "changes": [{
        "value": {"messaging_product": "whatsapp",
                  "metadata": {"display_phone_number": "5511999999999", "phone_number_id": phone_number_id},
                  "statuses": statuses}, "field": "messages"}]}]}, separators=(",", ":"))


def pool(path, scene, secret):
    """Writes the signed requests; how many statuses there are."""
    rows = scene.database.query("select id::text, reserva_seq, wamid, destino from fila_mensagens"
                                " where status = 'enviada' order by encerrada_em")
    now, told = int(time.time()), 0
    with open(path, "w", encoding="utf-8") as out:
        for name in STATUSES:
            for first in range(0, len(rows), A_REQUEST):
                some = [status(row, name, now) for row in rows[first:first + A_REQUEST]]
                text = body(scene.made.waba_id, scene.made.phone_number_id, some)
                signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
                out.write(f"sha256={signature}\t{text}\n")
                told += len(some)
    return told


def load(scene, requests):
    """What wrk says after the whole pool."""
    over = Path(f"{requests}.over")
    with subprocess.Popen(
            ["setpriv", "--pdeathsig=KILL", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{LOAD_S_MAX}s", "--timeout", "10s",
             "-s", str(Path(__file__).with_name("webhook.lua")), scene.fleet.gateway_url, "--", str(requests)],
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
        gateway = scene.fleet.gateway()
        told = pool(scene.home / "pool", scene, scene.fleet.app_secret)
        scene.settle()
        bench.note(f"webhook: {told} statuses")
        meter, began = Meter(**scene.groups()), time.monotonic()
        got = load(scene, scene.home / "pool")
        durable = scene.database.value("select count(*) from webhook_eventos")
        assert got["refused"] == got["broken"] == 0, f"the gateway did not take all of them: {got}"
        left = "select exists (select from webhook_pendentes)"
        wait_until(lambda: not scene.database.value(left), SPENT_S, "all is applied", every=0.1)
        applied_s = time.monotonic() - began
        spent = {name: round(s * 1e6 / told, 1) for name, s in meter.read().items()}
        read = scene.database.value("select count(*) from fila_mensagens where entrega = 'lida'")
        assert gateway.is_running(), gateway.tail()
    # wrk stops with requests under way: the last ones of the pool may be lost with their connections
    assert durable >= told - 2 * A_REQUEST * CONNECTIONS, f"{durable} of {told} statuses are there"
    bench.say("webhook", round(got["requests"] * A_REQUEST / (got["us"] / 1e6)), "statuses/s durable", {
        "statuses": told, "a_request": A_REQUEST, "connections": CONNECTIONS,
        "p50_ms": round(got["p50_us"] / 1e3, 2), "p99_ms": round(got["p99_us"] / 1e3, 2),
        "max_ms": round(got["max_us"] / 1e3, 1), "applied_per_s": round(durable / applied_s),
        "messages_read": read, "cpu_us_a_status": spent})
