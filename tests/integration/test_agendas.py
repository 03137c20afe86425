"""Schedules: each occurrence once, whoever looks and whoever dies; cron against another way to reckon it."""

import json
import random

import psycopg2
import pytest

from cron_oracle import BOUNDS, firings, utc
from test_campanha import one, together
from waiting import wait_until

SESSIONS = 5
HOURS = 6
MINUTES = HOURS * 60

JUMPS = [
    ("America/New_York", "2026-03-07T12:00", "2026-03-09T12:00"),
    ("America/New_York", "2026-10-31T12:00", "2026-11-02T12:00"),
    ("America/St_Johns", "2010-11-06T00:00", "2010-11-08T12:00"),  # at one minute past midnight
    ("America/Santiago", "2026-09-05T12:00", "2026-09-07T12:00"),
    ("America/Santiago", "2026-04-04T12:00", "2026-04-06T12:00"),
    ("America/Sao_Paulo", "2018-11-03T12:00", "2018-11-05T12:00"),
    ("America/Sao_Paulo", "2019-02-16T12:00", "2019-02-18T12:00"),
    ("America/Sao_Paulo", "2026-11-30T12:00", "2026-12-02T12:00"),
    ("Europe/Lisbon", "2026-03-28T12:00", "2026-03-30T12:00"),
    ("Europe/Lisbon", "2026-10-24T12:00", "2026-10-26T12:00"),
    ("Africa/Casablanca", "2026-02-14T12:00", "2026-02-16T12:00"),
    ("Antarctica/Troll", "2026-10-24T12:00", "2026-10-26T12:00"),  # two hours
    ("Asia/Pyongyang", "2018-05-04T00:00", "2018-05-05T12:00"),
    ("Australia/Lord_Howe", "2026-10-02T12:00", "2026-10-05T00:00"),  # half an hour
    ("Australia/Lord_Howe", "2026-04-03T12:00", "2026-04-06T00:00"),
    ("Pacific/Apia", "2011-12-29T12:00", "2012-01-01T00:00"),  # a day
]


def field(chance, at):
    low, high = BOUNDS[at]
    first = chance.randint(low, high)
    last = chance.randint(first, high)
    return chance.choice(["*", "*", f"*/{chance.randint(2, high)}", str(first), f"{first}-{last}",
                          f"{first}-{last}/{chance.randint(1, 4)}", f"{first},{last},{chance.randint(low, high)}"])


def pattern(chance):
    return " ".join([field(chance, 0), chance.choice([field(chance, 1), "*", "0-3", "23"]),
                     chance.choice([field(chance, 2), "*", "*"]), chance.choice([field(chance, 3), "*", "*", "*"]),
                     chance.choice([field(chance, 4), "*", "*"])])


@pytest.mark.parametrize("zone, since, until", JUMPS, ids=lambda value: value.replace("/", "-"))
def test_cron_fires_as_the_clock_on_the_wall_says(database, zone, since, until):
    chance = random.Random(zone + since)
    for text in ["* * * * *", "*/15 * * * *", "0 * * * *", *(pattern(chance) for _ in range(10))]:
        found = database.query("""
            with recursive v(t) as (
                select cron_next(%s, %s, %s)
                union all
                select cron_next(%s, %s, v.t) from v where v.t <= %s
            )
            select t from v where t <= %s order by t""",
                               text, zone, utc(since), text, zone, utc(until), utc(until))
        assert [row["t"] for row in found] == firings(text, zone, utc(since), utc(until)), text


@pytest.fixture
def late(fresh_database):
    """Three schedules of each minute that nobody ran for six hours; what they do can be counted: a row
    of `feitos` each time."""
    db = fresh_database
    db.execute("update agendas set ativa = false, proxima_em = null")
    db.query("select empresa_salvar('padrao')", role="ops")
    db.execute("create table feitos (id bigint generated always as identity, em timestamptz not null default agora())")
    db.execute("""
        create or replace function agendamento_no_shows(empresa uuid) returns jsonb language plpgsql security definer
        set search_path = carteiro, pg_temp as $$
        begin
            insert into feitos default values;
            return '{"planejados": 1}';
        end $$""")
    db.execute("""select agenda_salvar('a' || n, '* * * * *', perdidas => 'todas', acao => 'no_shows')
                  from generate_series(1, 3) n""")
    db.execute("insert into relogio values (true, %s)", f"{HOURS} hours")
    return db


def assert_once(db, at_least=MINUTES):
    """Every minute since the first one, of each schedule, and as many deeds as firings."""
    rows = db.query("""
        select a.nome, count(*) as n, count(*) filter (where d.erro is not null or d.resultado ->> 'planejados' <> '1') as bad,
            extract(epoch from max(d.ocorrencia) - min(d.ocorrencia)) / 60 + 1 as minutes,
            bool_and(a.proxima_em = d.ultima + interval '1 minute') as goes_on
        from agendas a
        join lateral (select k.*, max(k.ocorrencia) over () as ultima from agenda_disparos k where k.agenda_id = a.id) d on true
        group by a.nome""")
    assert len(rows) == 3
    for row in rows:
        assert row["n"] >= at_least and row["n"] == row["minutes"], row
        assert row["bad"] == 0 and row["goes_on"], row
    assert db.value("select count(*) from feitos") == sum(row["n"] for row in rows)


def test_five_sessions_at_once_run_each_occurrence_once(late):
    sessions = [late.connect("planner") for _ in range(SESSIONS)]
    taken = []

    def runs(session):
        idle = 0
        while idle < 20:  # another may hold what is left
            n = one(session, "select agenda_run_due(1)")
            taken.append(n)
            idle = 0 if n else idle + 1

    together(*(lambda s=s: runs(s) for s in sessions))
    while one(sessions[0], "select agenda_run_due(10)"):
        pass
    assert_once(late)
    assert sum(taken) >= 3 * MINUTES


def test_sessions_that_die_leave_nothing_half_done(late):
    def due():
        return late.value("select count(*) from agendas where proxima_em <= agora()")

    def runs():
        while due():
            try:
                session = late.connect("planner")
                while one(session, "select agenda_run_due(2)"):
                    pass
            except psycopg2.OperationalError:
                continue  # killed

    def kills():
        chance = random.Random(7)
        done, killed = 0, 0
        while due():
            goal = done + chance.randint(5, 60)
            wait_until(lambda: late.value("select count(*) from feitos") >= goal or not due(), 60, every=0.001)
            done = late.value("select count(*) from feitos")
            killed += late.value("""
                select count(pg_terminate_backend(pid)) from (
                    select pid from pg_stat_activity
                    where usename like '%planner%' and datname = current_database() order by random() limit 1) v""",
                role="postgres")
        assert killed > 5

    together(runs, runs, runs, kills)
    assert_once(late)


def test_a_planner_killed_and_started_again_runs_each_once(late, fleet):
    fleet.database = late
    planners = [fleet.planner(planner={"poll_ms": 20}) for _ in range(2)]

    def done():
        return late.value("select count(*) from agenda_disparos")

    for kill in range(3):
        goal = min(done() + 200, 3 * MINUTES)
        wait_until(lambda: done() >= goal, 60, "it goes on")
        planners[kill % 2].kill()
        planners[kill % 2] = fleet.planner(planner={"poll_ms": 20})
    wait_until(lambda: late.value("select count(*) from agendas where proxima_em <= agora()") == 0, 60)
    for planner in planners:
        planner.term()
    assert_once(late)


def test_a_planner_six_hours_late_does_what_each_policy_says(late, fleet):
    late.execute("delete from agenda_disparos")
    late.execute("update agendas set perdidas = 'pular', cron = '0 * * * *' where nome = 'a1'")
    late.execute("update agendas set perdidas = 'ultima', cron = '0 * * * *' where nome = 'a2'")
    late.execute("update agendas set cron = '0 * * * *' where nome = 'a3'")
    # at half past the hour, so that none is just due
    late.execute("update agendas set proxima_em = date_trunc('hour', agora()) - interval '5 hours' where ativa")
    late.execute("update relogio set deslocamento = deslocamento + (date_trunc('hour', agora()) + interval '30 minutes' - agora())")
    fleet.database = late
    fleet.planner()
    wait_until(lambda: late.value("select count(*) from agendas where proxima_em <= agora()") == 0, 30)
    runs = {row["nome"]: row["n"] for row in late.query("""
        select a.nome, count(*) as n from agenda_disparos d join agendas a on a.id = d.agenda_id
        where d.duracao_ms is not null group by 1""")}
    assert runs == {"a2": 1, "a3": 6}
    assert late.value("select count(*) from feitos") == 7


def test_the_command_line(fleet, fresh_database):
    fleet.database = fresh_database
    fleet.cli("empresa", "salvar", "padrao", "--fuso", "America/Manaus")

    def answer(*arguments):
        return json.loads(fleet.cli(*arguments, "--json", role="ops").stdout)

    rows = {row["nome"]: row for row in answer("agenda", "listar")}
    assert len(rows) == 10 and rows["daily_summary"]["cron"] == "0 18 * * *"
    assert not rows["lembretes_24h"]["ativa"] and rows["followups"]["fuso"] == "America/Sao_Paulo"
    row = answer("agenda", "ativar", "lembretes_24h", "--empresa", "padrao")
    assert row["ativa"] and row["fuso"] == "America/Manaus"
    row = answer("agenda", "salvar", "followups", "--cron", "30 9 * * mon-fri", "--perdidas", "pular", "--empresa", "padrao")
    assert (row["cron"], row["perdidas"], row["acao"]) == ("30 9 * * mon-fri", "pular", "followups")
    firing = answer("agenda", "previa", "followups", "3", "--empresa", "padrao")
    assert [row["local"][11:] for row in firing] == ["09:30"] * 3 and firing[0]["deslocamento"] == "-04:00"
    run = answer("agenda", "executar", "followups", "--empresa", "padrao")
    assert run["manual"] and run["erro"] is None and run["resultado"]["text"] == "📩 Follow-ups agendados: 0"
    assert answer("agenda", "desativar", "followups", "--empresa", "padrao")["ativa"] is False
    assert answer("agenda", "remover", "followups", "--empresa", "padrao")["nome"] == "followups"
    fleet.cli("cliente", "salvar", "Ana", "11 980000001", "--empresa", "padrao")
    fleet.cli("followup", "agendar", "11 980000001", "--delay-hours", "1")
    tomorrow = fresh_database.value("select to_char(agora() + interval '36 hours', 'YYYY-MM-DD\"T\"HH24:MI')")
    planned = [row for row in answer("planejador", "simular", tomorrow) if row["origem"] == "disparo"]
    assert [(row["nome"], row["quantos"]) for row in planned] == [("post_service", 1)]
    wrong = fleet.cli("agenda", "salvar", "followups", "--cron", "0 0 30 2 *", check=False)
    assert wrong.returncode == 1 and 'cron: "0 0 30 2 *" never fires' in wrong.stderr
    assert fleet.cli("agenda", "previa", check=False).returncode == 2
    assert "--perdidas" in fleet.cli("agenda", "salvar", "--help").stdout
