"""The HTTP API through a real gateway: keys, rights, fields, companies apart."""

import json

import pytest

from fleet import http


class Caller:
    """One company with a key, calling the gateway."""

    def __init__(self, fleet, empresa, papel="escrita"):
        self.fleet = fleet
        made = fleet.database.query("select * from chave_criar('teste', %s, empresa => %s)", papel, empresa, role="ops")[0]
        self.key_id, self.key = made["id"], made["chave"]

    def __call__(self, method, path, body=None, **headers):
        """(status, decoded answer)"""
        status, text = http(method, self.fleet.gateway_url + path, body, {
            "Authorization": f"Bearer {self.key}", **{k.replace("_", "-"): v for k, v in headers.items()}})
        return status, json.loads(text) if text else None


@pytest.fixture
def two(fleet, fresh_database):
    """A gateway, and a caller for each of two companies."""
    fleet.database = fresh_database
    for n, name in enumerate(("Clínica Sol", "Pet Lua"), start=1):
        fresh_database.query("select empresa_salvar(%s)", name, role="ops")
        fresh_database.query("select conta_salvar(%s, 'token', 'app_secret', empresa => %s)", f"10000000{n}", name, role="ops")
        fresh_database.query("select numero_salvar(%s, empresa => %s)", f"20000000{n}", name, role="ops")
    fleet.gateway()
    return Caller(fleet, "Clínica Sol"), Caller(fleet, "Pet Lua")


def test_without_a_key_in_force_nothing_is_told(two, fleet):
    sol, _ = two
    assert http("GET", fleet.gateway_url + "/campanhas")[0] == 401
    assert http("GET", fleet.gateway_url + "/campanhas", headers={"Authorization": "Bearer ct_wrong"})[0] == 401
    assert http("GET", fleet.gateway_url + "/campanhas", headers={"Authorization": "Basic abc"})[0] == 401
    assert sol("GET", "/campanhas")[0] == 200
    fleet.database.query("select chave_revogar(%s)", sol.key_id, role="ops")
    assert sol("GET", "/campanhas")[0] == 401
    kept = fleet.database.query("select * from chaves_api", role="owner")
    assert sol.key not in json.dumps(kept, default=str), "the key itself is nowhere"


def test_a_key_that_may_only_ask_changes_nothing(two, fleet):
    reader = Caller(fleet, "Clínica Sol", "leitura")
    assert reader("GET", "/clientes")[0] == 200
    status, problem = reader("POST", "/clientes", {"nome": "Ana", "telefone": "11987654321"})
    assert status == 403 and problem["status"] == 403
    assert fleet.database.value("select count(*) from clientes") == 0


def test_what_is_wrong_is_named(two):
    sol, _ = two
    cases = [
        ({"tipo": "promocional", "mensagem_template": "Oi"}, 422, "nome"),
        ({"nome": "X", "tipo": "nenhum", "mensagem_template": "Oi"}, 422, "tipo"),
        ({"nome": "X", "tipo": "promocional", "mensagem_template": 7}, 422, "mensagem_template"),
        ({"nome": "X", "tipo": "promocional", "mensagem_template": "Oi", "cor": "azul"}, 422, "cor"),
        ({"nome": "X", "tipo": "promocional", "mensagem_template": "Oi {cidade_natal}"}, 422, "mensagem_template"),
        ({"nome": "X", "tipo": "promocional", "mensagem_template": "Oi", "filtro_tags": ["a", 1]}, 422, "filtro_tags"),
    ]
    for body, expected, campo in cases:
        status, problem = sol("POST", "/campanhas/", body)
        assert (status, problem.get("campo")) == (expected, campo), problem
    assert sol("POST", "/campanhas/", b"{nonsense")[0] == 400
    assert sol("POST", "/campanhas/", b"[1]")[0] == 422
    assert sol("GET", "/campanhas?cor=azul")[1]["campo"] == "cor"
    assert sol("GET", "/campanhas?limite=muitas")[1]["campo"] == "limite"
    assert sol("GET", "/nada")[0] == 404
    assert sol("PUT", "/campanhas")[0] == 405


def test_a_campaign_by_http(two):
    sol, _ = two
    status, made = sol("POST", "/campanhas/", {"nome": "Natal", "tipo": "promocional", "mensagem_template": "Oi {nome}",
                                               "filtro_tags": ["vip"]})
    assert status == 201
    assert {key: made[key] for key in ("nome", "tipo", "status", "total_destinatarios", "envios_criados", "agendar_para",
                                       "iniciada_em", "finalizada_em")} == {
        "nome": "Natal", "tipo": "promocional", "status": "rascunho", "total_destinatarios": 0, "envios_criados": 0,
        "agendar_para": None, "iniciada_em": None, "finalizada_em": None}
    assert made["config"] == {"filtro_especialidades": None, "filtro_regioes": None, "filtro_tags": ["vip"], "max_por_dia": 50}
    assert sol("GET", f"/campanhas/{made['id']}")[1] == made
    assert sol("POST", f"/campanhas/{made['id']}/iniciar") == (200, {"status": "iniciada"})
    again = sol("POST", f"/campanhas/{made['id']}/iniciar")
    assert again[0] == 409 and "ativa" in again[1]["detail"]
    status, report = sol("GET", f"/campanhas/{made['id']}/relatorio")
    assert status == 200 and report["envios"]["total"] == 0
    assert [c["id"] for c in sol("GET", "/campanhas")[1]["campanhas"]] == [made["id"]]


def test_companies_see_nothing_of_each_other(two, fleet):
    sol, lua = two
    _, person = sol("POST", "/clientes", {"nome": "Ana", "telefone": "11987654321"})
    _, message = sol("POST", "/fila", {"cliente_id": person["id"], "conteudo": "Oi", "agendar_para": "2099-01-01T09:00"})
    _, campaign = sol("POST", "/campanhas/", {"nome": "Natal", "tipo": "promocional", "mensagem_template": "Oi"})
    numero = sol("GET", "/numeros")[1]["numeros"][0]["id"]
    assert message["agendar_para"].startswith("2099-01-01T09:00:00-03:00"), "without a zone it is the company's"
    for method, path, body in [
            ("GET", f"/clientes/{person['id']}", None), ("GET", f"/fila/{message['id']}", None),
            ("POST", f"/fila/{message['id']}/cancelar", {}), ("GET", f"/campanhas/{campaign['id']}", None),
            ("POST", f"/campanhas/{campaign['id']}/iniciar", {}), ("POST", f"/campanhas/{campaign['id']}/cancelar", {}),
            ("GET", f"/campanhas/{campaign['id']}/relatorio", None), ("GET", f"/campanhas/{campaign['id']}/previa", None),
            ("POST", f"/numeros/{numero}/pausar", {"motivo": "x"}),
            ("POST", f"/clientes/{person['id']}/consentimentos", {"finalidade": "marketing", "texto": "sim"})]:
        assert lua(method, path, body)[0] == 404, (method, path)
    status, problem = lua("POST", "/fila", {"cliente_id": person["id"], "conteudo": "Oi"})
    assert (status, problem["campo"]) == (422, "cliente_id")
    assert lua("GET", "/clientes")[1] == {"clientes": [], "depois": None}
    assert fleet.database.value("select count(*) from pausas") == 0
    assert sol("POST", f"/fila/{message['id']}/cancelar")[1]["status"] == "cancelada"


def test_the_same_request_twice_is_one(two, fleet):
    sol, lua = two
    body = {"telefone": "11987654321", "nome": "Ana", "conteudo": "Oi", "agendar_para": "2099-01-01T09:00"}
    first = sol("POST", "/fila", body, Idempotency_Key="pedido-1")
    assert first[0] == 201
    assert sol("POST", "/fila", body, Idempotency_Key="pedido-1") == first
    assert fleet.database.value("select count(*) from fila_mensagens") == 1
    status, problem = sol("POST", "/fila", {**body, "conteudo": "Tchau"}, Idempotency_Key="pedido-1")
    assert (status, problem["campo"]) == (422, "Idempotency-Key")
    wrong = sol("POST", "/fila", {**body, "tipo": "nenhum"}, Idempotency_Key="pedido-2")
    assert wrong[0] == 422
    assert sol("POST", "/fila", body, Idempotency_Key="pedido-2")[0] == 201, "what failed may be mended"
    assert lua("POST", "/fila", body, Idempotency_Key="pedido-1")[0] == 201, "keys are a company's own"


def test_pages_and_what_has_not_changed(two, fleet):
    sol, _ = two
    for n in range(5):
        sol("POST", "/clientes", {"nome": f"Pessoa {n}", "telefone": f"1198765432{n}"})
    seen, after = [], None
    while True:
        _, page = sol("GET", "/clientes?limite=2" + (f"&depois={after}" if after else ""))
        seen += [c["nome"] for c in page["clientes"]]
        after = page["depois"]
        if after is None:
            break
    assert sorted(seen) == [f"Pessoa {n}" for n in range(5)]
    status, text = http("GET", fleet.gateway_url + "/numeros", headers={"Authorization": f"Bearer {sol.key}",
                                                                        "If-None-Match": '"nothing"'})
    assert status == 200
    etag = fleet.database.value("select '\"' || md5(%s) || '\"'", text)
    assert http("GET", fleet.gateway_url + "/numeros", headers={
        "Authorization": f"Bearer {sol.key}", "If-None-Match": etag})[0] == 304


def test_a_key_that_asks_too_often_waits(two, fleet):
    sol, _ = two
    fleet.processes[0].term()
    fleet.gateway(gateway={"api_por_s": 3})
    statuses = [sol("GET", "/numeros")[0] for _ in range(12)]
    assert statuses[0] == 200 and 429 in statuses


def test_the_document_says_what_there_is(two, fleet):
    status, text = http("GET", fleet.gateway_url + "/openapi.json")
    assert status == 200
    document = json.loads(text)
    assert document["openapi"] == "3.1.0"
    for path in ("/campanhas", "/campanhas/{id}/iniciar", "/campanhas/segmento/preview", "/campanhas/{id}/relatorio",
                 "/api/agenda/followups", "/api/agenda/followups/{id}/resend", "/api/aurora/proactive",
                 "/jobs/reminders/24h", "/jobs/reminders/2h", "/jobs/no-shows", "/jobs/metrics"):
        assert path in document["paths"], path
    body = document["paths"]["/campanhas"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["nome", "tipo"] and body["properties"]["max_por_dia"]["type"] == ["integer", "null"]
    status, page = http("GET", fleet.gateway_url + "/docs")
    assert status == 200 and page.count("<section") == sum(len(of) for of in document["paths"].values())


def test_every_route_has_its_function(two, fleet):
    missing = fleet.database.query(
        "select funcao from api_rotas() r where to_regprocedure('carteiro.' || r.funcao || '(jsonb, jsonb)') is null")
    assert missing == []


def test_a_report_of_many_pages_is_one_file(two, fleet):
    sol, lua = two
    _, campaign = sol("POST", "/campanhas/", {"nome": "Natal", "tipo": "promocional", "mensagem_template": "Oi"})
    fleet.database.execute(
        "with p as (insert into clientes (empresa_id, nome, telefone, especialidade_nome)"
        " select e.id, case n when 1 then '=Ação; \"teste\"' else 'Pessoa ' || n end, '+55119' || (70000000 + n), 'Pediatria'"
        " from generate_series(1, 12000) n, empresas e where e.nome = 'Clínica Sol' returning id)"
        " insert into campanha_destinatarios (campanha_id, cliente_id, mensagem_id, status, entrega, respondeu_em)"
        " select %s, id, id, 'enviada', 'lida', now() from p", campaign["id"])
    path = f"/campanhas/{campaign['id']}/relatorio/csv"
    status, text = http("GET", fleet.gateway_url + path, headers={"Authorization": f"Bearer {sol.key}"}, timeout=60)
    lines = text.split("\r\n")
    assert status == 200 and lines[0] == "\ufeffNome;Telefone;Especialidade;Status Envio;Respondeu"
    assert lines[-1] == "" and len(lines) == 12002 and len(set(lines)) == 12002
    assert "\"'=Ação; \"\"teste\"\"\";+5511970000001;Pediatria;Lido;Sim" in lines
    assert lua("GET", path)[0] == 404


def test_appointments_by_http(two, fleet):
    sol, lua = two
    body = {"externo_id": "42", "telefone": "11987654321", "nome": "Ana", "inicio": "2099-03-02T14:00",
            "servico": "Limpeza", "permite_followup": True}
    status, made = sol("POST", "/agendamentos", body)
    assert status == 200 and made["inicio"].startswith("2099-03-02T14:00:00") and made["status"] == "agendado"
    assert made["followup_proximo_em"].startswith("2099-03-02T16:00:00")
    assert sol("POST", "/agendamentos", body)[1] == made, "the same again changes nothing"
    moved = sol("POST", "/agendamentos", {"externo_id": "42", "inicio": "2099-03-03T09:00"})[1]
    assert (moved["id"], moved["versao"]) == (made["id"], 2)
    status, batch = sol("POST", "/agendamentos/lote", {"agendamentos": [
        {**body, "externo_id": "43"}, {"externo_id": "44"}, {**body, "externo_id": "45", "cor": "azul"}]})
    assert status == 200 and batch["salvos"] == 1
    assert [(e["linha"], e["campo"]) for e in batch["erros"]] == [(2, "cliente_id"), (3, "cor")]
    listed = sol("GET", "/agendamentos?de=2099-03-01&ate=2099-03-31")[1]["agendamentos"]
    assert {a["externo_id"] for a in listed} == {"42", "43"}
    assert lua("GET", f"/agendamentos/{made['id']}")[0] == 404
    assert lua("POST", f"/agendamentos/{made['id']}/cancelar")[0] == 404
    assert lua("POST", "/agendamentos", {"id": made["id"], "inicio": "2099-03-03T10:00"})[0] == 404
    assert sol("POST", f"/agendamentos/{made['id']}/cancelar")[1]["status"] == "cancelado"
    status, problem = sol("POST", f"/api/agenda/followups/{made['id']}/resend")
    assert status == 409 and problem["campo"] == "id"
    assert sol("GET", "/api/agenda/followups?status=all")[1]["counts"]["sent"] == 0
    assert sol("GET", "/api/agenda/followups?status=positive")[1]["followups"] == []
    for path in ("/jobs/reminders/24h", "/jobs/reminders/2h", "/jobs/no-shows"):
        status, counts = sol("POST", path)
        assert status == 200 and counts["planejados"] == 0, path
    assert sol("GET", "/jobs/metrics")[1]["total_consultas"] == 0


def test_a_segment_and_a_followup_by_http(two):
    sol, _ = two
    sol("POST", "/clientes", {"nome": "Ana", "telefone": "11987654321", "especialidade_nome": "Pediatria", "tags": ["vip"]})
    status, preview = sol("POST", "/campanhas/segmento/preview", {"especialidade": "Pediatria"})
    assert status == 200 and preview["total"] + sum(preview["excluidos"].values()) == 1
    status, problem = sol("POST", "/campanhas/segmento/preview", {"cor": "azul"})
    assert status == 422 and "cor" in problem["detail"]
    status, planned = sol("POST", "/followups", {"user_id": "11987654321", "followup_type": "post_service"})
    assert status == 201 and planned["followup_type"] == "post_service"
    status, problem = sol("POST", "/followups", {"user_id": "11987654321", "channel": "email"})
    assert status == 422 and problem["detail"] == "canal email ainda não disponível"
    assert len(sol("GET", "/followups")[1]["followups"]) == 1
    assert sol("POST", "/followups/cancelar", {"user_id": "11987654321"})[1] == {"cancelados": 1}


def test_a_campaign_is_changed_copied_and_followed_by_http(two):
    sol, lua = two
    sol("POST", "/segmentos", {"nome": "praia", "criterios": {"regiao": "litoral"}})
    assert "praia" in [s["nome"] for s in sol("GET", "/segmentos")[1]["segmentos"]]
    assert "praia" not in [s["nome"] for s in lua("GET", "/segmentos")[1]["segmentos"]]
    status, made = sol("POST", "/campanhas", {"nome": "Verão", "tipo": "promocional", "mensagem_template": "Oi", "segmento": "praia"})
    assert status == 201
    path = f"/campanhas/{made['id']}"
    assert sol("POST", path + "/editar", {"mensagem_template": "Olá", "max_por_dia": None})[0] == 200
    changed = sol("GET", path)[1]
    assert (changed["mensagem_template"], changed["config"]["max_por_dia"]) == ("Olá", None)
    status, copy = sol("POST", path + "/copiar", {"nome": "Verão de novo"})
    assert status == 201 and copy["nome"] == "Verão de novo" and copy["id"] != made["id"]
    assert sol("GET", path + "/progresso")[1]["status"] == "rascunho"
    for of in ("editar", "copiar", "testar", "reenviar"):
        body = {"numeros": ["11987654321"]} if of == "testar" else {}
        assert lua("POST", f"{path}/{of}", body)[0] == 404, of
    assert sol("POST", "/segmentos/praia/remover")[0] == 200
    assert lua("POST", "/segmentos/praia/remover")[0] == 404
