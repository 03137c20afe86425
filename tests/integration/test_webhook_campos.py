"""Every kind of webhook is acted on, once, whatever comes beside it, how often, in what order and broken how."""

import copy
import json
import random
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from fleet import Fleet
from queue_people import Company, NUMBER, shuffled
from servers import TOP
from test_gateway import post
from waiting import wait_until
from webhook_kinds import BSUID, KINDS, NOW, USER, messages, preference, said

FIXTURES = TOP.parent / "shared" / "fixtures" / "cloud-api"
TABLES = ("auditoria avisos clientes consentimentos contas conversas identidades mensagens_recebidas modelos "
          "numeros pausas portfolios respostas supressoes").split()
MEANT = {"mensagem desconhecida", "modelo desconhecido", "mais antigo do que o já sabido", "antigo"}


def prepared(database):
    """The company, its templates as the payloads name them, a number that nobody changed."""
    company = Company(database)
    for name, idioma in (("aviso", "en_US"), ("order_confirmation", "en_US"), ("welcome_template", "en_US"),
                         ("abandoned_cart", "en"), ("schedule_confirmation4", "pt_BR")):
        database.execute("select modelo_salvar(%s, 'Olá, {nome}, tudo bem?', idioma => %s, situacao => 'enviado')",
                         name, idioma)
    database.execute("update numeros set taxa = null, telefone = '+15550783881'")
    return company


@pytest.fixture
def company(database):
    return prepared(database)


@pytest.fixture
def fresh_fleet(tmp_path, fresh_database, redis):
    """A fleet over a database of this test's own, that database, and the company in it."""
    home = tmp_path / "fresh"
    home.mkdir()
    fleet = Fleet(home, fresh_database, redis)
    try:
        yield fleet, fresh_database, prepared(fresh_database)
        fleet.stop()
    finally:
        for process in fleet.processes:
            if process.is_running():
                process.kill()


def settle(database, timeout=60):
    wait_until(lambda: database.value("select count(*) from webhook_pendentes") == 0, timeout, "all is applied")


def state(database):
    """{table: rows as text}, without what only tells when it was written."""
    volatile = "{updated_at,created_at,taxa_fator_em}"
    kept = {name: {row["r"] for row in database.query(
        f"select (to_jsonb(t) - %s::text[])::text as r from {name} t", volatile)} for name in TABLES}
    kept["fila_mensagens"] = {row["r"] for row in database.query(
        "select concat_ws(' ', id, status, entrega, destino, erro_codigo) as r from fila_mensagens")}
    return kept


def changed(before, after):
    return {name for name in after if before[name] != after[name]}


def send(fleet, database, body):
    """What it stored (tipos) and which tables it changed."""
    first = database.value("select coalesce(max(id), 0) from webhook_eventos")
    before = state(database)
    assert post(fleet, body)[0] == 200
    settle(database)
    kinds = [row["tipo"] for row in database.query("select tipo from webhook_eventos where id > %s order by id", first)]
    return kinds, changed(before, state(database))


def wrong(database):
    """Why events could not be applied, but for what is meant to be told."""
    return {row["erro"] for row in database.query(
        "select distinct erro from webhook_eventos where erro is not null")} - MEANT


def show(capsys, rows):
    with capsys.disabled():
        print()
        for name, kinds, tables in rows:
            print(f"{name:48} {' '.join(kinds):34} {' '.join(sorted(tables)) or '-'}")


def test_each_kind_changes_what_it_should_and_the_second_time_nothing(fleet, database, company, capsys):
    gateway = fleet.gateway()
    rows = []
    for name, (sent, tables) in KINDS.items():
        kinds, did = send(fleet, database, sent)
        rows.append((name, kinds, did))
        assert set(tables.split()) <= did, name
        assert tables or not did, name
        assert send(fleet, database, sent)[1] == set(), f"{name} again"
    show(capsys, rows)
    assert wrong(database) == set()
    metrics = gateway.metrics()
    assert metrics['carteiro_webhook_desconhecidos_total{onde="campo"}'] == 2
    assert metrics['carteiro_webhook_desconhecidos_total{onde="tipo"}'] == 2
    assert metrics["carteiro_webhook_aplicar_erros_total"] == 0


def message_of(company, wamid):
    """A message of ours that was accepted under this wamid, unless there is one."""
    if not company.database.value("select count(*) from fila_mensagens where wamid = %s", wamid):
        company.queue(company.people(1))
        company.record(company.claim(1), wamid=wamid)


def test_each_recorded_webhook_changes_something_and_the_second_time_nothing(fresh_fleet, capsys):
    fleet, database, company = fresh_fleet
    if not FIXTURES.exists():
        pytest.skip("no recorded webhooks beside the checkout")
    fleet.gateway()
    idle = {"status_sent_with_biz_opaque.json"}  # of a message that another file says is read
    rows = []
    for row in json.loads((FIXTURES / "index.json").read_text()):
        if row["kind"] != "webhook":
            continue
        data = (FIXTURES / row["file"]).read_bytes()
        value = json.loads(data)["entry"][0]["changes"][0]["value"]
        if row["file"].startswith("status_"):
            database.execute("delete from pausas")
            message_of(company, value["statuses"][0]["id"])
        if row["file"].startswith("user_id_update"):  # other files have told the new one
            update = value["user_id_update"][0]["user_id"]
            database.execute("update identidades set valor = %s where valor = %s", update["previous"], update["current"])
        if row["file"].startswith("inbound_"):  # some of the files share an id
            data = data.replace(b'"id": "' + value["messages"][0]["id"].encode(),
                                b'"id": "wamid.' + row["file"].encode())
        kinds, did = send(fleet, database, data)
        rows.append((row["file"], kinds, did))
        assert did or row["file"] in idle, row["file"]
        assert "ilegivel" not in kinds and "desconhecido" not in kinds, row["file"]
        assert send(fleet, database, data)[1] == set(), f"{row['file']} again"
    show(capsys, rows)
    assert len(rows) > 40
    assert wrong(database) == set()
    assert database.value("select taxa from numeros where identificador = %s", NUMBER) == 1000
    assert database.value("select alcance_limite from portfolios") == 2000


# no index holds it, however it is compressed
LONG = "".join(random.Random(3).choices("abcdefghijklmnopqrstuvwxyz0123456789.", k=9000))


def broken(value, random_):
    """`value` with one member of it taken away or become something else."""
    odd = [None, 7, -1, 1.5e300, 10 ** 18, "", "x", "\u0000", "é" * 3000, LONG, [], {}, [[]], [None], {"a": None}, True,
           "1769900001", "99999999999999999999", [7, "x", None, {}]]
    value = copy.deepcopy(value)
    places = []

    def walk(node):
        members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, child in list(members):
            places.append((node, key))
            walk(child)

    walk(value)
    node, key = random_.choice(places)
    if random_.random() < 0.25:
        del node[key]
    else:
        node[key] = random_.choice(odd)
    return value


def test_what_is_broken_stops_nothing(fleet, database, company):
    gateway = fleet.gateway()
    random_ = random.Random(11)
    sent = [value for value, _ in KINDS.values()]
    bodies = [json.dumps(broken(value, random_), ensure_ascii=random_.random() < 0.5).encode()
              for value in sent for _ in range(12)]
    bodies += [json.dumps(value).encode().replace(b"wamid", b"\xff\xfe") for value in sent[:5]]
    bodies += [json.dumps(value).encode().replace(b'"', b'"\\ud800', 3) for value in sent[:5]]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda data: post(fleet, data)[0], bodies)) == {200}
    settle(database)
    told = wrong(database)
    assert {erro for erro in told if re.match("[0-9A-Z]{5}: ", erro) and not erro.startswith("22")} == set()
    assert not [erro for erro in told if re.search(r"[0-9]{7}|BR\.", erro)], "nobody's number in what is told"
    assert gateway.metric("carteiro_webhook_aplicar_erros_total") == 0
    # the good one behind them is applied
    assert post(fleet, messages(said("after", "text", text={"body": "oi"})))[0] == 200
    wait_until(lambda: database.value("select count(*) from mensagens_recebidas where wamid = 'wamid.after'") == 1)


def test_a_day_comes_again_at_two_gateways_at_once_in_any_order(fresh_fleet):
    """What comes once in order, and what comes three times in disorder at two gateways, end alike."""
    fleet, database, _ = fresh_fleet
    before = database.server.log().count("deadlock detected")  # the server's, of all tests
    first = fleet.gateway()
    other = fleet.gateway(name="gateway-b", gateway={"port": 0})
    port = next(e["port"] for e in other.events("gateway.listening"))
    urls = [fleet.gateway_url, f"http://127.0.0.1:{port}"]
    bodies = []
    for n in range(12):
        one = json.loads(json.dumps([sent for sent, _ in KINDS.values()])
                         .replace("wamid.", f"wamid.{n}.").replace("5511955550", f"551195{n:02}50"))
        bodies += one
    jobs = shuffled([(url, data) for data in bodies for url in urls + urls[:1]], 5)
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(lambda job: post(fleet, job[1], url=job[0])[0], jobs)) == {200}
    settle(database, 120)
    assert database.server.log().count("deadlock detected") == before
    assert {erro for erro in wrong(database) if erro.startswith(("4", "XX", "23"))} == set()
    assert first.metric("carteiro_webhook_aplicar_erros_total") == 0
    once = database.query("""
        select count(*) as n, count(distinct wamid) as wamids from mensagens_recebidas where wamid like 'wamid.%%.image'""")
    assert dict(once[0]) == {"n": 12, "wamids": 12}
    assert database.value("""select count(*) from (
        select 1 from consentimentos group by cliente_id, ocorrido_em having count(*) > 1) as twice""") == 0
    assert database.value("select count(*) from consentimentos where acao = 'concedido'") == 12
    model = database.query("select situacao, qualidade, categoria from modelos where nome = 'aviso'")[0]
    assert dict(model) == {"situacao": "aprovado", "qualidade": "YELLOW", "categoria": "marketing"}
    account = database.query("select situacao from contas")[0]["situacao"]
    assert account == "ativa" and database.value("select count(*) from pausas") == 0
    number = database.query("select taxa, qualidade from numeros")[0]
    assert dict(number) == {"taxa": 1000, "qualidade": "FLAGGED"}
    assert database.value("select alcance_limite from portfolios") is None
    assert database.value("select marketing_permitido from clientes where telefone = %s",
                          "+5511950050100") is True


def test_stop_in_whatsapp_cancels_marketing_and_resume_lifts_no_opt_out(fleet, database, company):
    fleet.gateway()
    person, = company.people(1)
    phone = database.value("select telefone from clientes where id = %s", person)

    def queued(tipo):
        return database.value("""insert into fila_mensagens (cliente_id, tipo, conteudo, agendar_para)
            values (%s, %s, 'Olá', '2100-01-01') returning id""", person, tipo)

    def prefers(value, at):
        assert post(fleet, json.loads(json.dumps(preference(value, at)).replace(USER, phone[1:])))[0] == 200

    promo, reminder = queued("promocional"), queued("lembrete")
    prefers("stop", NOW - 30)
    assert company.wait_status(promo, "cancelada")["erro"] == "sem_consentimento"
    assert company.message(reminder)["status"] == "pendente"
    assert database.value("select status from clientes where id = %s", person) == "ativo"
    database.execute("select supressao_incluir(%s, 'pediu para sair')", phone)
    prefers("resume", NOW - 20)
    settle(database)
    assert dict(database.query("select status, marketing_permitido from clientes where id = %s", person)[0]) == {
        "status": "optout", "marketing_permitido": True}
    promo = queued("promocional")
    database.execute("delete from pausas")  # of other tests
    database.execute("update fila_mensagens set agendar_para = now() where id = %s", promo)
    company.claim(10)
    assert company.message(promo)["erro"] == "optout", "a yes to WhatsApp lifts no no to the company"


def test_who_shows_no_phone_is_written_to_and_told_delivered(fresh_fleet):
    fleet, database, _ = fresh_fleet
    fleet.simulator(), fleet.gateway()
    fleet.template("novidade", "Olá, {nome}, tudo bem?", "utility")
    fleet.sender()
    assert post(fleet, KINDS["only_user_id"][0])[0] == 200
    person = wait_until(lambda: database.value("select cliente_id from identidades where valor = %s", BSUID))
    assert database.value("select telefone from clientes where id = %s", person) is None
    database.execute("""insert into fila_mensagens (cliente_id, formato, modelo_id)
        select %s, 'template', id from modelos where nome = 'novidade'""", person)
    wait_until(lambda: database.value(
        "select entrega from fila_mensagens where cliente_id = %s", person) == "lida", 30)
    line, = [line for line in fleet.ledger() if line["to"] == BSUID]
    assert (line["http"], line["text"]) == (200, "Olá, Ana, tudo bem?")
    fleet.control("POST", "/inbound", {"phone_number_id": NUMBER, "from": BSUID, "type": "text", "text": "oi"})
    wait_until(lambda: database.value("select count(*) from mensagens_recebidas where cliente_id = %s", person) == 2)
    database.execute("insert into fila_mensagens (cliente_id, conteudo) values (%s, 'Oi, {nome}!')", person)
    line = wait_until(lambda: [line for line in fleet.ledger() if line["to"] == BSUID][1:], 30)[0]
    assert (line["http"], line["type"], line["text"]) == (200, "text", "Oi, Ana!")
    wait_until(lambda: database.value(
        "select count(*) from fila_mensagens where cliente_id = %s and entrega = 'lida'", person) == 2, 30)
