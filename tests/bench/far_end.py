"""The far end of a bench: who takes the POSTs and answers with a wamid.

nginx answers with fixed bytes and a wamid of its own for each request: as little work as a
far end can be, the same for us, the rivals and the limit probe. It listens once for each
transport (plain; TLS with HTTP/1.1; TLS with HTTP/2, chosen by ALPN) and latency. It reads
the body before it answers: over HTTP/2 it would else answer first and reset the stream, and
a client cannot tell what became of its request. The simulator is the Cloud API itself, with
limits, ledger and webhooks; it costs more.
"""

import shutil
import ssl
import subprocess
import urllib.request
from pathlib import Path

from servers import free_port
from waiting import wait_until

TRANSPORTS = {"plain": ("http", ""), "tls": ("https", " ssl"), "h2": ("https", " ssl http2")}
LATENCIES_MS = (0, 20)
SLEEPER = Path("/usr/lib/nginx/modules/ngx_http_echo_module.so")

HEAD = """
{load}
worker_processes 1; daemon off; master_process off; pid {home}/nginx.pid; error_log {home}/nginx.err;
events {{ worker_connections 16384; }}
http {{
    access_log off; keepalive_requests 100000000; keepalive_timeout 600s; http2_max_concurrent_streams 1024;
    client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
    ssl_certificate {home}/far_end.crt; ssl_certificate_key {home}/far_end.key; ssl_protocols TLSv1.2 TLSv1.3;
    default_type application/json;
"""
SERVER = """
    server {{
        listen 127.0.0.1:{port}{how};
        location / {{ {answer} }}
        location @told {{ {told} }}
    }}
"""
TOLD = ("return 200 '{\"messaging_product\":\"whatsapp\",\"contacts\":[{\"input\":\"5511999999999\",\"wa_id\":"
        "\"5511999999999\"}],\"messages\":[{\"id\":\"wamid.HBgN$request_id\"}]}';")


class Nginx:
    name = "nginx"

    def __init__(self, home):
        self.home = home
        self.latencies = LATENCIES_MS if SLEEPER.exists() else (0,)
        self.ports = {(transport, ms): free_port() for transport in TRANSPORTS for ms in self.latencies}
        self.ca_file = home / "far_end.crt"
        self._certify()
        config = home / "nginx.conf"
        load = f"load_module {SLEEPER};" if SLEEPER.exists() else ""
        config.write_text(HEAD.format(load=load, home=home) + "".join(
            SERVER.format(port=port, how=TRANSPORTS[transport][1], told=TOLD,
                          answer=self._answer(ms))
            for (transport, ms), port in self.ports.items()) + "}\n")
        with open(home / "nginx.log", "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig=KILL", shutil.which("nginx", path="/usr/sbin:/usr/bin"),
                 "-p", str(home), "-c", str(config)], stdout=log, stderr=log)
        wait_until(self._answers, 20, "nginx answers")

    def _certify(self):
        """A certificate that is its own authority, for 127.0.0.1."""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", "/CN=far end", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", str(self.home / "far_end.key"), "-out", str(self.ca_file)], check=True, capture_output=True)

    def _answer(self, ms):
        if not SLEEPER.exists():
            return TOLD
        return "echo_read_request_body; " + (f"echo_sleep {ms / 1000}; " if ms else "") + "echo_exec @told;"

    def at(self, transport="plain", latency_ms=0):
        """Its URL; None when this nginx cannot wait."""
        port = self.ports.get((transport, latency_ms))
        return port and f"{TRANSPORTS[transport][0]}://127.0.0.1:{port}"

    @property
    def url(self):
        return self.at()

    def _answers(self):
        if self.process.poll() is not None:
            raise RuntimeError("nginx ended:\n" + (self.home / "nginx.log").read_text()[-2000:])
        context = ssl.create_default_context(cafile=str(self.ca_file))
        try:
            for transport in TRANSPORTS:
                with urllib.request.urlopen(self.at(transport), timeout=2, context=context) as reply:
                    assert reply.status == 200
        except OSError:
            return False
        return True

    @property
    def pid(self):
        return self.process.pid

    def done(self):
        self.process.terminate()
        self.process.wait(20)
