"""pgbouncer in transaction mode before a private PostgreSQL.

With CARTEIRO_TESTS_POOLED=1 every program that the tests start goes through one (the tests'
own connections do not), and has database.pooled set: tests/run does so with all that touch
the fleet. Four server connections for each user and database, so that they are really shared.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest

import servers
from waiting import wait_until

IS_POOLED = os.environ.get("CARTEIRO_TESTS_POOLED") == "1"
POOL_SIZE = 4

# Of a test that looks at the server's sessions, or needs one for itself: not of the suite behind the
# pooler (conftest.py), as it is of the suite without.
direct_only = pytest.mark.direct_only


class Pooler:
    """On a Unix socket; knows the users of the Postgres it stands before."""

    def __init__(self, postgres, pool_size=POOL_SIZE, **settings):
        self.postgres = postgres
        self.home = Path(tempfile.mkdtemp(prefix="carteiro-pgb-", dir="/tmp"))
        self.port = servers.free_port()
        self.pool_size = pool_size
        self.settings = settings
        self.process = None
        users = ["postgres", *(f"local_{role}" for role in servers.ROLES)]
        (self.home / "users.txt").write_text(
            "".join(f'"{user}" "{postgres.password}"\n' for user in users))
        self.drop = []
        if os.geteuid() == 0:  # pgbouncer refuses root
            user = pwd.getpwnam("postgres")
            for path in (self.home, self.home / "users.txt"):
                os.chown(path, user.pw_uid, user.pw_gid)
            self.drop = ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        os.chmod(self.home, 0o755)
        os.chmod(self.home / "users.txt", 0o600)
        self.start()

    def start(self):
        settings = {
            "listen_addr": "127.0.0.1", "listen_port": self.port,
            "unix_socket_dir": self.home, "auth_type": "scram-sha-256",
            "auth_file": self.home / "users.txt", "admin_users": "postgres",
            "pool_mode": "transaction", "default_pool_size": self.pool_size,
            "max_client_conn": 500, "max_db_connections": 0, "server_idle_timeout": 10,
            "server_login_retry": 1, "log_connections": 0, "log_disconnections": 0,
            **self.settings}
        config = self.home / "pgbouncer.ini"
        config.write_text(
            f"[databases]\n* = host={self.postgres.home} port={self.postgres.port}\n"
            "[pgbouncer]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items()))
        # Debian puts it where an ordinary user's PATH does not look
        program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
        with open(self.home / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", *self.drop, "--pdeathsig=TERM", program, str(config)],
                stdout=log, stderr=log, cwd="/")

        def answers():
            assert self.process.poll() is None, "pgbouncer ended:\n" + self.log()
            try:
                psycopg2.connect(self.url("postgres")).close()
            except psycopg2.OperationalError as error:
                raise AssertionError(str(error)) from error
            return True

        wait_until(answers, 30, "pgbouncer accepts connections")

    def stop(self, how=signal.SIGQUIT):
        """SIGQUIT: at once, whoever is connected."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)

    def log(self):
        return (self.home / "log").read_text(errors="replace")

    def url(self, role, name="postgres", tcp=False):
        user = "postgres" if role == "postgres" else f"local_{role}"
        host = "127.0.0.1" if tcp else quote(str(self.home), safe="")
        return f"postgresql://{user}:{self.postgres.password}@{host}:{self.port}/{name}"

    def show(self, what):
        """Rows of SHOW in pgbouncer's own console, as dictionaries."""
        with servers.closing_connection(self.url("postgres", "pgbouncer")) as connection:
            cursor = connection.cursor()
            cursor.execute("show " + what)
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row)) for row in cursor.fetchall()]

    def done(self):
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
