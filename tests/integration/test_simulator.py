"""The simulator alone: the real process, a plain HTTP client, and a subscriber of ours."""

import base64
import hashlib
import hmac
import http.client
import json
import re
import socket
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from fleet import SANITIZER, clean_environment, program, read_ledger, write_config
from servers import free_port
from waiting import stays, wait_until

NUMBER = "106540352242922"
WABA = "102290129340398"
TOKEN = "EAAtest"
SECRET = "app-secret"
PERSON = "5511987654321"
LEDGER_FIELDS = ["at", "phone_number_id", "to", "type", "text", "template", "key", "http",
                 "code", "wamid", "fault"]
WEBHOOK_FIELDS = ["at", "wamid", "status", "code", "http", "try"]
AT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")


class Subscriber:
    """Keeps every POST; answers `status`, or the next of `answers`."""

    def __init__(self):
        self.posts, self.answers, self.status = [], [], 200
        keeper = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                keeper.posts.append((dict(self.headers), body))
                status = keeper.answers.pop(0) if keeper.answers else keeper.status
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/webhook"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def values(self):
        return [change["value"] for _, body in list(self.posts)
                for entry in json.loads(body)["entry"] for change in entry["changes"]]

    def statuses(self, wamid=None):
        return [status for value in self.values() for status in value.get("statuses", [])
                if wamid in (None, status["id"])]

    def names(self, wamid):
        return [status["status"] for status in self.statuses(wamid)]

    def done(self):
        self.server.shutdown()
        self.server.server_close()


class Simulator:
    def __init__(self, home, subscriber, **keys):
        self.home = home
        self.port, self.control_port, self.metrics_port = (free_port() for _ in range(3))
        self.ledger_path, self.webhooks_path = home / "ledger.jsonl", home / "webhooks.jsonl"
        (home / "secret").write_text(SECRET + "\n")
        write_config(home / "simulator.cfg", {
            "metrics": {"port": self.metrics_port},
            "simulator": {
                "port": self.port, "control_port": self.control_port,
                "ledger": str(self.ledger_path), "ledger_webhooks": str(self.webhooks_path),
                "webhook_url": subscriber.url, "app_secret_file": str(home / "secret"),
                "numbers": f"{NUMBER}:{WABA}:{TOKEN}", "sent_ms": 5, "delivered_ms": 10,
                "read_ms": 15, "read_share": 1.0, "retry_ms": 20, "slow_ms": 300,
                "late_ms": 400, **keys}})
        self.log = open(home / "log", "ab")
        self.process = subprocess.Popen(
            [program("carteiro-simulator"), "--config", str(home / "simulator.cfg")],
            stdout=self.log, stderr=self.log, env=clean_environment())
        wait_until(self.is_up, 30, "the simulator answers")

    def is_up(self):
        assert self.process.poll() is None, (self.home / "log").read_text()
        try:
            return self.control("GET", "/counts")[0] == 200
        except OSError:
            return False

    def graph(self, method, path, body=None, token=TOKEN, timeout=10):
        """(status, decoded answer)"""
        return request(self.port, method, path, body,
                       {"Authorization": f"Bearer {token}"} if token else {}, timeout)

    def control(self, method, path, body=None):
        return request(self.control_port, method, path, body, {}, 10)

    def must(self, path, **body):
        status, answer = self.control("POST", path, body)
        assert status == 200, answer
        return answer

    def send(self, to=PERSON, number=NUMBER, token=TOKEN, timeout=10, **body):
        message = {"messaging_product": "whatsapp", "to": to, **body}
        if "type" not in body and "status" not in body:
            message |= {"type": "text", "text": {"body": "Oi"}}
        return self.graph("POST", f"/v23.0/{number}/messages", message, token, timeout)

    def wamid(self, **message):
        status, answer = self.send(**message)
        assert status == 200, answer
        return answer["messages"][0]["id"]

    def template(self, name, text="Olá {{1}}, tudo bem?", **extra):
        return self.graph("POST", f"/v23.0/{WABA}/message_templates", {
            "name": name, "language": "pt_BR", "category": "MARKETING",
            "components": [{"type": "BODY", "text": text}], **extra})

    def counts(self):
        return self.control("GET", "/counts")[1]

    def ledger(self):
        return read_ledger(self.ledger_path)

    def webhooks(self):
        return read_ledger(self.webhooks_path)

    def done(self):
        code = None
        if self.process.poll() is None:
            self.process.terminate()
            code = self.process.wait(20)
        self.log.close()
        text = (self.home / "log").read_text()
        assert not SANITIZER.search(text), text[-4000:]
        assert code in (0, None), f"ended {code}:\n{text[-2000:]}"


def request(port, method, path, body, headers, timeout):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, data,
                           {**({"Content-Type": "application/json"} if data else {}), **headers})
        answer = connection.getresponse()
        text = answer.read().decode()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, text
    finally:
        connection.close()


def use(name, *values, language="pt_BR", **extra):
    """A send's template object with positional body parameters."""
    components = [{"type": "body", "parameters": [{"type": "text", "text": v} for v in values]}]
    return {"type": "template", "template": {
        "name": name, "language": {"code": language},
        "components": components if values else [], **extra}}


@pytest.fixture
def subscriber():
    keeper = Subscriber()
    yield keeper
    keeper.done()


@pytest.fixture
def start(tmp_path, subscriber):
    """start(key=value, ...) gives a running Simulator with those configuration keys."""
    running = []

    def starter(**keys):
        running.append(Simulator(tmp_path, subscriber, **keys))
        return running[-1]

    yield starter
    for simulator in running:
        simulator.done()


@pytest.fixture
def simulator(start):
    return start()


# --- accepting -------------------------------------------------------------------------


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
    assert (line["type"], line["wamid"], line["http"]) == (None, None, 200)
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


# --- refusing --------------------------------------------------------------------------


def refused(answer):
    error = answer["error"]
    return error["code"], error.get("error_data", {}).get("details", error["message"])


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


# --- templates -------------------------------------------------------------------------


def test_a_template_is_approved_at_once_listed_used_and_deleted(simulator):
    status, made = simulator.template("boas_vindas")
    assert (status, made["status"], made["category"]) == (200, "APPROVED", "MARKETING")
    status, answer = simulator.send(**use("boas_vindas", "Ana"))
    assert (status, answer["messages"][0]["message_status"]) == (200, "accepted")
    line, = simulator.ledger()
    assert (line["text"], line["template"], line["type"]) == (
        "Olá Ana, tudo bem?", "boas_vindas", "template")
    path = f"/v23.0/{WABA}/message_templates"
    listed = simulator.graph("GET", path + "?name=boas_vindas")[1]["data"]
    assert [(t["name"], t["language"], t["id"]) for t in listed] == [
        ("boas_vindas", "pt_BR", made["id"])]
    assert listed[0]["components"] == [{"type": "BODY", "text": "Olá {{1}}, tudo bem?"}]
    assert simulator.graph("DELETE", path + "?name=boas_vindas")[1] == {"success": True}
    assert simulator.graph("DELETE", path + "?name=boas_vindas")[0] == 400
    assert simulator.send(**use("boas_vindas", "Ana"))[0] == 404


def test_templates_are_listed_in_pages(simulator):
    for i in range(7):
        simulator.template(f"t{i}")
    path, names = f"/v23.0/{WABA}/message_templates?limit=3", []
    while path:
        page = simulator.graph("GET", path)[1]
        names += [template["name"] for template in page["data"]]
        url = page["paging"].get("next")
        path = url and url[url.index("/v23.0"):]
    assert names == [f"t{i}" for i in range(7)]
    assert simulator.graph("GET", f"/v23.0/{WABA}/message_templates?name=nope")[1] == {"data": []}


@pytest.mark.parametrize("code, values", [
    (132000, []),
    (132000, ["Ana", "Bia"]),
    (131008, [""]),
    (132018, ["Ana\nMaria"]),
    (132018, ["Ana\tMaria"]),
    (132018, ["Ana     Maria"]),
    (132005, ["x" * 32768]),
])
def test_parameters_are_refused_as_the_service_does(simulator, code, values):
    simulator.template("t")
    status, answer = simulator.send(**use("t", *values))
    assert (status, refused(answer)[0]) == (400, code), answer
    line, = simulator.ledger()
    assert (line["template"], line["text"], line["code"]) == ("t", None, code)


def test_a_wrong_count_is_said_in_the_services_words(simulator):
    simulator.template("t")
    assert refused(simulator.send(**use("t", "a", "b"))[1])[1] == (
        "body: number of localizable_params (2) does not match the expected number of params (1)")


def test_named_parameters_come_in_any_order(simulator):
    made = simulator.template("nomeado", "Oi {{nome}}, sua consulta é {{dia}}.",
                              parameter_format="NAMED")
    assert made[0] == 200

    def send(*names):
        return simulator.send(type="template", template={
            "name": "nomeado", "language": {"code": "pt_BR"}, "components": [
                {"type": "body", "parameters": [
                    {"type": "text", "parameter_name": n, "text": n.upper()} for n in names]}]})

    assert send("dia", "nome")[0] == 200
    assert simulator.ledger()[-1]["text"] == "Oi NOME, sua consulta é DIA."
    assert refused(send("dia", "outro")[1])[0] == 132000
    assert refused(send("dia")[1])[0] == 132000


def test_media_headers_and_url_buttons_need_their_parameters(simulator):
    made = simulator.template("rico", components=[
        {"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Oi"},
        {"type": "FOOTER", "text": "Clínica"},
        {"type": "BUTTONS", "buttons": [
            {"type": "QUICK_REPLY", "text": "Sim"},
            {"type": "URL", "text": "Ver", "url": "https://x.example/{{1}}"}]}])
    assert made[0] == 200
    header = {"type": "header", "parameters": [
        {"type": "image", "image": {"link": "https://x.example/a.png"}}]}
    button = {"type": "button", "sub_type": "url", "index": "1",
              "parameters": [{"type": "text", "text": "abc"}]}

    def send(*components):
        return simulator.send(type="template", template={
            "name": "rico", "language": {"code": "pt_BR"}, "components": list(components)})

    assert refused(send(button)[1]) == (
        132012, "header: Format mismatch, expected IMAGE, received UNKNOWN")
    assert refused(send(header)[1])[0] == 131008
    assert send(header, button)[0] == 200


@pytest.mark.parametrize("change", [
    {"name": "Com Espaço"},
    {"name": None},
    {"language": None},
    {"category": "SPAM"},
    {"components": None},
    {"components": []},
    {"components": [{"type": "BODY"}]},
    {"components": [{"type": "BODY", "text": "x" * 1025}]},
    {"components": [{"type": "BODY", "text": "Oi {{2}}"}]},
    {"components": [{"type": "BODY", "text": "Oi {{nome}}"}]},
    {"components": [{"type": "BODY", "text": "Oi {{1"}]},
    {"components": [{"type": "BODY", "text": "Oi"}, {"type": "FOOTER", "text": "x" * 61}]},
    {"components": [{"type": "BODY", "text": "Oi"}, {"type": "BUTTONS", "buttons": []}]},
])
def test_a_bad_template_is_not_made(simulator, change):
    body = {"name": "t", "language": "pt_BR", "category": "UTILITY",
            "components": [{"type": "BODY", "text": "Oi"}], **change}
    body = {key: value for key, value in body.items() if value is not None}
    status, answer = simulator.graph("POST", f"/v23.0/{WABA}/message_templates", body)
    assert (status, answer["error"]["code"]) == (400, 100)
    assert simulator.counts()["templates"] == 0


def test_the_same_name_and_language_exists_once(simulator):
    assert simulator.template("t")[0] == 200
    status, answer = simulator.template("t")
    assert (status, answer["error"]["error_subcode"]) == (400, 2388024)
    assert simulator.template("t", language="en_US")[0] == 200


def test_a_scripted_status_stops_a_template_and_is_told(simulator, subscriber):
    simulator.template("t")
    simulator.must("/templates", waba_id=WABA, name="t", status="PAUSED")
    assert refused(simulator.send(**use("t", "Ana"))[1])[0] == 132015
    value = wait_until(subscriber.values)[0]
    assert (value["event"], value["message_template_name"]) == ("PAUSED", "t")
    simulator.must("/templates", waba_id=WABA, name="later", status="PENDING")
    assert simulator.template("later")[1]["status"] == "PENDING"
    assert simulator.send(**use("later", "Ana"))[0] == 404


# --- the account -----------------------------------------------------------------------


def test_a_number_and_an_account_tell_their_fields(simulator):
    status, answer = simulator.graph("GET", f"/v23.0/{NUMBER}?fields=id,throughput,quality_rating")
    assert (status, answer) == (200, {
        "id": NUMBER, "throughput": {"level": "STANDARD"}, "quality_rating": "GREEN"})
    health = simulator.graph("GET", f"/v23.0/{NUMBER}?fields=health_status")[1]["health_status"]
    assert health["can_send_message"] == "AVAILABLE"
    assert simulator.graph("GET", f"/v23.0/{WABA}?fields=health_status")[0] == 200
    assert simulator.graph("GET", f"/v23.0/{NUMBER}?fields=shoe_size")[1]["error"]["code"] == 100
    assert simulator.graph("GET", "/v23.0/999")[1]["error"]["error_subcode"] == 33
    listed = simulator.graph("GET", f"/v23.0/{WABA}/phone_numbers")[1]["data"]
    assert [number["id"] for number in listed] == [NUMBER]
    assert simulator.graph("POST", f"/v23.0/{WABA}/subscribed_apps")[1] == {"success": True}
    assert simulator.graph("GET", f"/v23.0/{WABA}/subscribed_apps")[0] == 200
    assert simulator.graph("POST", f"/v23.0/{WABA}/subscribed_apps", token="x")[0] == 401


# --- limits ----------------------------------------------------------------------------


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


# --- webhooks --------------------------------------------------------------------------


def test_a_message_is_sent_delivered_and_read_by_signed_webhooks(simulator, subscriber):
    simulator.template("t")
    wamid = simulator.wamid(**use("t", "Ana"), biz_opaque_callback_data="id:7",
                            to="5531987654321")
    wait_until(lambda: len(subscriber.names(wamid)) == 3)
    assert subscriber.names(wamid) == ["sent", "delivered", "read"]
    for headers, body in subscriber.posts:
        expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        assert headers["X-Hub-Signature-256"] == "sha256=" + expected
        assert headers["Content-Type"] == "application/json"
    first = json.loads(subscriber.posts[0][1])
    assert first["object"] == "whatsapp_business_account"
    assert first["entry"][0]["id"] == WABA
    change = first["entry"][0]["changes"][0]
    assert change["field"] == "messages"
    assert change["value"]["messaging_product"] == "whatsapp"
    assert change["value"]["metadata"]["phone_number_id"] == NUMBER
    sent, delivered, read = subscriber.statuses(wamid)
    assert all(s["biz_opaque_callback_data"] == "id:7" for s in (sent, delivered, read))
    assert all(s["recipient_id"] == "553187654321" for s in (sent, delivered, read))
    assert sent["timestamp"].isdigit()
    assert sent["conversation"]["origin"] == {"type": "marketing"}
    assert sent["conversation"]["expiration_timestamp"].isdigit()
    assert sent["pricing"] == {"billable": True, "pricing_model": "PMP", "type": "regular",
                               "category": "marketing"}
    assert "expiration_timestamp" not in delivered["conversation"]
    assert not {"conversation", "pricing"} & set(read)
    lines = wait_until(lambda: len(simulator.webhooks()) == 3 and simulator.webhooks())
    assert [list(line) for line in lines] == [WEBHOOK_FIELDS] * 3
    assert [(l["wamid"], l["status"], l["code"], l["http"], l["try"]) for l in lines] == [
        (wamid, name, None, 200, 1) for name in ("sent", "delivered", "read")]
    assert wait_until(lambda: simulator.counts()["statuses"]["read"] == 1)


def test_free_text_outside_a_window_is_accepted_and_fails_by_webhook(simulator, subscriber):
    wamid = simulator.wamid(biz_opaque_callback_data="k")
    status, = wait_until(lambda: subscriber.statuses(wamid))
    assert status["status"] == "failed" and status["biz_opaque_callback_data"] == "k"
    error, = status["errors"]
    assert (error["code"], error["title"]) == (131047, "Re-engagement message")
    assert error["message"] and error["error_data"]["details"] and error["href"]
    stays(lambda: subscriber.names(wamid) == ["failed"], 0.2)
    assert simulator.webhooks()[0]["code"] == 131047


def test_who_wrote_gets_free_text(simulator, subscriber):
    simulator.must("/inbound", phone_number_id=NUMBER, **{"from": "5531987654321"}, text="Oi!")
    wamid = simulator.wamid(to="5531987654321")
    wait_until(lambda: "read" in subscriber.names(wamid))
    other = simulator.wamid(to="5531987654322")
    wait_until(lambda: subscriber.names(other) == ["failed"])
    status = subscriber.statuses(wamid)[0]
    assert status["pricing"] == {"billable": False, "pricing_model": "PMP",
                                 "type": "free_customer_service", "category": "service"}


def test_a_reaction_is_only_ever_sent(simulator, subscriber):
    simulator.must("/inbound", phone_number_id=NUMBER, **{"from": PERSON}, text="Oi!")
    wamid = simulator.wamid(type="reaction", reaction={"message_id": "wamid.X", "emoji": "👍"})
    wait_until(lambda: subscriber.names(wamid))
    wait_until(lambda: simulator.counts()["webhooks"]["pending_messages"] == 0)
    assert subscriber.names(wamid) == ["sent"]


def test_an_inbound_message_has_the_services_shape(simulator, subscriber):
    made = simulator.must(
        "/inbound", phone_number_id=NUMBER, **{"from": "5531987654321"}, name="Ana Souza",
        type="button", button={"payload": "SIM", "text": "Sim"},
        context={"from": "5511900000000", "id": "wamid.Y"})
    value, = wait_until(subscriber.values)
    assert value["contacts"] == [{"profile": {"name": "Ana Souza"}, "wa_id": "553187654321"}]
    message, = value["messages"]
    assert message["timestamp"].isdigit()
    assert message | {"timestamp": ""} == {
        "from": "553187654321", "id": made["id"], "timestamp": "", "type": "button",
        "button": {"payload": "SIM", "text": "Sim"},
        "context": {"from": "5511900000000", "id": "wamid.Y"}}
    line, = wait_until(simulator.webhooks)
    assert (line["wamid"], line["status"], line["http"]) == (made["id"], "inbound", 200)


def test_webhooks_are_tried_until_200_with_the_same_bytes(simulator, subscriber):
    subscriber.answers = [500, 503, 404]
    simulator.must("/inbound", phone_number_id=NUMBER, **{"from": PERSON}, text="Oi!")
    wait_until(lambda: len(subscriber.posts) == 4)
    assert len({body for _, body in subscriber.posts}) == 1
    assert len({headers["X-Hub-Signature-256"] for headers, _ in subscriber.posts}) == 1
    wait_until(lambda: len(simulator.webhooks()) == 4)
    assert [(l["http"], l["try"]) for l in simulator.webhooks()] == [
        (500, 1), (503, 2), (404, 3), (200, 4)]
    assert simulator.counts()["webhooks"] == {
        "tried": 4, "acknowledged": 1, "pending_messages": 0, "pending_posts": 0}


def test_a_subscriber_that_is_not_there_is_tried_again(start, subscriber):
    port = free_port()
    simulator = start(webhook_url=f"http://127.0.0.1:{port}/webhook")
    wamid = simulator.wamid()
    wait_until(lambda: len(simulator.webhooks()) >= 2)
    assert {l["http"] for l in simulator.webhooks()} == {None}
    late = ThreadingHTTPServer(("127.0.0.1", port), subscriber.server.RequestHandlerClass)
    threading.Thread(target=late.serve_forever, daemon=True).start()
    wait_until(lambda: subscriber.names(wamid) == ["failed"])
    late.shutdown()
    late.server_close()


def test_more_posts_than_connections_all_arrive(start, subscriber):
    simulator = start(webhook_conns=1, batch_max=1)
    for _ in range(10):
        simulator.must("/inbound", phone_number_id=NUMBER, **{"from": PERSON}, text="Oi!")
    wait_until(lambda: simulator.counts()["webhooks"]["acknowledged"] == 10)


def test_statuses_of_several_messages_share_a_post(start, subscriber):
    simulator = start(sent_ms=200, delivered_share=0.0)
    wamids = [simulator.wamid(to=f"551190000{i:04}") for i in range(20)]
    wait_until(lambda: {s["id"] for s in subscriber.statuses()} == set(wamids))
    assert len(subscriber.posts) < 20
    assert max(len(value["statuses"]) for value in subscriber.values()) > 1


def test_shares_of_failed_delivered_and_read_hold(start, subscriber):
    simulator = start(per_s=100000, failed_share=0.25, delivered_share=0.5, read_share=0.5)
    simulator.template("t")
    for i in range(400):
        simulator.wamid(to=f"551190000{i:04}", **use("t", "Ana"))
    wait_until(lambda: simulator.counts()["webhooks"]["pending_messages"] == 0
               and simulator.counts()["webhooks"]["pending_posts"] == 0)
    statuses = simulator.counts()["statuses"]
    assert statuses["failed"] + statuses["sent"] == 400
    assert 60 <= statuses["failed"] <= 140  # six standard deviations
    assert 0.3 <= statuses["delivered"] / statuses["sent"] <= 0.7
    assert 0.3 <= statuses["read"] / statuses["delivered"] <= 0.7
    failed = [s for s in subscriber.statuses() if s["status"] == "failed"]
    assert {s["errors"][0]["code"] for s in failed} == {131026}


# --- faults ----------------------------------------------------------------------------


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


def test_webhook_late_comes_later(simulator, subscriber):
    simulator.template("t")
    simulator.must("/faults", fault="webhook_late", to=PERSON)
    late = simulator.wamid(**use("t", "Ana"))
    normal = simulator.wamid(to="5511900000001", **use("t", "Ana"))
    wait_until(lambda: len(subscriber.names(normal)) == 3)
    assert subscriber.names(late) == []
    wait_until(lambda: len(subscriber.names(late)) == 3)


# --- control ---------------------------------------------------------------------------


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


# --- the process -----------------------------------------------------------------------


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
