"""The real processes, started with a generated configuration and awaited on /readyz."""

import json
import os
import re
import secrets
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from pooler import IS_POOLED
from servers import TOP, free_port
from waiting import wait_until

BUILD = Path(os.environ.get("CARTEIRO_BUILD", TOP / ".build" / "asan"))
# Ids of Meta's form that are nobody's; the simulator knows this number from its start.
PHONE_NUMBER_ID = "106540352242922"
WABA_ID = "102290129340398"
SANITIZER = re.compile(r"(AddressSanitizer|LeakSanitizer|UndefinedBehaviorSanitizer|runtime error:)")
READY_S = 60


def program(name):
    """Path of a built program: carteiro-sender lies in workers/sender."""
    folder = "ctl" if name == "carteiro" else name.removeprefix("carteiro-")
    path = BUILD / "workers" / folder / name
    assert path.exists(), f"{path} is not built (CARTEIRO_BUILD={BUILD})"
    return str(path)


def clean_environment(**extra):
    """Ours without anything that would configure a program behind the test's back."""
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith(("CARTEIRO_", "META_", "PG", "DATABASE_URL", "CLINIC_", "ENABLE_"))}
    kept["UBSAN_OPTIONS"] = "halt_on_error=1:print_stacktrace=1"
    kept["ASAN_OPTIONS"] = "detect_leaks=1:abort_on_error=0"
    if IS_POOLED:
        kept["CARTEIRO_DATABASE_POOLED"] = "true"
    return {**kept, **extra}


def write_config(path, sections):
    """{"sender": {"slots": 8}} as libconfig text."""
    def text(value):
        if isinstance(value, bool):
            return "true" if value else "false"
        return json.dumps(value) if isinstance(value, str) else repr(value)

    lines = []
    for section, keys in sections.items():
        if not isinstance(keys, dict):
            lines.append(f"{section} = {text(keys)};")
            continue
        lines.append(f"{section}: {{")
        lines += [f"    {key} = {text(value)};" for key, value in keys.items()]
        lines.append("};")
    path.write_text("\n".join(lines) + "\n")


def http(method, url, body=None, headers=None, timeout=10):
    """(status, text) of one request; 0 when nothing answers."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={
        **({"Content-Type": "application/json"} if data is not None else {}), **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError as error:
        return 0, str(error)


class Process:
    """One running program of the fleet; its log is one JSON object a line."""

    def __init__(self, fleet, kind, name, sections, arguments=()):
        self.kind, self.name = kind, name
        self.metrics_port = sections["metrics"]["port"]
        self.log_path = fleet.home / f"{name}.log"
        config = fleet.home / f"{name}.cfg"
        write_config(config, sections)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig=KILL",  # not outliving a killed run
                 program(f"carteiro-{kind}"), "--config", str(config), *arguments],
                stdout=log, stderr=log, env=clean_environment(), cwd=fleet.home)

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process.poll() is None

    def readyz(self):
        """(status, text) of /readyz."""
        return http("GET", f"http://127.0.0.1:{self.metrics_port}/readyz")

    def healthz(self):
        return http("GET", f"http://127.0.0.1:{self.metrics_port}/healthz")

    def wait_ready(self, timeout=READY_S):
        def ready():
            if not self.is_running():
                raise RuntimeError(f"{self.name} ended {self.process.returncode}:\n{self.tail()}")
            return self.readyz()[0] == 200
        wait_until(ready, timeout, f"{self.name} is ready")
        return self

    def metrics(self):
        """{'carteiro_x_total{a="b"}': 1.0}"""
        _, text = http("GET", f"http://127.0.0.1:{self.metrics_port}/metrics")
        pairs = (line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#")
        return {name: float(value) for name, value in pairs}

    def metric(self, name):
        """The sum over all labels of `name`."""
        return sum(value for key, value in self.metrics().items()
                   if key == name or key.startswith(name + "{"))

    def log(self):
        """The log's lines that are JSON objects."""
        lines = []
        for line in self.log_path.read_text(errors="replace").splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                pass
        return [line for line in lines if isinstance(line, dict)]

    def events(self, name):
        return [line for line in self.log() if line.get("event") == name]

    def tail(self, lines=30):
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])

    def kill(self):
        """SIGKILL, and waits until it is gone."""
        self.process.kill()
        self.process.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def term(self, timeout=60):
        """SIGTERM; returns the exit code."""
        if self.is_running():
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def check_sanitizers(self):
        text = self.log_path.read_text(errors="replace")
        assert not SANITIZER.search(text), f"{self.name}:\n{self.tail(60)}"


class Fleet:
    """Starts simulator, senders, planner and gateway over one Database and one Redis.

    What every process gets can be changed by section: fleet.sender(sender={"slots": 8}).
    """

    def __init__(self, home, database, redis):
        self.home, self.database, self.redis = Path(home), database, redis
        self.processes = []
        self.token = "EAA" + secrets.token_hex(16)
        self.app_secret = secrets.token_hex(16)
        self.verify_token = secrets.token_hex(8)
        self.secrets_dir = self.home / "secrets"
        self.secrets_dir.mkdir(mode=0o700)
        for name in ("token", "app_secret", "verify_token"):
            (self.secrets_dir / name).write_text(getattr(self, name) + "\n")
            (self.secrets_dir / name).chmod(0o600)
        self.ledger_path = self.home / "ledger.jsonl"
        self.webhooks_path = self.home / "webhooks.jsonl"
        self.simulator_port, self.control_port, self.gateway_port = (free_port() for _ in range(3))
        self.simulator_url = f"http://127.0.0.1:{self.simulator_port}"
        self.control_url = f"http://127.0.0.1:{self.control_port}"
        self.gateway_url = f"http://127.0.0.1:{self.gateway_port}"

    def sections(self, role=None, changes=None):
        sections = {
            "secrets": {"dir": str(self.secrets_dir)},
            "redis": {"url": self.redis.url()},
            "whatsapp": {"base_url": self.simulator_url},
            "metrics": {"address": "127.0.0.1", "port": free_port()},
        }
        if role:
            sections["database"] = {"url": self.database.url(role)}
        for section, keys in (changes or {}).items():
            sections[section] = {**sections.get(section, {}), **keys} \
                if isinstance(keys, dict) else keys
        return sections

    @staticmethod
    def _urls(changes, redis_url, database_url):
        """Another way to a server than the usual one, by a proxy.Cut for instance."""
        for section, url in (("redis", redis_url), ("database", database_url)):
            if url:
                changes[section] = {"url": url, **changes.get(section, {})}

    def _start(self, kind, name, sections, wait):
        process = Process(self, kind, name, sections)
        self.processes.append(process)
        return process.wait_ready() if wait else process

    def _name(self, kind, name):
        count = sum(process.kind == kind for process in self.processes)
        return name or f"{kind}-{count + 1}"

    def simulator(self, name=None, wait=True, **changes):
        """Webhooks go to the gateway, signed; quick unless told otherwise."""
        changes["simulator"] = {
            "address": "127.0.0.1", "port": self.simulator_port,
            "control_port": self.control_port,
            "ledger": str(self.ledger_path), "ledger_webhooks": str(self.webhooks_path),
            "webhook_url": self.gateway_url + "/webhook",
            "app_secret_file": str(self.secrets_dir / "app_secret"),
            "numbers": f"{PHONE_NUMBER_ID}:{WABA_ID}:{self.token}:80",
            "sent_ms": 5, "delivered_ms": 20, "read_ms": 40, "retry_ms": 100, "read_share": 1.0, "failed_share": 0.0,
            "latency_ms": 0, **changes.get("simulator", {})}
        return self._start("simulator", self._name("simulator", name),
                           self.sections(None, changes), wait)

    def sender(self, name=None, wait=True, redis_url=None, database_url=None, **changes):
        self._urls(changes, redis_url, database_url)
        name = self._name("sender", name)
        changes["sender"] = {"name": name, **changes.get("sender", {})}
        return self._start("sender", name, self.sections("sender", changes), wait)

    def planner(self, name=None, wait=True, database_url=None, **changes):
        self._urls(changes, None, database_url)
        return self._start("planner", self._name("planner", name),
                           self.sections("planner", changes), wait)

    def gateway(self, name=None, wait=True, database_url=None, **changes):
        self._urls(changes, None, database_url)
        changes["gateway"] = {
            "address": "127.0.0.1", "port": self.gateway_port,
            "verify_token_file": str(self.secrets_dir / "verify_token"),
            "app_secret_file": str(self.secrets_dir / "app_secret"),
            **changes.get("gateway", {})}
        return self._start("gateway", self._name("gateway", name),
                           self.sections("gateway", changes), wait)

    def control(self, method, path, body=None):
        """The simulator's control port; returns the decoded answer."""
        status, text = http(method, self.control_url + path, body)
        assert 200 <= status < 300, f"{method} {path}: {status} {text}"
        return json.loads(text) if text else None

    def company(self, empresa="padrao", phone_number_id=PHONE_NUMBER_ID, waba_id=WABA_ID):
        """A company with account and number, made by the CLI; its id."""
        made = json.loads(self.cli("empresa", "salvar", empresa, "--json").stdout)
        self.cli("conta", "salvar", waba_id, "--token-arquivo", "token",
                 "--segredo-arquivo", "app_secret", "--empresa", empresa)
        self.cli("numero", "salvar", phone_number_id, "--conta", waba_id, "--empresa", empresa)
        return made["id"]

    def template(self, name, text, categoria="marketing"):
        """A template, published to the simulator, which approves it."""
        self.cli("modelo", "salvar", name, "--corpo", text, "--categoria", categoria)
        self.cli("modelo", "publicar", name)

    def simulated_number(self, phone_number_id, waba_id=WABA_ID, per_s=80):
        """Makes a number known to the simulator, with this fleet's token."""
        return self.control("POST", "/numbers", {
            "phone_number_id": phone_number_id, "waba_id": waba_id,
            "token": self.token, "per_s": per_s})

    def ledger(self):
        """Every POST .../messages the simulator saw, oldest first."""
        return read_ledger(self.ledger_path)

    def webhooks(self):
        return read_ledger(self.webhooks_path)

    def cli(self, *arguments, role="owner", check=True, stdin=None, config=None):
        """Runs `carteiro`; returns the CompletedProcess (text)."""
        path = self.home / "carteiro.cfg"
        sections = self.sections(role, config)
        if IS_POOLED and role:  # an import needs a session
            sections["database"].setdefault("listen_url", self.database.direct_url(role))
        write_config(path, sections)
        done = subprocess.run([program("carteiro"), *map(str, arguments), "--config", str(path)],
                              input=stdin, capture_output=True, text=True,
                              env=clean_environment(), timeout=300)
        assert not SANITIZER.search(done.stderr), done.stderr
        if check:
            assert done.returncode == 0, f"{arguments} ended {done.returncode}:\n{done.stderr}"
        return done

    def stop(self):
        """Ends every process by SIGTERM and checks that each ended well."""
        running = [process for process in self.processes if process.is_running()]
        for process in running:
            process.resume()
            process.process.send_signal(signal.SIGTERM)
        wrong = []
        for process in running:
            try:
                code = process.process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                code = "nothing within 60 s of SIGTERM"
            if code != 0:
                wrong.append(f"{process.name} ended {code}:\n{process.tail()}")
        for process in self.processes:
            process.check_sanitizers()
        assert not wrong, "\n".join(wrong)


def read_ledger(path):
    """JSON lines; a last line still being written is left out."""
    if not path.exists():
        return []
    text = path.read_text()
    whole = text[:text.rfind("\n") + 1]
    return [json.loads(line) for line in whole.splitlines()]
