"""A real Prometheus over the processes of a fleet, and the rules of deploy/prometheus made quick."""

import json
import re
import shutil
import signal
import subprocess
import urllib.parse

from fleet import http
from servers import TOP, free_port
from waiting import wait_until

RULES = TOP / "deploy" / "prometheus" / "rules.yaml"
WINDOW_S = 6  # what minutes and hours of the rules become


def promtool(*arguments, stdin=None, cwd=None):
    """(exit code, what it said)"""
    done = subprocess.run(["promtool", *map(str, arguments)], input=stdin, text=True, cwd=cwd,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def quick_rules():
    """The rules with windows of seconds; what they compare stays as it is."""
    text = RULES.read_text()
    text = re.sub(r"\[\d+[mh]\]", f"[{WINDOW_S}s]", text)
    text = re.sub(r"offset \d+m", f"offset {WINDOW_S}s", text)
    text = re.sub(r"for: \d+m", "for: 1s", text)
    return re.sub(r"interval: \d+s", "interval: 1s", text)


class Prometheus:
    """Scrapes each process each second under the job carteiro-<kind> and its name as instance."""

    def __init__(self, home):
        assert shutil.which("prometheus"), "the package prometheus is missing (tests/run installs it)"
        self.home = home / "prometheus"
        self.home.mkdir()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        (self.home / "rules.yaml").write_text(quick_rules())
        (self.home / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": ["rules.yaml"],
            "scrape_configs": [{"job_name": kind, "file_sd_configs": [
                {"files": [f"{kind}.json"], "refresh_interval": "1s"}]}
                for kind in ("carteiro-sender", "carteiro-planner", "carteiro-gateway")]}))
        self.watch([])
        with open(self.home / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig=KILL", "prometheus", f"--config.file={self.home}/prometheus.yml",
                 f"--storage.tsdb.path={self.home}/data", f"--web.listen-address=127.0.0.1:{self.port}"],
                stdout=log, stderr=log, cwd=self.home)
        wait_until(lambda: http("GET", self.url + "/-/ready")[0] == 200, 30, "prometheus is ready")

    def watch(self, processes):
        """These from now on."""
        for kind in ("sender", "planner", "gateway"):
            groups = [{"targets": [f"127.0.0.1:{p.metrics_port}"], "labels": {"instance": p.name}}
                      for p in processes if p.kind == kind]
            path = self.home / f"carteiro-{kind}.json"
            part = path.with_suffix(".part")
            part.write_text(json.dumps(groups))
            part.rename(path)

    def query(self, expression):
        """[(labels, value)] now."""
        status, text = http("GET", self.url + "/api/v1/query?" + urllib.parse.urlencode({"query": expression}))
        assert status == 200, text
        return [(row["metric"], float(row["value"][1])) for row in json.loads(text)["data"]["result"]]

    def value(self, expression):
        """Of a query with one answer; None without."""
        rows = self.query(expression)
        return rows[0][1] if rows else None

    def firing(self):
        """Names of the alerts that fire now."""
        _, text = http("GET", self.url + "/api/v1/alerts")
        return {alert["labels"]["alertname"] for alert in json.loads(text)["data"]["alerts"]
                if alert["state"] == "firing"}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
