"""Answers of the gateway made smaller for whoever asks: the same bytes once unpacked, the tag still good."""

import gzip
import http.client
import json

import pytest

from queue_people import status_event, webhook
from test_api import Caller, two
from test_gateway import raw, sign

DOCUMENT = "/openapi.json"


def ask(fleet, path, accept=None, key=None, **more):
    """(status, headers, bytes)"""
    headers = {**({"Accept-Encoding": accept} if accept is not None else {}),
               **({"Authorization": f"Bearer {key}"} if key else {}), **more}
    connection = http.client.HTTPConnection("127.0.0.1", fleet.gateway_port, timeout=60)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


@pytest.mark.parametrize("accept, is_small", [
    (None, False), ("", False), ("identity", False), ("br", False), ("gzip;q=0", False), ("gzip; q=0.0, *", False),
    ("*;q=0", False), ("gzipped", False), ("x-gzip;q=0", False),
    ("gzip", True), ("GZip", True), ("x-gzip", True), ("deflate, gzip;q=0.5, br", True), ("*", True),
    ("br;q=1.0,gzip ; q=0.8", True), ("gzip;q=0.001", True), (" gzip , deflate", True),
])
def test_who_asks_for_it_gets_it_smaller(fleet, accept, is_small):
    fleet.gateway()
    _, headers, plain = ask(fleet, DOCUMENT)
    assert "Content-Encoding" not in headers and headers["Vary"] == "Accept-Encoding"
    status, headers, body = ask(fleet, DOCUMENT, accept)
    assert (status, headers["Vary"]) == (200, "Accept-Encoding")
    assert headers["Content-Type"].startswith("application/json")
    if not is_small:
        assert "Content-Encoding" not in headers and body == plain
        return
    assert headers["Content-Encoding"] == "gzip" and int(headers["Content-Length"]) == len(body) < len(plain) // 3
    assert gzip.decompress(body) == plain and json.loads(plain)["openapi"]


def test_the_tag_says_that_the_bytes_are_others(fleet):
    fleet.gateway()
    plain, small = ask(fleet, DOCUMENT)[1]["ETag"], ask(fleet, DOCUMENT, "gzip")[1]["ETag"]
    assert plain.startswith('"') and small == "W/" + plain
    for tag in (plain, small, f'"other", {small}'):
        for accept in ("gzip", None):
            status, headers, body = ask(fleet, DOCUMENT, accept, If_None_Match=tag)
            assert (status, body) == (304, b"") and "Content-Encoding" not in headers, (tag, accept)
            assert headers["Vary"] == "Accept-Encoding"
    assert ask(fleet, DOCUMENT, "gzip", If_None_Match='"other"')[0] == 200


def test_what_is_small_stays_as_it_is(fleet):
    fleet.gateway()
    status, headers, body = ask(fleet, "/nowhere", "gzip")
    assert status == 404 and "Content-Encoding" not in headers and json.loads(body)["status"] == 404
    body = json.dumps(webhook(statuses=[status_event("wamid.small", "sent")])).encode()
    status, headers, _ = raw(fleet, "POST", "/webhook", body, [
        ("X-Hub-Signature-256", sign(fleet.app_secret, body)), ("Accept-Encoding", "gzip")])
    assert status == 200 and "Content-Encoding" not in headers


def test_it_can_be_switched_off(fleet):
    fleet.gateway(gateway={"gzip_bytes_min": 0})
    _, headers, _ = ask(fleet, DOCUMENT, "gzip")
    assert "Content-Encoding" not in headers and "Vary" not in headers


def test_a_report_of_many_pages_is_compressed_as_it_leaves(two, fleet):
    sol, _ = two
    _, campaign = sol("POST", "/campanhas/", {"nome": "Natal", "tipo": "promocional", "mensagem_template": "Oi"})
    fleet.database.execute(
        "with p as (insert into clientes (empresa_id, nome, telefone, especialidade_nome)"
        " select e.id, 'José Conceição ' || md5(n::text), '+55119' || (70000000 + n), 'Ginecologia'"
        " from generate_series(1, 12000) n, empresas e where e.nome = 'Clínica Sol' returning id)"
        " insert into campanha_destinatarios (campanha_id, cliente_id, mensagem_id, status, entrega)"
        " select %s, id, id, 'enviada', 'lida' from p", campaign["id"])
    path = f"/campanhas/{campaign['id']}/relatorio/csv"
    _, headers, plain = ask(fleet, path, key=sol.key)
    assert headers["Content-Type"].startswith("text/csv") and plain.count(b"\r\n") == 12001
    status, headers, small = ask(fleet, path, "gzip, deflate", key=sol.key)
    assert (status, headers["Content-Encoding"], headers["Transfer-Encoding"]) == (200, "gzip", "chunked")
    assert headers["Content-Disposition"] and headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(small) == plain and len(small) < len(plain) // 2


def test_a_page_for_people_is_compressed_too(fleet):
    fleet.gateway()
    _, headers, body = ask(fleet, "/docs", "gzip, deflate, br")
    assert headers["Content-Type"].startswith("text/html") and headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == ask(fleet, "/docs")[2]
