"""PostgreSQL goes away in mid-stream, twice, while a client repeats like Meta: what was delivered is stored, and has
one effect."""

import os
import random
import signal
import threading
from pathlib import Path

import pytest

from queue_people import Company, forget_connections, shuffled, status_event, webhook
from test_gateway import applied, own_fleet, post
from waiting import wait_until

MESSAGES, RECEIVED, STRANGERS, A_REQUEST, CLIENTS = 150, 300, 30, 3, 8
STATUSES = ("sent", "delivered", "read")


class Meta:
    """Posts every body until it is answered 200, some of them twice, in any order, by several connections."""

    def __init__(self, fleet, bodies):
        self.fleet, self.answers, self.delivered = fleet, [], 0
        self.bodies = shuffled(bodies + random.Random(5).sample(bodies, len(bodies) // 5), 6)
        self.left_over = 0
        self.changed = threading.Condition()
        self.threads = [threading.Thread(target=self.deliver, daemon=True) for _ in range(CLIENTS)]

    def next_body(self):
        with self.changed:
            self.changed.wait_for(lambda: not self.bodies or len(self.bodies) > self.left_over)
            return self.bodies.pop() if self.bodies else None

    def deliver(self):
        while body := self.next_body():
            status = None
            while status != 200:
                status, _ = post(self.fleet, body, timeout=60)
                self.answers.append(status)
            with self.changed:
                self.delivered += 1

    def go_on(self, left_over=0):
        """Down to so many: what is left over is there when something is to happen in mid-stream."""
        with self.changed:
            self.left_over = left_over
            self.changed.notify_all()

    def wait(self, delivered):
        wait_until(lambda: self.delivered >= delivered, 60, f"{delivered} are delivered", every=0.002)

    def done(self):
        for thread in self.threads:
            thread.join(120)
        assert not any(thread.is_alive() for thread in self.threads), f"{len(self.bodies)} bodies are left"


def crash(server, how):
    """Ends it without a word to its clients: SIGQUIT is pg_ctl stop -m immediate, SIGKILL takes the postmaster alone."""
    server.stop(how)

    def is_gone():
        for process in Path("/proc").iterdir():
            try:
                if process.name.isdigit() and os.readlink(process / "cwd") == str(server.home / "data"):
                    return False
            except OSError:
                pass  # it ended meanwhile
        return True
    wait_until(is_gone, 30, "its backends have noticed")


def key_of(event):
    return event["id"], event.get("status")


@pytest.mark.direct_only
@pytest.mark.parametrize("how", [signal.SIGQUIT, signal.SIGKILL])
def test_a_server_that_falls_in_mid_stream_loses_nothing_and_doubles_nothing(own_fleet, how):
    fleet, database, server = own_fleet, own_fleet.database, own_fleet.database.server
    fleet.cli("janela", "abrir", "--empresa", "todas")
    company = Company(database)
    gateway = fleet.gateway()
    fleet.planner()
    people = company.people(MESSAGES)
    company.queue(people)
    claimed = company.claim(MESSAGES)
    company.record(claimed)
    statuses = [status_event(f"wamid.{id}", name, f"{id}:{seq}") for id, seq in claimed for name in STATUSES]
    received = [{"from": f"5511960000{n % STRANGERS:03}", "id": f"wamid.in{n}", "timestamp": "1769900001",
                 "type": "text", "text": {"body": "oi"}} for n in range(RECEIVED)]
    statuses, received = shuffled(statuses, 1), shuffled(received, 2)
    bodies = [webhook(statuses=statuses[at:at + A_REQUEST]) for at in range(0, len(statuses), A_REQUEST)]
    bodies += [webhook(messages=received[at:at + A_REQUEST]) for at in range(0, len(received), A_REQUEST)]

    meta = Meta(fleet, bodies)
    n = len(meta.bodies)
    meta.go_on(n * 2 // 3)
    for thread in meta.threads:
        thread.start()
    for delivered, left_over in ((n // 5, n // 3), (n // 2, 0)):
        meta.wait(delivered)
        seen = len(meta.answers)
        crash(server, how)
        meta.go_on(left_over)
        wait_until(lambda: 503 in meta.answers[seen:], 30, "503 meanwhile")
        assert gateway.readyz()[0] == 200
        server.start()
    meta.done()

    forget_connections(database)
    assert set(meta.answers) == {200, 503}
    stored = database.query("select wamid, corpo::json ->> 'status' as status from webhook_eventos")
    assert {(row["wamid"], row["status"]) for row in stored} == {key_of(event) for event in statuses + received}
    wait_until(lambda: applied(database), 60, "all is applied")
    company.wait_effects()
    assert database.value("select count(*) from webhook_eventos where erro is not null") == 0
    assert [dict(row) for row in database.query(
        "select status, entrega, count(*) as n from fila_mensagens group by 1, 2")] == \
        [{"status": "enviada", "entrega": "lida", "n": MESSAGES}]
    assert database.value("select count(*) from mensagens_recebidas") == RECEIVED
    per_person = database.query(
        """select (c.id = any (%s)) as nosso, c.total_interacoes as n, count(*) as pessoas
           from clientes c group by 1, 2 order by 1""", people)
    assert [dict(row) for row in per_person] == [
        {"nosso": False, "n": RECEIVED // STRANGERS, "pessoas": STRANGERS}, {"nosso": True, "n": 1, "pessoas": MESSAGES}]
