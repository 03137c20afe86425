"""carteiro-planner: what it notices by its look, and what it sets aside."""

import time

import pytest

from queue_people import Company
from test_planner import campaign, chore
from waiting import stays, wait_until


@pytest.fixture
def company(database):
    return Company(database)


def test_a_row_of_effects_that_cannot_be_applied_is_kept_apart_and_stops_no_other(fleet, database, company):
    people = company.people(30)
    database.execute("""
        create function public.recusa() returns trigger language plpgsql as $$
        begin
            raise exception 'not this one';
        end $$""", role="postgres")
    database.execute(f"""
        create trigger recusa before update on carteiro.clientes for each row
        when (old.id = '{people[7]}') execute function public.recusa()""", role="postgres")
    try:
        company.queue(people)
        for _ in range(30):
            company.record(company.claim(1))
        planner = fleet.planner()
        wait_until(lambda: database.value("select count(*) from efeitos") == 0)
        kept = database.query("select tipo, mensagens, erro from efeitos_retidos")
        assert [row["erro"] for row in kept] == ["P0001: not this one"]
        told = database.value("select count(*) from clientes where ultimo_contato_em is not null and id = any (%s::uuid[])", people)
        assert told == 29, "everybody but the one"
        wait_until(lambda: [e["chore"] for e in planner.events("planner.set_aside")] == ["efeitos"])
        assert chore(planner, "efeitos", "retidos") == 1
    finally:
        database.execute("drop function public.recusa() cascade", role="postgres")
        database.execute("delete from efeitos_retidos", role="owner")


def test_effects_are_at_most_a_second_late_after_a_quiet_time(fleet, database, company):
    planner = fleet.planner()
    stays(planner.is_running, 3)
    late = []
    for _ in range(5):
        company.queue(company.people(1))
        company.record(company.claim(1))
        began = time.monotonic()
        wait_until(lambda: database.value("select count(*) from efeitos") == 0)
        late.append(time.monotonic() - began)
        stays(planner.is_running, 1.5)
    assert max(late) < 1.2, late


def test_a_campaign_paused_until_then_goes_on_by_itself(fleet, database, company):
    company.people(5)
    fleet.planner()
    id = campaign(database, "until")
    database.execute("select campanha_iniciar(%s)", id, role="ops")
    database.execute("select campanha_pausar(%s, 'almoço', now() + interval '2 s')", id, role="ops")
    assert database.value("select status from campanhas where id = %s", id) == "pausada"
    began = time.monotonic()
    wait_until(lambda: database.value("select status from campanhas where id = %s", id) != "pausada", 10)
    assert 1 < time.monotonic() - began < 3.5
    assert database.value("select pausada_em is null and pausada_ate is null from faixas f join campanhas k on k.faixa_id = f.id"
                          " where k.id = %s", id)
    database.execute("select campanha_cancelar(%s)", id, role="ops")


def test_a_rescue_is_in_time_when_one_of_two_planners_dies(fleet, database, company):
    """The floors are each planner's own: what the dead one would have found the other one finds."""
    first = fleet.planner(planner={"rescue_s": 3, "quarentena_s": 600})
    fleet.planner(planner={"rescue_s": 3, "quarentena_s": 600})
    for volta in range(3):
        ids = company.queue(company.people(5))
        company.claim(5, reserva_ms=300)
        began = time.monotonic() + 0.3
        if volta == 1:
            first.kill()
        for id in ids:
            company.wait_status(id, "incerta")
        assert time.monotonic() - began < 3.7, "at most rescue_s after its end"


def test_what_a_slow_commit_hid_is_found_within_the_slack(fleet, database, company):
    """A row that was locked at the look which passed it, until after the next one."""
    planner = fleet.planner(planner={"rescue_s": 3, "quarentena_s": 600})
    ids = company.queue(company.people(2))
    company.claim(2, reserva_ms=100)
    holder = database.connect("postgres", autocommit=False)
    holder.cursor().execute("select 1 from carteiro.fila_ativa where id = %s for update", (str(ids[0]),))
    company.wait_status(ids[1], "incerta")
    looks = planner.metrics()['carteiro_planejador_duracao_seconds_count{tarefa="resgate"}']
    wait_until(lambda: planner.metrics()['carteiro_planejador_duracao_seconds_count{tarefa="resgate"}'] >= looks + 2)
    assert company.message(ids[0])["status"] == "processando"
    holder.rollback()
    company.wait_status(ids[0], "incerta")
