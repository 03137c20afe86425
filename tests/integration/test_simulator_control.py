"""Scripted faults, the control port, and the simulator as a process."""

import http.client
import json
import socket
import subprocess
import threading

import pytest

from fleet import clean_environment, program, write_config
from servers import free_port
from simulator_alone import (  # noqa: F401
    NUMBER, WABA, TOKEN, PERSON, refused, use, simulator, start, subscriber)
from waiting import wait_until


def test_reset_before_read_by_recipient_makes_no_wamid(simulator):
    simulator.must("/faults", fault="reset_before_read", to="+55 11 98765-4321", times=1)
    with pytest.raises(ConnectionResetError):
        simulator.send()
    line, = simulator.ledger()
    assert (line["http"], line["code"], line["wamid"], line["fault"]) == (
        None, None, None, "reset_before_read")
    assert simulator.send()[0] == 200
    assert simulator.counts()["accepted"] == 1


def test_reset_before_read_by_share_comes_before_the_body(simulator):
    simulator.must("/faults", fault="reset_before_read", share=1, times=2)
    with socket.create_connection(("127.0.0.1", simulator.port)) as client:
        client.sendall(f"POST /v23.0/{NUMBER}/messages HTTP/1.1\r\nHost: h\r\n"
                       "Content-Length: 1000\r\n\r\n".encode())
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    with pytest.raises(ConnectionError):
        simulator.send()
    assert simulator.ledger() == []  # no body arrived whole
    assert simulator.send()[0] == 200
    assert simulator.counts()["cut"] == 2


def test_reset_after_accept_keeps_the_wamid_and_the_webhooks(simulator, subscriber):
    simulator.must("/faults", fault="reset_after_accept", to=PERSON, times=1)
    with pytest.raises(ConnectionResetError):
        simulator.send(biz_opaque_callback_data="lost")
    line, = simulator.ledger()
    assert (line["http"], line["code"], line["fault"]) == (None, None, "reset_after_accept")
    status = wait_until(lambda: subscriber.statuses(line["wamid"]))[0]
    assert status["biz_opaque_callback_data"] == "lost"


def test_no_answer_accepts_and_says_nothing(simulator, subscriber):
    simulator.must("/faults", fault="no_answer", to=PERSON, times=1)
    with pytest.raises(TimeoutError):
        simulator.send(timeout=0.3)
    line, = simulator.ledger()
    assert (line["http"], line["fault"]) == (None, "no_answer")
    assert wait_until(lambda: subscriber.names(line["wamid"]))
    wait_until(lambda: simulator.counts()["pending"] == 0)  # its client has gone


def test_reset_lets_go_of_whoever_still_waits_for_an_answer(simulator):
    simulator.must("/faults", fault="no_answer", to=PERSON, times=1)
    with socket.create_connection(("127.0.0.1", simulator.port)) as client:
        body = json.dumps({"messaging_product": "whatsapp", "to": PERSON, "type": "text", "text": {"body": "oi"}})
        client.sendall((f"POST /v23.0/{NUMBER}/messages HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {TOKEN}\r\n"
                        f"Content-Length: {len(body)}\r\n\r\n{body}").encode())
        wait_until(lambda: simulator.counts()["cut"] == 1)
        assert simulator.control("POST", "/reset")[1] == {"ok": True}
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    simulator.must("/faults", fault="slow", to=PERSON, times=1)  # longer than its next look was away
    assert simulator.send()[0] == 200


def test_slow_answers_late_and_a_client_that_left_was_cut(simulator):
    simulator.must("/faults", fault="slow", to=PERSON, times=2)
    wamid = simulator.wamid()
    line, = simulator.ledger()
    assert (line["http"], line["wamid"], line["fault"]) == (200, wamid, "slow")
    with pytest.raises(TimeoutError):
        simulator.send(timeout=0.05)
    wait_until(lambda: len(simulator.ledger()) == 2)
    line = simulator.ledger()[1]
    assert line["http"] is None and line["wamid"] and line["fault"] == "slow"


def test_http_500_has_no_graph_error_and_no_message(simulator):
    simulator.must("/faults", fault="http_500", share=1, times=1)
    status, text = simulator.send()
    assert status == 500 and "<html>" in text
    line, = simulator.ledger()
    assert (line["http"], line["code"], line["wamid"], line["fault"]) == (500, None, None, "http_500")


@pytest.mark.parametrize("code, status", [(131056, 400), (190, 401), (131000, 500), (4, 400),
                                          (131031, 403), (133004, 503), (131026, 400), (9, 400)])
def test_any_code_can_be_scripted(simulator, code, status):
    simulator.must("/faults", fault=f"code_{code}", to=PERSON, times=1)
    answer = simulator.send()
    assert (answer[0], answer[1]["error"]["code"]) == (status, code)
    line, = simulator.ledger()
    assert (line["http"], line["code"], line["wamid"], line["fault"]) == (
        status, code, None, f"code_{code}")
    assert simulator.counts()["codes"] == {str(code): 1}
    assert simulator.send()[0] == 200


def test_a_fault_without_times_stays_and_others_are_untouched(simulator):
    simulator.must("/faults", fault="code_131000", to=PERSON)
    assert [simulator.send()[0] for _ in range(3)] == [500] * 3
    assert simulator.send(to="5511900000001")[0] == 200


def test_a_share_hits_about_that_many(start):
    simulator = start(per_s=100000)
    simulator.must("/faults", fault="code_131000", share=0.5)
    hits = sum(simulator.send(to=f"551190000{i:04}")[0] == 500 for i in range(200))
    assert 60 <= hits <= 140


def test_webhook_never_twice_late_and_coded(simulator, subscriber):
    simulator.template("t")
    faults = {"webhook_never": [], "webhook_twice": ["sent", "sent", "delivered", "delivered",
                                                     "read", "read"],
              "webhook_code_131049": ["failed"]}
    wamids = {}
    for i, fault in enumerate(faults):
        simulator.must("/faults", fault=fault, to=f"551190000000{i}")
        wamids[fault] = simulator.wamid(to=f"551190000000{i}", **use("t", "Ana"))
    wait_until(lambda: simulator.counts()["webhooks"]["pending_messages"] == 0
               and simulator.counts()["webhooks"]["pending_posts"] == 0)
    for fault, names in faults.items():
        assert sorted(subscriber.names(wamids[fault])) == sorted(names)
    status, = subscriber.statuses(wamids["webhook_code_131049"])
    assert status["errors"][0]["code"] == 131049
    assert [line["fault"] for line in simulator.ledger()] == list(faults)


def test_a_cut_answer_and_silent_webhooks_may_meet(simulator, subscriber):
    for fault in ("webhook_never", "reset_after_accept"):
        simulator.must("/faults", fault=fault, to=PERSON, times=1)
    with pytest.raises(ConnectionError):
        simulator.send()
    line, = simulator.ledger()
    assert line["wamid"] and line["http"] is None and line["fault"] == "reset_after_accept"
    assert simulator.counts()["webhooks"]["pending_messages"] == 0
    assert simulator.send()[0] == 200  # both are spent


def test_webhook_late_comes_later(simulator, subscriber):
    simulator.template("t")
    simulator.must("/faults", fault="webhook_late", to=PERSON)
    late = simulator.wamid(**use("t", "Ana"))
    normal = simulator.wamid(to="5511900000001", **use("t", "Ana"))
    wait_until(lambda: len(subscriber.names(normal)) == 3)
    assert subscriber.names(late) == []
    wait_until(lambda: len(subscriber.names(late)) == 3)


@pytest.mark.parametrize("path, body, field", [
    ("/faults", {"to": PERSON}, "fault"),
    ("/faults", {"fault": "code_x", "to": PERSON}, "fault"),
    ("/faults", {"fault": "slow"}, "to"),
    ("/faults", {"fault": "slow", "to": PERSON, "share": 1}, "to"),
    ("/faults", {"fault": "slow", "to": "abc"}, "to"),
    ("/faults", {"fault": "slow", "share": 1.5}, "share"),
    ("/faults", {"fault": "slow", "share": "1"}, "share"),
    ("/faults", {"fault": "slow", "share": 1, "times": 0}, "times"),
    ("/inbound", {"from": PERSON}, "phone_number_id"),
    ("/inbound", {"phone_number_id": NUMBER, "from": "x"}, "from"),
    ("/inbound", {"phone_number_id": NUMBER, "from": PERSON}, "text"),
    ("/inbound", {"phone_number_id": NUMBER, "from": PERSON, "type": "image"}, "type"),
    ("/numbers", {"waba_id": "1", "token": "t"}, "phone_number_id"),
    ("/numbers", {"phone_number_id": "1", "waba_id": "x", "token": "t"}, "waba_id"),
    ("/numbers", {"phone_number_id": "1", "waba_id": "1"}, "token"),
    ("/numbers", {"phone_number_id": "1", "waba_id": "1", "token": "t", "per_s": 0}, "per_s"),
    ("/templates", {"waba_id": "1", "name": "t", "status": "FINE"}, "status"),
])
def test_a_control_call_that_is_wrong_names_the_field(simulator, path, body, field):
    status, answer = simulator.control("POST", path, body)
    assert (status, answer["error"]["field"]) == (400, field)
    assert answer["error"]["message"].startswith("expected ")


def test_unknown_control_calls_and_bad_json_are_said(simulator):
    assert simulator.control("GET", "/faults")[0] == 404
    status, answer = simulator.control("POST", "/faults", b"{")
    assert status == 400 and answer["error"]["message"]


def test_reset_forgets_everything_but_the_configured_numbers(simulator, subscriber):
    simulator.must("/numbers", phone_number_id="777", waba_id=WABA, token=TOKEN)
    simulator.must("/faults", fault="code_131000", share=1)
    simulator.must("/inbound", phone_number_id=NUMBER, **{"from": PERSON}, text="Oi")
    simulator.template("t")
    simulator.send()
    assert simulator.control("POST", "/reset")[1] == {"ok": True}
    counts = simulator.counts()
    assert (counts["requests"], counts["templates"], counts["numbers"], counts["people"]) == (0, 0, 1, 0)
    assert simulator.send(number="777")[0] == 400
    wamid = simulator.wamid()
    wait_until(lambda: subscriber.names(wamid) == ["failed"])  # the window is forgotten too


def test_counts_agree_with_the_ledger(simulator):
    for i in range(10):
        simulator.send(to=f"551190000000{i}")
    simulator.send(to="x")
    counts, lines = simulator.counts(), simulator.ledger()
    assert counts["requests"] == len(lines) == 11
    assert counts["accepted"] == sum(line["wamid"] is not None for line in lines) == 10
    assert counts["refused"] == 1 and counts["answered"] == 11 and counts["cut"] == 0


def test_what_was_answered_is_in_the_ledger_after_a_kill(start):
    simulator = start(per_s=100000, pair_interval_s=0)
    answered, stop = [], threading.Event()

    def keep_sending(worker):
        connection = http.client.HTTPConnection("127.0.0.1", simulator.port, timeout=5)
        i = 0
        try:
            while not stop.is_set():
                i += 1
                connection.request("POST", f"/v23.0/{NUMBER}/messages", json.dumps({
                    "messaging_product": "whatsapp", "to": PERSON, "text": {"body": "Oi"},
                    "biz_opaque_callback_data": f"{worker}:{i}"}),
                    {"Authorization": f"Bearer {TOKEN}"})
                answer = json.loads(connection.getresponse().read())
                answered.append(answer["messages"][0]["id"])
        except (OSError, http.client.HTTPException, ValueError):
            pass

    threads = [threading.Thread(target=keep_sending, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(answered) > 500)
    simulator.process.kill()
    simulator.process.wait()
    stop.set()
    for thread in threads:
        thread.join()
    written = {line["wamid"] for line in simulator.ledger()}
    assert set(answered) <= written


def test_a_ledger_that_cannot_be_written_ends_the_process_without_an_answer(start):
    simulator = start(ledger="/dev/full")
    with pytest.raises(ConnectionError):
        simulator.send()
    assert simulator.process.wait(10) == 1
    assert "simulator.ledger_broken" in (simulator.home / "log").read_text()


def test_sigterm_lets_a_slow_answer_leave(start):
    simulator = start()
    simulator.must("/faults", fault="slow", to=PERSON)
    answers = []
    thread = threading.Thread(target=lambda: answers.append(simulator.send()))
    thread.start()
    wait_until(lambda: simulator.counts()["pending"] == 1)
    simulator.process.terminate()
    assert simulator.process.wait(10) == 0
    thread.join()
    assert answers[0][0] == 200


def test_webhooks_need_a_secret(tmp_path):
    config = tmp_path / "bad.cfg"
    write_config(config, {"metrics": {"port": free_port()}, "simulator": {
        "port": free_port(), "control_port": free_port(), "webhook_url": "http://127.0.0.1:1"}})
    done = subprocess.run([program("carteiro-simulator"), "--config", str(config)],
                          capture_output=True, text=True, env=clean_environment())
    assert done.returncode == 78
    assert "simulator.app_secret_file" in done.stderr
