"""The proxy that other tests break connections with does what it says."""

import socket
import socketserver
import threading
import time

import pytest

from proxy import DOWN, UP, Cut
from waiting import stays, wait_until


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            while data := self.request.recv(4096):
                self.server.seen.append(data)
                self.request.sendall(data)
        except OSError:
            pass


@pytest.fixture
def echo():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads, server.seen = True, []
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def cut(echo):
    with Cut(echo.server_address[1]) as cut:
        yield cut


def client_of(cut):
    return socket.create_connection(("127.0.0.1", cut.port), timeout=5)


def asks(client, text):
    client.sendall(text)
    return client.recv(4096)


def is_reset(client):
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


def test_passes_bytes_both_ways(cut):
    with client_of(cut) as client:
        assert asks(client, b"one") == b"one"
        assert asks(client, b"two") == b"two"
        assert (cut.connections[0].bytes[UP], cut.taken) == (6, 1)


def test_an_end_of_input_is_passed_on(cut):
    with client_of(cut) as client:
        assert asks(client, b"one") == b"one"
        client.shutdown(socket.SHUT_WR)
        assert client.recv(10) == b""
    wait_until(lambda: not cut.connections)


def test_what_is_held_arrives_after_healing(cut, echo):
    with client_of(cut) as client:
        assert asks(client, b"one") == b"one"
        cut.hold(UP)
        client.sendall(b"two")
        stays(lambda: echo.seen == [b"one"], 0.1)
        cut.heal()
        assert client.recv(10) == b"two"


def test_one_connection_is_held_and_the_other_is_not(cut, echo):
    with client_of(cut) as first, client_of(cut) as second:
        assert asks(first, b"1") == b"1" and asks(second, b"2") == b"2"
        cut.connections[0].hold(DOWN)
        first.sendall(b"held")
        assert asks(second, b"free") == b"free"
        wait_until(lambda: b"held" in echo.seen)  # the server got it, the answer is held
        assert cut.connections[0].bytes[DOWN] == 1
        cut.connections[0].heal()
        assert first.recv(10) == b"held"


def test_delay_is_each_way(cut):
    with client_of(cut) as client:
        assert asks(client, b"one") == b"one"
        cut.delay(0.1)
        began = time.monotonic()
        assert asks(client, b"two") == b"two"
        assert time.monotonic() - began >= 0.2


def test_sever_resets_and_new_ones_are_taken(cut):
    with client_of(cut) as client:
        assert asks(client, b"one") == b"one"
        assert cut.sever() == 1
        assert is_reset(client)
    with client_of(cut) as client:
        assert asks(client, b"two") == b"two"


def test_refuses_until_healed(cut):
    cut.refuse()
    with pytest.raises(ConnectionRefusedError):
        client_of(cut)
    cut.heal()
    with client_of(cut) as client:
        assert asks(client, b"one") == b"one"


def test_a_lost_answer_has_had_its_effect(cut, echo):
    with client_of(cut) as client:
        assert asks(client, b"one") == b"one"
        cut.lose_answer()
        client.sendall(b"two")
        assert is_reset(client)
        assert echo.seen == [b"one", b"two"]
    with client_of(cut) as client:
        assert asks(client, b"three") == b"three"


@pytest.mark.parametrize("url, through", [
    ("redis://u:p@127.0.0.1:6379", "redis://u:p@127.0.0.1:{}"),
    ("postgresql://u:p@%2Ftmp%2Fx:5432/name?a=b", "postgresql://u:p@127.0.0.1:{}/name?a=b"),
    ("http://127.0.0.1:80/v20", "http://127.0.0.1:{}/v20"),
])
def test_a_url_goes_through(cut, url, through):
    assert cut.through(url) == through.format(cut.port)
