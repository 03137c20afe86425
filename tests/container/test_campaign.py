"""One campaign through the image's programs, under load and within their memory."""

import hashlib
import hmac
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from contained import LIMITS_MIB, UID
from fleet import PHONE_NUMBER_ID, WABA_ID, http
from queue_people import status_event, webhook
from waiting import wait_until

NUMBERS = 8
PEOPLE = 8000
HEAVY = 27000  # statuses in one webhook of about 3 MiB


def set_up(fleet, database):
    """Migrated by the container's own carteiro; NUMBERS numbers, PEOPLE people who agreed."""
    fleet.cli("migrar")
    fleet.cli("empresa", "salvar", "padrao")
    fleet.cli("conta", "salvar", WABA_ID, "--token-arquivo", "token", "--segredo-arquivo", "app_secret")
    for n in range(NUMBERS):
        phone_number_id = str(int(PHONE_NUMBER_ID) + n)
        fleet.simulated_number(phone_number_id, per_s=1000)
        database.query("select numero_salvar(%s, conta => %s, taxa => 500)", phone_number_id, WABA_ID)
    fleet.cli("janela", "abrir", "--empresa", "todas")
    fleet.cli("modelo", "salvar", "agenda", "--corpo", "Oi, {nome}! Abrimos a agenda.", "--categoria", "marketing")
    fleet.cli("modelo", "publicar", "agenda")
    database.query("""select count(consentimento_registrar(c.id, 'marketing', 'Aceito receber novidades'))
                      from generate_series(1, %s) n,
                      lateral cliente_salvar('Pessoa ' || n, '11 9' || (70000000 + n)::text) as c""", PEOPLE)


def restricted(process, engine):
    """The running process itself, as this machine's kernel sees it."""
    status = process.status()
    assert set(status["Uid"].split()) == set(status["Gid"].split()) == {str(UID)}
    assert all(int(status[name], 16) == 0 for name in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"))
    assert status["NoNewPrivs"] == "1"
    if engine.name == "runc":
        assert status["Seccomp"] == "2"
        assert Path(f"/proc/{process.pid}/mountinfo").read_text().splitlines()[0].split()[5].startswith("ro")


def heavy_webhooks(fleet):
    """The largest body that Meta may send, four at once, of messages that are not ours."""
    body = json.dumps(webhook(statuses=[status_event(f"wamid.heavy{n}", "delivered") for n in range(HEAVY)])).encode()
    assert 2.5e6 < len(body) < 3145728
    signature = "sha256=" + hmac.new(fleet.app_secret.encode(), body, hashlib.sha256).hexdigest()

    def post(_):
        return http("POST", fleet.gateway_url + "/webhook", body, {"X-Hub-Signature-256": signature}, 60)[0]
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(post, range(4)))


def test_a_campaign_runs_in_the_restricted_container(fleet, engine, note):
    database = fleet.database
    fleet.simulator(simulator={"pair_interval_s": 0})
    set_up(fleet, database)
    running = [fleet.gateway(), fleet.planner(), fleet.planner(), fleet.sender(), fleet.sender()]
    for process in running:
        restricted(process, engine)
        assert process.healthz()[0] == 200
    began = time.monotonic()
    campaign = json.loads(fleet.cli("campanha", "criar", "--nome", "Agenda", "--tipo", "promocional", "--modelo",
                                    "agenda", "--max-por-dia", "nenhum", "--json").stdout)["id"]
    fleet.cli("campanha", "iniciar", campaign, role="ops")
    assert heavy_webhooks(fleet) == [200] * 4

    def is_over():
        now = database.query("select count(*) as n, count(*) filter (where entrega = 'lida') as lidas"
                             " from fila_mensagens")[0]
        return (now["n"], now["lidas"]) == (PEOPLE, PEOPLE)
    wait_until(is_over, 150, "everybody has read it", every=0.5)
    note(f"campaign of {PEOPLE} sent, delivered and read in {time.monotonic() - began:.0f} s")
    sent = Counter(line["to"] for line in fleet.ledger() if line["wamid"])
    assert len(sent) == PEOPLE and set(sent.values()) == {1}
    peaks = {}
    for process in running:
        peaks[process.kind] = max(peaks.get(process.kind, 0), process.peak_mib())
    for kind, peak in sorted(peaks.items()):
        note(f"memory: {kind} at most {peak:.0f} MiB of its {LIMITS_MIB[kind]} MiB")
        assert peak < LIMITS_MIB[kind] * 0.75, f"{kind} is within a quarter of its limit"
    assert [process.term() for process in running] == [0] * len(running)
