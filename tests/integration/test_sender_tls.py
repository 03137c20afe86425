"""The sender over TLS: the simulator behind nghttpx, as HTTP/2 and as HTTP/1.1."""

import socket
import subprocess

import pytest

from certificates import Authority
from queue_company import Company, accepted
from servers import free_port
from waiting import wait_until


class Front:
    """nghttpx before the simulator."""

    def __init__(self, home, fleet, certificate, key, alpn):
        self.port, self.log = free_port(), home / "nghttpx.log"
        self.access = home / "access.log"
        self.command = [
            "setpriv", "--pdeathsig=KILL", "nghttpx", "--conf=/dev/null", "--single-process", "--workers=1",
            f"--frontend=127.0.0.1,{self.port}", f"--backend=127.0.0.1,{fleet.simulator_port}",
            f"--npn-list={alpn}", f"--accesslog-file={self.access}",
            "--accesslog-format=$remote_port $alpn $status", f"--errorlog-file={self.log}",
            str(key), str(certificate)]
        self.url = f"https://localhost:{self.port}"
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stderr=subprocess.DEVNULL)
        wait_until(self.listens, 20, "nghttpx listens")

    def listens(self):
        assert self.process.poll() is None, self.log.read_text()
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self):
        self.process.kill()
        self.process.wait()

    def seen(self):
        """(client ports, protocols) of the requests that went through."""
        lines = [line.split() for line in self.access.read_text().splitlines()]
        return {line[0] for line in lines}, {line[1] for line in lines}


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(params=["h2", "http/1.1"])
def front(request, tmp_path, fleet, authority):
    fleet.simulator(simulator={"latency_ms": 20})
    fleet.gateway()
    fleet.planner()
    front = Front(tmp_path, fleet, *authority.certificate(), request.param)
    front.alpn = request.param
    yield front
    front.kill()


def all_sent(company, n):
    return company.states() == {"enviada": n}


def test_a_drain_over_tls_sends_each_message_once(fleet, front, authority):
    company = Company(fleet, per_s=1000, taxa=400)
    people = company.people(600)
    company.open_window(people)
    fleet.sender(whatsapp={"base_url": front.url, "ca_file": str(authority.ca), "streams_max": 20},
                 sender={"slots": 64})
    ids = company.insert(people)
    wait_until(lambda: all_sent(company, 600), 60, "all are sent")
    wait_until(lambda: len(company.ledger()) >= 600, 10, "the ledger is written, a little behind")
    taken = accepted(company.ledger())
    assert set(taken) == {str(id) for id in ids}
    assert all(len(wamids) == 1 for wamids in taken.values())
    assert len(company.ledger()) == 600
    ports, protocols = front.seen()
    assert protocols == {front.alpn}
    # four connections hold 64 slots at 20 streams; over HTTP/1.1 each slot has its own
    assert len(ports) <= (8 if front.alpn == "h2" else 64)


def test_connections_that_die_under_way_leave_each_message_once(fleet, front, authority):
    """The far end had them all; their webhooks settle what nobody here can know."""
    company = Company(fleet, per_s=1000, taxa=400)
    people = company.people(40)
    company.open_window(people)
    sender = fleet.sender(whatsapp={"base_url": front.url, "ca_file": str(authority.ca)})
    warm, = company.insert(people[:1])
    wait_until(lambda: all_sent(company, 1), 30, "a connection is there to be used again")
    fleet.control("POST", "/faults", {"fault": "no_answer", "share": 1.0, "times": 30})
    ids = company.insert(people[1:31])
    wait_until(lambda: len(accepted(company.ledger())) == 31, 30, "all were taken and have no answer")
    front.kill()
    front.start()
    wait_until(lambda: all_sent(company, 31) and len(company.ledger()) >= 31, 60, "webhooks settled them")
    taken = accepted(company.ledger())
    assert set(taken) == {str(id) for id in (warm, *ids)}
    assert all(len(wamids) == 1 for wamids in taken.values())
    assert len(company.ledger()) == 31
    assert sender.events("post.failed")  # the log says repeats once
    company.insert(people[31:])
    wait_until(lambda: all_sent(company, 40) and len(company.ledger()) >= 40, 60, "and it goes on")
    assert len(company.ledger()) == 40
