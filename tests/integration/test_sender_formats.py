"""Every format as Meta gets it: inside the window, outside it, refused before it is sent."""

import json

import pytest

from queue_company import Company
from waiting import wait_until

QUOTED = "wamid.HBgNNTUxMTk4NzY1NDMyMRUCABEYEjdGQTY4MTk5OUQ0NkZCMDEA"
LIVE = ("pendente", "processando", "incerta")
BUTTONS = {"interactive": {
    "type": "button", "header": {"type": "text", "text": "Confirmação"}, "body": {"text": "Você vem?"},
    "footer": {"text": "Clínica"}, "action": {"buttons": [
        {"type": "reply", "reply": {"id": "sim", "title": "Sim"}},
        {"type": "reply", "reply": {"id": "nao", "title": "Não"}}]}}}
LIST = {"interactive": {
    "type": "list", "body": {"text": "Escolha"}, "action": {"button": "Ver horários", "sections": [
        {"title": "Manhã", "rows": [{"id": "8", "title": "8h", "description": "Dra. Ana"}]},
        {"title": "Tarde", "rows": [{"id": "14", "title": "14h"}]}]}}}
LINK = {"interactive": {
    "type": "cta_url", "body": {"text": "Veja"},
    "action": {"name": "cta_url", "parameters": {"display_text": "Abrir", "url": "https://example.com/a"}}}}
IMAGE = {"image": {"link": "https://example.com/a.jpg", "caption": "A clínica"}}
DOCUMENT = {"document": {"id": "1234567890", "filename": "exame.pdf", "caption": "Exame"}}
AUDIO = {"audio": {"id": "1234567890", "voice": True}}
REACTION = {"reaction": {"message_id": QUOTED, "emoji": "👍"}}
FORMATS = {
    "text with a link": ("texto", "Veja https://example.com", {"preview_url": True}, "text"),
    "buttons": ("interativo", None, BUTTONS, "interactive"),
    "list": ("interativo", None, LIST, "interactive"),
    "link button": ("interativo", None, LINK, "interactive"),
    "image": ("midia", None, IMAGE, "image"),
    "document": ("midia", None, DOCUMENT, "document"),
    "voice": ("midia", None, AUDIO, "audio"),
    "reaction": ("reacao", None, REACTION, "reaction"),
}


@pytest.fixture
def started(fleet):
    fleet.simulator()
    fleet.planner()
    return fleet


def put(company, cliente, formato="texto", conteudo=None, carga=None, modelo=None, **columns):
    """One row by plain INSERT; returns its id."""
    values = {"cliente_id": str(cliente), "tipo": "resposta", "formato": formato, "conteudo": conteudo,
              "carga": carga and json.dumps(carga), "modelo_id": modelo, **columns}
    names = [name for name, value in values.items() if value is not None]
    return company.database.value(
        f"insert into fila_mensagens ({', '.join(names)}) values ({', '.join(['%s'] * len(names))}) returning id",
        *[values[name] for name in names])


def at_rest(company):
    states = company.states()
    return not any(states.get(status) for status in LIVE)


def lines_of(company):
    """{message id: [lines]}; mark-as-read calls, which have no key, under None."""
    lines = {}
    for line in company.ledger():
        lines.setdefault(line["key"] and line["key"].split(":")[0], []).append(line)
    return lines


def test_every_format_goes_inside_the_window_and_its_template_outside_it(started):
    company = Company(started, per_s=1000, taxa=500)
    template = company.template()
    inside, outside, neither = (company.people(len(FORMATS)) for _ in range(3))
    company.open_window(inside)
    expected = {}
    for i, (name, (formato, conteudo, carga, kind)) in enumerate(FORMATS.items()):
        params = json.dumps(["Ana"])
        one = put(company, inside[i], formato, conteudo, carga, template, parametros=params)
        two = put(company, outside[i], formato, conteudo, carga, template, parametros=params)
        three = put(company, neither[i], formato, conteudo, carga)
        expected |= {str(one): (name, "enviada", kind), str(two): (name, "enviada", "template"),
                     str(three): (name, "erro", None)}
    started.sender()
    wait_until(lambda: at_rest(company), 60, "all ended")
    lines = lines_of(company)
    found = {}
    for id, (name, _, _) in expected.items():
        row = company.message(id)
        kinds = [line["type"] for line in lines.get(id, [])]
        assert row["status"] != "erro" or row["erro"] == "fora_da_janela_sem_modelo", (name, row["erro"])
        found[id] = (name, row["status"], kinds[0] if kinds else None)
    assert found == expected
    assert all(len(one) == 1 and one[0]["http"] == 200 for one in lines.values())


def test_templates_with_header_buttons_and_named_parameters(started):
    company = Company(started)
    ana, bia, caio, duda = company.people(4)
    status, answer = company.graph_template("com_cabecalho", [
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["x"]}},
        {"type": "BODY", "text": "Oi {{1}}, tudo certo?"},
        {"type": "BUTTONS", "buttons": [
            {"type": "URL", "text": "Abrir", "url": "https://example.com/{{1}}", "example": ["a"]},
            {"type": "QUICK_REPLY", "text": "Sair"}]}])
    assert status == 200, answer
    status, answer = company.graph_template(
        "por_nome", [{"type": "BODY", "text": "Oi {{nome}}, às {{hora}} amanhã"}], parameter_format="NAMED")
    assert status == 200, answer
    header = company.known_template("com_cabecalho", "Oi {nome}, tudo certo?")
    named = company.known_template("por_nome", "Oi {nome}, às {hora} amanhã", nomeado=True)
    carga = {"components": [
        {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://example.com/a.jpg"}}]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "ana?x=1"}]},
        {"type": "button", "sub_type": "quick_reply", "index": "1",
         "parameters": [{"type": "payload", "payload": "sair"}]}]}
    ids = [put(company, ana, "template", None, carga, header, parametros=json.dumps(["Ana"])),
           put(company, bia, "template", None, None, named, parametros=json.dumps({"hora": "14h", "nome": "Bia"})),
           put(company, caio, modelo=named, metadata=json.dumps({"hora": "15h"})),
           put(company, caio, modelo=named, parametros=json.dumps(["Caio", "16h"])),
           put(company, duda, "template", None, carga, header, parametros=json.dumps({"nome": "Duda"}))]
    started.sender()
    wait_until(lambda: at_rest(company), 30, "all ended")
    assert [(company.message(id)["status"], company.message(id)["erro"]) for id in ids] == [("enviada", None)] * 5
    caios = company.database.value("select primeiro_nome from clientes where id = %s", caio)
    assert {line["text"] for line in company.ledger()} == {
        "Oi Ana, tudo certo?", "Oi Bia, às 14h amanhã", f"Oi {caios}, às 15h amanhã", "Oi Caio, às 16h amanhã",
        "Oi Duda, tudo certo?"}


def test_a_named_template_is_published_and_what_meta_says_of_it_is_believed(started):
    company = Company(started)
    ana, = company.people(1)
    started.cli("modelo", "salvar", "com_nome", "--corpo", "Oi {nome}, o {pet} vai bem, {nome}, certo?",
                "--nomeado", "--empresa", company.name)
    started.cli("modelo", "publicar", "com_nome", "--empresa", company.name)
    nomeado = "select nomeado from modelos where nome = 'com_nome' and empresa_id = %s"
    company.database.execute("update modelos set nomeado = false where empresa_id = %s", company.id)
    started.cli("modelo", "sincronizar", "--empresa", company.name)
    assert company.database.value(nomeado, company.id) is True
    modelo = company.database.value("select id from modelos where nome = 'com_nome' and situacao = 'aprovado'"
                                    " and empresa_id = %s", company.id)
    message = put(company, ana, modelo=modelo, parametros=json.dumps({"pet": "Rex", "nome": "Ana"}))
    started.sender()
    wait_until(lambda: at_rest(company), 30, "it ended")
    assert (company.message(message)["status"], company.message(message)["erro"]) == ("enviada", None)
    assert [line["text"] for line in company.ledger()] == ["Oi Ana, o Rex vai bem, Ana, certo?"]


def test_what_meta_would_refuse_is_never_sent_and_the_error_names_the_field(started):
    company = Company(started)
    ana, bia, caio = company.people(3)
    company.open_window([ana, bia, caio])
    buttons = json.loads(json.dumps(BUTTONS))
    buttons["interactive"]["action"]["buttons"][1]["reply"]["title"] = "x" * 21
    long_title = put(company, ana, "interativo", None, buttons)
    http_link = put(company, bia, "midia", None, {"image": {"link": "http://example.com/a.jpg"}})
    fits = put(company, caio, "texto", "é" * 4096)
    started.sender()
    wait_until(lambda: at_rest(company), 30, "all ended")
    assert company.message(long_title)["erro"] == (
        "carga.interactive.action.buttons[1].reply.title: longer than 20 characters")
    assert company.message(http_link)["erro"] == "carga.image.link: expected https://..."
    assert company.message(fits)["status"] == "enviada"
    assert set(lines_of(company)) == {str(fits)}
    assert company.database.value("select count(*) from tentativas where mensagem_id = any (%s::uuid[]) and classe = 'bug'",
                                  [str(long_title), str(http_link)]) == 2


def test_typing_is_shown_before_a_reply_and_its_failure_hurts_nobody(started):
    company = Company(started)
    ana, bia = company.people(2)
    company.open_window([ana, bia])
    shown = put(company, ana, "texto", "Oi", resposta_a=QUOTED, digitando=True)
    sender = started.sender()
    wait_until(lambda: at_rest(company), 30, "it ended")
    assert company.message(shown)["status"] == "enviada"
    assert [(line["type"], line["key"]) for line in company.ledger()] == [
        ("read", None), ("text", f"{shown}:1")]
    # the first request, which is the typing one, is refused; the message goes
    started.control("POST", "/faults", {"fault": "http_500", "share": 1.0, "times": 1})
    hurt = put(company, bia, "texto", "Oi", resposta_a=QUOTED, digitando=True)
    wait_until(lambda: at_rest(company), 30, "it ended")
    assert company.message(hurt)["status"] == "enviada"
    assert company.message(hurt)["tentativas"] == 1
    metrics = sender.metrics()
    assert metrics['carteiro_digitando_total{resultado="mostrado"}'] == 1
    assert metrics['carteiro_digitando_total{resultado="falhou"}'] == 1


def test_a_window_that_was_closed_after_all_ends_in_the_template(started):
    company = Company(started)
    template = company.template()
    ana, bia = company.people(2)
    company.open_window([ana, bia])
    for cliente in (ana, bia):
        started.control("POST", "/faults", {
            "fault": "code_131047", "to": company.phone(cliente).lstrip("+"), "times": 1})
    started.sender()
    with_template = put(company, ana, "texto", "Oi", None, template, parametros=json.dumps(["Ana"]))
    without = put(company, bia, "texto", "Oi")
    wait_until(lambda: not company.database.value(
        "select count(*) from conversas where empresa_id = %s and janela_24h_ate > agora()", company.id),
        30, "both windows are known to be closed")
    wait_until(lambda: company.states() == {"pendente": 2}, 30, "both wait for their second try")
    # nobody waits two minutes for the second try
    company.database.execute("update fila_ativa set agendar_para = agora() where status = 'pendente'")
    wait_until(lambda: at_rest(company), 30, "both ended")
    assert company.message(with_template)["status"] == "enviada"
    assert [line["type"] for line in lines_of(company)[str(with_template)]] == ["text", "template"]
    assert company.message(without)["erro"] == "fora_da_janela_sem_modelo"
