"""src/http over TLS: whom it trusts, what it makes of whom it does not, and names that do not
resolve. "Not sent" must mean that the far end saw nothing."""

import contextlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import threading

import pytest

from certificates import Authority
from fleet import BUILD, SANITIZER, clean_environment
from http_client import Probe, outcomes, send
from servers import free_port
from waiting import stays, wait_until


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


class FarEnd:
    """HTTP/1.1 over TLS: answers `per_connection` requests, hangs up over the next one."""

    def __init__(self, certificate, key, per_connection=1000, setup=None, host="127.0.0.1", port=0):
        self.per_connection = per_connection
        self.requests, self.connections, self.refused, self.hung_up, self.resumed = [], 0, 0, 0, 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        if setup:
            setup(self.context)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, port), family=family)
        self.port = self.listener.getsockname()[1]
        self.url = f"https://localhost:{self.port}/v23.0/1/messages"
        self.sockets = []

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for sock in self.sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain):
        try:
            sock = self.context.wrap_socket(plain, server_side=True)
        except OSError:
            self.refused += 1
            plain.close()
            return
        self.sockets.append(sock)
        self.connections += 1
        self.resumed += bool(sock.session_reused)
        with contextlib.suppress(OSError):
            for _ in range(self.per_connection):
                if not self._answer(sock):
                    return
            self._last(sock)

    def _read(self, sock):
        data = b""
        while b"\r\n\r\n" not in data or not data.endswith(b"}"):
            part = sock.recv(65536)
            if not part:
                return None
            data += part
        self.requests.append(data.partition(b"\r\n\r\n")[2].decode())
        return data

    def _answer(self, sock):
        if not self._read(sock):
            return False
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":true}")
        return True

    def _last(self, sock):
        sock.settimeout(0.1)
        with contextlib.suppress(OSError):
            sock.unwrap()  # says farewell; the client, idle, answers when it looks again
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_WR)
        self.hung_up += 1


class DyingFarEnd(FarEnd):
    """Takes one request more, whole, and dies of it."""

    def _last(self, sock):
        self._read(sock)
        sock.close()
        self.hung_up += 1


def test_a_certificate_of_the_authority_is_trusted(authority):
    with FarEnd(*authority.certificate()) as far_end:
        assert outcomes(send(far_end.url, n=3, ca=authority.ca)) == dict.fromkeys((1, 2, 3), "complete")
        assert len(far_end.requests) == 3


def only_tls_1_1(context):
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= ssl.OP_NO_TLSv1_2 | ssl.OP_NO_TLSv1_3


@pytest.mark.parametrize("name, days, trusts, setup", [
    ("localhost", 2, "another", None),
    ("localhost", 2, "the system", None),
    ("localhost", 2, "no file", None),
    ("localhost", -1, "it", None),
    ("outro.example", 2, "it", None),
    ("localhost", 2, "it", only_tls_1_1),
], ids=["another authority", "not the system's", "the file is not there", "expired",
        "another host", "TLS 1.1"])
def test_whoever_is_not_trusted_gets_nothing(authority, tmp_path, name, days, trusts, setup):
    ca = {"it": authority.ca, "no file": tmp_path / "none.pem"}.get(trusts)
    if trusts == "another":
        ca = Authority(tmp_path, "other").ca
    with FarEnd(*authority.certificate(name, days, file=f"{name}{days}"), setup=setup) as far_end:
        answers = send(far_end.url, n=2, **({"ca": ca} if ca else {}))
        assert outcomes(answers) == {1: "not sent", 2: "not sent"}, answers
        assert answers[1]["code"] in ("35", "60", "77"), answers
        assert far_end.requests == []


def test_the_systems_authorities_are_not_trusted_beside_a_file(authority, tmp_path):
    """With a folder of trusted certificates that holds the right one, and a file that does not."""
    folder = tmp_path / "certs"
    folder.mkdir()
    shutil.copy(authority.ca, folder / "ca.pem")
    subprocess.run(["openssl", "rehash", str(folder)], check=True)
    inside = ("unshare", "-m", "sh", "-c",
              f'mount --bind {folder} /etc/ssl/certs && exec "$0" "$@"')
    with FarEnd(*authority.certificate()) as far_end:
        other = Authority(tmp_path, "other")
        answers = Probe(far_end.url, prefix=inside, ca=other.ca).rest()
        assert answers[0]["is"] == "not sent" and far_end.requests == []


def test_a_plain_server_is_not_talked_to_without_tls(authority):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        seen = []

        def serve():
            sock, _ = listener.accept()
            seen.append(sock.recv(4096))
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            sock.close()

        thread = threading.Thread(target=serve)
        thread.start()
        answers = send(f"https://localhost:{listener.getsockname()[1]}/", ca=authority.ca)
        thread.join(5)
        assert outcomes(answers) == {1: "not sent"}
        assert b"POST" not in seen[0] and b"secret" not in seen[0]


def test_a_connection_closed_between_two_requests_is_made_again_with_its_session(authority):
    with FarEnd(*authority.certificate(), per_connection=1) as far_end:
        probe = Probe(far_end.url, n=4, batch=1, ca=authority.ca)
        answers = []
        for n in range(3):
            answers.append(probe.next())
            wait_until(lambda n=n: far_end.hung_up > n)
            probe.go_on()
        answers += probe.rest()
        assert [answer["is"] for answer in answers] == ["complete"] * 4
        assert far_end.requests == [f'{{"m": {n}}}' for n in range(1, 5)]
        assert far_end.connections == 4 and far_end.resumed == 3


def test_a_request_on_a_connection_that_dies_of_it_arrives_once(authority):
    with DyingFarEnd(*authority.certificate(), per_connection=2) as far_end:
        probe = Probe(far_end.url, n=4, batch=1, ca=authority.ca)
        answers = []
        for _ in range(3):
            answers.append(probe.next())
            probe.go_on()
        answers += probe.rest()
        assert [answer["is"] for answer in answers] == ["complete", "complete", "cut", "complete"]
        assert far_end.requests == [f'{{"m": {n}}}' for n in range(1, 5)]


def test_http_1_1_over_tls_opens_one_connection_for_each_and_keeps_it(authority):
    with FarEnd(*authority.certificate()) as far_end:
        answers = send(far_end.url, n=200, at_once=20, ca=authority.ca)
        assert set(outcomes(answers).values()) == {"complete"}
        assert 1 <= far_end.connections <= 20
        assert sorted(far_end.requests) == sorted(f'{{"m": {n}}}' for n in range(1, 201))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_each_address_of_a_name_is_tried(authority, host):
    with FarEnd(*authority.certificate(), host=host) as far_end:
        assert outcomes(send(far_end.url, ca=authority.ca)) == {1: "complete"}


class SilentResolver:
    """Runs a program where the only name server never answers: a mount and network of its own."""

    def __init__(self, home):
        resolv, hosts = home / "resolv.conf", home / "hosts"
        resolv.write_text("nameserver 127.0.0.53\noptions timeout:5 attempts:2\n")
        hosts.write_text("127.0.0.1 localhost\n")
        silent = ("import socket,time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM);"
                  "s.bind(('127.0.0.53', 53)); print('bound', flush=True); time.sleep(300)")
        self.prefix = (
            "unshare", "-n", "-m", "sh", "-c",
            f"ip link set lo up && mount --bind {resolv} /etc/resolv.conf && "
            f"mount --bind {hosts} /etc/hosts && "
            f"setpriv --pdeathsig=KILL /usr/bin/python3 -c \"{silent}\" >{home}/bound & "
            f"while ! [ -s {home}/bound ]; do :; done; exec \"$0\" \"$@\"")


def test_a_resolver_that_keeps_silent_holds_nobody(tmp_path):
    """The deadline holds, the loop turns, and the end does not wait for the look-up."""
    assert os.geteuid() == 0, "the tests of a silent resolver need root"
    resolver = SilentResolver(tmp_path)
    began = os.times().elapsed
    lines = Probe("http://graph.example.test/", prefix=resolver.prefix, n=20, tick_ms=5,
                  timeout_ms=700, connect_ms=500).rest()
    took_s = os.times().elapsed - began
    late_ms = lines.pop()["late_ms"]
    assert [line["is"] for line in lines] == ["not sent"] * 20
    assert all(400 <= line["ms"] < 1500 for line in lines), lines
    assert late_ms < 200, late_ms
    assert took_s < 4, took_s


def test_a_resolver_that_keeps_silent_holds_neither_postgresql_nor_redis(tmp_path):
    program = BUILD / "src" / "http" / "names_probe"
    assert program.exists(), f"{program} is not built"
    began = os.times().elapsed
    done = subprocess.run(
        [*SilentResolver(tmp_path).prefix, str(program), "postgresql://u@banco.example.test/x",
         "redis://redis.example.test:6379", "500"],
        capture_output=True, text=True, timeout=60, env=clean_environment(ASAN_OPTIONS="detect_leaks=0"))
    assert done.returncode == 0 and not SANITIZER.search(done.stderr), done.stderr
    said = json.loads(done.stdout)
    assert (said["pg"], said["redis"]) == ("down", "down")
    assert said["late_ms"] < 200, said
    assert os.times().elapsed - began < 4


def test_a_name_that_moves_is_followed(authority, tmp_path):
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.2 muda.example.test\n")
    pair = authority.certificate("muda.example.test")  # libcurl knows localhost by itself
    prefix = ("unshare", "-m", "sh", "-c", f'mount --bind {hosts} /etc/hosts && exec "$0" "$@"')
    with FarEnd(*pair, host="127.0.0.2", per_connection=1) as first:
        url = first.url.replace("localhost", "muda.example.test")
        probe = Probe(url, prefix=prefix, n=200, batch=1, ca=authority.ca, connect_ms=500)
        assert probe.next()["is"] == "complete"
        hosts.write_text("127.0.0.3 muda.example.test\n")
        port = first.port
    with FarEnd(*pair, host="127.0.0.3", port=port) as second:
        for n in range(2, 200):
            probe.go_on()
            answer = probe.next()
            if answer["is"] == "complete":
                break
            stays(lambda: not second.requests, 0.1)
        assert second.requests[0] == f'{{"m": {n}}}'
        probe.process.kill()
        probe.process.communicate()


def test_a_name_that_fails_is_not_sent(authority):
    answers = send(f"https://nome.invalid:{free_port()}/", ca=authority.ca, timeout_ms=3000)
    assert outcomes(answers) == {1: "not sent"}
