"""The simulator refuses what the service refuses, by limits of its own: the judge of the sender's."""

import copy

import pytest

from simulator_alone import (  # noqa: F401
    NUMBER, PERSON, refused, simulator, start, subscriber)

WAMID = "wamid.HBgNNTUxMTk4NzY1NDMyMRUCABEYEjdGQTY4MTk5OUQ0NkZCMDEA"
BUTTONS = {"type": "button", "body": {"text": "Você vem?"}, "action": {"buttons": [
    {"type": "reply", "reply": {"id": "sim", "title": "Sim"}},
    {"type": "reply", "reply": {"id": "nao", "title": "Não"}}]}}
LIST = {"type": "list", "body": {"text": "Escolha"}, "action": {"button": "Ver", "sections": [
    {"title": "A", "rows": [{"id": str(i), "title": "t"} for i in range(5)]},
    {"title": "B", "rows": [{"id": str(i), "title": "t"} for i in range(5, 10)]}]}}
LINK = {"type": "cta_url", "body": {"text": "Veja"}, "action": {
    "name": "cta_url", "parameters": {"display_text": "Abrir", "url": "https://example.com"}}}


def changed(message, path, value):
    """A copy with the value at `path` ("action.buttons.0.reply.id") replaced, or added."""
    copied = copy.deepcopy(message)
    *way, last = path.split(".")
    at = copied
    for key in way:
        at = at[int(key)] if isinstance(at, list) else at[key]
    if isinstance(at, list):
        at[int(last):int(last) + 1] = [value]
    else:
        at[last] = value
    return copied


def send(simulator, kind, content, **more):
    return simulator.send(type=kind, **{kind: content}, **more)


@pytest.mark.parametrize("message", [BUTTONS, LIST, LINK], ids=lambda m: m["type"])
def test_interactive_messages_at_their_limits_are_taken(simulator, message):
    assert send(simulator, "interactive", message)[0] == 200


@pytest.mark.parametrize("message, path, most", [
    (BUTTONS, "action.buttons.1.reply.title", 20),
    (BUTTONS, "action.buttons.1.reply.id", 256),
    (BUTTONS, "body.text", 1024),
    (changed(BUTTONS, "footer", {}), "footer.text", 60),
    (changed(BUTTONS, "header", {"type": "text"}), "header.text", 60),
    (LIST, "action.button", 20),
    (LIST, "action.sections.0.title", 24),
    (LIST, "action.sections.1.rows.0.title", 24),
    (LIST, "action.sections.1.rows.0.id", 200),
    (LIST, "action.sections.1.rows.0.description", 72),
    (LINK, "action.parameters.display_text", 20),
])
def test_a_text_holds_its_limit_and_not_one_more(simulator, message, path, most):
    assert send(simulator, "interactive", changed(message, path, "é" * most))[0] == 200
    status, answer = send(simulator, "interactive", changed(message, path, "é" * (most + 1)))
    assert (status, refused(answer)[0]) == (400, 131009)


@pytest.mark.parametrize("message, path, value, code", [
    (BUTTONS, "action.buttons", [], 131009),
    (BUTTONS, "action.buttons", [
        {"type": "reply", "reply": {"id": str(i), "title": str(i)}} for i in range(4)], 131009),
    (BUTTONS, "action.buttons.1.reply.title", "Sim", 131009),
    (BUTTONS, "action.buttons.1.reply.id", "sim", 131009),
    (BUTTONS, "action.buttons.1.reply.id", "sim ", 131009),
    (BUTTONS, "action.buttons.1.reply.extra", "x", 100),
    (BUTTONS, "foter", {"text": "x"}, 100),
    (BUTTONS, "header", {"type": "image", "image": {"id": "1", "caption": "x"}}, 100),
    (BUTTONS, "header", {"type": "text", "text": "a", "image": {"id": "1"}}, 100),
    (BUTTONS, "header", {"type": "image", "image": {"id": "1", "link": "https://x"}}, 131009),
    (LIST, "header", {"type": "image", "image": {"id": "1"}}, 131009),
    (LIST, "action.sections.0.rows.0.id", "9", 131009),
    (LIST, "action.sections.0.rows", [{"id": f"n{i}", "title": "t"} for i in range(6)], 131009),
    (LIST, "action.sections.0", {"rows": [{"id": "n", "title": "t"}]}, 131008),
    (LINK, "action.parameters.url", "example.com", 131009),
    (LINK, "type", "carousel", 131051),
])
def test_what_no_length_says_is_refused_too(simulator, message, path, value, code):
    status, answer = send(simulator, "interactive", changed(message, path, value))
    assert (status, refused(answer)[0]) == (400, code)


@pytest.mark.parametrize("kind, content, code", [
    ("image", {"id": "1", "link": "https://x"}, 131009),
    ("image", {"id": "1", "filename": "a"}, 100),
    ("audio", {"id": "1", "caption": "a"}, 100),
    ("audio", {"id": "1", "voice": "yes"}, 100),
    ("sticker", {"id": "1", "caption": "a"}, 100),
    ("video", {"link": "ftp://x"}, 131009),
    ("document", {"id": "1", "caption": "é" * 1025}, 131009),
    ("reaction", {"message_id": "x", "emoji": "👍"}, 131009),
    ("reaction", {"message_id": WAMID}, 131008),
    ("reaction", {"message_id": WAMID, "emoji": "👍", "to": "x"}, 100),
])
def test_media_and_reactions_are_strict(simulator, kind, content, code):
    status, answer = send(simulator, kind, content)
    assert (status, refused(answer)[0]) == (400, code)


@pytest.mark.parametrize("more, code", [
    ({"context": {"message_id": "x"}}, 131009),
    ({"context": {}}, 100),
    ({"context": {"message_id": WAMID, "from": PERSON}}, 100),
    ({"image": {"id": "1"}}, 100),
    ({"unknown": 1}, 100),
])
def test_the_envelope_takes_what_its_type_names_and_a_context(simulator, more, code):
    status, answer = send(simulator, "text", {"body": "Oi"}, **more)
    assert (status, refused(answer)[0]) == (400, code)


def test_a_reply_quotes_and_a_reaction_does_not(simulator):
    assert send(simulator, "text", {"body": "Oi"}, context={"message_id": WAMID})[0] == 200
    status, answer = send(simulator, "reaction", {"message_id": WAMID, "emoji": ""},
                          context={"message_id": WAMID})
    assert (status, refused(answer)[0]) == (400, 131009)


@pytest.mark.parametrize("more, code", [
    ({"message_id": "x"}, 131009),
    ({"message_id": WAMID, "typing_indicator": {"type": "voice"}}, 100),
    ({"message_id": WAMID, "type": "text"}, 100),
])
def test_marking_as_read_is_strict_and_its_line_says_read(simulator, more, code):
    body = {"messaging_product": "whatsapp", "status": "read", **more}
    status, answer = simulator.graph("POST", f"/v23.0/{NUMBER}/messages", body)
    assert (status, refused(answer)[0]) == (400, code)
    line, = simulator.ledger()
    assert (line["type"], line["http"], line["code"], line["wamid"]) == ("read", 400, code, None)


def parts(*components, name="completo"):
    return {"name": name, "language": {"code": "pt_BR"}, "components": list(components)}


def text(value, **more):
    return {"type": "text", "text": value, **more}


HEADER = {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://x/a.jpg"}}]}
BODY = {"type": "body", "parameters": [text("Ana")]}
URL = {"type": "button", "sub_type": "url", "index": "0", "parameters": [text("a?b=c")]}
REPLY = {"type": "button", "sub_type": "quick_reply", "index": 1,
         "parameters": [{"type": "payload", "payload": "sair"}]}
CODE = {"type": "button", "sub_type": "copy_code", "index": "2",
        "parameters": [{"type": "coupon_code", "coupon_code": "DEZ10"}]}


@pytest.fixture
def complete(simulator):
    status, answer = simulator.template("completo", components=[
        {"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Oi {{1}}, tudo bem?"},
        {"type": "BUTTONS", "buttons": [
            {"type": "URL", "text": "Abrir", "url": "https://x/{{1}}"},
            {"type": "QUICK_REPLY", "text": "Sair"}, {"type": "COPY_CODE"}]}])
    assert status == 200, answer
    return simulator


@pytest.mark.parametrize("components, code", [
    ([HEADER, BODY, URL, REPLY, CODE], None),
    ([HEADER, BODY, URL, CODE], None),
    ([BODY, URL, CODE], 132012),
    ([changed(HEADER, "parameters.0.image", {}), BODY, URL, CODE], 131009),
    ([HEADER, BODY, CODE], 131008),
    ([HEADER, BODY, URL], 131008),
    ([HEADER, BODY, URL, changed(CODE, "parameters.0.coupon_code", "x" * 21)], 131009),
    ([HEADER, BODY, URL, CODE, changed(REPLY, "parameters.0.payload", "")], 131009),
    ([HEADER, BODY, changed(URL, "sub_type", "quick_reply"), CODE], 132018),
    ([HEADER, BODY, changed(URL, "parameters.0", {"type": "payload", "payload": "a"}), CODE], 132018),
    ([HEADER, BODY, changed(URL, "parameters.0.text", "a\nb"), CODE], 132018),
    ([HEADER, BODY, URL, CODE, changed(REPLY, "index", "7")], 132018),
    ([HEADER, BODY, URL, CODE, {"type": "footer"}], 100),
])
def test_a_template_takes_its_components_and_nothing_else(complete, components, code):
    status, answer = complete.send(type="template", template=parts(*components))
    assert (refused(answer)[0] if status != 200 else None) == code


def test_named_parameters_go_by_name(simulator):
    simulator.template("por_nome", "Oi {{nome}}, às {{hora}} em ponto", parameter_format="NAMED")
    body = {"type": "body", "parameters": [
        text("14h", parameter_name="hora"), text("Ana", parameter_name="nome")]}
    assert simulator.send(type="template", template=parts(body, name="por_nome"))[0] == 200
    assert simulator.ledger()[-1]["text"] == "Oi Ana, às 14h em ponto"
    status, answer = simulator.send(type="template", template=parts(
        {"type": "body", "parameters": [text("14h"), text("Ana")]}, name="por_nome"))
    assert (status, refused(answer)[0]) == (400, 132000)
