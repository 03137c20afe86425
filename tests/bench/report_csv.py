"""The report of a campaign of a million people as CSV by HTTP: rows/s, and the gateway's memory before, during and after.

Plain, compressed, and four at once. While it runs, webhooks beside it: what they wait.
"""

import http.client
import itertools
import os
import threading
import time
import zlib

from fleet import http as call
from latency import percentile
from usage import Meter, forget_peak, memory_bytes
from webhook import body, signature
from world import Scene

ROWS, MIB, PIECE, LOOK_S, PAUSE_S = 1_000_000, 1 << 20, 1 << 18, 0.2, 0.05
HEAD = "\ufeffNome;Telefone;Especialidade;Status Envio;Respondeu\r\n".encode()


def stage(scene, n):
    """A finished campaign over everybody; (its path, a key)."""
    scene.company()
    scene.people(n, window=False)
    database = scene.database
    campaign = database.value("select id from campanha_criar('c', 'promocional', 'Oi {nome}', empresa => %s)",
                              scene.made.name, role="ops")
    database.execute("""
        insert into campanha_destinatarios (campanha_id, cliente_id, mensagem_id, status, entrega)
        select %s, id, id, 'enviada', 'lida' from clientes""", campaign)
    scene.settle()
    key = database.value("select chave from chave_criar('bench', 'leitura', empresa => %s)", scene.made.name, role="ops")
    return f"/campanhas/{campaign}/relatorio/csv", key


def fetch(port, path, key, coding=None):
    """(bytes on the wire, bytes and rows of the file); fails when it is not whole."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Authorization": f"Bearer {key}", "Accept-Encoding": coding or "identity"})
    answer, unpack = connection.getresponse(), zlib.decompressobj(31) if coding else None
    assert answer.status == 200 and answer.headers.get("Content-Encoding") == coding, answer.status
    wire = file = rows = 0
    head = b""
    while piece := answer.read(PIECE):
        wire += len(piece)
        piece = unpack.decompress(piece) if unpack else piece
        file += len(piece)
        rows += piece.count(b"\n")  # a piece may end between the two
        head = head if len(head) >= len(HEAD) else head + piece
    assert head.startswith(HEAD) and (not unpack or unpack.eof)
    connection.close()
    return wire, file, rows - 1


class Beside:
    """Looks at the gateway's memory, and posts a webhook now and then, until it is told to stop."""

    def __init__(self, scene, gateway):
        self.scene, self.gateway, self.resident, self.waits = scene, gateway, [], []
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self.look), threading.Thread(target=self.post)]
        for thread in self.threads:
            thread.start()

    def look(self):
        while not self.stop.wait(LOOK_S):
            self.resident.append(memory_bytes(self.gateway.pid)[0])

    def post(self):
        for n in itertools.count():
            if self.stop.wait(PAUSE_S):
                return
            text = body("1", "1", [{"id": f"wamid.csv{n}", "status": "sent", "timestamp": "1769900001"}])
            began = time.monotonic()
            code, _ = call("POST", self.scene.fleet.gateway_url + "/webhook", text.encode(),
                           {"X-Hub-Signature-256": signature(self.scene.fleet.app_secret, text)})
            self.waits.append((time.monotonic() - began) * 1e3)
            assert code == 200, code

    def done(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def measure(bench, scene, gateway, n, times, what, coding=None):
    path, key = scene.report
    before = memory_bytes(gateway.pid)[0]
    forget_peak(gateway.pid)
    meter, beside, told, began = Meter(**scene.groups()), Beside(scene, gateway), [], time.monotonic()
    clients = [threading.Thread(target=lambda: told.append(fetch(scene.fleet.gateway_port, path, key, coding)))
               for _ in range(times)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    took = time.monotonic() - began
    beside.done()
    assert len(told) == times and all(rows == n for _, _, rows in told), told
    middle = beside.resident[len(beside.resident) // 4:] or [0]
    bench.say("csv", round(times * n / took), "rows/s", {
        "what": what, "rows": n, "file_mib": round(told[0][1] / MIB, 1), "wire_mib": round(told[0][0] / MIB, 1),
        "gateway_mib": {"before": round(before / MIB, 1), "lowest": round(min(middle) / MIB, 1),
                        "highest": round(max(middle) / MIB, 1), "peak": round(memory_bytes(gateway.pid)[1] / MIB, 1),
                        "after": round(memory_bytes(gateway.pid)[0] / MIB, 1)},
        "webhook_p99_ms": round(percentile(beside.waits, 0.99), 1),
        "cpu_us_a_row": {name: round(s * 1e6 / n / times, 2) for name, s in meter.read().items()},
        "load": os.getloadavg()[0]})


def run_csv(bench, options):
    n = options.messages or (ROWS // 20 if options.quick else ROWS)
    with Scene(bench.world(), "nginx") as scene:
        bench.note(f"csv: {n} people")
        scene.report = stage(scene, n)
        gateway = scene.fleet.gateway()
        fetch(scene.fleet.gateway_port, *scene.report)  # whatever is made once is made
        measure(bench, scene, gateway, n, 1, "plain")
        measure(bench, scene, gateway, n, 1, "gzip", "gzip")
        measure(bench, scene, gateway, n, 4, "four at once")
