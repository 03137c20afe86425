"""Sessions at the queue, one statement at a time: what tests of interleavings are written in.

    a, b = tellers("sender", "ops")
    a.claim()                        # its transaction stays open
    late = b.start(cancel, id)       # waits: the row is locked
    late.blocked_by(a)
    a.commit()
    assert late.result() == 0
"""

import threading

import psycopg2
import pytest

from waiting import wait_until

STATEMENT_MS = 15000  # a hang is an error, not a stuck run
ENDS = ("commit", "rollback")
# what the row is after the record
RECORDED = {
    "aceita": "enviada",
    "recusada": "erro",
    "repetir": "pendente",
    "limitada": "pendente",
    "devolvida": "pendente",
    "desconhecida": "incerta",
}


class Teller:
    """One connection of one role; every call is a statement in its open transaction."""

    def __init__(self, database, role, autocommit=False):
        self.role = role
        self.connection = database.connect(role, autocommit)
        cursor = self.connection.cursor()
        cursor.execute("set statement_timeout = %s; select pg_backend_pid()", (STATEMENT_MS,))
        self.pid = cursor.fetchone()[0]
        self.commit()

    def rows(self, sql, *values):
        cursor = self.connection.cursor()
        cursor.execute(sql, values or None)
        return cursor.fetchall()

    def value(self, sql, *values):
        return self.rows(sql, *values)[0][0]

    def count(self, sql, *values):
        """How many rows the server said it changed."""
        cursor = self.connection.cursor()
        cursor.execute(sql, values or None)
        return cursor.rowcount

    def commit(self):
        self.connection.commit()

    def rollback(self):
        self.connection.rollback()

    def end(self, how):
        {"commit": self.commit, "rollback": self.rollback}[how]()

    def start(self, call, *arguments):
        """call(self, *arguments) in a thread of its own."""
        return Started(self, call, arguments)


class Started:
    def __init__(self, teller, call, arguments):
        self.teller = teller
        self.answer, self.error = None, None
        self.thread = threading.Thread(target=self._run, args=(call, arguments), daemon=True)
        self.thread.start()

    def _run(self, call, arguments):
        try:
            self.answer = call(self.teller, *arguments)
        except BaseException as error:
            self.error = error

    def blocked_by(self, other):
        """Returns once the server says that this statement waits for a lock of `other`."""
        watcher = psycopg2.connect(other.connection.dsn, password=self.teller.connection.info.password)
        watcher.autocommit = True
        try:
            def waits():
                assert self.thread.is_alive(), f"did not wait: {self.error or self.answer!r}"
                cursor = watcher.cursor()
                cursor.execute("select %s = any (pg_blocking_pids(%s))", (other.pid, self.teller.pid))
                return cursor.fetchone()[0]
            wait_until(waits, 10, "the statement waits for the other's lock")
        finally:
            watcher.close()
        return self

    def result(self):
        self.thread.join(STATEMENT_MS / 1000 + 5)
        assert not self.thread.is_alive(), "the statement hangs"
        if self.error:
            raise self.error
        return self.answer


def claim(teller, k=100, reserva_ms=60000, prioridade=5):
    """[(id, reserva_seq)] of what came, in its order."""
    return teller.rows(
        "select id, reserva_seq from fila_claim('teste', %s, array[(select min(id) from fila_numeros())],"
        " array[%s::smallint], '{0}', array[%s], '{null}', '{null}', null)", reserva_ms, prioridade, k)


def record(teller, claimed, desfechos, quarentena_ms=600000, espera_ms=0):
    """Records (id, seq) pairs, all alike or by a list of outcomes; (gravadas, liquidadas, zumbis)."""
    n = len(claimed)
    outcomes = [desfechos] * n if isinstance(desfechos, str) else desfechos
    wamids = [f"wamid.{id}.{seq}" if outcome == "aceita" else None
              for (id, seq), outcome in zip(claimed, outcomes)]
    return teller.rows(
        "select * from fila_record('teste', %s, %s::uuid[], %s::bigint[], %s, %s::text[], %s::integer[],"
        " %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])", quarentena_ms,
        [str(id) for id, _ in claimed], [seq for _, seq in claimed], outcomes, [None] * n, [None] * n,
        [None] * n, wamids, [None] * n, [None] * n, [espera_ms] * n)[0]


def cancel(teller, id):
    return teller.count("update fila_mensagens set status = 'cancelada' where id = %s", id)


def cancel_waiting(teller, id):
    return teller.count(
        "update fila_mensagens set status = 'cancelada' where id = %s and status = 'pendente'", id)


def store(teller, events):
    """Keeps statuses: (message, seq, status) triples."""
    n = len(events)
    return teller.value(
        "select webhook_store(%s, %s::text[], %s::text[], %s, %s, %s, %s::integer[], %s::bigint[], %s)",
        ["status"] * n, [None] * n, [None] * n, [f"wamid.{id}.{seq}" for id, seq, _ in events],
        [status for _, _, status in events], [f"{id}:{seq}" for id, seq, _ in events],
        [131026 if status == "failed" else None for _, _, status in events], [None] * n, ["{}"] * n)


def store_inbound(teller, phone_number_id, froms):
    """Keeps messages that people wrote: (wa_id, wamid) pairs."""
    n = len(froms)
    return teller.value(
        "select webhook_store(%s, %s::text[], %s, %s, %s::text[], %s::text[], %s::integer[], %s::bigint[], %s)",
        ["mensagem"] * n, [None] * n, [phone_number_id] * n, [wamid for _, wamid in froms],
        [None] * n, [None] * n, [None] * n, [None] * n,
        ['{"message": {"from": "%s", "type": "text", "text": {"body": "oi"}}}' % wa_id for wa_id, _ in froms])


def apply(teller, n=1000):
    return teller.value("select webhook_apply(%s)", n)


def effects(teller, n=20):
    return teller.value("select efeitos_apply(%s)", n)


def rescue(teller, n=1000, quarentena_ms=600000):
    return teller.value("select fila_rescue(%s, %s)", n, quarentena_ms)


def release(teller, n=1000):
    return teller.value("select fila_release(%s, 8, 0)", n)  # webhooks may be silent


def expire(teller, n=1000):
    return teller.value("select fila_expire(%s)", n)


class Queue:
    """A company, its number, people with an open window, and what the owner sees."""

    PHONE_NUMBER_ID = "200000001"

    def __init__(self, database, people=4):
        self.database = database
        self.value, self.query, self.execute = database.value, database.query, database.execute
        self.query("select empresa_salvar('Clínica'); select conta_salvar('100000001', 'token');"
                   " select numero_salvar(%s)", self.PHONE_NUMBER_ID, role="ops")
        self.numero = self.value("select id from numeros")
        self.modelo = self.value("select id from modelo_salvar('oi_nome', 'Oi {nome}, tudo bem?',"
                                 " situacao => 'aprovado')", role="ops")
        self.people = [self.value("select id from cliente_salvar(%s, %s)", f"Pessoa {n}", f"119876{n:05d}",
                                  role="ops") for n in range(people)]

    def clear(self):
        """As if just made: no message, no event, no window but those opened here, counts at 0."""
        self.execute("truncate fila_mensagens, tentativas, efeitos, webhook_eventos, webhook_pendentes, pausas,"
                     " conversas, mensagens_recebidas, campanha_destinatarios")
        self.execute("update clientes set total_interacoes = 0, ultimo_contato_em = null where total_interacoes > 0")
        self.open_windows()

    def open_windows(self):
        self.execute("insert into conversas (empresa_id, cliente_id, numero_id, janela_24h_ate)"
                     " select empresa_id, id, %s, agora() + interval '23 hours' from clientes", self.numero)

    def insert(self, n=1, person=0, **columns):
        """n messages to that person, as ops; their ids, as they will be claimed."""
        names = "".join(f", {name}" for name in columns)
        marks = ", %s" * len(columns)
        return [row["id"] for row in self.query(
            f"insert into fila_mensagens (cliente_id, conteudo{names}) select %s, 'Oi'{marks}"
            " from generate_series(1, %s) returning id", self.people[person], *columns.values(), n, role="ops")]

    def message(self, id):
        """The only row of this id."""
        rows = self.query("select *, encerrada_em = 'infinity' as viva from fila_mensagens where id = %s", id)
        assert len(rows) == 1, rows
        return rows[0]

    def states(self, ids):
        return [self.message(id)["status"] for id in ids]

    def ends(self, id):
        """How often its end was left to efeitos."""
        return self.value("select count(*) from efeitos, unnest(mensagens) as m (id)"
                          " where tipo = 'fim' and m.id = %s", id)

    def told(self, id):
        """desfecho and status_anterior of its tentativas, in order."""
        return [(row["desfecho"], row["status_anterior"]) for row in self.query(
            "select desfecho, status_anterior from tentativas where mensagem_id = %s order by id", id)]

    def run_out(self, ids):
        """As if their reserva, or quarantine, had ended a second ago."""
        self.execute("update fila_ativa set reserva_ate = agora() - interval '1 second' where id = any (%s::uuid[])",
                     [str(id) for id in ids])

    def interactions(self, person=0):
        return self.value("select total_interacoes from clientes where id = %s", self.people[person])


# fixtures, for the files that import them

@pytest.fixture(scope="module")
def company(database):
    return Queue(database)


@pytest.fixture
def queue(company):
    company.clear()
    return company


@pytest.fixture
def tellers(database):
    """tellers(role, ...): sessions that are rolled back and closed at the end."""
    made = []

    def make(*roles):
        made.extend(Teller(database, role) for role in roles)
        return made[-len(roles):]

    yield make
    for teller in made:
        teller.connection.close()


def claimed(queue, tellers, n=1, **columns):
    """n messages in processando; (id, seq) of each, in the order of ids."""
    queue.insert(n, **columns)
    teller, = tellers("sender")
    got = sorted(claim(teller))
    teller.commit()
    assert len(got) == n
    return got


def uncertain(queue, tellers, n=1, **columns):
    got = claimed(queue, tellers, n, **columns)
    teller, = tellers("sender")
    record(teller, got, "desconhecida")
    teller.commit()
    return got
