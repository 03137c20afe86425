"""Servers, programs and rows of a bench: what tests/integration gives, at a bench's size."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2

from far_end import Nginx
from fleet import Fleet, clean_environment, program
from queue_company import Company
from servers import Postgres, Redis, closing_connection

# Durable as in production; only memory is given, as anybody would.
SETTINGS = {"fsync": "on", "full_page_writes": "on", "shared_buffers": "1GB", "max_wal_size": "4GB"}
TEXT = ("Oi {nome}! Vi que mandei msg outro dia mas não deu pra gente conversar. "
        "Ainda tem interesse em plantão?")
RATE_MAX = 100000  # numeros.taxa takes no more


class World:
    """One PostgreSQL, one Redis and one far end; a migrated database for each measurement."""

    def __init__(self, settings=()):
        self.nginx = self.redis = self.postgres = self.template = None
        self.made, asked = 0, []
        self.home = Path(tempfile.mkdtemp(prefix="carteiro-bench-", dir="/tmp"))
        # a server that is half made could not be taken down: whoever interrupts waits for it
        before = signal.signal(signal.SIGTERM, lambda *_: asked.append(True))
        try:
            self.postgres = Postgres({**SETTINGS, **dict(settings)}.items())
            self.redis = Redis()
        finally:
            signal.signal(signal.SIGTERM, before)
        if asked:
            self.done()
            raise KeyboardInterrupt

    def database(self):
        """A migrated database of its own."""
        if not self.template:
            self.template = self.postgres.create("bench_template")
            # send windows always open: a bench runs at any hour
            for arguments in ["migrar"], ["janela", "abrir", "--empresa", "todas"]:
                done = subprocess.run([program("carteiro"), *arguments], capture_output=True, text=True,
                                      env=clean_environment(CARTEIRO_DATABASE_URL=self.template.url("owner")))
                assert done.returncode == 0, f"carteiro {arguments} ended {done.returncode}:\n{done.stderr}"
        self.made += 1
        return self.postgres.create(f"bench_{self.made}", self.template.name)

    def plain_far_end(self):
        self.nginx = self.nginx or Nginx(self.home)
        return self.nginx

    def reload(self, **settings):
        """Settings of the server that need no restart; None: as it was started."""
        with closing_connection(self.postgres.url("postgres")) as connection:
            cursor = connection.cursor()
            for name, value in settings.items():
                cursor.execute(f"alter system reset {name}" if value is None else
                               f"alter system set {name} = '{value}'")
            cursor.execute("select pg_reload_conf()")

    def done(self):
        for part in (self.nginx, self.redis, self.postgres):
            try:
                if part:
                    part.done()
            except (OSError, subprocess.SubprocessError) as error:
                print(f"-- {part}: {error}", file=sys.stderr)
        shutil.rmtree(self.home, ignore_errors=True)


RivalFarEnd = namedtuple("RivalFarEnd", "pid url path token")


class Scene:
    """A fleet over a fresh database: one company, its numbers, its people. A context manager."""

    def __init__(self, world, far_end="simulator", webhooks=False, ledger=False, transport="plain", latency_ms=0,
                 **simulator):
        self.world = world
        self.whatsapp = {}
        self.database = world.database()
        world.redis.forget()
        self.home = Path(tempfile.mkdtemp(prefix="fleet-", dir=world.home))
        self.fleet = Fleet(self.home, self.database, world.redis)
        self.simulator = None
        if far_end == "nginx":
            self.far_end = world.plain_far_end()
            self.fleet.simulator_url = self.far_end.at(transport, latency_ms)
            assert self.fleet.simulator_url, "this nginx cannot wait: it has no echo module"
            if transport != "plain":
                self.whatsapp = {"ca_file": str(self.far_end.ca_file)}
        else:
            off = {} if webhooks else {"webhook_url": ""}
            off |= {} if ledger else {"ledger": ""}
            self.simulator = self.far_end = self.fleet.simulator(simulator={
                "ledger_webhooks": "", "per_s": 1000000, "pair_interval_s": 0, "latency_ms": latency_ms, **off,
                **simulator})
        self.senders = []

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.fleet.stop()
            for process in self.fleet.processes:
                process.kill()
        finally:
            self.database.drop()
            shutil.rmtree(self.home, ignore_errors=True)

    def company(self, numbers=1, taxa=None, per_s=1000000):
        """The company's id, with that many numbers under one account; per_s: what the simulator takes of each."""
        if self.simulator:
            self.made = Company(self.fleet, per_s=per_s, taxa=taxa)
        else:
            self.made = _UnsimulatedCompany(self.fleet, taxa)
        first = int(self.made.phone_number_id)
        identifiers = [str(first + 1000 + i) for i in range(1, numbers)]
        self.database.query("select numero_salvar(i, taxa => %s, empresa => %s) from unnest(%s::text[]) i",
                            taxa, self.made.name, identifiers, role="ops")
        if self.simulator:
            for identifier in identifiers:
                self.fleet.simulated_number(identifier, self.made.waba_id, per_s)
        return self.made.id

    def people(self, n, window=True):
        """n people who take marketing, each with an open window at one of the numbers in turn."""
        self.database.execute("""
            insert into clientes (empresa_id, nome, primeiro_nome, telefone, marketing_permitido)
            select %s, 'Pessoa ' || i, 'Pessoa' || i, '+55119' || (60000000 + i), true
            from generate_series(1, %s) i""", self.made.id, n)
        self.database.execute("""
            insert into identidades (empresa_id, cliente_id, tipo, valor)
            select empresa_id, id, 'telefone', telefone from clientes on conflict do nothing""")
        if not window:
            return
        self.database.execute("""
            insert into conversas (empresa_id, cliente_id, numero_id, janela_24h_ate)
            select c.empresa_id, c.id, n.ids[1 + c.i % cardinality(n.ids)], agora() + interval '23 hours'
            from (select *, row_number() over (order by id) as i from clientes) c,
                 (select array_agg(id order by id) as ids from numeros) n""")

    def fill(self, n, first=0, **columns):
        """n due messages, one for each conversation in turn; columns: SQL expressions over i, the row's place,
        which begins at `first`."""
        values = {"tipo": "'campanha'", "prioridade": "3", "faixa": "0", "agendar_para": "agora()", **columns}
        values = {name: sql.replace("%", "%%") for name, sql in values.items()}
        connection = psycopg2.connect(self.database.url("owner"))
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(f"""
                    insert into fila_ativa (empresa_id, cliente_id, conversa_id, numero_id, destino, conteudo, garantia,
                        {", ".join(values)})
                    select v.empresa_id, v.cliente_id, v.id, v.numero_id, c.telefone,
                        replace(%s, '{{nome}}', c.primeiro_nome), 'no_maximo_uma', {", ".join(values.values())}
                    from generate_series(%s::bigint, %s::bigint) i
                    join (select *, row_number() over (order by id) - 1 as place from conversas) v
                        on v.place = i %% (select count(*) from conversas)
                    join clientes c on c.id = v.cliente_id""", (TEXT, first, first + n - 1))
        finally:
            connection.close()

    def fill_much(self, n, first=0, **columns):
        """The same by two sessions, with a server that is careless meanwhile; millions take minutes less."""
        self.world.reload(fsync="off", full_page_writes="off", autovacuum="off", max_wal_size="16GB")
        try:
            half = n // 2
            with ThreadPoolExecutor(2) as pool:
                for one in [pool.submit(self.fill, half, first, **columns),
                            pool.submit(self.fill, n - half, first + half, **columns)]:
                    one.result()
        finally:
            self.world.reload(fsync=None, full_page_writes=None, autovacuum=None, max_wal_size=None)

    def settle(self):
        """As a queue is some time after it was filled."""
        for table in ("clientes", "identidades", "conversas", "fila_ativa", "numeros", "campanha_destinatarios"):
            self.database.execute(f"vacuum analyze {table}")
        self.as_superuser("checkpoint")

    def as_superuser(self, sql, *values):
        """Rows as tuples, as the superuser of the server."""
        cursor = self.database._kept("postgres").cursor()
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []

    def hold(self):
        self.database.query("select fila_pausar('bench')", role="ops")

    def release(self):
        """From here on it may send; the instant, by the database's clock."""
        self.database.query("select fila_retomar()", role="ops")
        return self.database.value("select clock_timestamp()")

    def start_senders(self, n, sections=None, **sender):
        """n more senders, ready; sections: what else differs from the fleet's configuration."""
        sections = {"whatsapp": self.whatsapp, **(sections or {}), "sender": sender}
        made = [self.fleet.sender(wait=False, **sections) for _ in range(n)]
        self.senders += made
        for one in made:
            one.wait_ready()
        return made

    def rival_far_end(self):
        """The simulator as a rival's far end: the path and the token of this company's number."""
        return RivalFarEnd(self.simulator.pid, self.fleet.simulator_url,
                           f"/v23.0/{self.made.phone_number_id}/messages", self.fleet.token)

    def groups(self):
        """The process trees whose CPU is counted, by name."""
        kinds = {"sender": [], "planner": [], "gateway": []}
        for process in self.fleet.processes:
            if process.kind in kinds:
                kinds[process.kind].append(process.pid)
        return {**{kind: pids for kind, pids in kinds.items() if pids},
                "postgres": [self.world.postgres.server.pid], "redis": [self.world.redis.server.pid],
                "far_end": [self.far_end.pid]}


class _UnsimulatedCompany(Company):
    """The company alone: its far end knows no numbers."""

    def __init__(self, fleet, taxa):
        known, fleet.simulated_number = fleet.simulated_number, lambda *_: None
        try:
            super().__init__(fleet, taxa=taxa)
        finally:
            fleet.simulated_number = known


def nproc():
    return len(os.sched_getaffinity(0))
