"""carteiro-gateway under clients that misbehave: slow ones, many of them, large, deep and ambiguous requests.

Whoever does their part at once is served beside all of them, and memory stays bounded."""

import base64
import gzip
import json
import threading

import pytest

from rude import connect, crowd, drip, files_allowed, is_cut, memory_allowed, read_all, request, rss_kib, statuses, talk
from fleet import http
from queue_people import status_event, webhook
from test_gateway import applied, held, post, raw, sign, stored
from waiting import stays, wait_until

CROWD = 10_000
MIB = 1 << 20


def signed(fleet, body, headers=()):
    return request(body=body, headers=[f"X-Hub-Signature-256: {sign(fleet.app_secret, body)}", *headers])


def notice(name):
    return json.dumps(webhook(statuses=[status_event(name, "sent")])).encode()


def cut(gateway, motivo):
    return gateway.metrics().get(f'carteiro_http_cortadas_total{{motivo="{motivo}"}}', 0)


def slow(fleet, data, rest=b"x"):
    """A client that drips one byte after another until it is cut."""
    opened = connect(fleet.gateway_port)
    opened.sendall(data)
    wait_until(lambda: not drip(opened, rest), 20, "the slow client is cut", every=0.1)
    opened.close()


@pytest.fixture
def honest(fleet):
    """Clients who do their part, beside whatever a test does: each webhook of theirs is answered 200."""
    answers, stop = [], threading.Event()

    def go_on(number):
        while not stop.is_set():
            answers.append(post(fleet, notice(f"wamid.honest{number}.{len(answers)}"))[0])

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(2)]

    def begin():
        for thread in threads:
            thread.start()
        return answers
    yield begin
    stop.set()
    for thread in threads:
        if thread.ident:
            thread.join()
    assert set(answers) <= {200}, {status: answers.count(status) for status in set(answers)}


def served(answers, more=20):
    """Waits until so many more were answered."""
    before = len(answers)
    wait_until(lambda: len(answers) >= before + more, 60, "honest clients are served")


def test_a_head_that_drips_is_cut(fleet, honest):
    gateway = fleet.gateway(gateway={"head_s": 1})
    answers = honest()
    slow(fleet, b"POST /webhook HTTP/1.1\r\nHost: h\r\nX-Slow: ")
    slow(fleet, b"P")
    assert cut(gateway, "cabecalho") == 2
    served(answers)


def test_a_second_head_that_drips_is_cut_too(fleet):
    """A kept connection has idle_s for its next head, whether it says nothing or little."""
    gateway = fleet.gateway(gateway={"idle_s": 1})
    for drops in (b"", b"POST /webhook HTTP/1.1\r\nHost: h\r\nX-Slow: "):
        with connect(fleet.gateway_port) as opened:
            opened.sendall(signed(fleet, notice("wamid.kept")))
            wait_until(lambda: opened.recv(4096).startswith(b"HTTP/1.1 200"))
            if drops:
                opened.sendall(drops)
                wait_until(lambda: not drip(opened), 20, "the slow client is cut", every=0.1)
            else:
                assert opened.recv(1) == b"", "in order, without a reset"
    assert gateway.metric("carteiro_http_cortadas_total") == 0


def test_a_body_that_drips_is_cut(fleet, honest, database):
    gateway = fleet.gateway(gateway={"body_s": 1})
    answers = honest()
    whole = signed(fleet, notice("wamid.dripped"))
    slow(fleet, whole[:-100])
    slow(fleet, request(body=b"5000\r\nabc", headers=["Transfer-Encoding: chunked"]))
    assert cut(gateway, "corpo") == 2
    served(answers)
    assert stored(database, wamid="wamid.dripped") == 0


def test_a_slow_client_within_its_time_is_served(fleet):
    """The deadline is for all of a body, not for a pause in it."""
    fleet.gateway(gateway={"idle_s": 1, "body_s": 20})
    data = signed(fleet, notice("wamid.patient"))
    with connect(fleet.gateway_port) as opened:
        for at in range(0, len(data) - 40, 40):
            opened.sendall(data[at:at + 40])
            stays(lambda: not is_cut(opened), 0.2)
        opened.sendall(data[at + 40:])
        opened.shutdown(1)
        assert statuses(read_all(opened)) == [200]


def test_ten_thousand_connections_of_one_address(fleet, honest):
    """All of them idle. As many as the descriptors of this machine allow, 10,000 where they do."""
    n = min(CROWD, files_allowed(CROWD + 500) - 500)
    assert n >= 1000, "too few descriptors to make a crowd"
    gateway = fleet.gateway()
    post(fleet, notice("wamid.before"))
    before = rss_kib(gateway.pid)
    answers = honest()
    with crowd(fleet.gateway_port, n, first=b"POST /webhook HTTP/1.1\r\n") as opened:
        served(answers, 50)
        wait_until(lambda: cut(gateway, "endereco") >= n - 1024, 30, "its share is 1,024")
        assert sum(not is_cut(one) for one in opened) <= 1024
        assert rss_kib(gateway.pid, "VmHWM") - before < memory_allowed(64)
    print(f"{n} connections")


def test_ten_thousand_connections_of_many_addresses(fleet, honest):
    n = min(CROWD, files_allowed(CROWD + 500) - 500)
    gateway = fleet.gateway(gateway={"connections_max": 2000})
    answers = honest()
    before = rss_kib(gateway.pid)
    sources = [f"127.0.7.{number}" for number in range(1, 101)]
    with crowd(fleet.gateway_port, n, sources):
        served(answers, 50)
        wait_until(lambda: cut(gateway, "lotacao") >= n - 2000, 30, "2,000 in all")
        assert rss_kib(gateway.pid, "VmHWM") - before < memory_allowed(96)


def test_an_address_at_its_limit_takes_nothing_from_others(fleet):
    gateway = fleet.gateway(gateway={"connections_per_address": 5, "connections_max": 50})
    with crowd(fleet.gateway_port, 20, ["127.0.7.9"]) as opened, connect(fleet.gateway_port) as other:
        wait_until(lambda: sum(is_cut(one) for one in opened) == 15, what="5 are left")
        assert not is_cut(other) and cut(gateway, "endereco") == 15
        other.sendall(request(method="GET"))
        assert wait_until(lambda: statuses(other.recv(4096))) == [403]
        assert not any(is_cut(one) for one in opened[15:]), "the newest stay"


def test_bodies_that_never_end_share_a_limit(fleet, honest):
    """Unsigned, nearly whole, of 3 MiB each, fifty at once: 150 MiB announced, 16 kept."""
    gateway = fleet.gateway(gateway={"bodies_bytes_max": 16 * MIB})
    answers = honest()
    before = rss_kib(gateway.pid)
    data = request(body=b"x" * (3 * MIB))[:-10]
    opened = []
    try:
        for _ in range(50):
            one = connect(fleet.gateway_port)
            opened.append(one)
            try:
                one.sendall(data)
            except ConnectionError:
                pass
        served(answers)
        assert cut(gateway, "memoria") >= 35
        assert rss_kib(gateway.pid, "VmHWM") - before < memory_allowed(64)
    finally:
        for one in opened:
            one.close()


def test_bombs_are_kept_as_unreadable_in_bounded_memory(fleet, honest, database):
    gateway = fleet.gateway()
    many = (b"[" + b"{}," * MIB)[:3 * MIB - 3] + b"{}]"
    bombs = [b"{},{}" * (3 * MIB // 5), many, b"[" * (3 * MIB), b'{"a":' * (MIB // 2),
             b'{"entry":' + many[:3 * MIB - 10] + b"}", b'"' + b"\\u0000" * (MIB // 2 - 1) + b'"',
             b"1" * (3 * MIB), b"[" + b"1," * (MIB + MIB // 4) + b"1]"]
    answers = honest()
    post(fleet, notice("wamid.before"))
    before = rss_kib(gateway.pid)
    for bomb in bombs:
        assert len(bomb) <= 3 * MIB
        assert statuses(talk(fleet.gateway_port, request(body=bomb, headers=["Connection: close"]))) == [401]
        assert post(fleet, bomb, timeout=60)[0] == 200, bomb[:20]
        status, text = http("POST", fleet.gateway_url + "/fila", bomb, {"Authorization": "Bearer nobody"}, 60)
        assert status in (400, 401), (bomb[:20], status, text[:200])
    served(answers)
    kept = database.query("select corpo::json ->> 'gzip_base64' as text from webhook_eventos where tipo = 'ilegivel'")
    unpacked = {gzip.decompress(base64.b64decode(row["text"])) for row in kept}
    assert len(unpacked) >= 6 and unpacked <= set(bombs)
    # measured: 40 MiB of JSON at most beside three bodies and what libpq writes
    assert rss_kib(gateway.pid, "VmHWM") - before < memory_allowed(192)
    wait_until(lambda: applied(database), 60)


def test_a_body_past_the_limit_is_413_whatever_its_form(fleet):
    gateway = fleet.gateway()
    before = rss_kib(gateway.pid)
    whole = request(body=b"x" * (3 * MIB + 1))
    assert statuses(talk(fleet.gateway_port, whole)) == [413]
    assert statuses(talk(fleet.gateway_port, request(headers=["Content-Length: 99999999999"]))) == [413]
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    ended = request(body=piece * 60 + b"0\r\n\r\n", headers=["Transfer-Encoding: chunked"])
    assert statuses(talk(fleet.gateway_port, ended)) == [413]
    endless = request(body=piece * 400, headers=["Transfer-Encoding: chunked"])
    assert talk(fleet.gateway_port, endless) == b"", "thrown away four times over, then cut"
    assert rss_kib(gateway.pid, "VmHWM") - before < memory_allowed(32)


def test_heads_past_the_limit_are_refused(fleet):
    fleet.gateway()
    long = "a" * 20_000
    for data in (request(headers=[f"X-Long: {long}"], method="GET"), request(headers=["A: b"] * 5000, method="GET")):
        assert statuses(talk(fleet.gateway_port, data)) in ([431], []), data[:40]
    assert statuses(talk(fleet.gateway_port, request(f"/{long}", method="GET"))) in ([414], [])
    assert raw(fleet, "GET", "/webhook")[0] == 403, "and it goes on"


def test_pipelined_requests_are_answered_in_their_order(fleet, database):
    fleet.gateway()
    data = b"".join(signed(fleet, notice(f"wamid.pipe{n}")) + request(method="GET", path="/webhook")
                    for n in range(20))
    with connect(fleet.gateway_port) as opened:
        opened.sendall(data)
        told = b""

        def all_told():
            nonlocal told
            told += opened.recv(65536)
            return len(statuses(told)) == 40
        wait_until(all_told)
    assert statuses(told) == [200, 403] * 20
    assert database.value("select count(*) from webhook_eventos where wamid like 'wamid.pipe%%'") == 20


def test_a_client_that_has_nothing_more_to_say_is_answered(fleet, database):
    """Its side is closed before the commit, which it waits for. (libmicrohttpd notices an end that comes with
    the last bytes when the time for the next ones is over.)"""
    gateway = fleet.gateway(gateway={"body_s": 1, "idle_s": 1})
    assert statuses(talk(fleet.gateway_port, signed(fleet, notice("wamid.half")), half_close=True)) == [200]
    assert talk(fleet.gateway_port, signed(fleet, notice("wamid.torn"))[:-5], half_close=True) == b""
    connection = held(database)
    with connect(fleet.gateway_port) as opened:
        opened.sendall(signed(fleet, notice("wamid.half2")))
        wait_until(lambda: gateway.metric("carteiro_webhook_atraso_seconds_count") == 2, what="it has arrived")
        opened.shutdown(1)
        connection.rollback()
        assert statuses(read_all(opened)) == [200]
    assert stored(database, wamid="wamid.torn") == 0
    assert stored(database, wamid="wamid.half") == stored(database, wamid="wamid.half2") == 1


SMUGGLED = b"0\r\n\r\nGET /webhook HTTP/1.1\r\nHost: h\r\n\r\n"


@pytest.mark.parametrize("heads", [
    ["Content-Length: 5", "Transfer-Encoding: chunked"],
    ["Transfer-Encoding: chunked", "Content-Length: 5"],
    ["Content-Length: 5", "Content-Length: 6"],
    ["Content-Length: 5", "Content-Length: 5"],
    ["Content-Length: 5, 5"],
    ["Content-Length: +5"],
    ["Content-Length: -5"],
    ["Content-Length: 0x5"],
    ["Content-Length: "],
    ["Transfer-Encoding: xchunked"],
    ["Transfer-Encoding: \x0bchunked"],
    ["Transfer-Encoding: gzip, chunked"],
    ["Transfer-Encoding: identity"],
    ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
    ["Transfer-Encoding : chunked", "Content-Length: 5"],
    ["X: a\r\n Transfer-Encoding: chunked", "Transfer-Encoding: chunked", "Content-Length: 5"],
    ["X: a\nTransfer-Encoding: chunked", "Content-Length: 5"],
    ["X: a\rTransfer-Encoding: chunked", "Content-Length: 5"],
    ["Host: other", "Content-Length: 5"],
    ["no colon", "Content-Length: 5"],
])
def test_what_could_be_read_in_two_ways_is_not_read(fleet, heads):
    fleet.gateway()
    told = talk(fleet.gateway_port, request(headers=heads) + SMUGGLED)
    assert set(statuses(told)) == {400}, "and nothing after it: the connection is closed"
    assert b"403" not in told


def test_chunks_that_are_none_are_refused(fleet):
    fleet.gateway()
    for chunk in (b"-1\r\nabc\r\n", b"zz\r\nabc\r\n", b"3\r\nabcdef\r\n", b"fffffffffffffffff\r\nabc\r\n"):
        told = talk(fleet.gateway_port, request(body=chunk + b"0\r\n\r\n", headers=["Transfer-Encoding: chunked"]))
        assert set(statuses(told)) <= {400, 413}, chunk
    assert raw(fleet, "GET", "/webhook")[0] == 403


def by_proxy(fleet, client, data=b"", more=()):
    """A request that stays open: its body is not whole."""
    opened = connect(fleet.gateway_port)
    forwarded = [f"X-Forwarded-For: {client}", *more]
    opened.sendall(request(headers=[*forwarded, "Content-Length: 9"]) if not data else data)
    return opened


def test_only_our_proxies_say_who_asks(fleet):
    """Two requests at once of each client, whatever connection of the proxy they come by."""
    gateway = fleet.gateway(gateway={"connections_per_address": 2, "proxies": "127.0.0.0/30, fd00::/8"})
    open_ones = [by_proxy(fleet, "203.0.113.5"), by_proxy(fleet, "198.51.100.1, 203.0.113.5, 127.0.0.2")]

    def answer(client, source="127.0.0.1", more=()):
        data = request(method="GET", headers=[f"X-Forwarded-For: {client}", *more, "Connection: close"])
        return statuses(talk(fleet.gateway_port, data, source=source))
    try:
        wait_until(lambda: answer("203.0.113.5") == [429], what="a third one")
        assert answer("203.0.113.6") == [403]
        assert answer("203.0.113.5, 203.0.113.7") == [403], "what stands before was written by anybody"
        assert answer("203.0.113.7", more=["X-Forwarded-For: 203.0.113.5"]) == [429], "the last line is the proxy's"
        assert answer("203.0.113.5:4711") == [429] and answer("[2001:db8::5]:1") == [403]
        assert answer("203.0.113.5", "127.0.7.7") == [403], "nobody's word"
        assert answer("rubbish") == [403]
        assert len(open_ones) == 2 and not any(is_cut(one) for one in open_ones)
    finally:
        for one in open_ones:
            one.close()
    wait_until(lambda: answer("203.0.113.5") == [403], what="it has room again")
    assert cut(gateway, "endereco") == 0


def test_proxies_that_are_no_networks_are_a_fault_of_configuration(fleet):
    gateway = fleet.gateway(wait=False, gateway={"proxies": "10.0.0.0/99"})
    assert gateway.process.wait(20) == 78
    assert gateway.events("gateway.no_proxies")
