"""The OpenAPI document against the gateway that serves it: whatever is sent, the answer is one that the document
tells of, in the form that it tells; errors name their field; and every answer it tells of can be had."""

import json
import urllib.parse

import jsonschema
import pytest

from api_company import Client, Company
from api_values import FORMATS, IDS, NOT_JSON, NOT_OBJECTS, TEXTS, nasty, sample
from fleet import Fleet, http
from servers import closing_connection
from waiting import wait_until

BIG = b'{"nome": "' + b"x" * 10_000_000 + b'"}'
NOBODY = "00000000-0000-4000-8000-000000000000"
# what the gateway's own limits and outages answer: not a route's, so had once for all
COMMON = {"413", "429", "503"}


class Document:
    """The document, and the statuses seen of each operation."""

    def __init__(self, client):
        self.client = client
        status, _, data = client.raw("GET", "/openapi.json")
        assert status == 200
        self.all = json.loads(data)
        self.resolver = jsonschema.RefResolver("", self.all)
        self.seen = set()
        self.wrong = []

    def operations(self):
        for path, of in sorted(self.all["paths"].items()):
            for method, operation in of.items():
                yield method.upper(), path, operation

    def at(self, schema):
        while "$ref" in schema:
            schema = self.resolver.resolve(schema["$ref"])[1]
        return schema

    def errors(self, schema, value):
        checker = jsonschema.Draft202012Validator(schema, resolver=self.resolver, format_checker=FORMATS)
        return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in checker.iter_errors(value)]

    def body_of(self, operation):
        return operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})

    def judge(self, operation, reply):
        """What is wrong with an answer; None: nothing."""
        status, headers, data = reply
        told = operation["responses"].get(str(status))
        if not told:
            return f"answered {status}, which is not documented"
        content = self.at(told).get("content", {})
        if not content:
            return None if not data else "a body that is not documented"
        kind = headers.get("content-type", "").split(";")[0]
        if kind not in content:
            return f"{status} of type {kind}"
        if not kind.endswith("json"):
            return None
        value = json.loads(data)
        wrong = self.errors(content[kind]["schema"], value)
        if status >= 400 and value["status"] != status:
            wrong.append("another status in the body")
        if status == 422 and not value.get("campo"):
            wrong.append("422 that names no field")
        told = [value] if status >= 400 else value.get("erros", [])  # of a batch each row has its own
        told = told if isinstance(told, list) else []
        if any(word in one.get("detail", "") for one in told for word in ("violates", "relation", "invalid input syntax", "PL/pgSQL")):
            wrong.append("PostgreSQL's own words")
        if status < 400 and any(not one["campo"] for one in told):
            wrong.append("a row's error that names no field")
        if {401: "www-authenticate", 429: "retry-after", 503: "retry-after"}.get(status, "date") not in headers:
            wrong.append(f"{status} without its header")
        return "; ".join(wrong) or None

    def send(self, method, path, operation, to, body=None, expected=None, client=None, **headers):
        """Sends, keeps what is wrong; `expected`: (status, field) of what surely does not serve."""
        reply = (client or self.client).raw(method, to, body, {"Content-Type": "application/json", **headers})
        status, _, data = reply
        if method != "HEAD":
            wrong = self.judge(operation, reply)
        else:
            wrong = None if status in map(int, operation["responses"]) and not data else f"HEAD answered {status}, {data[:50]}"
        self.seen.add((method, path, str(status)))
        if not wrong and expected:
            found = status, json.loads(data).get("campo") if data and status >= 400 else None
            if found != expected and not (status == 400 and expected[0] == 422):  # \u0000 and their like are no JSON to us
                wrong = f"expected {expected}, found {found}"
        if wrong:
            self.wrong.append(f"{method} {to[:120]} {(body or b'')[-150:]!r}: {wrong}; {data[:200]!r}")
        return status

    def verdict(self):
        wrong, self.wrong = self.wrong, []
        kinds = {line.split(" ")[1] + line.rpartition("': ")[2][:60]: line for line in wrong}  # one of each is enough to read
        assert not wrong, f"{len(wrong)} wrong, of them\n" + "\n".join(list(kinds.values())[:40])


def path_of(company, path, query=None):
    return company.path(path) + ("?" + urllib.parse.urlencode(query) if query else "")


def samples(document, operation, company):
    """A body that serves: all that is required."""
    schema = document.body_of(operation)
    body = {name: sample(name, schema["properties"][name]) for name in schema.get("required", [])}
    if "user_id" in body:
        body["user_id"] = company.ids["/clientes"]
    if operation["operationId"] in ("agendamento_salvar", "fila_enfileirar"):
        body["cliente_id"] = company.ids["/clientes"]
        body.update({"inicio": "2099-03-03T10:00"} if "inicio" in schema.get("properties", {}) else {"conteudo": "Oi", "agendar_para": "2099-01-01"})
    if operation["operationId"] == "campanha_criar":
        body["mensagem_template"] = "Oi"
    if operation["operationId"] == "agendamento_lote":
        body["agendamentos"] = [{"cliente_id": company.ids["/clientes"], "inicio": "2099-03-04T10:00"}]
    return body


@pytest.fixture(scope="module")
def started(tmp_path_factory, postgres, template, redis):
    """(fleet, two companies with one of everything, the document): one gateway for the whole module."""
    database = postgres.create("api_document", template.name)
    fleet = Fleet(tmp_path_factory.mktemp("api"), database, redis)
    fleet.gateway(gateway={"api_por_s": 10000})
    ours = Company(database, fleet.gateway_url, "Clínica Sol", 1).fill()
    theirs = Company(database, fleet.gateway_url, "Pet Lua", 2).fill()
    yield fleet, ours, theirs, Document(ours.client())
    failed = fleet.processes[0].events("api.failed")
    fleet.stop()
    database.drop()
    assert not failed, failed


def test_the_document_is_valid(started):
    _, _, _, document = started
    whole = document.all
    assert whole["openapi"] == "3.1.0" and whole["info"]["title"] and whole["info"]["version"]
    names, schemes = [], whole["components"]["securitySchemes"]
    for method, path, operation in document.operations():
        names.append(operation["operationId"])
        told = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
        assert [f"{{{name}}}" for name in told] == [part for part in path.split("/") if part.startswith("{")], path
        assert all(p["required"] for p in operation["parameters"] if p["in"] == "path")
        assert all({"name", "in", "schema"} <= set(p) for p in operation["parameters"])
        assert operation["summary"] and operation["tags"]
        assert any(status.startswith("2") for status in operation["responses"]), path
        for needed in operation.get("security", whole["security"]):
            assert set(needed) <= set(schemes)
        schemas = [p["schema"] for p in operation["parameters"]] + [document.body_of(operation)]
        for response in operation["responses"].values():
            response = document.at(response)
            assert response["description"]
            schemas += [content["schema"] for content in response.get("content", {}).values()]
        for schema in schemas:
            jsonschema.Draft202012Validator.check_schema(schema)
    assert len(names) == len(set(names)), "each operation by a name of its own"
    for schema in whole["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)

    def refs(value):
        if isinstance(value, dict):
            yield from [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            value = list(value.values())
        for item in value if isinstance(value, list) else []:
            yield from refs(item)
    for ref in set(refs(whole)):
        document.resolver.resolve(ref)


def test_what_serves_is_answered_as_told(started):
    _, ours, _, document = started
    fresh = {"Idempotency-Key": "uma vez"}
    for method, path, operation in document.operations():
        schema = document.body_of(operation)
        body = samples(document, operation, ours)
        to = ours.path(path)
        if method == "GET":
            document.send("GET", path, operation, to)
            document.send("HEAD", path, operation, to)
            etag = document.client.raw("GET", to)[1].get("etag")
            if "304" in operation["responses"]:
                document.send("GET", path, operation, to, **{"If-None-Match": f'"x", W/{etag}'})
            query = {p["name"]: sample(p["name"], p["schema"]) for p in operation["parameters"] if p["in"] == "query"}
            for name, value in query.items():
                document.send("GET", path, operation, path_of(ours, path, {name: value}))
            continue
        first = document.send("POST", path, operation, to, json.dumps(body).encode(), **fresh)
        if first < 300:
            again = document.client.raw("POST", to, json.dumps(body).encode(), {"Idempotency-Key": fresh["Idempotency-Key"]})
            assert again[0] == first and again[1].get("idempotency-replayed") == "true", (path, again)
        fresh = {"Idempotency-Key": f"uma vez {path}"}
        for name, of in schema.get("properties", {}).items():
            document.send("POST", path, operation, to, json.dumps({**body, name: sample(name, of)}).encode())
        document.send("POST", path, operation, to, json.dumps(body).encode(), **{"Content-Type": "text/plain"})
    document.verdict()


def test_no_body_brings_it_down(started):
    _, ours, theirs, document = started
    foreign = [json.dumps(theirs.ids["/clientes"]), json.dumps(theirs.ids["/agendamentos"])]
    for method, path, operation in document.operations():
        if method != "POST":
            continue
        schema, to, body = document.body_of(operation), ours.path(path), samples(document, operation, ours)
        is_open = "additionalProperties" not in schema and "requestBody" in operation
        fields = schema.get("properties", {}) or ({"regiao": {}, "engajamento": {}, "ultimo_contato": {}, "tag": {}, "status": {}} if is_open else {})
        for name, of in fields.items():
            rest = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in body.items() if key != name]
            for value in nasty(name, of) + foreign:
                text = "{" + ", ".join([*rest, f"{json.dumps(name)}: {value}"]) + "}"
                try:
                    is_bad = bool(document.errors(of, json.loads(value)))
                except (ValueError, OverflowError):
                    is_bad = False
                document.send("POST", path, operation, to, text.encode(), (422, name) if is_bad else None)
        for name in schema.get("required", []):
            document.send("POST", path, operation, to, json.dumps({k: v for k, v in body.items() if k != name}).encode(), (422, name))
        if not is_open:
            document.send("POST", path, operation, to, json.dumps({**body, "cor azul": 1}).encode(), (422, "cor azul"))
        for raw in NOT_JSON if len(path) < 9 else NOT_JSON[::6]:  # before any route is looked at
            document.send("POST", path, operation, to, raw, (400, None) if raw != b"\x00" else None)
        for raw in NOT_OBJECTS:
            document.send("POST", path, operation, to, raw, (422, "body"))
    document.verdict()


def test_nothing_within_a_field_brings_it_down(started):
    """Objects whose keys mean something: of each every value, beside what else it needs."""
    _, ours, _, document = started
    person = ours.ids["/clientes"]
    row = document.body_of(document.all["paths"]["/agendamentos"]["post"])["properties"]
    inside = (
        ("/segmentos", "criterios", ("especialidade", "regiao", "tag", "status", "engajamento", "ultimo_contato", "inativo_desde", "cor"), {}),
        ("/campanhas", "criterios", ("ultimo_contato", "engajamento", "regiao"), {}),
        ("/campanhas", "metadata", ("vaga", "nome", "carga", "botoes"), {"mensagem_template": "Oi {nome} {vaga}"}),
        ("/fila", "metadata", ("carga", "data", "campanha_id", "botoes", "numero", "itens"), {"conteudo": "Oi {nome}, {hoje} {data}"}),
        ("/followups", "metadata", ("phone_number", "data", "assunto", "carga", "user_id", "nome"), {}),
        ("/followups", "metadata", ("phone_number", "data"), {"user_id": "11987659999", "followup_type": "reminder", "delay_hours": 5}),
        ("/clientes", "metadata", ("external_id", "externo_id", "cidade"), {}),
        ("/agendamentos", "metadata", ("carga", "data", "hora", "itens"), {}),
        ("/api/aurora/proactive", "data", ("campaignType", "targetAudience", "message"), {
            "type": "custom_campaign", "ownerNumberId": ours.ids["/donos"], "data": {"targetAudience": "all", "message": "Oi"}}),
        ("/agendamentos/lote", "agendamentos", tuple(row), {}))
    for path, field, keys, beside in inside:
        operation = document.all["paths"][path]["post"]
        body = {**samples(document, operation, ours), **beside}
        for key in keys:
            for value in nasty(key, {}) if path != "/agendamentos/lote" else nasty(key, row[key])[::2]:
                other = body[field] if isinstance(body.get(field), dict) else {}
                held = ", ".join([*(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in other.items() if k != key), f"{json.dumps(key)}: {value}"])
                whole = "{" + held + "}" if path != "/agendamentos/lote" else (
                    '[{"cliente_id": "%s", "inicio": "2099-05-05T10:00", %s}]' % (person, held))
                rest = [f"{json.dumps(k)}: {json.dumps(v)}" for k, v in body.items() if k != field]
                document.send("POST", path, operation, path, ("{" + ", ".join([*rest, f"{json.dumps(field)}: {whole}"]) + "}").encode())
    # what such a row brings is planned and told as any other
    document.send("POST", "/followups/processar", document.all["paths"]["/followups/processar"]["post"], "/followups/processar", b"")
    for path in ("/followups", "/campanhas", "/segmentos", "/agendamentos", "/mensagens_proativas", "/clientes"):
        document.send("GET", path, document.all["paths"][path]["get"], path + ("?limite=1000" if path != "/segmentos" else ""))
    document.verdict()


def test_no_path_or_query_brings_it_down(started):
    _, ours, theirs, document = started
    asked = set()
    for method, path, operation in document.operations():
        body = json.dumps(samples(document, operation, ours)).encode() if method == "POST" else None
        if "{" in path:
            for value in [*IDS, urllib.parse.quote(str(theirs.path(path).split("/")[path.split("/").index("{" + path.split("{")[1].split("}")[0] + "}")]))]:
                document.send(method, path, operation, path[:path.index("{")] + value + path[path.index("}") + 1:], body)
            document.send(method, path, operation, path[:path.index("{")] + NOBODY + path[path.index("}") + 1:], body, (404, "id"
                          if "{id}" in path else "nome"))
        for name in [p["name"] for p in operation["parameters"] if p["in"] == "query"]:
            for value in TEXTS if (name, method) not in asked else TEXTS[::5]:
                document.send(method, path, operation, f"{ours.path(path)}?{name}={value}", body)
            asked.add((name, method))
        document.send(method, path, operation, ours.path(path) + "?cor=azul", body, (422, "cor"))
        document.send(method, path, operation, ours.path(path) + "?%ff=%ff&%00=1&=&&a", body)
        for value in ("*", '"', "x" * 300, "\xff\xfe", "W/\"\"", " "):
            document.send(method, path, operation, ours.path(path), body,
                          **{"Idempotency-Key" if body else "If-None-Match": value})
    document.verdict()


def test_methods_that_a_path_does_not_take(started):
    _, ours, _, document = started
    for path in document.all["paths"]:
        as_words = path.split("/")
        takes = {method for method, other, _ in document.operations() if len(other.split("/")) == len(as_words) and all(
            a == b or b.startswith("{") for a, b in zip(as_words, other.split("/")))}  # /agendamentos/lote is an {id} too
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - takes:
            status, headers, data = document.client.raw(method, ours.path(path))
            assert (status, headers["content-type"]) == (405, "application/problem+json"), (method, path, status)
            assert takes <= set(headers["allow"].split(", ")), (path, headers)
            assert json.loads(data)["status"] == 405


def test_every_documented_answer_can_be_had(started):
    fleet, ours, theirs, document = started
    nobody, reader = Client(fleet.gateway_url), ours.client("leitura")
    for method, path, operation in document.operations():
        to, body = ours.path(path), json.dumps(samples(document, operation, ours)).encode()
        body = body if method == "POST" else None
        if "401" in operation["responses"]:
            document.send(method, path, operation, to, body, (401, None), nobody)
        if "403" in operation["responses"]:
            document.send(method, path, operation, to, body, (403, None), reader)
        document.send(method, path, operation, to, b"{", (400, None))
        if "404" in operation["responses"] and "{" not in path:
            document.send(method, path, operation, to, json.dumps({**json.loads(body), "id": NOBODY}).encode(), (404, "id"))
    document.send("POST", "/clientes", document.all["paths"]["/clientes"]["post"], "/clientes", BIG, (413, None))
    in_the_way(document, ours)
    document.verdict()
    missing = {(method, path, status) for method, path, operation in document.operations() for status in operation["responses"]
               if status not in COMMON} - document.seen
    assert not missing, sorted(missing)


def in_the_way(document, ours):
    """409 of each route that knows one: twice the same, or what is over."""
    ours.fill()
    for path, times in (("/campanhas/{id}/pausar", 1), ("/campanhas/{id}/retomar", 1), ("/campanhas/{id}/reenviar", 1),
                        ("/campanhas/{id}/cancelar", 2), ("/campanhas/{id}/iniciar", 1), ("/campanhas/{id}/editar", 1),
                        ("/fila/{id}/reprocessar", 1), ("/fila/{id}/cancelar", 2), ("/api/agenda/followups/{id}/resend", 2),
                        ("/respostas/{id}/resolver", 2), ("/agendas/{nome}/ativar", 1), ("/agendas/{nome}/desativar", 1)):
        operation = document.all["paths"][path]["post"]
        for _ in range(times):
            document.send("POST", path, operation, ours.path(path), json.dumps(samples(document, operation, ours)).encode())
    made = ours.make("/campanhas", {"nome": "Páscoa", "tipo": "promocional", "mensagem_template": "Oi"})["id"]
    for verb, body in (("editar", {"nome": "São João"}), ("iniciar", {}), ("pausar", {}), ("retomar", {}), ("reenviar", {}), ("cancelar", {})):
        path = f"/campanhas/{{id}}/{verb}"
        document.send("POST", path, document.all["paths"][path]["post"], f"/campanhas/{made}/{verb}", json.dumps(body).encode(), (200, None))
    own = ours.ids["/agendas"] = "birthdays"
    for verb in ("ativar", "desativar"):
        path = f"/agendas/{{nome}}/{verb}"
        document.send("POST", path, document.all["paths"][path]["post"], f"/agendas/{own}/{verb}", b"{}", (200, None))
    waiting = ours.make("/fila", {"cliente_id": ours.ids["/clientes"], "conteudo": "Oi", "agendar_para": "2099-01-01"})["id"]
    for verb in ("cancelar", "reprocessar"):
        path = f"/fila/{{id}}/{verb}"
        document.send("POST", path, document.all["paths"][path]["post"], f"/fila/{waiting}/{verb}", b"", (200, None))


def test_too_often_and_without_a_database(fleet, fresh_database):
    fleet.database = fresh_database
    fleet.gateway(gateway={"api_por_s": 2})
    ours = Company(fresh_database, fleet.gateway_url, "Clínica Sol", 1)
    document = Document(Client(fleet.gateway_url))
    operation = document.all["paths"]["/numeros"]["get"]
    statuses = [document.send("GET", "/numeros", operation, "/numeros", client=ours.client()) for _ in range(8)]
    assert 429 in statuses and 200 in statuses
    with closing_connection(fresh_database.server.url("postgres")) as admin:  # as an outage: nobody in, and those inside thrown out
        admin.cursor().execute(f'alter database "{fresh_database.name}" allow_connections false')
        admin.cursor().execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s and usename like '%%gateway%%'",
            [fresh_database.name])
        for method, path, operation in document.operations():
            if method == "GET" and "{" not in path:
                document.send(method, path, operation, path, None, (503, None))
        admin.cursor().execute(f'alter database "{fresh_database.name}" allow_connections true')
    wait_until(lambda: http("GET", fleet.gateway_url + "/docs")[0] == 200, 30, "the API is back")
    document.verdict()
