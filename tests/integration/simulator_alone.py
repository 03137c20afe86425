"""The simulator alone, with a subscriber of ours: for tests that need no database."""

import http.client
import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from fleet import SANITIZER, clean_environment, program, read_ledger, write_config
from servers import free_port
from waiting import wait_until

NUMBER = "106540352242922"
WABA = "102290129340398"
TOKEN = "EAAtest"
SECRET = "app-secret"
PERSON = "5511987654321"


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
        self.thread = threading.Thread(
            target=self.server.serve_forever, args=(0.01,), daemon=True)
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


def refused(answer):
    """(code, details or message) of a refusal."""
    error = answer["error"]
    return error["code"], error.get("error_data", {}).get("details", error["message"])


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
