"""The far end of a bench: who takes the POSTs and answers with a wamid.

nginx answers with fixed bytes and a wamid of its own for each request: as little work as a
far end can be, the same for us, the rivals and the limit probe. The simulator is the Cloud
API itself, with limits, latency, ledger and webhooks; it costs about what a sender does.
"""

import subprocess
import urllib.request

from servers import free_port
from waiting import wait_until

CONFIG = """
worker_processes 1; daemon off; master_process off; pid {home}/nginx.pid; error_log {home}/nginx.err;
events {{ worker_connections 8192; }}
http {{
    access_log off; keepalive_requests 100000000; keepalive_timeout 600s;
    client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            default_type application/json;
            return 200 '{{"messaging_product":"whatsapp","contacts":[{{"input":"5511999999999","wa_id":"5511999999999"}}],"messages":[{{"id":"wamid.HBgN$request_id"}}]}}';
        }}
    }}
}}
"""


class Nginx:
    name = "nginx"

    def __init__(self, home):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = home / "nginx.conf"
        config.write_text(CONFIG.format(home=home, port=self.port))
        with open(home / "nginx.log", "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig=KILL", "/usr/sbin/nginx", "-p", str(home), "-c", str(config)],
                stdout=log, stderr=log)
        wait_until(self._answers, 20, "nginx answers")

    def _answers(self):
        assert self.process.poll() is None, "nginx ended"
        try:
            with urllib.request.urlopen(self.url, timeout=2) as reply:
                return reply.status == 200
        except OSError:
            return False

    @property
    def pid(self):
        return self.process.pid

    def done(self):
        self.process.terminate()
        self.process.wait(20)
