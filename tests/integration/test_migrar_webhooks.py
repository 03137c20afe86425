"""0007 over a database that was in use: no event, no attempt is lost or applied twice, and a process
that is still running stores on."""

import subprocess

import pytest

from fleet import clean_environment, program

ID = "01a00000-0000-7000-8000-%012d"
FILL = """
insert into carteiro.webhook_eventos (tipo, wamid, status, chave, corpo, recebido_em, aplicado_em)
select 'status', 'wamid.' || i, s, format('01a00000-0000-7000-8000-%s:1', lpad(i::text, 12, '0')), '{}',
    carteiro.agora() - i * interval '1 hour', case when i > 400 then carteiro.agora() end
from generate_series(1, 1500) i, unnest('{sent,read}'::text[]) s;
insert into carteiro.webhook_eventos (tipo, phone_number_id, wamid, corpo)
select 'mensagem', '200000001', 'wamid.in.' || i, '{}' from generate_series(1, 30) i;
insert into carteiro.webhook_eventos (tipo, wamid, status, chave, corpo)
values ('status', 'wamid.z', 'failed', 'pedido-7', '{}'), ('status', null, 'deleted', null, '{}'), ('outro', null, null, null, '{}');
insert into carteiro.tentativas (em, mensagem_id, reserva_seq, desfecho)
select carteiro.agora() - i * interval '1 day', carteiro.uuidv7(), i, 'zumbi' from generate_series(0, 299) i;
-- a clock that was ahead
insert into carteiro.tentativas (em, mensagem_id, reserva_seq, desfecho)
values (carteiro.agora() + interval '3 days', carteiro.uuidv7(), 1, 'zumbi');
"""
# as it was called before: nine arrays
FORMER = """create function carteiro.webhook_store(text[], text[], text[], text[], text[], text[], integer[], bigint[], text[])
    returns integer language sql as 'select -1'"""
STORE = """prepare former(text[], text[], text[], text[], text[], text[], integer[], bigint[], text[]) as
    select carteiro.webhook_store($1, $2, $3, $4, $5, $6, $7, $8, $9) as n"""


@pytest.fixture
def filled(empty_database):
    migrar(empty_database, "--to", "6")
    empty_database.execute(FILL)
    return empty_database


def migrar(database, *arguments):
    done = subprocess.run([program("carteiro"), "migrar", *arguments], timeout=120, capture_output=True, text=True,
                          env=clean_environment(CARTEIRO_DATABASE_URL=database.url()), check=False)
    assert done.returncode == 0, done.stderr


def count(database, what):
    return database.value(f"select count(*) from carteiro.{what}")


def test_nothing_is_lost_and_what_was_not_applied_is_listed_once(filled):
    last = filled.value("select max(id) from carteiro.webhook_eventos")
    migrar(filled)
    assert count(filled, "webhook_eventos") == 3033
    assert count(filled, "tentativas") == 301
    assert filled.value("select sum(quantos) from carteiro.webhook_pendentes") == 833
    got = filled.query("""
        select u.mensagem, u.seq, u.wamid, u.grau from carteiro.webhook_pendentes p
        cross join lateral unnest(p.eventos, p.mensagens, p.seqs, p.wamids, p.graus) as u (evento, mensagem, seq, wamid, grau)
        order by u.evento""")
    assert len(got) == 802
    by_key = {(str(row["mensagem"]), row["seq"], row["wamid"], row["grau"]) for row in got}
    assert by_key == {(ID % n, 1, f"wamid.{n}", rank) for n in range(1, 401) for rank in (2, 5)} | {
        ("None", None, "wamid.z", 3), ("None", None, None, None)}
    filled.query("select numero_salvar('200000001') from empresa_salvar('Casa'), conta_salvar('100000001', 't')")
    applied = 0
    while some := filled.value("select carteiro.webhook_apply(100)"):
        applied += some
    assert applied == 833
    assert count(filled, "webhook_eventos where erro is not null") == 832, "messages that are not there, bodies that say nothing"
    made = filled.query("insert into carteiro.webhook_eventos (tipo, corpo) values ('x', '{}') returning id")[0]["id"]
    assert made > last, "ids go on"
    assert count(filled, "webhook_eventos_antes") == 3034, "today is still the former table's"


def test_the_days_that_follow_begin_where_the_former_table_ends(filled):
    migrar(filled)
    for table, column, days in (("webhook_eventos", "recebido_em", 1), ("tentativas", "em", 4)):
        parts = filled.query("select * from carteiro.fila_parts(%s) order by ate", table)
        assert parts[0]["parte"] == f"{table}_antes" and parts[0]["de"] is None
        assert all(before["ate"] == after["de"] for before, after in zip(parts, parts[1:]))
        assert parts[0]["ate"] == filled.value(
            "select (date_trunc('day', carteiro.agora() at time zone 'UTC') + make_interval(days => %s)) at time zone 'UTC'", days)
        assert len(parts) == 16 - days, "today and two weeks, but for those that the former table holds"
        assert count(filled, f"{table} where {column} >= '{parts[0]['ate']}'") == 0


def test_a_statement_prepared_before_it_stores_after_it(filled):
    filled.execute(FORMER)
    connection = filled.connect("owner")
    cursor = connection.cursor()
    cursor.execute(STORE)
    run = "execute former('{status}', '{1}', '{2}', '{wamid.old}', '{sent}', %s, '{null}', '{1795000000}', '{x}')"
    cursor.execute(run, (["x"],))
    assert cursor.fetchone()[0] == -1
    listed = count(filled, "webhook_eventos where aplicado_em is null")
    migrar(filled)
    cursor.execute(run, ([f"{ID % 7}:12"],))
    assert cursor.fetchone()[0] == 1
    assert filled.value("select sum(quantos) from carteiro.webhook_pendentes") == listed + 1
    assert filled.query("select mensagens::text[] as m, seqs from carteiro.webhook_pendentes where wamids = '{wamid.old}'") == [
        {"m": [ID % 7], "seqs": [12]}]
    connection.close()


def test_between_its_migrations_and_its_functions_no_webhook_is_stored_that_nobody_applies(filled):
    filled.execute(FORMER)
    migrar(filled, "--to", "7")
    assert filled.value("select to_regproc('carteiro.webhook_store')") is None
