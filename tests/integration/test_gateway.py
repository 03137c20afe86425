"""carteiro-gateway: Meta's webhooks, verified, stored before they are answered, applied once."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from fleet import Fleet, clean_environment, http as call, program
from queue_people import NUMBER, Company, shuffled, status_event, webhook
from servers import TOP, Postgres
from waiting import stays, wait_until

FIXTURES = TOP.parent / "shared" / "fixtures" / "cloud-api"


def sign(secret, body):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(fleet, body, secret=None, url=None, headers=None, timeout=20):
    """(status, text) of a signed webhook; `body` is bytes or something to write as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = {"X-Hub-Signature-256": sign(secret or fleet.app_secret, data)}
    return call("POST", (url or fleet.gateway_url) + "/webhook", data,
                signed if headers is None else headers, timeout)


def raw(fleet, method, path, body=None, headers=()):
    """(status, headers, text), with headers that may come twice."""
    connection = http.client.HTTPConnection("127.0.0.1", fleet.gateway_port, timeout=20)
    connection.putrequest(method, path)
    for name, value in headers:
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    connection.close()
    return answer.status, answer.headers, text


def stored(database, **columns):
    where = " and ".join(f"{name} = %s" for name in columns) or "true"
    return database.value(f"select count(*) from webhook_eventos where {where}", *columns.values())


def applied(database):
    return database.value("select count(*) from webhook_pendentes") == 0


@pytest.fixture
def company(database):
    return Company(database)


@pytest.fixture
def own_fleet(tmp_path, redis):
    """A fleet over a PostgreSQL of this test's own, which may be stopped."""
    server = Postgres()
    database = server.create("carteiro")
    subprocess.run([program("carteiro"), "migrar"], check=True, capture_output=True,
                   env=clean_environment(CARTEIRO_DATABASE_URL=database.url("owner")))
    fleet = Fleet(tmp_path, database, redis)
    try:
        yield fleet
        fleet.stop()
    finally:
        for process in fleet.processes:
            if process.is_running():
                process.kill()
        server.done()


def verification(fleet, **changes):
    asked = {"hub.mode": "subscribe", "hub.verify_token": fleet.verify_token,
             "hub.challenge": "1158201444", **changes}
    return raw(fleet, "GET", "/webhook?" + urlencode({k: v for k, v in asked.items() if v is not None}))


def test_a_subscription_is_verified_by_its_token(fleet):
    fleet.gateway()
    status, headers, text = verification(fleet)
    assert (status, text) == (200, "1158201444")
    assert headers["Content-Type"].startswith("text/plain")
    assert headers["X-Content-Type-Options"] == "nosniff"
    for wrong in ({"hub.verify_token": "guess"}, {"hub.verify_token": None}, {"hub.mode": "other"},
                  {"hub.mode": None}, {"hub.challenge": None}, {"hub.challenge": ""},
                  {"hub.challenge": "<script>alert(1)</script>"}, {"hub.challenge": "a" * 129}):
        status, headers, text = verification(fleet, **wrong)
        assert status == 403, wrong
        assert "script" not in text
        assert headers["Content-Type"] == "application/problem+json"


def test_nothing_is_believed_without_its_signature(fleet, database):
    gateway = fleet.gateway()
    body = json.dumps(webhook(statuses=[status_event("wamid.forged", "sent")])).encode()
    good = sign(fleet.app_secret, body)
    wrong = [
        [],
        [("X-Hub-Signature-256", good[:-1] + ("0" if good[-1] != "0" else "1"))],
        [("X-Hub-Signature-256", good.removeprefix("sha256="))],
        [("X-Hub-Signature-256", sign("another secret", body))],
        [("X-Hub-Signature-256", "")],
        [("X-Hub-Signature", good)],
        [("X-Hub-Signature-256", good), ("X-Hub-Signature-256", good)],
    ]
    for headers in wrong:
        status, _, _ = raw(fleet, "POST", "/webhook", body, headers)
        assert status == 401, headers
    status, _, _ = raw(fleet, "POST", "/webhook", body + b" ", [("X-Hub-Signature-256", good)])
    assert status == 401
    assert stored(database, wamid="wamid.forged") == 0
    assert gateway.metrics()['carteiro_webhook_recusados_total{motivo="assinatura"}'] == 8
    assert raw(fleet, "POST", "/webhook", body, [("x-hub-signature-256", good)])[0] == 200


def test_two_secrets_are_good_while_one_replaces_the_other(fleet):
    fleet.gateway()
    path = fleet.secrets_dir / "app_secret"
    body = webhook(statuses=[status_event("wamid.rotate", "sent")])

    def rotate(text):
        (fleet.secrets_dir / "new").write_text(text)
        os.replace(fleet.secrets_dir / "new", path)

    old = fleet.app_secret
    assert post(fleet, body, "new secret")[0] == 401
    rotate(f"{old}\nnew secret\n")
    assert post(fleet, body, old)[0] == 200
    assert post(fleet, body, "new secret")[0] == 200
    rotate("new secret\n")
    assert post(fleet, body, old)[0] == 401
    path.unlink()
    assert post(fleet, body, "new secret")[0] == 200, "an unreadable file leaves what was read"


def test_other_paths_and_methods_are_told_so(fleet):
    fleet.gateway()
    status, headers, text = raw(fleet, "GET", "/nowhere")
    assert (status, headers["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(text)["status"] == 404
    status, headers, text = raw(fleet, "DELETE", "/webhook")
    assert (status, headers["Allow"], json.loads(text)["status"]) == (405, "GET, POST", 405)


def test_a_body_past_the_limit_is_refused(fleet, database):
    fleet.gateway(gateway={"body_bytes_max": 4096})
    fits = json.dumps({"entry": [], "x": "a" * 4000}).encode()
    assert post(fleet, fits)[0] == 200
    assert post(fleet, json.dumps({"entry": [], "x": "b" * 5000}).encode())[0] == 413
    assert database.value("select count(*) from webhook_eventos where corpo like '%%bbbb%%'") == 0


def test_what_is_no_json_is_kept_and_not_asked_for_again(fleet, database):
    gateway = fleet.gateway()
    for body in (b"hello", b"{", b'{"a": NaN}', b"\x00\xff", b"[" * 100000, b""):
        assert post(fleet, body)[0] == 200
    assert stored(database, tipo="ilegivel") == 6
    assert gateway.metrics()['carteiro_webhook_eventos_total{tipo="ilegivel"}'] == 6
    kept = database.value(
        "select corpo::json ->> 'base64' from webhook_eventos where tipo = 'ilegivel' order by id limit 1")
    assert base64.b64decode(kept) == b"hello"


def test_every_recorded_webhook_is_taken_twice(fleet, database, company):
    if not FIXTURES.exists():
        pytest.skip("no recorded webhooks beside the checkout")
    fleet.gateway()
    index = [row for row in json.loads((FIXTURES / "index.json").read_text())
             if row["kind"] == "webhook"]
    before = stored(database, tipo="ilegivel"), stored(database, tipo="desconhecido")
    received = []
    for _ in range(2):
        for row in index:
            assert post(fleet, (FIXTURES / row["file"]).read_bytes())[0] == 200, row["file"]
        wait_until(lambda: applied(database))
        received.append(database.value("select count(*) from mensagens_recebidas"))
    assert len(index) > 40
    assert (stored(database, tipo="ilegivel"), stored(database, tipo="desconhecido")) == before
    assert received[0] == received[1] > 0, "the same message twice is one"
    odd = {row["erro"] for row in database.query(
        "select distinct erro from webhook_eventos where erro is not null")}
    assert odd <= {"mensagem desconhecida", "modelo desconhecido"}, odd


def test_a_nul_in_a_text_is_stored(fleet, database, company):
    fleet.gateway()
    message = {"from": "5511955550001", "id": "wamid.nul", "timestamp": "1769900001",
               "type": "text", "text": {"body": "a\x00b"}}
    assert post(fleet, webhook(messages=[message]))[0] == 200
    wait_until(lambda: applied(database))
    assert stored(database, wamid="wamid.nul") == 1
    assert database.value("select erro from webhook_eventos where wamid = 'wamid.nul'") is None


def test_statuses_come_in_any_order_and_more_than_once(fleet, database, company):
    fleet.gateway()
    people = company.people(30)
    company.queue(people)
    claimed = company.claim(30)
    company.record(claimed)
    events = []
    for number, (id, seq) in enumerate(claimed):
        names = ["sent", "delivered", "read"] if number % 2 else ["sent", "failed"]
        events += [status_event(f"wamid.{id}", name, f"{id}:{seq}" if number % 3 else None,
                                1769900000 + at, 131026 if name == "failed" else None)
                   for at, name in enumerate(names)] * 2
    events = shuffled(events, 7)
    for at in range(0, len(events), 5):
        assert post(fleet, webhook(statuses=events[at:at + 5]))[0] == 200
    wait_until(lambda: applied(database))
    for number, (id, _) in enumerate(claimed):
        row = company.message(id)
        assert row["status"] == "enviada"
        if number % 2:
            assert row["entrega"] == "lida" and row["entregue_em"] and row["lida_em"]
        else:
            assert row["entrega"] == "falhou" and row["erro_codigo"] == 131026


def test_a_status_that_comes_before_our_own_answer_settles_the_message(fleet, database, company):
    fleet.gateway()
    person, = company.people(1)
    company.queue([person])
    claimed = company.claim(1)
    id, seq = claimed[0]
    assert post(fleet, webhook(statuses=[
        status_event("wamid.early", "delivered", f"{id}:{seq}")]))[0] == 200
    assert company.wait_status(id, "enviada")["wamid"] == "wamid.early"
    assert company.record(claimed, wamid="wamid.early") == (0, 1, 0)
    wait_until(lambda: company.message(id)["entrega"] == "entregue")
    assert database.value("select count(*) from tentativas where mensagem_id = %s", id) == 0


def test_a_person_who_writes_opens_the_window(fleet, database, company):
    fleet.gateway()
    before = database.value("select count(*) from clientes")
    message = {"from": "5511955551234", "id": "wamid.in", "timestamp": str(int(time.time())),
               "type": "text", "text": {"body": "quero marcar"}}
    contact = {"profile": {"name": "Dora Reis"}, "wa_id": "5511955551234"}
    body = webhook(messages=[message], contacts=[contact])
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: post(fleet, body)[0], range(24))) == {200}
    wait_until(lambda: applied(database))
    assert database.value("select count(*) from clientes") == before + 1
    row = database.query(
        """select m.conteudo, c.nome, c.total_interacoes, v.janela_24h_ate > now() + interval '23 hours' as aberta
           from mensagens_recebidas m
           join clientes c on c.id = m.cliente_id
           join conversas v on v.id = m.conversa_id
           where m.wamid = 'wamid.in'""")
    assert [dict(r) for r in row] == [{"conteudo": "quero marcar", "nome": "Dora Reis",
                                       "total_interacoes": 1, "aberta": True}]


def test_two_gateways_and_a_planner_apply_the_same_events_without_deadlock(
        fleet, database, company, postgres):
    fleet.gateway(), fleet.planner()
    other = fleet.gateway(name="gateway-b", gateway={"port": 0})
    port = next(e["port"] for e in other.events("gateway.listening"))
    urls = [fleet.gateway_url, f"http://127.0.0.1:{port}"]
    people = company.people(200)
    company.queue(people)
    claimed = company.claim(200)
    deadlocks = postgres.log().count("deadlock detected")
    company.record(claimed[:100])  # the rest is settled by its webhooks
    bodies = [webhook(statuses=[status_event(f"wamid.{id}", name, f"{id}:{seq}")
                                for id, seq in shuffled(claimed[at:at + 20], at)])
              for at in range(0, 200, 20) for name in ("sent", "delivered", "read")]
    bodies += [webhook(messages=[{"from": f"55119666600{n:02}", "id": f"wamid.m{n}", "type": "text",
                                  "timestamp": "1769900001", "text": {"body": "oi"}}])
               for n in range(20)]
    jobs = shuffled([(url, body) for url in urls for body in bodies], 3)
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(lambda job: post(fleet, job[1], url=job[0])[0], jobs)) == {200}
    wait_until(lambda: applied(database), 40)
    company.wait_effects()
    states = database.query(
        "select status, entrega, count(*) as n from fila_mensagens where id = any (%s::uuid[]) group by 1, 2",
        [str(id) for id, _ in claimed])
    assert [dict(s) for s in states] == [{"status": "enviada", "entrega": "lida", "n": 200}]
    assert database.value("select sum(total_interacoes) from clientes where id = any (%s)", people) == 200
    assert stored(database, tipo="mensagem", erro="x") == 0
    assert database.value("select count(*) from mensagens_recebidas where wamid like 'wamid.m%%'") == 20
    assert postgres.log().count("deadlock detected") == deadlocks


def test_without_a_database_503_and_afterwards_nothing_is_lost(own_fleet):
    fleet, database, server = own_fleet, own_fleet.database, own_fleet.database.server
    gateway = fleet.gateway()
    assert post(fleet, webhook(statuses=[status_event("wamid.a", "sent")]))[0] == 200
    server.stop(signal.SIGQUIT)
    body = json.dumps(webhook(statuses=[status_event("wamid.b", "sent")])).encode()
    status, headers, _ = raw(fleet, "POST", "/webhook", body,
                             [("X-Hub-Signature-256", sign(fleet.app_secret, body))])
    assert (status, headers["Retry-After"]) == (503, "5")
    assert gateway.readyz()[0] == 200, "another replica would fare no better"
    assert gateway.healthz()[0] == 200
    server.start()
    wait_until(lambda: post(fleet, body)[0] == 200, 30, "it stores again")
    wait_until(lambda: applied(database), 30)
    assert stored(database, wamid="wamid.a") == stored(database, wamid="wamid.b") == 1
    assert gateway.metric("carteiro_webhook_recusados_total") >= 1


def pour(fleet, prefix, answered, refused, stop):
    """Posts webhooks of two statuses until told to stop; keeps what was answered 200."""
    number = 0
    while not stop.is_set():
        names = [f"{prefix}.{number}.{part}" for part in "ab"]
        number += 1
        status, _ = post(fleet, webhook(statuses=[status_event(name, "sent") for name in names]))
        if status == 200:
            answered.extend(names)
        else:
            refused.append(status)


def test_what_was_answered_200_survives_crashes_of_database_and_gateway(own_fleet):
    fleet, database, server = own_fleet, own_fleet.database, own_fleet.database.server
    answered, refused, stop = [], [], threading.Event()
    gateway = fleet.gateway()
    threads = [threading.Thread(target=pour, args=(fleet, f"wamid.{n}", answered, refused, stop))
               for n in range(8)]
    for thread in threads:
        thread.start()
    try:
        for crash in range(2):
            goal = len(answered) + 200
            wait_until(lambda: len(answered) > goal, 60, "more is answered")
            if crash == 0:
                server.stop(signal.SIGQUIT)
                wait_until(lambda: 503 in refused, 30, "503 while it is away")
                server.start()
            else:
                gateway.kill()
                fleet.gateway()
        goal = len(answered) + 200
        wait_until(lambda: len(answered) > goal, 60, "more is answered")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert set(refused) <= {503, 0}, "0: the connection of the one that was killed"
    kept = {row["wamid"] for row in database.query("select wamid from webhook_eventos")}
    assert len(answered) > 600 and not set(answered) - kept
    wait_until(lambda: applied(database), 60)


def held(database):
    """A transaction that keeps every insert into webhook_eventos waiting."""
    connection = database.connect("postgres", autocommit=False)
    connection.cursor().execute("lock table carteiro.webhook_eventos in exclusive mode")
    return connection


def test_it_answers_what_it_holds_before_it_ends(fleet, database):
    gateway = fleet.gateway()
    connection = held(database)
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(post, fleet, webhook(statuses=[status_event(f"wamid.end{n}", "sent")]))
                   for n in range(4)]
        wait_until(lambda: database.value(
            "select count(*) from pg_stat_activity where datname = current_database() "
            "and wait_event_type = 'Lock'", role="postgres") > 0, 20, "it waits for the lock")
        gateway.process.send_signal(signal.SIGTERM)
        wait_until(lambda: gateway.events("service.draining"))
        stays(gateway.is_running, 0.3, "it does not leave its requests")
        connection.rollback()
        assert [answer.result()[0] for answer in answers] == [200] * 4
    assert gateway.process.wait(20) == 0
    assert database.value("select count(*) from webhook_eventos where wamid like 'wamid.end%%'") == 4


def test_what_cannot_be_stored_within_5_s_is_refused(fleet, database):
    fleet.gateway()
    connection = held(database)
    began = time.monotonic()
    status, _ = post(fleet, webhook(statuses=[status_event("wamid.slow", "sent")]))
    took = time.monotonic() - began
    connection.rollback()
    assert status == 503 and 3 < took < 8
    wait_until(lambda: post(fleet, webhook(statuses=[status_event("wamid.slow", "sent")]))[0] == 200)


def test_without_the_schema_it_is_unready_and_takes_nothing(tmp_path, empty_database, redis):
    fleet = Fleet(tmp_path, empty_database, redis)
    gateway = fleet.gateway(wait=False)
    wait_until(lambda: "0001" in gateway.readyz()[1], 30, "it says which migration is missing")
    assert gateway.readyz()[0] == 503
    assert gateway.healthz()[0] == 200
    body = webhook(statuses=[status_event("wamid.soon", "sent")])
    assert post(fleet, body)[0] == 503
    fleet.cli("migrar")
    gateway.wait_ready()
    wait_until(lambda: post(fleet, body)[0] == 200)
    fleet.stop()


def test_without_an_app_secret_it_does_not_start(fleet):
    for secret in ("", str(fleet.secrets_dir / "not there")):
        gateway = fleet.gateway(wait=False, gateway={"app_secret_file": secret})
        if secret:
            assert gateway.process.wait(20) == 78
            assert gateway.events("secret.unreadable")
        else:
            gateway.process.wait(20)
            assert gateway.process.returncode == 78


def test_logs_hold_no_body_and_no_number(fleet, database, company):
    gateway = fleet.gateway(log={"level": "debug"})
    message = {"from": "5511955559876", "id": "wamid.private", "timestamp": "1769900001",
               "type": "text", "text": {"body": "segredo de paciente"}}
    assert post(fleet, webhook(messages=[message], number="999999999999"))[0] == 200
    assert post(fleet, webhook(messages=[message]), "wrong secret")[0] == 401
    assert post(fleet, b"segredo de paciente 5511955559876")[0] == 200
    wait_until(lambda: applied(database))
    log = gateway.log_path.read_text()
    for private in ("5511955559876", "segredo de paciente", fleet.app_secret, NUMBER, "999999999999"):
        assert private not in log
    names = "\n".join(gateway.metrics())
    assert "5511955559876" not in names and "999999999999" not in names


def test_many_requests_share_a_statement(fleet, database):
    gateway = fleet.gateway()
    connection = held(database)
    body = webhook(statuses=[status_event(f"wamid.batch{n}", "sent") for n in range(10)])
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(post, fleet, body) for _ in range(20)]
        wait_until(lambda: gateway.metric("carteiro_webhook_atraso_seconds_count") == 200,
                   20, "all have arrived")
        connection.rollback()
        assert [answer.result()[0] for answer in answers] == [200] * 20
    times = database.value(
        "select count(distinct recebido_em) from webhook_eventos where wamid like 'wamid.batch%%'")
    assert stored(database, wamid="wamid.batch3") == 20
    assert times <= 3, "the first ones, and all that came while they waited"


