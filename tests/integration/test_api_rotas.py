"""What the routes do, through a real gateway: lists by pages, requests that come twice, and people's own verbs."""

import threading

import pytest

from api_company import FAR, Client, Company


@pytest.fixture
def sol(fleet, fresh_database):
    fleet.database = fresh_database
    fleet.gateway(gateway={"api_por_s": 10000})
    return Company(fresh_database, fleet.gateway_url, "Clínica Sol", 1)


def pages(client, path, name, limite=2):
    """All that a list gives, page by page; no page is longer than asked for."""
    seen, after = [], None
    while True:
        status, page = client("GET", f"{path}{'&' if '?' in path else '?'}limite={limite}" + (f"&depois={after}" if after else ""))
        assert status == 200 and len(page[name]) <= limite, page
        seen += page[name]
        after = page["depois"]
        if after is None:
            return seen


def test_every_list_comes_in_pages(sol):
    for _ in range(5):
        sol.fill()
    client = sol.client()
    for path, name in (("/campanhas", "campanhas"), ("/clientes", "clientes"), ("/conversas", "conversas"), ("/followups", "followups"),
                       ("/agendamentos?de=2099-03-01&ate=2099-03-31", "agendamentos"), ("/api/agenda/followups", "followups"),
                       ("/respostas/pendentes", "respostas"), ("/mensagens_proativas", "mensagens"), ("/avisos", "avisos"),
                       ("/auditoria", "auditoria")):
        whole = client("GET", path)[1]
        assert whole["depois"] is None and len(whole[name]) >= 5, path
        found = pages(client, path, name)
        assert found == whole[name], path
        assert len({one["id"] for one in found}) == len(found), path


def test_a_request_that_comes_twice_at_once_happens_once(sol):
    person = sol.make("/clientes", {"nome": "Ana", "telefone": sol.phone(1)})["id"]
    body = {"cliente_id": person, "conteudo": "Oi", "agendar_para": FAR}
    key, answers = sol.make_key("escrita")[1], []

    def ask():
        answers.append(Client(sol.url, key)("POST", "/fila", body, Idempotency_Key="uma vez"))
    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers] == [201] * 12
    assert len({answer["id"] for _, answer in answers}) == 1
    assert sol.database.value("select count(*) from fila_mensagens") == 1
    # of two gateways the second waits for the first, which is still at work
    with sol.database.connect("owner", autocommit=False) as other:
        cursor = other.cursor()
        cursor.execute("insert into chaves_idempotencia (empresa_id, chave, pedido, status, resposta)"
                       " select empresa_id, 'outra', sha256('x'), 201, '{}' from chaves_idempotencia limit 1")
        late = []
        waiting = threading.Thread(target=lambda: late.append(Client(sol.url, key)("POST", "/fila", body, Idempotency_Key="outra")))
        waiting.start()
        waiting.join(0.5)
        assert late == []
        other.commit()
        waiting.join(30)
    assert late[0][0] == 422 and late[0][1]["campo"] == "Idempotency-Key"


def test_paths_with_and_without_a_slash_are_one(sol):
    body = {"nome": "Natal", "tipo": "promocional", "mensagem_template": "Oi"}
    made = sol.make("/campanhas/", body)
    assert sol.client()("GET", f"/campanhas/{made['id']}/") == (200, made)
    assert sol.client()("POST", f"/campanhas/{made['id']}/iniciar/") == (200, {"status": "iniciada"})


def test_a_message_to_an_owner_under_its_documented_names(sol):
    client = sol.client()
    asked = {"type": "daily_summary", "organizationId": str(sol.id)}
    status, nothing = client("POST", "/api/aurora/proactive", asked)
    assert status == 201 and nothing["id"] is None and nothing["error_message"] == "a empresa não tem dono para receber"
    owner = sol.make("/donos", {"nome": "Bia", "telefone": sol.phone(2), "tipos": ["daily_summary"]})
    assert client("GET", "/donos")[1]["donos"] == [owner] and owner["tipos"] == ["daily_summary"]
    sol.make("/clientes", {"nome": "Ana", "telefone": sol.phone(1)})
    status, row = client("POST", "/api/aurora/proactive", {**asked, "ownerNumberId": owner["id"]})
    kept = sol.database.query("select to_jsonb(a) - 'scheduled_for' - 'created_at' as a from aurora_proactive_messages a", role="owner")[0]["a"]
    assert status == 201 and {k: v for k, v in row.items() if k not in ("scheduled_for", "created_at")} == kept
    assert row["message_type"] == "daily_summary" and row["status"] == "pending" and row["organization_id"] == str(sol.id)
    assert client("GET", "/mensagens_proativas?status=pending&type=daily_summary")[1]["mensagens"] == [row]
    assert client("POST", f"/donos/{owner['id']}/remover") == (200, owner)
    assert client("GET", "/donos")[1]["donos"] == []
    assert client("GET", "/mensagens_proativas")[1]["mensagens"][0]["status"] == "failed", "what waited goes nowhere"


def test_after_a_visit_what_was_answered(sol):
    sol.fill()
    past = sol.ids["/api/agenda/followups"]
    sol.database.execute("update agendamentos set followup_resposta = 'feedback' where id = %s", past, role="owner")
    told = sol.client()("GET", "/api/agenda/followups?status=all&company_id=" + str(sol.id))[1]
    assert told["counts"] == {"sent": 1, "positive": 0, "negative": 0, "feedback": 1, "pending": 0} and told["response_rate"] == 1
    by_id = {one["id"]: one for one in told["followups"]}
    assert by_id[past]["status"] == "feedback" and by_id[past]["customer"]["nome"] == "Ana Clínica Sol"
    to_come = by_id[sol.ids["/agendamentos"]]
    assert (to_come["status"], to_come["sent_at"]) == ("pending", None) and to_come["next_scheduled"].startswith("2099-03-02T16:00")
    assert [one["id"] for one in sol.client()("GET", "/api/agenda/followups?status=pending")[1]["followups"]] == [to_come["id"]]
    resend = f"/api/agenda/followups/{past}/resend"
    assert sol.client()("POST", resend)[0] == 200
    status, problem = sol.client()("POST", resend)
    assert status == 409 and "today" in problem["detail"]
    assert [one["action"] for one in sol.client()("GET", f"/auditoria?alvo={past}")[1]["auditoria"]] == ["followup_reenviado"]


def test_a_person_takes_a_conversation_and_gives_it_back(sol):
    sol.fill()
    client, path = sol.client(), sol.path("/conversas/{id}")
    assert client("POST", path + "/assumir", {"por": "Bia"})[1]["controlada_por"] == "humano"
    assert [one["id"] for one in client("GET", "/conversas?controlada_por=humano")[1]["conversas"]] == [sol.ids["/conversas"]]
    assert client("GET", "/auditoria?action=conversa_assumida")[1]["auditoria"][0]["payload"] == {"por": "Bia"}
    assert client("POST", path + "/devolver")[1]["controlada_por"] == "ai"
    assert client("POST", path + "/etapa", {"etapa": "oferta"})[1]["etapa"] == "oferta"
    assert client("POST", path + "/etapa", {"etapa": None})[1]["etapa"] is None
    assert client("GET", path)[1]["controlada_por"] == "ai"


def test_an_appointment_goes_its_way(sol):
    client = sol.client()
    made = sol.make("/agendamentos", {"telefone": sol.phone(1), "nome": "Ana", "inicio": FAR, "pet_nome": "Rex"})
    path = f"/agendamentos/{made['id']}"
    assert client("POST", path + "/confirmar")[1]["status"] == "confirmado"
    moved = client("POST", path + "/remarcar", {"inicio": "2099-03-04T09:00"})[1]
    assert (moved["inicio"][:16], moved["fim"][:16], moved["versao"]) == ("2099-03-04T09:00", "2099-03-04T10:00", 2)
    assert client("POST", path + "/status", {"status": "faltou"})[1]["status"] == "faltou"
    assert client("POST", path + "/remarcar", {})[1]["campo"] == "inicio"
    pets = client("GET", f"/clientes/{made['cliente_id']}/pets")[1]["pets"]
    assert [(pet["id"], pet["nome"]) for pet in pets] == [(made["pet_id"], "Rex")]
    pet = client("POST", f"/clientes/{made['cliente_id']}/pets", {"nome": "rex", "especie": "gato"})[1]
    assert (pet["id"], pet["especie"]) == (made["pet_id"], "gato")


def test_opening_hours_and_free_slots(sol):
    client = sol.client()
    saved = sol.make("/horarios", {"dias": "seg", "inicio": "9h", "fim": "12h"})["horarios"]
    assert client("GET", "/horarios")[1]["horarios"] == saved and saved[0]["dia"] == 1
    day = "/horarios/livres?de=2099-03-02&ate=2099-03-03"  # a year at most, and this is far: the end of a day is enough
    free = [slot["inicio"][11:16] for slot in client("GET", day)[1]["horarios"]]
    assert free == ["09:00", "10:00", "11:00"]
    sol.make("/agendamentos", {"telefone": sol.phone(1), "nome": "Ana", "inicio": "2099-03-02T10:00"})
    assert [slot["inicio"][11:16] for slot in client("GET", day + "&limite=1")[1]["horarios"]] == ["09:00"]
    assert [slot["inicio"][11:16] for slot in client("GET", day)[1]["horarios"]] == ["09:00", "11:00"]
    assert client("POST", f"/horarios/{saved[0]['id']}/remover") == (200, saved[0])
    assert client("GET", day)[1]["horarios"] == []


def test_who_is_not_to_be_written_to(sol):
    client = sol.client()
    person = sol.make("/clientes", {"nome": "Ana", "telefone": sol.phone(1)})["id"]
    waiting = sol.make("/fila", {"cliente_id": person, "conteudo": "Oi", "tipo": "lembrete", "agendar_para": FAR})["id"]
    told = {"telefone": sol.phone(1), "motivo": "pediu por telefone"}
    assert client("POST", "/supressoes", told)[1]["clientes"] == 1
    assert client("GET", f"/clientes/{person}")[1]["status"] == "optout"
    assert client("GET", f"/fila/{waiting}")[1]["status"] == "cancelada"
    assert client("POST", "/supressoes/retirar", told) == (200, {"clientes": 1})
    again = client("POST", f"/fila/{waiting}/reprocessar")
    assert again[0] == 200 and again[1]["status"] == "pendente"
    status, problem = client("POST", f"/fila/{waiting}/reprocessar")
    assert (status, problem["campo"]) == (409, "id")


def test_rules_and_schedules_by_http(sol):
    client = sol.client()
    rules = {rule["nome"]: rule for rule in client("GET", "/regras")[1]["regras"]}
    assert rules["pos_interesse"]["textos"][0].startswith("Oi {nome}! Então, conseguiu") and rules["pos_interesse"]["ativa"]
    assert client("POST", "/regras/pos_interesse/desativar")[1]["ativa"] is False
    assert client("POST", "/regras/pos_interesse/ativar")[1] == rules["pos_interesse"]
    assert len(client("GET", "/agendas/daily_summary/previa?n=7")[1]["execucoes"]) == 7
    status, done = client("POST", "/agendas/daily_summary/executar")
    assert status == 200 and done["erro"] is None and isinstance(done["resultado"], dict)
    assert client("POST", "/agendas/daily_summary/desativar")[1]["propria"] is True
    assert {one["nome"]: one["ativa"] for one in client("GET", "/agendas")[1]["agendas"]}["daily_summary"] is False
    status, problem = client("POST", "/agendas/campanhas/desativar")
    assert (status, problem["campo"]) == (409, "nome")


def test_jobs_may_name_the_keys_company_and_no_other(sol):
    client = sol.client()
    other = Company(sol.database, sol.url, "Pet Lua", 2)
    for path in "/jobs/reminders/24h", "/jobs/reminders/2h", "/jobs/no-shows":
        for body in None, {}, {"company_id": str(sol.id)}, {"empresa": sol.name}:
            status, counts = client("POST", path, body)
            assert status == 200 and set(counts) == {"planejados", "ja_enviados", "pulados"}, counts
        for field, value in ("company_id", str(other.id)), ("empresa", other.name):
            status, problem = client("POST", path, {field: value})
            assert (status, problem["campo"]) == (422, field)
    assert set(client("GET", f"/jobs/metrics?company_id={sol.id}")[1]) == {
        "total_consultas", "taxa_faltas", "taxa_conclusao", "lembretes_enviados"}
    assert client("GET", f"/jobs/metrics?company_id={other.id}")[1]["campo"] == "company_id"
