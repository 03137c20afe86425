"""One webhook of each kind that Meta sends, in the shapes seen in the wild, and what each changes.

Ids are those of queue_people. Times are near now: what is old opens no window and pauses nothing.
"""

import time

from queue_people import NUMBER, WABA

NOW = int(time.time())
USER = "5511955550100"
METADATA = {"display_phone_number": "15550783881", "phone_number_id": NUMBER}


def body(field, value, at=NOW, waba=WABA):
    entry = {"id": waba, "changes": [{"value": value, "field": field}]}
    if at:
        entry["time"] = at
    return {"object": "whatsapp_business_account", "entry": [entry]}


def messages(*list_, contacts=None, **more):
    value = {"messaging_product": "whatsapp", "metadata": METADATA, **more}
    if list_:
        value["messages"] = list(list_)
        value["contacts"] = contacts or [{"profile": {"name": "Rita Dias"}, "wa_id": USER}]
    return body("messages", value, at=None)


def said(id, type, at=NOW - 600, **more):
    return {"from": USER, "id": f"wamid.{id}", "timestamp": str(at), "type": type, **more}


def preference(value, at):
    return body("user_preferences", {
        "messaging_product": "whatsapp", "metadata": METADATA, "contacts": [{"wa_id": USER}],
        "user_preferences": [{"wa_id": USER, "detail": "x", "category": "marketing_messages",
                              "value": value, "timestamp": at}]}, at=None)


def template(field, at, name="aviso", **more):
    return body(field, {"message_template_id": 806312974732579, "message_template_name": name,
                        "message_template_language": "en-US", **more}, at=at)


MEDIUM = {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}
BSUID = "BR.13491208655302741918"

# name: (body, the tables that it changes)
KINDS = {
    "text": (messages(said("text", "text", text={"body": "oi"})),
             "clientes conversas identidades mensagens_recebidas"),
    "text_reply": (messages(said("reply", "text", text={"body": "sim"}, context={"from": NUMBER, "id": "wamid.x"})),
                   "mensagens_recebidas"),
    "button": (messages(said("button", "button", button={"payload": "p", "text": "Quero"})),
               "mensagens_recebidas"),
    "button_reply": (messages(said("interactive", "interactive", interactive={
        "type": "button_reply", "button_reply": {"id": "b", "title": "Sim"}})), "mensagens_recebidas"),
    "list_reply": (messages(said("list", "interactive", interactive={
        "type": "list_reply", "list_reply": {"id": "l", "title": "14h"}})), "mensagens_recebidas"),
    "reaction": (messages(said("reaction", "reaction", reaction={"message_id": "wamid.x", "emoji": "👍"})),
                 "mensagens_recebidas"),
    "image": (messages(said("image", "image", image={**MEDIUM, "caption": "olha"})), "mensagens_recebidas"),
    "document": (messages(said("document", "document", document={**MEDIUM, "filename": "a.pdf"})),
                 "mensagens_recebidas"),
    "audio": (messages(said("audio", "audio", audio={**MEDIUM, "voice": True})), "mensagens_recebidas"),
    "location": (messages(said("location", "location", location={"latitude": -23.5, "longitude": -46.6})),
                 "mensagens_recebidas"),
    "unsupported": (messages(said("unsupported", "unsupported", errors=[{"code": 131051}])),
                    "mensagens_recebidas"),
    "edit": (messages(said("edit", "edit", at=NOW - 500, edit={
        "original_message_id": "wamid.text", "message": {"type": "text", "text": {"body": "olá"}}})),
        "mensagens_recebidas"),
    "revoke": (messages(said("revoke", "revoke", at=NOW - 400, revoke={"original_message_id": "wamid.reply"})),
               "mensagens_recebidas"),
    "only_user_id": (messages({"from_user_id": BSUID, "id": "wamid.bsuid", "timestamp": str(NOW - 600),
                               "type": "text", "text": {"body": "oi"}},
                              contacts=[{"profile": {"name": "Ana"}, "user_id": BSUID}]),
                     "clientes conversas identidades mensagens_recebidas"),
    "user_id_in_from": (messages({"from": BSUID, "id": "wamid.bsuid2", "timestamp": str(NOW - 590),
                                  "type": "text", "text": {"body": "oi"}},
                                 contacts=[{"profile": {"name": "Ana"}, "wa_id": BSUID}]),
                        "mensagens_recebidas"),
    "both": (messages({"from": "5511955550101", "from_user_id": BSUID, "id": "wamid.both",
                       "timestamp": str(NOW - 580), "type": "text", "text": {"body": "oi"}},
                      contacts=[{"profile": {"name": "Ana"}, "wa_id": "5511955550101", "user_id": BSUID}]),
             "clientes identidades mensagens_recebidas"),
    "user_id_update": (body("user_id_update", {
        "messaging_product": "whatsapp", "metadata": METADATA, "contacts": [{"wa_id": "5511955550101"}],
        "user_id_update": [{"wa_id": "5511955550101", "user_id": {"previous": BSUID, "current": "BR.777"},
                            "timestamp": str(NOW - 300)}]}, at=None), "identidades"),
    "identity_changed": (messages(said("identity", "system", identity={"hash": "x"}, system={
        "body": "x", "type": "customer_identity_changed"})), "auditoria"),
    "number_changed": (messages({"from": "5511955550101", "id": "wamid.moved", "timestamp": str(NOW - 200),
                                 "type": "system", "system": {"body": "x", "wa_id": "5521955550102",
                                                              "type": "user_changed_number"}}),
                       "clientes identidades"),
    "stop": (preference("stop", NOW - 100), "consentimentos"),
    "resume": (preference("resume", NOW - 50), "clientes consentimentos"),
    "stop_of_before": (preference("stop", NOW - 70), ""),
    "template_approved": (template("message_template_status_update", NOW - 900, event="APPROVED", reason="NONE"),
                          "modelos"),
    "template_paused": (template("message_template_status_update", NOW - 800, event="PAUSED", reason="NONE",
                                 other_info={"title": "FIRST_PAUSE", "description": "x"}),
                        "avisos modelos pausas"),
    "template_unpaused": (template("message_template_status_update", NOW - 700, event="REINSTATED", reason=None),
                          "modelos pausas"),
    "template_quality": (template("message_template_quality_update", NOW - 700, previous_quality_score="GREEN",
                                  new_quality_score="YELLOW"), "avisos modelos"),
    "category_announced": (template("template_category_update", NOW - 600, new_category="UTILITY",
                                    correct_category="MARKETING", category_update_timestamp=NOW + 86400),
                           "avisos modelos"),
    "category_done": (template("template_category_update", NOW - 500, previous_category="UTILITY",
                               new_category="MARKETING"), "avisos modelos"),
    "throughput": (body("phone_number_quality_update", {
        "display_phone_number": "15550783881", "event": "THROUGHPUT_UPGRADE",
        "current_limit": "TIER_UNLIMITED"}, at=NOW - 700), "numeros"),
    "flagged": (body("phone_number_quality_update", {
        "display_phone_number": "15550783881", "event": "FLAGGED", "current_limit": "TIER_10K"}, at=NOW - 600),
        "avisos numeros portfolios"),
    "capability": (body("business_capability_update", {
        "max_daily_conversations_per_business": 2000, "max_phone_numbers_per_waba": 25}, at=NOW - 500),
        "portfolios"),
    "capability_tier": (body("business_capability_update", {
        "max_daily_conversations_per_business": "TIER_UNLIMITED"}, at=NOW - 400), "portfolios"),
    "restricted": (body("account_update", {"event": "ACCOUNT_RESTRICTION", "restriction_info": [
        {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": NOW + 86400},
        {"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION", "expiration": NOW}]}, at=NOW - 800),
        "avisos contas pausas"),
    "violation": (body("account_update", {"event": "ACCOUNT_VIOLATION", "violation_info": {
        "violation_type": "SCAM"}}, at=NOW - 700), "avisos"),
    "disabled": (body("account_update", {"event": "DISABLED_UPDATE", "ban_info": {
        "waba_ban_state": "DISABLE", "waba_ban_date": "April 17, 2025"}}, at=NOW - 600), "avisos contas pausas"),
    "reinstated": (body("account_update", {"event": "DISABLED_UPDATE", "ban_info": {
        "waba_ban_state": "REINSTATE"}}, at=NOW - 500), "contas pausas"),
    "alert": (body("account_alerts", {"entity_type": "WABA", "alert_info": {
        "alert_severity": "WARNING", "alert_status": "ACTIVE", "alert_type": "INCREASED_CAPABILITIES_ELIGIBILITY",
        "alert_description": "x"}}, at=NOW - 500), "avisos"),
    "throttled": (messages(errors=[{"code": 130429, "title": "Rate limit hit", "error_data": {"details": "x"}}]),
                  "numeros"),
    "unknown_field": (body("holograms", {"x": 1}), ""),
    "unknown_type": (messages(said("hologram", "hologram", hologram={})), "mensagens_recebidas"),
}
