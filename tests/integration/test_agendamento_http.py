"""Appointments by HTTP: each key sees and changes those of its own company."""

from test_api import two  # noqa: F401 (a fixture)

FUTURE = {"inicio": "2031-03-03T14:30", "telefone": "11 98765-0001", "nome": "Ana Lima", "externo_id": "812", "pet_nome": "Rex"}


def planned(fleet):
    return fleet.database.value("select count(*) from disparos where status = 'planejado'")


def test_an_appointment_by_http(two, fleet):  # noqa: F811
    sol, lua = two
    status, made = sol("POST", "/agendamentos", FUTURE)
    assert (status, made["inicio"], made["fim"], made["status"]) == (
        200, "2031-03-03T14:30:00-03:00", "2031-03-03T15:30:00-03:00", "agendado")
    assert planned(fleet) == 2
    assert sol("POST", "/agendamentos", FUTURE)[1] == made, "the same again changes nothing"
    moved = sol("POST", "/agendamentos", {"id": made["id"], "inicio": "2031-03-04T09:00"})[1]
    assert (moved["id"], moved["inicio"]) == (made["id"], "2031-03-04T09:00:00-03:00")
    assert sol("GET", f"/agendamentos/{made['id']}")[1] == moved
    assert sol("GET", "/agendamentos?de=2031-03-01")[1] == {"agendamentos": [moved], "depois": None}
    assert sol("GET", "/agendamentos?de=2031-03-05")[1] == {"agendamentos": [], "depois": None}

    for method, path, body in [("GET", f"/agendamentos/{made['id']}", None),
                               ("POST", f"/agendamentos/{made['id']}/cancelar", {}),
                               ("POST", "/agendamentos", {"id": made["id"], "inicio": "2031-03-06T09:00"})]:
        assert lua(method, path, body)[0] == 404, (method, path)
    assert lua("GET", "/agendamentos?de=2031-03-01")[1] == {"agendamentos": [], "depois": None}
    status, problem = lua("POST", "/agendamentos", {"cliente_id": made["cliente_id"], "inicio": "2031-03-06T09:00"})
    assert (status, problem["campo"]) == (422, "cliente_id")
    assert sol("POST", "/agendamentos", {"telefone": "11 98765-0001"})[1]["campo"] == "inicio"

    assert sol("POST", f"/agendamentos/{made['id']}/cancelar")[1]["status"] == "cancelado"
    assert planned(fleet) == 0
