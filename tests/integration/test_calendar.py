"""Two weeks of a clinic, played by a shifted clock: every message expected is there once, none other.

The functions are those that planner and sender call, in the same order, at each instant at which
something is due; calendar_oracle.py says from the events alone what must come of them.
"""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from calendar_oracle import HOUR, ZONE, Oracle

FIRST_DAY = datetime(2027, 3, 1, tzinfo=ZONE)  # a Monday, without a national holiday in two weeks
DAYS = 14
APPOINTMENTS = 500
PEOPLE = 330
MINUTE = timedelta(minutes=1)


class Clinic:
    """The company in the database, its clock, and what left."""

    def __init__(self, database):
        self.database = database
        self.sent = []
        # the others speak of other things, one of them every minute
        database.execute("update agendas set ativa = false, proxima_em = null where nome <> 'no_shows'")
        database.execute("insert into relogio (deslocamento) values ('0') on conflict do nothing")
        self.clock(FIRST_DAY - timedelta(days=1))
        database.query("select janela_remover(empresa => 'todas')")
        database.query("select empresa_salvar('Clínica', marca_presenca => true)")
        database.query("select conta_salvar('102290129340398', 'token', 'app_secret', empresa => 'Clínica')")
        database.query("select numero_salvar('106540352242922', empresa => 'Clínica')")
        database.query("select regra_propor_modelos('Clínica')")
        database.execute("update modelos set situacao = 'aprovado'")
        self.people = [
            database.value("select (cliente_salvar(%s, %s, empresa => 'Clínica')).id",
                           f"Pessoa {chr(65 + n % 26)}", f"+55119{70000000 + n}") for n in range(PEOPLE)]
        self.ids = {}
        self.call("select * from agenda_run_due(100)")  # what the years before missed

    def clock(self, at):
        self.database.execute("update relogio set deslocamento = %s - now()", at)

    def call(self, sql, *values):
        return self.database.query(sql, *values)

    def next_due(self):
        return self.database.value(
            "select least((select min(quando) from disparos where status = 'planejado'),"
            " (select min(agendar_para) from fila_ativa where status = 'pendente'),"
            " (select min(proxima_em) from agendas where ativa))")

    def run_until(self, at):
        """Everything that falls due before `at`, each at its own instant."""
        before = None
        while True:
            due = self.next_due()
            if due is None or due >= at:
                return
            assert before is None or due > before, f"what was due at {before} was not done"
            before = due
            self.clock(due)
            self.work(due)

    def work(self, at):
        self.call("select * from agenda_run_due(100)")
        self.call("select * from disparos_enqueue(1000)")
        while True:
            rows = self.call(
                "select c.id, c.reserva_seq from (select array_agg(l.numero_id) as numeros,"
                " array_agg(l.prioridade) as prioridades, array_agg(l.faixa) as faixas from fila_lanes() l"
                " where l.espera_ms <= 0 having count(*) > 0) l, fila_claim('relojoeiro', 60000, l.numeros, l.prioridades, l.faixas,"
                " array_fill(100, array[cardinality(l.numeros)]), array_fill(null::timestamptz,"
                " array[cardinality(l.numeros)]), array_fill(null::bigint, array[cardinality(l.numeros)])) c")
            if not rows:
                break
            self.record(rows, at)
        while self.database.value("select efeitos_apply(20)"):
            pass

    def record(self, rows, at):
        ids = [str(row["id"]) for row in rows]
        n = len(ids)
        self.call("select * from fila_record('relojoeiro', 600000, %s::uuid[], %s::bigint[], %s::text[], %s::text[],"
                  " %s::integer[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])",
                  ids, [row["reserva_seq"] for row in rows], ["aceita"] * n, [None] * n, [None] * n, [None] * n,
                  ["wamid." + i for i in ids], [None] * n, ["aceita"] * n, [None] * n)
        for row in self.call(
                "select f.cliente_id, f.metadata ->> 'regra' as regra, array_agg(d.alvo_id) as alvos"
                " from fila_mensagens f left join disparos d on d.mensagem_id = f.id"
                " where f.id = any (%s::uuid[]) group by f.id, f.cliente_id, f.metadata", ids):
            self.sent.append((row["cliente_id"], row["regra"], row["alvos"], at))

    # ---- what people do

    def book(self, key, person, start, end, allows):
        self.ids[key] = self.database.value(
            "select (agendamento_salvar(cliente_id => %s, inicio => %s, fim => %s, externo_id => %s,"
            " permite_followup => %s, empresa => 'Clínica')).id",
            self.people[person], start, end, f"ag-{key}", allows)

    def move(self, key, start, end):
        self.call("select agendamento_salvar(inicio => %s, fim => %s, externo_id => %s, empresa => 'Clínica')",
                  start, end, f"ag-{key}")

    def mark(self, key, status):
        self.call("select agendamento_status(%s, %s)", self.ids[key], status)

    def answer(self, key):
        self.call("select agendamento_responder(%s, 'positive')", self.ids[key])


def slot(chance, earliest_day):
    """A start within opening hours, and its end."""
    while True:
        day = FIRST_DAY + timedelta(days=chance.randrange(earliest_day, DAYS))
        if day.isoweekday() != 7:
            break
    start = day + timedelta(hours=8, minutes=30 * chance.randrange(0, 20))
    return start, start + timedelta(minutes=chance.choice((30, 60, 60, 90)))


def events_of(seed):
    """(when, verb, arguments) of the two weeks, in order of time; no two at one instant."""
    chance = random.Random(seed)
    events = []
    for key in range(APPOINTMENTS):
        person = chance.randrange(PEOPLE)
        start, end = slot(chance, 1)
        booked = max(FIRST_DAY, start - chance.choice((1, 5, 20, 26, 60, 100, 200)) * HOUR)
        booked += timedelta(minutes=chance.randrange(1, 29), seconds=key % 50 + 1)
        if booked >= start:
            continue
        events.append((booked, "book", (key, person, start, end, chance.random() < 0.7)))
        fate = chance.random()
        if fate < 0.15 and start - booked > 3 * HOUR:
            moved_at = booked + (start - booked) * chance.random() * 0.9
            start, end = slot(chance, min((moved_at - FIRST_DAY).days + 2, DAYS - 2))  # the last day is a Sunday
            if start <= moved_at:
                continue
            events.append((moved_at, "move", (key, start, end)))
            booked = moved_at
        elif fate < 0.27:
            events.append((booked + (start - booked) * chance.random(), "mark", (key, "cancelado")))
            continue
        if chance.random() < 0.4:
            events.append((booked + (start - booked) * 0.95, "mark", (key, "confirmado")))
        marked = chance.random()
        if marked < 0.6:
            events.append((end + timedelta(seconds=20 + key % 30), "mark", (key, "realizado")))
            if marked < 0.1:  # asked at the counter already
                events.append((end + timedelta(minutes=31, seconds=key % 50), "answer", (key,)))
        elif marked < 0.75:
            events.append((start + timedelta(minutes=20, seconds=key % 50), "mark", (key, "faltou")))
        elif marked < 0.85:  # marked late
            events.append((end + timedelta(hours=3, minutes=7, seconds=key % 50), "mark", (key, "realizado")))
    return sorted(events)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_weeks_bring_what_was_promised_and_nothing_else(fresh_database, seed):
    clinic, oracle = Clinic(fresh_database), Oracle()
    for when, verb, arguments in events_of(seed):
        clinic.run_until(when)
        clinic.clock(when)
        getattr(clinic, verb)(*arguments)
        getattr(oracle, verb)(when, *arguments)
    end = FIRST_DAY + timedelta(days=DAYS + 3)
    clinic.run_until(end)

    keys = {id_: key for key, id_ in clinic.ids.items()}
    persons = {id_: n for n, id_ in enumerate(clinic.people)}
    found = [(persons[c], regra, tuple(sorted(keys[a] for a in alvos if a)), at.astimezone(ZONE))
             for c, regra, alvos, at in clinic.sent]
    expected = [(person, rule, of, when.astimezone(ZONE)) for person, rule, of, when in oracle.expected(end)]
    doubled = [message for message, n in Counter(found).items() if n > 1]
    assert not doubled
    # to the minute: a firing leaves at the instant at which it is due, not at another
    round_up = [(p, r, of, at.replace(second=0, microsecond=0)) for p, r, of, at in found]
    missing = sorted(set(expected) - set(round_up), key=lambda m: m[3])
    extra = sorted(set(round_up) - set(expected), key=lambda m: m[3])
    assert (missing, extra) == ([], [])
    rules = Counter(rule for _, rule, _, _ in found)
    assert all(rules[rule] > 30 for rule in ("lembrete_24h", "lembrete_2h", "pos_atendimento", "falta")), rules
