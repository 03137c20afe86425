"""Two appliers over the same events and effects, in every order: no deadlock, each counted once."""

import itertools
import json
import time

import pytest

from queue_tellers import (  # company, queue and tellers are fixtures
    ENDS, apply, claim, claimed, effects, record, store, store_inbound, company, queue, tellers)


# two appliers of webhooks

@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("statuses", itertools.permutations(("sent", "delivered", "read"), 2))
def test_two_appliers_over_the_same_message(queue, tellers, end, statuses):
    (id, seq), = claimed(queue, tellers)
    a, b = tellers("gateway", "gateway")
    for status in statuses:
        store(a, [(id, seq, status)])
        a.commit()
    assert apply(a, 1) == 1
    late = b.start(apply).blocked_by(a)
    a.end(end)
    assert late.result() == 1
    b.commit()
    if end == "rollback":
        assert apply(b) == 1
        b.commit()
    row = queue.message(id)
    assert (row["status"], row["entrega"]) == ("enviada", "lida" if "read" in statuses else "entregue")
    assert queue.ends(id) == 1
    assert queue.value("select count(*) from webhook_eventos where erro is not null") == 0
    assert queue.value("select count(*) from webhook_pendentes") == 0


def test_appliers_over_overlapping_messages_never_deadlock(queue, tellers):
    got = claimed(queue, tellers, 40)
    sender, = tellers("sender")
    record(sender, got[::2], "aceita")
    sender.commit()
    a, b, c = tellers("gateway", "gateway", "planner")
    for status in ("sent", "delivered", "read"):
        store(a, [(id, seq, status) for id, seq in got])
        store(a, [(id, seq, status) for id, seq in reversed(got)])
    a.commit()

    def drain(teller):
        applied = 0
        while some := apply(teller, 7):
            teller.commit()
            applied += some
        return applied

    runs = [teller.start(drain) for teller in (a, b, c)]
    assert sum(run.result() for run in runs) == 240
    assert {queue.message(id)["entrega"] for id, _ in got} == {"lida"}
    assert [queue.ends(id) for id, _ in got] == [1] * 40


# two appliers of effects, and effects beside what people write

@pytest.mark.parametrize("end", ENDS)
def test_two_appliers_of_effects_over_the_same_person(queue, tellers, end):
    got = claimed(queue, tellers, 4)
    sender, a, b = tellers("sender", "planner", "planner")
    for one in got:
        record(sender, [one], "aceita")
        sender.commit()
    assert effects(a, 2) == 2
    late = b.start(effects, 20).blocked_by(a)
    a.end(end)
    assert late.result() == 2
    b.commit()
    if end == "rollback":
        assert effects(b) == 2
        b.commit()
    assert queue.interactions() == 4
    assert queue.value("select count(*) from efeitos") == 0


@pytest.mark.parametrize("end", ENDS)
def test_effects_and_what_the_person_writes(queue, tellers, end):
    got = claimed(queue, tellers)
    sender, planner, gateway = tellers("sender", "planner", "gateway")
    record(sender, got, "aceita")
    sender.commit()
    store_inbound(gateway, queue.PHONE_NUMBER_ID, [("5511987600000", "wamid.in")])
    gateway.commit()
    assert effects(planner) == 1
    late = gateway.start(apply).blocked_by(planner)
    planner.end(end)
    assert late.result() == 1
    gateway.commit()
    assert queue.interactions() == (2 if end == "commit" else 1)
    assert queue.value("select count(*) from webhook_eventos where erro is not null") == 0


def test_effects_and_many_people_who_write_never_deadlock(queue, tellers):
    people = len(queue.people)
    for person in range(people):
        queue.insert(20, person)
    sender, = tellers("sender")
    got = claim(sender, 1000)
    for one in got:
        record(sender, [one], "aceita")
    sender.commit()
    a, b, gateway, planner = tellers("planner", "planner", "gateway", "planner")
    for round in range(20):
        order = range(people) if round % 2 else reversed(range(people))
        store_inbound(gateway, queue.PHONE_NUMBER_ID,
                      [(f"55119876{n:05d}", f"wamid.in.{round}.{n}") for n in order])
    gateway.commit()

    def drain(teller, call, n):
        while call(teller, n):
            teller.commit()
        teller.commit()

    runs = [a.start(drain, effects, 3), b.start(drain, effects, 3),
            gateway.start(drain, apply, people), planner.start(drain, apply, people - 1)]
    for run in runs:
        run.result()
    assert [queue.interactions(n) for n in range(people)] == [40] * people
    assert queue.value("select count(*) from webhook_eventos where erro is not null") == 0


@pytest.mark.parametrize("end", ENDS)
def test_somebody_unknown_writes_twice_and_two_appliers_meet(queue, tellers, end):
    a, b = tellers("gateway", "gateway")
    wa_id = "5521912345678" if end == "commit" else "5521912345679"
    for nth in (1, 2):
        store_inbound(a, queue.PHONE_NUMBER_ID, [(wa_id, f"{wa_id}.{nth}")])
        a.commit()
    assert apply(a, 1) == 1
    late = b.start(apply).blocked_by(a)
    a.end(end)
    assert late.result() == 1
    b.commit()
    if end == "rollback":
        assert apply(b) == 1
        b.commit()
    assert queue.query("select erro from webhook_eventos where erro is not null") == []
    assert queue.query("select total_interacoes as n from clientes where telefone = '+' || %s", wa_id) == [{"n": 2}]


# two appliers of what people and Meta tell beside messages

USER = "USER"  # of another person for each end
TOLD = {
    "stop": ("user_preferences", {"user_preferences": [{
        "wa_id": USER, "category": "marketing_messages", "value": "stop", "timestamp": 1769900001}]},
        "select count(*) from consentimentos where acao = 'revogado'"),
    "moved": ("mensagem", {"message": {"from": USER, "id": "wamid.moved", "type": "system", "system": {
        "type": "user_changed_number", "wa_id": USER + "7"}}},
        "select count(*) from auditoria where action = 'identidade_mudou'"),
    "paused": ("message_template_status_update", {
        "event": "PAUSED", "message_template_name": "oi_nome", "message_template_language": "pt_BR"},
        "select count(*) from auditoria where action = 'modelo_situacao'"),
    "disabled": ("account_update", {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}},
                 "select count(*) from auditoria where action = 'conta_situacao'"),
    "throttled": ("erro", {"code": 130429}, "select count(*) from numeros where taxa_fator < 1"),
}


def tell(teller, number, tipo, corpo, at):
    told = json.loads(corpo)
    teller.rows("""select webhook_store(array[%s], array['100000001'], array[%s], array[%s]::text[], '{null}', '{null}',
                       array[%s]::integer[], array[%s]::bigint[], array[%s])""",
                tipo, number, told.get("message", {}).get("id"), told.get("code"), at, corpo)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("kind", TOLD)
def test_two_appliers_of_the_same_news(queue, tellers, kind, end):
    tipo, corpo, effects_of = TOLD[kind]
    corpo = json.dumps(corpo).replace(USER, f"551198760000{1 + ENDS.index(end)}")
    a, b = tellers("gateway", "gateway")
    before, at = queue.value(effects_of), int(time.time())
    for _ in range(2):
        tell(a, queue.PHONE_NUMBER_ID, tipo, corpo, at)
        a.commit()
    assert apply(a, 1) == 1
    late = b.start(apply).blocked_by(a)
    a.end(end)
    assert late.result() == 1
    b.commit()
    if end == "rollback":
        assert apply(b) == 1
        b.commit()
    assert queue.value(effects_of) == before + 1
    assert queue.value("select count(*) from webhook_eventos where erro is not null") == 0
    for mend in ("delete from webhook_aplicados", "update numeros set taxa_fator = 1, taxa_fator_em = null",
                 "update modelos set situacao = 'aprovado', situacao_em = null",
                 "update contas set situacao = 'ativa', situacao_em = null"):
        queue.execute(mend)
