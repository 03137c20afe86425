"""The simulator takes and refuses messages as the service does, and keeps its limits."""

import base64
import http.client
import json
import re

import pytest

from simulator_alone import (  # noqa: F401
    NUMBER, WABA, TOKEN, PERSON, refused, use, simulator, start, subscriber)
from waiting import wait_until

LEDGER_FIELDS = ["at", "phone_number_id", "to", "type", "text", "template", "key", "http",
                 "code", "wamid", "fault"]
AT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")


def test_an_accepted_text_has_the_services_answer_and_a_line_in_the_ledger(simulator):
    status, answer = simulator.send(biz_opaque_callback_data="k:1",
                                    type="text", text={"body": "Olá, Ana 😊", "preview_url": False})
    assert status == 200
    assert answer["messaging_product"] == "whatsapp"
    assert answer["contacts"] == [{"input": PERSON, "wa_id": PERSON}]
    wamid, = [message["id"] for message in answer["messages"]]
    assert "message_status" not in answer["messages"][0]
    line, = simulator.ledger()
    assert list(line) == LEDGER_FIELDS
    assert AT.match(line["at"])
    assert line | {"at": None} == {
        "at": None, "phone_number_id": NUMBER, "to": PERSON, "type": "text",
        "text": "Olá, Ana 😊", "template": None, "key": "k:1", "http": 200, "code": None,
        "wamid": wamid, "fault": None}


def test_a_wamid_has_the_real_form_and_never_repeats(simulator):
    wamids = [simulator.wamid() for _ in range(5)]
    assert len(set(wamids)) == 5
    raw = base64.b64decode(wamids[0].removeprefix("wamid."))
    assert raw[:3] == bytes([0x1C, 0x18, len(PERSON)])
    assert raw[3:16] == PERSON.encode()
    assert raw[16:22] == bytes([0x15, 0x02, 0x00, 0x11, 0x18, 18])
    assert re.fullmatch(rb"[0-9A-F]{18}\x00", raw[22:])


@pytest.mark.parametrize("to, wa_id", [
    ("5531987654321", "553187654321"),
    ("+55 (31) 98765-4321", "553187654321"),
    ("5511987654321", "5511987654321"),
    ("5521987654321", "5521987654321"),
    ("5528987654321", "5528987654321"),
    ("5523987654321", "552387654321"),
    ("5585987654321", "558587654321"),
    ("553132123456", "553132123456"),
    ("16505551234", "16505551234"),
])
def test_brazilian_numbers_lose_their_ninth_digit_where_the_service_drops_it(simulator, to, wa_id):
    _, answer = simulator.send(to=to)
    assert answer["contacts"] == [{"input": to, "wa_id": wa_id}]


def test_a_business_scoped_user_id_is_a_recipient_too(simulator):
    body = {"messaging_product": "whatsapp", "recipient": "US.13491208655302741918",
            "type": "text", "text": {"body": "Oi"}}
    status, answer = simulator.graph("POST", f"/v23.0/{NUMBER}/messages", body)
    assert status == 200
    assert answer["contacts"] == [{"input": "US.13491208655302741918",
                                   "user_id": "US.13491208655302741918"}]


def test_marking_as_read_is_a_call_and_no_message(simulator):
    status, answer = simulator.send(
        to=None, status="read", message_id="wamid.X", typing_indicator={"type": "text"})
    assert (status, answer) == (200, {"success": True})
    line, = simulator.ledger()
    assert (line["type"], line["wamid"], line["http"]) == ("read", None, 200)
    assert simulator.counts()["accepted"] == 0


@pytest.mark.parametrize("kind, content", [
    ("image", {"link": "https://x.example/a.png", "caption": "Veja"}),
    ("document", {"id": "123", "filename": "a.pdf"}),
    ("audio", {"id": "123", "voice": True}),
    ("sticker", {"id": "123"}),
    ("video", {"link": "https://x.example/a.mp4"}),
    ("reaction", {"message_id": "wamid.X", "emoji": ""}),
    ("location", {"latitude": -23.5, "longitude": -46.6, "name": "Sé"}),
    ("contacts", [{"name": {"formatted_name": "Ana"}}]),
    ("interactive", {"type": "button", "body": {"text": "Confirma?"}, "action": {"buttons": [
        {"type": "reply", "reply": {"id": "s", "title": "Sim"}},
        {"type": "reply", "reply": {"id": "n", "title": "Não"}}]}}),
    ("interactive", {"type": "list", "body": {"text": "Horários"}, "action": {
        "button": "Ver", "sections": [{"rows": [{"id": "1", "title": "14h30"}]}]}}),
    ("interactive", {"type": "cta_url", "body": {"text": "Site"}, "action": {
        "name": "cta_url", "parameters": {"display_text": "Abrir", "url": "https://x.example"}}}),
])
def test_every_kind_of_message_is_accepted(simulator, kind, content):
    assert simulator.send(type=kind, **{kind: content})[0] == 200


def test_many_requests_on_one_connection(simulator):
    connection = http.client.HTTPConnection("127.0.0.1", simulator.port)
    for i in range(50):
        connection.request("POST", f"/v19.0/{NUMBER}/messages", json.dumps({
            "messaging_product": "whatsapp", "to": f"55119876{i:05}", "text": {"body": "Oi"}}),
            {"Authorization": f"Bearer {TOKEN}"})
        assert connection.getresponse().read()
    assert [line["to"] for line in simulator.ledger()] == [f"55119876{i:05}" for i in range(50)]


def test_tokens_and_objects_are_checked(simulator):
    status, answer = simulator.send(token="wrong")
    assert (status, answer["error"]["code"], answer["error"]["type"]) == (401, 190, "OAuthException")
    assert "(#190)" not in answer["error"]["message"]
    status, answer = simulator.send(token=None)
    assert (status, answer["error"]["code"]) == (401, 190)
    status, answer = simulator.send(number="999")
    error = answer["error"]
    assert (status, error["code"], error["error_subcode"]) == (400, 100, 33)
    assert error["type"] == "GraphMethodException" and "'999'" in error["message"]
    simulator.must("/numbers", phone_number_id="777", waba_id="888", token="other")
    assert simulator.send(number="777")[1]["error"]["error_subcode"] == 33
    assert simulator.send(number="777", token="other")[0] == 200
    assert [line["code"] for line in simulator.ledger()] == [190, 190, 100, 100, None]


def test_an_error_has_the_services_shape(simulator):
    status, answer = simulator.send(**use("none"))
    error = answer["error"]
    assert status == 404
    assert error["message"] == "(#132001) Template name does not exist in the translation"
    assert (error["type"], error["code"]) == ("OAuthException", 132001)
    assert error["error_data"] == {"messaging_product": "whatsapp",
                                   "details": "template name (none) does not exist in pt_BR"}
    assert error["fbtrace_id"].startswith("A")


TITLE_21 = "x" * 21


def buttons(*pairs):
    return {"interactive": {"type": "button", "body": {"text": "?"}, "action": {"buttons": [
        {"type": "reply", "reply": {"id": i, "title": t}} for i, t in pairs]}}}


@pytest.mark.parametrize("code, body", [
    (100, {"messaging_product": None}),
    (100, {"to": None}),
    (131009, {"to": "abc"}),
    (131009, {"to": "123"}),
    (100, {"type": "text", "text": None}),
    (100, {"type": "text", "text": {}}),
    (100, {"type": "text", "text": {"body": ""}}),
    (100, {"type": "text", "text": {"body": "é" * 4097}}),
    (100, {"type": "text", "text": {"body": "x", "previw_url": True}}),
    (100, {"type": "text", "text": {"body": "x", "preview_url": "yes"}}),
    (100, {"type": "smoke", "smoke": {}}),
    (100, {"biz_opaque_callback_data": "x" * 513}),
    (100, {"context": {}}),
    (131009, {"type": "image", "image": {}}),
    (131009, {"type": "image", "image": {"id": "1", "link": "https://x.example"}}),
    (131009, {"type": "image", "image": {"link": "ftp://x.example"}}),
    (131009, {"type": "image", "image": {"id": "1", "caption": "x" * 1025}}),
    (100, {"type": "audio", "audio": {"id": "1", "caption": "x"}}),
    (131009, {"type": "reaction", "reaction": {"message_id": "x", "emoji": "👍"}}),
    (131008, {"type": "location", "location": {"latitude": 1}}),
    (131009, {"type": "location", "location": {"latitude": 91, "longitude": 0}}),
    (131009, {"type": "contacts", "contacts": []}),
    (131009, {"type": "interactive", **buttons(("1", TITLE_21))}),
    (131009, {"type": "interactive", **buttons()}),
    (131009, {"type": "interactive", **buttons(*[(str(i), f"B{i}") for i in range(4)])}),
    (131009, {"type": "interactive", **buttons(("1", "A"), ("1", "B"))}),
    (131009, {"type": "interactive", **buttons(("1", "A"), ("2", "A"))}),
    (131009, {"type": "interactive", **buttons((" 1", "A"))}),
    (131051, {"type": "interactive", "interactive": {
        "type": "magic", "body": {"text": "x"}, "action": {}}}),
    (131009, {"type": "interactive", "interactive": {
        "type": "list", "body": {"text": "x"}, "action": {"button": "Ver", "sections": [
            {"rows": [{"id": str(i), "title": "x"} for i in range(11)]}]}}}),
    (131008, {"type": "interactive", "interactive": {
        "type": "list", "body": {"text": "x"}, "action": {"button": "Ver", "sections": [
            {"rows": [{"id": "1", "title": "x"}]}, {"rows": [{"id": "2", "title": "y"}]}]}}}),
])
def test_content_is_refused_as_the_service_does(simulator, code, body):
    message = {"messaging_product": "whatsapp", "to": PERSON, "type": "text",
               "text": {"body": "Oi"}, **body}
    message = {key: value for key, value in message.items() if value is not None}
    status, answer = simulator.graph("POST", f"/v23.0/{NUMBER}/messages", message)
    assert (status, refused(answer)[0]) == (400, code), answer
    line, = simulator.ledger()
    assert (line["http"], line["code"], line["wamid"]) == (400, code, None)


def test_the_longest_text_counts_characters_and_not_bytes(simulator):
    assert simulator.send(type="text", text={"body": "é" * 4096})[0] == 200


def test_a_body_that_is_no_json_is_refused_and_in_the_ledger(simulator):
    status, answer = simulator.graph("POST", f"/v23.0/{NUMBER}/messages", b"{nonsense")
    assert (status, answer["error"]["code"]) == (400, 100)
    line, = simulator.ledger()
    assert (line["to"], line["type"], line["code"]) == (None, None, 100)


def test_the_sender_is_no_recipient(simulator):
    simulator.must("/numbers", phone_number_id="777", waba_id=WABA, token=TOKEN,
                   display_phone_number="551133334444")
    assert simulator.send(number="777", to="551133334444")[1]["error"]["code"] == 131021


def test_paths_that_are_none_are_said(simulator):
    assert simulator.graph("GET", "/")[1]["error"]["code"] == 2500
    assert simulator.graph("POST", f"/v23.0/{NUMBER}/massages", {})[0] == 400
    assert simulator.graph("PUT", f"/v23.0/{NUMBER}/messages", {})[0] == 400


def test_a_number_past_its_throughput_is_refused(simulator):
    simulator.must("/numbers", phone_number_id="777", waba_id=WABA, token=TOKEN, per_s=0.01)
    assert simulator.send(number="777")[0] == 200
    status, answer = simulator.send(number="777", to="5511900000001")
    assert (status, refused(answer)) == (
        400, (130429, "Cloud API message throughput has been reached."))
    assert simulator.send()[0] == 200  # another number has its own


def test_one_second_holds_its_burst_and_no_more(simulator):
    simulator.must("/numbers", phone_number_id="777", waba_id=WABA, token=TOKEN, per_s=5)
    codes = [simulator.send(number="777", to=f"55119000000{i:02}")[0] for i in range(40)]
    assert codes[:5] == [200] * 5
    took = sum(code == 200 for code in codes)
    lines = [line for line in simulator.ledger() if line["http"] == 200]
    assert len(lines) == took < 40
    seconds = [float(line["at"][17:26]) + 60 * int(line["at"][14:16]) for line in lines]
    assert took <= 5 + 5 * ((seconds[-1] - seconds[0]) % 3600) + 1


def test_a_pair_past_its_burst_is_refused_by_wa_id(start):
    simulator = start(pair_burst=3)
    assert [simulator.send(to="5531987654321")[0] for _ in range(3)] == [200] * 3
    status, answer = simulator.send(to="553187654321")  # the same person
    assert (status, refused(answer)[0]) == (400, 131056)
    assert simulator.send(to="5531987654322")[0] == 200


def test_a_pair_is_served_again_after_its_interval(start):
    simulator = start(pair_burst=1, pair_interval_s=1)
    assert simulator.send()[0] == 200
    assert simulator.send()[0] == 400
    wait_until(lambda: simulator.send()[0] == 200, 5)
