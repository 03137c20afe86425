"""What the simulator tells its subscriber."""

import hashlib
import hmac
import json
import threading
from http.server import ThreadingHTTPServer

from servers import free_port
from simulator_alone import (  # noqa: F401
    NUMBER, WABA, SECRET, PERSON, use, simulator, start, subscriber)
from waiting import stays, wait_until

WEBHOOK_FIELDS = ["at", "wamid", "status", "code", "http", "try"]


def test_a_message_is_sent_delivered_and_read_by_signed_webhooks(simulator, subscriber):
    simulator.template("t")
    wamid = simulator.wamid(**use("t", "Ana"), biz_opaque_callback_data="id:7",
                            to="5531987654321")
    wait_until(lambda: len(subscriber.names(wamid)) == 3)
    assert subscriber.names(wamid) == ["sent", "delivered", "read"]
    for headers, body in subscriber.posts:
        expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        assert headers["X-Hub-Signature-256"] == "sha256=" + expected
        assert headers["Content-Type"] == "application/json"
    first = json.loads(subscriber.posts[0][1])
    assert first["object"] == "whatsapp_business_account"
    assert first["entry"][0]["id"] == WABA
    change = first["entry"][0]["changes"][0]
    assert change["field"] == "messages"
    assert change["value"]["messaging_product"] == "whatsapp"
    assert change["value"]["metadata"]["phone_number_id"] == NUMBER
    sent, delivered, read = subscriber.statuses(wamid)
    assert all(s["biz_opaque_callback_data"] == "id:7" for s in (sent, delivered, read))
    assert all(s["recipient_id"] == "553187654321" for s in (sent, delivered, read))
    assert sent["timestamp"].isdigit()
    assert sent["conversation"]["origin"] == {"type": "marketing"}
    assert sent["conversation"]["expiration_timestamp"].isdigit()
    assert sent["pricing"] == {"billable": True, "pricing_model": "PMP", "type": "regular",
                               "category": "marketing"}
    assert "expiration_timestamp" not in delivered["conversation"]
    assert not {"conversation", "pricing"} & set(read)
    lines = wait_until(lambda: len(simulator.webhooks()) == 3 and simulator.webhooks())
    assert [list(line) for line in lines] == [WEBHOOK_FIELDS] * 3
    assert [(l["wamid"], l["status"], l["code"], l["http"], l["try"]) for l in lines] == [
        (wamid, name, None, 200, 1) for name in ("sent", "delivered", "read")]
    assert wait_until(lambda: simulator.counts()["statuses"]["read"] == 1)


def test_free_text_outside_a_window_is_accepted_and_fails_by_webhook(simulator, subscriber):
    wamid = simulator.wamid(biz_opaque_callback_data="k")
    status, = wait_until(lambda: subscriber.statuses(wamid))
    assert status["status"] == "failed" and status["biz_opaque_callback_data"] == "k"
    error, = status["errors"]
    assert (error["code"], error["title"]) == (131047, "Re-engagement message")
    assert error["message"] and error["error_data"]["details"] and error["href"]
    stays(lambda: subscriber.names(wamid) == ["failed"], 0.2)
    assert simulator.webhooks()[0]["code"] == 131047


def test_who_wrote_gets_free_text(simulator, subscriber):
    simulator.must("/inbound", phone_number_id=NUMBER, **{"from": "5531987654321"}, text="Oi!")
    wamid = simulator.wamid(to="5531987654321")
    wait_until(lambda: "read" in subscriber.names(wamid))
    other = simulator.wamid(to="5531987654322")
    wait_until(lambda: subscriber.names(other) == ["failed"])
    status = subscriber.statuses(wamid)[0]
    assert status["pricing"] == {"billable": False, "pricing_model": "PMP",
                                 "type": "free_customer_service", "category": "service"}


def test_a_reaction_is_only_ever_sent(simulator, subscriber):
    simulator.must("/inbound", phone_number_id=NUMBER, **{"from": PERSON}, text="Oi!")
    wamid = simulator.wamid(type="reaction", reaction={"message_id": "wamid.X", "emoji": "👍"})
    wait_until(lambda: subscriber.names(wamid))
    wait_until(lambda: simulator.counts()["webhooks"]["pending_messages"] == 0)
    assert subscriber.names(wamid) == ["sent"]


def test_an_inbound_message_has_the_services_shape(simulator, subscriber):
    made = simulator.must(
        "/inbound", phone_number_id=NUMBER, **{"from": "5531987654321"}, name="Ana Souza",
        type="button", button={"payload": "SIM", "text": "Sim"},
        context={"from": "5511900000000", "id": "wamid.Y"})
    value, = wait_until(subscriber.values)
    assert value["contacts"] == [{"profile": {"name": "Ana Souza"}, "wa_id": "553187654321"}]
    message, = value["messages"]
    assert message["timestamp"].isdigit()
    assert message | {"timestamp": ""} == {
        "from": "553187654321", "id": made["id"], "timestamp": "", "type": "button",
        "button": {"payload": "SIM", "text": "Sim"},
        "context": {"from": "5511900000000", "id": "wamid.Y"}}
    line, = wait_until(simulator.webhooks)
    assert (line["wamid"], line["status"], line["http"]) == (made["id"], "inbound", 200)


def test_webhooks_are_tried_until_200_with_the_same_bytes(simulator, subscriber):
    subscriber.answers = [500, 503, 404]
    simulator.must("/inbound", phone_number_id=NUMBER, **{"from": PERSON}, text="Oi!")
    wait_until(lambda: len(subscriber.posts) == 4)
    assert len({body for _, body in subscriber.posts}) == 1
    assert len({headers["X-Hub-Signature-256"] for headers, _ in subscriber.posts}) == 1
    wait_until(lambda: len(simulator.webhooks()) == 4)
    assert [(l["http"], l["try"]) for l in simulator.webhooks()] == [
        (500, 1), (503, 2), (404, 3), (200, 4)]
    assert simulator.counts()["webhooks"] == {
        "tried": 4, "acknowledged": 1, "pending_messages": 0, "pending_posts": 0}


def test_a_subscriber_that_is_not_there_is_tried_again(start, subscriber):
    port = free_port()
    simulator = start(webhook_url=f"http://127.0.0.1:{port}/webhook")
    wamid = simulator.wamid()
    wait_until(lambda: len(simulator.webhooks()) >= 2)
    assert {l["http"] for l in simulator.webhooks()} == {None}
    late = ThreadingHTTPServer(("127.0.0.1", port), subscriber.server.RequestHandlerClass)
    threading.Thread(target=late.serve_forever, args=(0.01,), daemon=True).start()
    wait_until(lambda: subscriber.names(wamid) == ["failed"])
    late.shutdown()
    late.server_close()


def test_more_posts_than_connections_all_arrive(start, subscriber):
    simulator = start(webhook_conns=1, batch_max=1)
    for _ in range(10):
        simulator.must("/inbound", phone_number_id=NUMBER, **{"from": PERSON}, text="Oi!")
    wait_until(lambda: simulator.counts()["webhooks"]["acknowledged"] == 10)


def test_statuses_of_several_messages_share_a_post(start, subscriber):
    simulator = start(sent_ms=200, delivered_share=0.0)
    wamids = [simulator.wamid(to=f"551190000{i:04}") for i in range(20)]
    wait_until(lambda: {s["id"] for s in subscriber.statuses()} == set(wamids))
    assert len(subscriber.posts) < 20
    assert max(len(value["statuses"]) for value in subscriber.values()) > 1


def test_shares_of_failed_delivered_and_read_hold(start, subscriber):
    simulator = start(per_s=100000, failed_share=0.25, delivered_share=0.5, read_share=0.5)
    simulator.template("t")
    for i in range(400):
        simulator.wamid(to=f"551190000{i:04}", **use("t", "Ana"))
    wait_until(lambda: simulator.counts()["webhooks"]["pending_messages"] == 0
               and simulator.counts()["webhooks"]["pending_posts"] == 0)
    statuses = simulator.counts()["statuses"]
    assert statuses["failed"] + statuses["sent"] == 400
    assert 60 <= statuses["failed"] <= 140  # six standard deviations
    assert 0.3 <= statuses["delivered"] / statuses["sent"] <= 0.7
    assert 0.3 <= statuses["read"] / statuses["delivered"] <= 0.7
    failed = [s for s in subscriber.statuses() if s["status"] == "failed"]
    assert {s["errors"][0]["code"] for s in failed} == {131026}
