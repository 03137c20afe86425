"""Who may call what: every route of the document with every kind of key; and what two companies see of each other."""

import json

import pytest

from api_company import Client, Company
from fleet import Fleet
from test_api_document import Document, samples


@pytest.fixture(scope="module")
def started(tmp_path_factory, postgres, template, redis):
    """(our company, theirs with the same names, the document)."""
    database = postgres.create("api_matrix", template.name)
    fleet = Fleet(tmp_path_factory.mktemp("api"), database, redis)
    fleet.gateway(gateway={"api_por_s": 10000})
    ours = Company(database, fleet.gateway_url, "Clínica Sol", 1).fill()
    theirs = Company(database, fleet.gateway_url, "Pet Lua", 2).fill()
    yield ours, theirs, Document(Client(fleet.gateway_url))
    fleet.stop()
    database.drop()


def asked(document, company):
    """(method, path, its operation, the company's own path, a body that serves) of every route that wants a key."""
    for method, path, operation in document.operations():
        if operation.get("security") == []:
            continue
        body = json.dumps(samples(document, operation, company)).encode() if method == "POST" else None
        yield method, path, operation, company.path(path), body


def rows(database):
    """How many rows each table of a company has, so that what must change nothing can be seen to."""
    tables = [r["t"] for r in database.query(
        "select table_name as t from information_schema.columns where table_schema = 'carteiro' and column_name = 'empresa_id'"
        " and table_name in (select tablename from pg_tables where schemaname = 'carteiro') order by 1", role="owner")]
    return {t: database.value(f"select count(*) || ' ' || coalesce(md5(string_agg(x::text, '' order by x::text)), '') from {t} x", role="owner")
            for t in tables}


def test_no_key_in_force_nothing_on_any_route(started):
    ours, _, document = started
    gone, late = ours.make_key("leitura"), ours.make_key("escrita")
    ours.database.query("select chave_revogar(%s)", gone[0], role="ops")
    ours.database.query("update chaves_api set expira_em = agora() - '1 second'::interval where id = %s", late[0], role="owner")
    before = rows(ours.database)
    for name, key in ("none", None), ("unknown", "ct_0123456789abcdef"), ("revoked", gone[1]), ("expired", late[1]), ("empty", " "):
        client = Client(ours.url, key)
        for method, path, _, to, body in asked(document, ours):
            status, headers, data = client.raw(method, to, body)
            assert (status, headers["www-authenticate"]) == (401, "Bearer"), (name, method, path, data)
            assert json.loads(data)["status"] == 401
    assert rows(ours.database) == before


def test_who_may_only_ask_changes_nothing_on_any_route(started):
    ours, _, document = started
    reader = ours.client("leitura")
    reader("GET", "/numeros")
    before = rows(ours.database)
    for method, path, operation, to, body in asked(document, ours):
        status, _, data = reader.raw(method, to, body)
        expected = 403 if "403" in operation["responses"] else 200
        assert status == expected, (method, path, data)
    assert rows(ours.database) == before


def test_another_company_meets_404_on_every_path_that_names_something(started):
    ours, theirs, document = started
    stranger = theirs.client()
    stranger("GET", "/numeros")
    before = rows(ours.database)
    for method, path, operation, to, body in asked(document, ours):
        if "{" not in path or path.startswith(("/regras/", "/agendas/")):  # those names are everybody's
            continue
        status, _, data = stranger.raw(method, to, body)
        assert status == 404, (method, path, status, data)
        assert json.loads(data)["campo"] in ("id", "nome")
    assert rows(ours.database) == before


def test_another_company_sees_nothing_in_any_answer(started):
    ours, theirs, document = started
    stranger = theirs.client("leitura")
    marks = [ours.name, str(ours.id), ours.phone(1), ours.phone(2), "200000001", "praia1"] + [
        str(ours.ids[of]) for of in ("/clientes", "/campanhas", "/fila", "/agendamentos", "/donos", "/conversas", "/api/agenda/followups")]
    own = 0
    for method, path, _, _, _ in asked(document, ours):
        if method != "GET":
            continue
        to = theirs.path(path)
        for query in ("", "?limite=1000") if "limite" in str(document.all["paths"][path]) else ("",):
            status, _, data = stranger.raw("GET", to + query)
            assert status == 200, (path, data)
            seen = [mark for mark in marks if mark in data.decode()]
            assert not seen, (path, seen)
            own += theirs.name in data.decode()
    assert own > 8, "their own they see"
    for path in ("/clientes", "/fila", "/agendamentos"):
        _, _, data = theirs.client().raw("GET", f"/clientes?depois={ours.ids['/clientes']}")
        assert ours.name not in data.decode(), path


def test_another_companys_ids_in_a_body_are_nobody(started):
    ours, theirs, _ = started
    stranger = theirs.client()
    before = rows(ours.database)
    for path, body, field in (
            ("/fila", {"cliente_id": ours.ids["/clientes"], "conteudo": "Oi"}, "cliente_id"),
            ("/agendamentos", {"cliente_id": ours.ids["/clientes"], "inicio": "2099-03-03T10:00"}, "cliente_id"),
            ("/agendamentos", {"id": ours.ids["/agendamentos"], "inicio": "2099-03-03T10:00"}, "id"),
            ("/followups", {"user_id": ours.ids["/clientes"]}, "user_id"),
            ("/followups/cancelar", {"user_id": ours.ids["/clientes"]}, "user_id"),
            ("/campanhas", {"nome": "X", "tipo": "promocional", "mensagem_template": "Oi", "numero": "200000001"}, "numero"),
            ("/campanhas", {"nome": "X", "tipo": "promocional", "mensagem_template": "Oi", "segmento": "praia1"}, "segmento"),
            ("/api/aurora/proactive", {"type": "daily_summary", "ownerNumberId": ours.ids["/donos"]}, "ownerNumberId"),
            ("/api/aurora/proactive", {"type": "daily_summary", "organizationId": str(ours.id)}, "organizationId")):
        status, problem = stranger("POST", path, body)
        assert (status, problem.get("campo")) in ((422, field), (404, field)), (path, body, status, problem)
    status, batch = stranger("POST", "/agendamentos/lote", {"agendamentos": [
        {"cliente_id": ours.ids["/clientes"], "inicio": "2099-03-03T10:00"}, {"id": ours.ids["/agendamentos"], "status": "cancelado"}]})
    assert status == 200 and batch["salvos"] == 0 and [e["campo"] for e in batch["erros"]] == ["cliente_id", "id"]
    for query, field in ((f"/followups?user_id={ours.ids['/clientes']}", "user_id"), (f"/api/agenda/followups?company_id={ours.id}", "company_id")):
        status, problem = stranger("GET", query)
        assert (status, problem["campo"]) == (422, field)
    assert stranger("GET", f"/conversas?cliente_id={ours.ids['/clientes']}")[1]["conversas"] == []
    # a suppression is the company's own
    assert stranger("POST", "/supressoes", {"telefone": ours.phone(1), "motivo": "pediu"})[1] == {"clientes": 0, "canceladas": 0}
    after = rows(ours.database)
    assert {t for t in after if after[t] != before[t]} <= {"supressoes", "auditoria", "chaves_api"}
    assert ours.client()("GET", f"/clientes/{ours.ids['/clientes']}")[1]["status"] == "ativo"


def test_rules_and_schedules_switched_by_one_stay_for_the_other(started):
    ours, theirs, _ = started
    for kind, name in ("regras", "pos_oferta"), ("agendas", "birthdays"):
        assert theirs.client()("POST", f"/{kind}/{name}/desativar")[1]["ativa"] is False
        seen = {one["nome"]: one["ativa"] for one in ours.client()("GET", f"/{kind}")[1][kind]}
        assert seen[name] is True
        assert {one["nome"]: one["ativa"] for one in theirs.client()("GET", f"/{kind}")[1][kind]}[name] is False
