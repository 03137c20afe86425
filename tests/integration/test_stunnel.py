"""The sender's way to a Redis that speaks TLS alone: stunnel beside it, with the very configuration of
deploy/kubernetes/overlays/prod, other ports and names apart."""

import contextlib
import os
import socket
import subprocess

import pytest

from certificates import Authority
from queue_company import Company, accepted
from servers import TOP, Redis, free_port
from waiting import wait_until

CONFIG = TOP / "deploy/kubernetes/overlays/prod/stunnel.conf"


class TlsRedis(Redis):
    """The same server and users without any plain port."""

    def __init__(self, certificate, key, ca):
        self.certificate, self.key, self.ca = certificate, key, ca
        super().__init__()

    def options(self):
        return ["--bind", "127.0.0.1", "--port", "0", "--tls-port", str(self.port), "--tls-cert-file",
                str(self.certificate), "--tls-key-file", str(self.key), "--tls-auth-clients", "no"]

    def cli(self, *command):
        done = subprocess.run(
            ["redis-cli", "--tls", "--insecure", "-p", str(self.port), "--user", "admin", "--no-auth-warning",
             *command], env={**os.environ, "REDISCLI_AUTH": self.password}, capture_output=True, text=True)
        return done.stdout + done.stderr

    def is_used(self):
        return "user=carteiro" in self.cli("client", "list")

    def asked(self):
        """Commands that somebody other than the administrator's redis-cli sends."""
        return self.cli("info", "commandstats").count("cmdstat_eval") + self.cli("acl", "log").count("username")


class Stunnel:
    """As the sidecar runs it, on a port of its own."""

    def __init__(self, home, redis, ca, name="localhost"):
        self.port, self.log_path = free_port(), home / "stunnel.log"
        text = CONFIG.read_text()
        for was, now in (("accept = 127.0.0.1:6379", f"accept = 127.0.0.1:{self.port}"),
                         ("connect = redis.internal.example.org:6379", f"connect = 127.0.0.1:{redis.port}"),
                         ("checkHost = redis.internal.example.org", f"checkHost = {name}"),
                         ("sni = redis.internal.example.org", f"sni = {name}"),
                         ("CAfile = /etc/stunnel/ca/ca.crt", f"CAfile = {ca}")):
            assert was in text, f"{CONFIG} has no line {was}"
            text = text.replace(was, now)
        self.config = home / "stunnel.conf"
        self.config.write_text(text)
        self.start()

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(["setpriv", "--pdeathsig=KILL", "stunnel4", str(self.config)],
                                            stdout=log, stderr=log)
        wait_until(self.listens, 20, "stunnel listens")

    def listens(self):
        assert self.process.poll() is None, self.log()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self):
        return self.log_path.read_text(errors="replace")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def url(self, redis):
        return f"redis://carteiro:{redis.password}@127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def tls_redis(authority, database):
    server = TlsRedis(*authority.certificate(), authority.ca)
    server.forget(database.value("select epoca from modo_envio"))
    yield server
    server.done()


@pytest.fixture
def tunnel(tmp_path):
    """Makes one; ended with the test."""
    made = []

    def make(*arguments, **named):
        made.append(Stunnel(tmp_path, *arguments, **named))
        return made[-1]

    yield make
    for one in made:
        one.kill()


def says_something(port, asked):
    with socket.create_connection(("127.0.0.1", port), 10) as plain, contextlib.suppress(ConnectionError):
        plain.sendall(asked)
        return plain.recv(64).startswith((b"+", b"-"))
    return False


def all_sent(company, n):
    return company.states() == {"enviada": n}


def test_each_message_leaves_once_and_at_its_rate(fleet, tls_redis, tunnel, authority):
    fleet.simulator()
    company = Company(fleet, per_s=1000, taxa=50)
    people = company.people(150)
    company.open_window(people)
    assert not says_something(tls_redis.port, b"PING\r\n"), "it speaks TLS alone"
    fleet.sender(redis={"url": tunnel(tls_redis, authority.ca).url(tls_redis)})
    ids = company.insert(people)
    wait_until(lambda: all_sent(company, 150), 60, "all are sent")
    wait_until(lambda: len(company.ledger()) >= 150, 10, "the ledger is written, a little behind")
    taken = accepted(company.ledger())
    assert set(taken) == {str(id) for id in ids}
    assert all(len(wamids) == 1 for wamids in taken.values())
    assert fleet.database.value("select modo from modo_envio") == "normal"
    assert tls_redis.asked(), "the tokens came from there"


def test_a_tunnel_or_a_redis_that_ends_and_comes_back_loses_nothing(fleet, tls_redis, tunnel, authority):
    fleet.simulator()
    company = Company(fleet, per_s=1000, taxa=100)
    people = company.people(120)
    company.open_window(people)
    stunnel = tunnel(tls_redis, authority.ca)
    sender = fleet.sender(redis={"url": stunnel.url(tls_redis)})
    company.insert(people[:20])
    wait_until(lambda: all_sent(company, 20), 30, "it works")
    for lose, back in ((stunnel.kill, stunnel.start), (tls_redis.stop, tls_redis.start)):
        wait_until(tls_redis.is_used, 60, "there is something to lose")
        lost = sender.metric("carteiro_redis_perdas_total")
        lose()
        wait_until(lambda was=lost: sender.metric("carteiro_redis_perdas_total") > was, 30, "it is noticed")
        sent = sum(company.states().values())
        company.insert(people[sent:sent + 50])
        back()
    wait_until(lambda: all_sent(company, 120), 60, "all are sent, with Redis or without")
    wait_until(lambda: len(company.ledger()) >= 120, 10, "the ledger is written, a little behind")
    assert all(len(wamids) == 1 for wamids in accepted(company.ledger()).values())
    assert len(company.ledger()) == 120
    wait_until(lambda: fleet.database.value("select modo from modo_envio") == "normal", 60, "and Redis counts again")


@pytest.mark.parametrize("what", ["a name that is not its own", "an authority that did not sign it"])
def test_whoever_is_not_redis_is_told_nothing(fleet, tls_redis, tunnel, authority, tmp_path, what):
    """No password and no command goes to it; the fleet goes on slowly, as without Redis."""
    fleet.simulator()
    company = Company(fleet)
    people = company.people(1)
    company.open_window(people)
    if "name" in what:
        stunnel = tunnel(tls_redis, authority.ca, name="redis.example.org")
    else:
        stunnel = tunnel(tls_redis, Authority(tmp_path, "other").ca)
    fleet.sender(redis={"url": stunnel.url(tls_redis)})
    company.insert(people)
    wait_until(lambda: "CERT: " in stunnel.log() or "verify failed" in stunnel.log(), 30, "stunnel refuses it")
    wait_until(lambda: fleet.database.value("select modo from modo_envio") == "degradado", 60, "the mode is known")
    wait_until(lambda: all_sent(company, 1), 60, "what is no marketing goes all the same")
    assert not tls_redis.asked()
