"""A private PostgreSQL and a private Redis in a temporary directory, for tests only."""

import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg2
import psycopg2.extras

from waiting import wait_until

TOP = Path(__file__).resolve().parents[2]
ROLES = ("owner", "sender", "planner", "gateway", "ops", "leitura", "grafana")

psycopg2.extras.register_uuid()


def free_port():
    """Not of the range that connections get theirs from: it would be gone before a program has it.
    Each runner of tests side by side begins elsewhere, by its process."""
    while True:
        port = 10000 + (os.getpid() * 997 + next(ports)) % 20000
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


ports = itertools.count()


def postgres_programs():
    """The newest PostgreSQL under /usr/lib/postgresql."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"),
                   key=lambda path: int(path.parts[-3]))
    assert homes, "no PostgreSQL server under /usr/lib/postgresql"
    return homes[-1].parent


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, **options)
    assert done.returncode == 0, f"{command} ended {done.returncode}:\n{done.stdout}"
    return done.stdout


class Postgres:
    """Listens on a Unix socket and on a free loopback port; superuser `postgres`."""

    def __init__(self, settings=(), standby_of=None):
        """`standby_of`: a copy of that server which follows it, until promote()."""
        self.home = Path(tempfile.mkdtemp(prefix="carteiro-pg-", dir="/tmp"))
        self.port = free_port()
        self.password = standby_of.password if standby_of else secrets.token_hex(8)
        self.programs = postgres_programs()
        self.settings = settings
        self.server = None
        self.pooler = None  # what the programs go through, where one is set
        self.drop = []
        if os.geteuid() == 0:  # initdb and postgres refuse root
            user = pwd.getpwnam("postgres")
            os.chown(self.home, user.pw_uid, user.pw_gid)
            self.drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        os.chmod(self.home, 0o755)
        if standby_of:
            self._follow(standby_of)
            self.start()
        else:
            self._init()
            self.start()
            self._make_roles()

    def _follow(self, primary):
        run([*self.drop, str(self.programs / "pg_basebackup"), "-D", str(self.home / "data"),
             "-d", primary.url("postgres", "replication").replace("/replication", ""),
             "--write-recovery-conf", "--no-sync", "--checkpoint=fast"], cwd="/")

    def promote(self):
        with closing_connection(self.url("postgres")) as connection:
            cursor = connection.cursor()
            cursor.execute("select pg_promote(true, 30)")
            assert cursor.fetchone()[0]

    def _init(self):
        password_file = self.home / "password"
        password_file.write_text(self.password)
        shutil.chown(password_file, pwd.getpwuid(self.home.stat().st_uid).pw_name)
        run([*self.drop, str(self.programs / "initdb"), "-D", str(self.home / "data"),
             "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password_file}",
             "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"], cwd="/")

    def start(self):
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": str(self.home),
            "fsync": "off",
            "full_page_writes": "off",
            "shared_buffers": "128MB",
            "max_connections": "150",
            "max_wal_size": "2GB",
            "log_min_messages": "warning",
            **dict(self.settings),
        }
        command = [*(self.drop or ["setpriv"]), "--pdeathsig=INT", str(self.programs / "postgres"),
                   "-D", str(self.home / "data")]  # not outliving a killed run
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        with open(self.home / "log", "ab") as log:
            self.server = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")

        def answers():
            assert self.server.poll() is None, "postgres ended:\n" + self.log()
            try:
                psycopg2.connect(self.url("postgres")).close()
            except psycopg2.OperationalError as error:
                raise AssertionError(str(error)) from error
            return True

        wait_until(answers, 60, "PostgreSQL accepts connections")

    def stop(self, how=signal.SIGINT):
        if self.server and self.server.poll() is None:
            self.server.send_signal(how)
            self.server.wait(60)

    def _make_roles(self):
        for script in ("deploy/roles.sql", "deploy/local/logins.sql"):
            run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url("postgres"),
                 "-f", str(TOP / script)], env={**os.environ, "CARTEIRO_LOGIN": self.password})

    def log(self):
        return (self.home / "log").read_text(errors="replace")

    def url(self, role, name="postgres", tcp=False):
        """A conninfo of superuser `postgres` or of one of ROLES."""
        user = "postgres" if role == "postgres" else f"local_{role}"
        host = "127.0.0.1" if tcp else quote(str(self.home), safe="")
        return f"postgresql://{user}:{self.password}@{host}:{self.port}/{name}"

    def create(self, name, template="template0"):
        with closing_connection(self.url("postgres")) as connection:
            if self.pooler:  # it keeps what it has opened, and a template has no visitors
                connection.cursor().execute(
                    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s",
                    [template])
            connection.cursor().execute(
                f'create database "{name}" template "{template}" owner carteiro_owner')
        return Database(self, name)

    def done(self):
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)


class closing_connection:
    def __init__(self, url):
        self.connection = psycopg2.connect(url)
        self.connection.autocommit = True

    def __enter__(self):
        return self.connection

    def __exit__(self, *_):
        self.connection.close()


class Database:
    """One database of a Postgres; hands out connections and closes them at its end."""

    def __init__(self, server, name):
        self.server = server
        self.name = name
        self.open = []

    def url(self, role="owner", tcp=False):
        """For a program: by the pooler where there is one."""
        return (self.server.pooler or self.server).url(role, self.name, tcp)

    def direct_url(self, role="owner", tcp=False):
        return self.server.url(role, self.name, tcp)

    def connect(self, role="owner", autocommit=True):
        """A psycopg2 connection as that role (see servers.ROLES)."""
        connection = psycopg2.connect(self.direct_url(role))
        connection.autocommit = autocommit
        self.open.append(connection)
        return connection

    def query(self, sql, *values, role="owner"):
        """All rows as dictionaries, by a connection kept per role."""
        cursor = self._kept(role).cursor(cursor_factory=psycopg2.extras.RealDictCursor)
        cursor.execute(sql, values or None)
        return [dict(row) for row in cursor.fetchall()] if cursor.description else []

    def value(self, sql, *values, role="owner"):
        """The first column of the only row; None when there is no row."""
        cursor = self._kept(role).cursor()
        cursor.execute(sql, values or None)
        row = cursor.fetchone()
        return row[0] if row else None

    def execute(self, sql, *values, role="owner"):
        """Returns the count of rows that the server said."""
        cursor = self._kept(role).cursor()
        cursor.execute(sql, values or None)
        return cursor.rowcount

    def _kept(self, role):
        kept = self.__dict__.setdefault("kept", {})
        if role not in kept or kept[role].closed:
            kept[role] = self.connect(role)
        return kept[role]

    def drop(self):
        for connection in self.open:
            connection.close()
        with closing_connection(self.server.url("postgres")) as connection:
            connection.cursor().execute(f'drop database "{self.name}" with (force)')


class Redis:
    """On a free loopback port, with a password and the fleet's own narrow user."""

    def __init__(self):
        self.home = Path(tempfile.mkdtemp(prefix="carteiro-redis-", dir="/tmp"))
        self.port = free_port()
        self.password = secrets.token_hex(8)
        self.server = None
        acl = (TOP / "deploy/redis/users.acl").read_text()
        acl = acl.replace("@FLEET@", self.password).replace("@ADMIN@", self.password)
        (self.home / "users.acl").write_text(
            "\n".join(line for line in acl.splitlines() if line.startswith("user ")) + "\n")
        self.start()

    def start(self):
        # redis-tools alone has the server's program too, under its other name
        program = shutil.which("redis-server") or shutil.which("redis-check-rdb")
        with open(self.home / "log", "ab") as log:
            self.server = subprocess.Popen(
                ["setpriv", "--pdeathsig=TERM", "bash", "-c", 'exec -a redis-server "$0" "$@"',
                 program, *self.options(), "--save", "", "--appendonly", "no", "--dir", str(self.home),
                 "--aclfile", str(self.home / "users.acl")], stdout=log, stderr=log)

        def answers():
            assert self.server.poll() is None, (self.home / "log").read_text()
            return self.cli("ping").strip() == "PONG"

        wait_until(answers, 30, "Redis answers")

    def options(self):
        return ["--bind", "127.0.0.1", "--port", str(self.port)]

    def stop(self, how=signal.SIGTERM):
        if self.server and self.server.poll() is None:
            self.server.send_signal(how)
            self.server.wait(30)

    def url(self):
        return f"redis://carteiro:{self.password}@127.0.0.1:{self.port}"

    def cli(self, *command):
        """As the administrator."""
        done = subprocess.run(
            ["redis-cli", "-p", str(self.port), "--user", "admin", "--no-auth-warning", *command],
            env={**os.environ, "REDISCLI_AUTH": self.password}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        return done.stdout

    def forget(self, epoca=1, portfolios=20):
        """No bucket is remembered, and all of this epoca are full. A plain flushall would empty
        them: it cannot be told from a loss, and the first message to anybody would wait 6 s."""
        self.cli("flushall")
        self.cli("mset", *(word for n in range(1, portfolios + 1)
                           for word in (f"cb:{{p{n}}}:{epoca}:epoch", "0")))

    def done(self):
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
