"""Templates and accounts of the simulator."""

import pytest

from simulator_alone import NUMBER, WABA, refused, use, simulator, start, subscriber  # noqa: F401
from waiting import wait_until


def test_a_template_is_approved_at_once_listed_used_and_deleted(simulator):
    status, made = simulator.template("boas_vindas")
    assert (status, made["status"], made["category"]) == (200, "APPROVED", "MARKETING")
    status, answer = simulator.send(**use("boas_vindas", "Ana"))
    assert (status, answer["messages"][0]["message_status"]) == (200, "accepted")
    line, = simulator.ledger()
    assert (line["text"], line["template"], line["type"]) == (
        "Olá Ana, tudo bem?", "boas_vindas", "template")
    path = f"/v23.0/{WABA}/message_templates"
    listed = simulator.graph("GET", path + "?name=boas_vindas")[1]["data"]
    assert [(t["name"], t["language"], t["id"]) for t in listed] == [
        ("boas_vindas", "pt_BR", made["id"])]
    assert listed[0]["components"] == [{"type": "BODY", "text": "Olá {{1}}, tudo bem?"}]
    assert simulator.graph("DELETE", path + "?name=boas_vindas")[1] == {"success": True}
    assert simulator.graph("DELETE", path + "?name=boas_vindas")[0] == 400
    assert simulator.send(**use("boas_vindas", "Ana"))[0] == 404


def test_templates_are_listed_in_pages(simulator):
    for i in range(7):
        simulator.template(f"t{i}")
    path, names = f"/v23.0/{WABA}/message_templates?limit=3", []
    while path:
        page = simulator.graph("GET", path)[1]
        names += [template["name"] for template in page["data"]]
        url = page["paging"].get("next")
        path = url and url[url.index("/v23.0"):]
    assert names == [f"t{i}" for i in range(7)]
    assert simulator.graph("GET", f"/v23.0/{WABA}/message_templates?name=nope")[1] == {"data": []}


@pytest.mark.parametrize("code, values", [
    (132000, []),
    (132000, ["Ana", "Bia"]),
    (131008, [""]),
    (132018, ["Ana\nMaria"]),
    (132018, ["Ana\tMaria"]),
    (132018, ["Ana     Maria"]),
    (132005, ["x" * 32768]),
])
def test_parameters_are_refused_as_the_service_does(simulator, code, values):
    simulator.template("t")
    status, answer = simulator.send(**use("t", *values))
    assert (status, refused(answer)[0]) == (400, code), answer
    line, = simulator.ledger()
    assert (line["template"], line["text"], line["code"]) == ("t", None, code)


def test_a_wrong_count_is_said_in_the_services_words(simulator):
    simulator.template("t")
    assert refused(simulator.send(**use("t", "a", "b"))[1])[1] == (
        "body: number of localizable_params (2) does not match the expected number of params (1)")


def test_named_parameters_come_in_any_order(simulator):
    made = simulator.template("nomeado", "Oi {{nome}}, sua consulta é {{dia}}.",
                              parameter_format="NAMED")
    assert made[0] == 200

    def send(*names):
        return simulator.send(type="template", template={
            "name": "nomeado", "language": {"code": "pt_BR"}, "components": [
                {"type": "body", "parameters": [
                    {"type": "text", "parameter_name": n, "text": n.upper()} for n in names]}]})

    assert send("dia", "nome")[0] == 200
    assert simulator.ledger()[-1]["text"] == "Oi NOME, sua consulta é DIA."
    assert refused(send("dia", "outro")[1])[0] == 132000
    assert refused(send("dia")[1])[0] == 132000


def test_media_headers_and_url_buttons_need_their_parameters(simulator):
    made = simulator.template("rico", components=[
        {"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Oi"},
        {"type": "FOOTER", "text": "Clínica"},
        {"type": "BUTTONS", "buttons": [
            {"type": "QUICK_REPLY", "text": "Sim"},
            {"type": "URL", "text": "Ver", "url": "https://x.example/{{1}}"}]}])
    assert made[0] == 200
    header = {"type": "header", "parameters": [
        {"type": "image", "image": {"link": "https://x.example/a.png"}}]}
    button = {"type": "button", "sub_type": "url", "index": "1",
              "parameters": [{"type": "text", "text": "abc"}]}

    def send(*components):
        return simulator.send(type="template", template={
            "name": "rico", "language": {"code": "pt_BR"}, "components": list(components)})

    assert refused(send(button)[1]) == (
        132012, "header: Format mismatch, expected IMAGE, received UNKNOWN")
    assert refused(send(header)[1])[0] == 131008
    assert send(header, button)[0] == 200


@pytest.mark.parametrize("change", [
    {"name": "Com Espaço"},
    {"name": None},
    {"language": None},
    {"category": "SPAM"},
    {"components": None},
    {"components": []},
    {"components": [{"type": "BODY"}]},
    {"components": [{"type": "BODY", "text": "x" * 1025}]},
    {"components": [{"type": "BODY", "text": "Oi {{2}}"}]},
    {"components": [{"type": "BODY", "text": "Oi {{nome}}"}]},
    {"components": [{"type": "BODY", "text": "Oi {{1"}]},
    {"components": [{"type": "BODY", "text": "Oi"}, {"type": "FOOTER", "text": "x" * 61}]},
    {"components": [{"type": "BODY", "text": "Oi"}, {"type": "BUTTONS", "buttons": []}]},
])
def test_a_bad_template_is_not_made(simulator, change):
    body = {"name": "t", "language": "pt_BR", "category": "UTILITY",
            "components": [{"type": "BODY", "text": "Oi"}], **change}
    body = {key: value for key, value in body.items() if value is not None}
    status, answer = simulator.graph("POST", f"/v23.0/{WABA}/message_templates", body)
    assert (status, answer["error"]["code"]) == (400, 100)
    assert simulator.counts()["templates"] == 0


def test_the_same_name_and_language_exists_once(simulator):
    assert simulator.template("t")[0] == 200
    status, answer = simulator.template("t")
    assert (status, answer["error"]["error_subcode"]) == (400, 2388024)
    assert simulator.template("t", language="en_US")[0] == 200


def test_a_scripted_status_stops_a_template_and_is_told(simulator, subscriber):
    simulator.template("t")
    simulator.must("/templates", waba_id=WABA, name="t", status="PAUSED")
    assert refused(simulator.send(**use("t", "Ana"))[1])[0] == 132015
    value = wait_until(subscriber.values)[0]
    assert (value["event"], value["message_template_name"]) == ("PAUSED", "t")
    simulator.must("/templates", waba_id=WABA, name="later", status="PENDING")
    assert simulator.template("later")[1]["status"] == "PENDING"
    assert simulator.send(**use("later", "Ana"))[0] == 404


def test_a_number_and_an_account_tell_their_fields(simulator):
    status, answer = simulator.graph("GET", f"/v23.0/{NUMBER}?fields=id,throughput,quality_rating")
    assert (status, answer) == (200, {
        "id": NUMBER, "throughput": {"level": "STANDARD"}, "quality_rating": "GREEN"})
    health = simulator.graph("GET", f"/v23.0/{NUMBER}?fields=health_status")[1]["health_status"]
    assert health["can_send_message"] == "AVAILABLE"
    assert simulator.graph("GET", f"/v23.0/{WABA}?fields=health_status")[0] == 200
    assert simulator.graph("GET", f"/v23.0/{NUMBER}?fields=shoe_size")[1]["error"]["code"] == 100
    assert simulator.graph("GET", "/v23.0/999")[1]["error"]["error_subcode"] == 33
    listed = simulator.graph("GET", f"/v23.0/{WABA}/phone_numbers")[1]["data"]
    assert [number["id"] for number in listed] == [NUMBER]
    assert simulator.graph("POST", f"/v23.0/{WABA}/subscribed_apps")[1] == {"success": True}
    assert simulator.graph("GET", f"/v23.0/{WABA}/subscribed_apps")[0] == 200
    assert simulator.graph("POST", f"/v23.0/{WABA}/subscribed_apps", token="x")[0] == 401
