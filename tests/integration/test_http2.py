"""src/http over HTTP/2 and TLS against a far end that breaks the protocol at the frame.

Beside every outcome stands what the far end saw: no message twice, whatever happens.
"""

import collections
import json

import h2.settings
import pytest

from certificates import Authority
from far_end_h2 import FarEndH2
from http_client import Probe, outcomes, send
from waiting import wait_until

NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, REFUSED_STREAM, CANCEL = 0, 1, 2, 7, 8
ENHANCE_YOUR_CALM, HTTP_1_1_REQUIRED = 11, 13
BAD = '{"m": 3}'


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def pair(authority):
    return authority.certificate()


def answer_all(visit, stream, _body):
    visit.answer(stream)


def check_once(far_end, at_most=None):
    """Nothing arrived twice."""
    seen = collections.Counter(far_end.requests)
    assert not seen or max(seen.values()) == 1, seen
    assert at_most is None or len(seen) <= at_most


class Hold:
    """Keeps streams silent until there are `n`, then does something to their connection."""

    def __init__(self, n, then):
        self.n, self.then, self.streams, self.is_done = n, then, [], False

    def __call__(self, visit, stream, body):
        if self.is_done:
            visit.answer(stream)
            return
        self.streams.append((stream, json.loads(body)["m"]))
        if len(self.streams) == self.n:
            self.is_done = True
            self.then(visit, self.streams)


def test_a_burst_shares_one_connection(authority, pair):
    with FarEndH2(*pair, answer_all) as far_end:
        answers = send(far_end.url, n=80, ca=authority.ca)
        assert set(outcomes(answers).values()) == {"complete"}
        assert all(answer["bytes"] == 31 for answer in answers.values())
        assert far_end.connections == 1
        assert len(far_end.requests) == 80
        check_once(far_end)


def test_streams_max_opens_further_connections(authority, pair):
    under_way, most = collections.Counter(), collections.Counter()

    def opened(visit, _stream):
        under_way[visit] += 1
        most[visit] = max(most[visit], under_way[visit])

    def script(visit, stream, _body):
        under_way[visit] -= 1
        visit.answer(stream)

    with FarEndH2(*pair, script, opened=opened) as far_end:
        answers = send(far_end.url, n=50, ca=authority.ca, streams=10)
        assert set(outcomes(answers).values()) == {"complete"}
        assert 1 < far_end.connections <= 5
        assert max(most.values()) <= 10
        check_once(far_end)
        assert len(far_end.requests) == 50


def test_connections_max_holds_over_http2(authority, pair):
    with FarEndH2(*pair, answer_all) as far_end:
        answers = send(far_end.url, n=50, ca=authority.ca, streams=10, connections=2)
        assert set(outcomes(answers).values()) == {"complete"}
        assert far_end.connections <= 2
        check_once(far_end)


def rst(error):
    return lambda visit, stream: visit.reset_stream(stream, error)


def headers_only(visit, stream):
    visit.head(stream, end=True)


def headers_then_reset(visit, stream):
    visit.head(stream)
    visit.reset_stream(stream, INTERNAL_ERROR)


def part_then_reset(visit, stream):
    visit.head(stream, [("content-length", "31")])
    visit.h2.send_data(stream, b'{"mess')
    visit.reset_stream(stream, CANCEL)


def part_then_silence(visit, stream):
    visit.head(stream)
    visit.h2.send_data(stream, b'{"mess')


def silence(_visit, _stream):
    pass


def trailers(visit, stream):
    visit.head(stream)
    visit.h2.send_data(stream, b'{"messages":[{"id":"wamid.x"}]}')
    visit.h2.send_headers(stream, [("x-checked", "yes")], end_stream=True)


def empty_frames(visit, stream):
    visit.head(stream)
    for part in (b"", b'{"messages":', b"", b'[{"id":"wamid.x"}]}', b""):
        visit.h2.send_data(stream, part)
    visit.h2.send_data(stream, b"", end_stream=True)


def short_body(visit, stream):
    """Less than its content-length says."""
    visit.head(stream, [("content-length", "100")])
    visit.frame(0, 1, stream, b'{"messages":[]}')
    visit.h2.reset_stream(stream)


def ping(visit, stream):
    visit.h2.ping(b"carteiro")
    visit.answer(stream)


def hints(visit, stream):
    visit.h2.send_headers(stream, [(":status", "103"), ("link", "</a>")])
    visit.answer(stream)


STREAM_FAULTS = [
    ("the stream is refused", rst(REFUSED_STREAM), "cut"),
    ("the stream fails", rst(INTERNAL_ERROR), "cut"),
    ("the stream is cancelled", rst(CANCEL), "cut"),
    ("the stream ends without an error or an answer", rst(NO_ERROR), "cut"),
    ("calm is asked of the stream", rst(ENHANCE_YOUR_CALM), "cut"),
    ("HTTP/1.1 is asked for", rst(HTTP_1_1_REQUIRED), "cut"),
    ("only headers come", headers_only, "complete"),
    ("headers, then a reset", headers_then_reset, "cut"),
    ("part of the body, then a reset", part_then_reset, "cut"),
    ("part of the body, then nothing", part_then_silence, "cut"),
    ("nothing", silence, "cut"),
    ("less than was said", short_body, "cut"),
    ("trailers", trailers, "complete"),
    ("frames of no bytes", empty_frames, "complete"),
    ("a ping", ping, "complete"),
    ("hints first", hints, "complete"),
]


@pytest.mark.parametrize("is_reused", [False, True], ids=["first use", "used again"])
@pytest.mark.parametrize("fault, outcome", [row[1:] for row in STREAM_FAULTS],
                         ids=[row[0] for row in STREAM_FAULTS])
def test_a_stream_fails_alone_and_leaves_once(authority, pair, fault, outcome, is_reused):
    def script(visit, stream, body):
        if body == BAD:
            fault(visit, stream)
        else:
            visit.answer(stream)

    with FarEndH2(*pair, script) as far_end:
        probe = Probe(far_end.url, n=6, ca=authority.ca, timeout_ms=700,
                      batch=1 if is_reused else 6, at_once=6)
        answers = []
        if is_reused:
            for _ in range(5):
                answers.append(probe.next())
                probe.go_on()
        answers += probe.rest()
        by_number = {answer["n"]: answer for answer in answers}
        assert by_number.pop(3)["is"] == outcome
        assert set(outcomes(by_number).values()) == {"complete"}, by_number
        assert sorted(far_end.requests) == [f'{{"m": {n}}}' for n in range(1, 7)]


def test_a_stream_reset_before_its_body_was_read_is_not_repeated(authority, pair):
    n_opened = []

    def opened(visit, stream):
        n_opened.append(stream)
        visit.reset_stream(stream, REFUSED_STREAM)

    with FarEndH2(*pair, answer_all, opened=opened) as far_end:
        answers = send(far_end.url, n=1, ca=authority.ca)
        assert outcomes(answers) == {1: "cut"}
        assert len(n_opened) == 1


def test_an_answer_longer_than_allowed_is_cut(authority, pair):
    def script(visit, stream, _body):
        visit.head(stream)
        for _ in range(5):  # the client's window of a stream is wider than its cap
            visit.frame(0, 0, stream, b"y" * 16000)

    with FarEndH2(*pair, script) as far_end:
        answers = send(far_end.url, n=1, ca=authority.ca)
        assert answers[1]["is"] == "cut"
        assert answers[1]["text"] == "the answer is longer than allowed"
        check_once(far_end)


def test_headers_without_measure_are_cut(authority, pair):
    def script(visit, stream, _body):
        many = [(f"x-filler-{n}", "z" * 4000) for n in range(40)]
        visit.answer(stream, headers=many)

    with FarEndH2(*pair, script) as far_end:
        answers = send(far_end.url, n=1, ca=authority.ca)
        assert outcomes(answers) == {1: "cut"}
        check_once(far_end)


def cut_all_above(nth):
    """GOAWAY: what came after the nth stream was not looked at, it says."""
    def then(visit, streams):
        kept = streams[:nth]
        visit.goaway(kept[-1][0] if kept else 0)
        for stream, _ in kept:
            visit.answer(stream)
        visit.hang_up()
    return then


def test_goaway_keeps_the_answers_below_and_repeats_nothing_above(authority, pair):
    hold = Hold(20, cut_all_above(10))
    with FarEndH2(*pair, hold) as far_end:
        probe = Probe(far_end.url, n=22, batch=20, ca=authority.ca)
        answers = [probe.next() for _ in range(20)]
        probe.go_on()
        answers = {answer["n"]: answer for answer in answers + probe.rest()}
        below = {number for _, number in hold.streams[:10]}
        above = {number for _, number in hold.streams[10:]}
        assert {answers[n]["is"] for n in below} == {"complete"}
        assert {answers[n]["is"] for n in above} == {"cut"}
        assert {answers[n]["is"] for n in (21, 22)} == {"complete"}
        assert len(far_end.requests) == 22
        check_once(far_end)


def leave(visit, _streams):
    visit.goaway(0x7FFFFFFF)
    visit.hang_up()


def leave_angry(visit, _streams):
    visit.goaway(0x7FFFFFFF, ENHANCE_YOUR_CALM)
    visit.hang_up()


def say_nonsense(visit, streams):
    visit.frame(0, 0, 0, b"data on stream 0")  # a PROTOCOL_ERROR of the connection
    visit.hang_up()


CONNECTION_FAULTS = [
    ("goaway, then the end", leave),
    ("calm is asked of the connection", leave_angry),
    ("goaway that names no stream", cut_all_above(0)),
    ("reset", lambda visit, _streams: visit.reset_connection()),
    ("the end without a word", lambda visit, _streams: visit.hang_up()),
    ("against the protocol", say_nonsense),
]


@pytest.mark.parametrize("is_reused", [False, True], ids=["first use", "used again"])
@pytest.mark.parametrize("fault", [row[1] for row in CONNECTION_FAULTS],
                         ids=[row[0] for row in CONNECTION_FAULTS])
def test_a_connection_that_dies_makes_all_its_streams_uncertain(authority, pair, fault, is_reused):
    hold = Hold(50, fault)

    def script(visit, stream, body):
        if is_reused and body == '{"m": 1}':
            visit.answer(stream)
        else:
            hold(visit, stream, body)

    with FarEndH2(*pair, script) as far_end:
        first = 1 if is_reused else 0
        probe = Probe(far_end.url, n=first + 51, first=first, batch=50, ca=authority.ca)
        answers = []
        for size in [first, 50] if is_reused else [50]:
            answers += [probe.next() for _ in range(size)]
            probe.go_on()
        answers = {answer["n"]: answer for answer in answers + probe.rest()}
        lost = {number for _, number in hold.streams}
        assert len(lost) == 50
        assert {answers[n]["is"] for n in lost} == {"cut"}
        assert {answers[n]["is"] for n in answers if n not in lost} == {"complete"}
        assert len(far_end.requests) == first + 51
        check_once(far_end)


def test_a_server_that_allows_one_stream_gets_one_at_a_time(authority, pair):
    settings = {h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 1}
    with FarEndH2(*pair, answer_all, settings=settings) as far_end:
        answers = send(far_end.url, n=30, ca=authority.ca, connections=2)
        assert set(outcomes(answers).values()) == {"complete"}
        assert len(far_end.requests) == 30
        check_once(far_end)


def test_a_connection_closed_between_two_requests_is_made_again(authority, pair):
    def script(visit, stream, _body):
        visit.answer(stream)
        visit.hang_up()

    with FarEndH2(*pair, script) as far_end:
        probe = Probe(far_end.url, n=4, batch=1, ca=authority.ca)
        answers = []
        for n in range(3):
            answers.append(probe.next())
            wait_until(lambda n=n: far_end.hung_up > n)
            probe.go_on()
        answers += probe.rest()
        assert [answer["is"] for answer in answers] == ["complete"] * 4
        assert far_end.connections == 4
        check_once(far_end)


def test_headers_of_the_answer_reach_the_caller(authority, pair):
    usage = {"1": [{"call_count": 100, "estimated_time_to_regain_access": 5}]}

    def script(visit, stream, _body):
        visit.answer(stream, b"{}", status="400", headers=[
            ("retry-after", "7"), ("x-business-use-case-usage", json.dumps(usage))])

    with FarEndH2(*pair, script) as far_end:
        answers = send(far_end.url, n=1, ca=authority.ca)
        assert answers[1]["status"] == 400
        assert answers[1]["retry_after_s"] == 7
        assert answers[1]["usage"] == usage
