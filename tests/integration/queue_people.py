"""A company with a number and people, and messages brought to any state by the fleet's own SQL."""

import itertools
import random

from waiting import wait_until

NUMBER = "106540352242922"
WABA = "102290129340398"
COUNTER = itertools.count(1)


class Company:
    """In `database`: one company, number and approved template. Made once per database."""

    def __init__(self, database):
        self.database = database
        if not database.value("select count(*) from empresas"):
            database.execute("select empresa_salvar('Clínica')")
            database.execute("select conta_salvar(%s, 'token')", WABA)
            database.execute("select numero_salvar(%s, taxa => 1000)", NUMBER)
            database.execute("select modelo_salvar('oi_nome', 'Oi {nome}!', situacao => 'aprovado')")
        self.number = database.value("select id from numeros")

    def people(self, n, consent=True, window=True):
        """Ids of n new people; their 24 h window is open."""
        first = next(COUNTER) * 100000
        ids = [row["id"] for row in self.database.query(
            """insert into clientes (empresa_id, nome, primeiro_nome, telefone, marketing_permitido)
               select e.id, 'Pessoa ' || i, 'Pessoa', '+551197' || lpad((%s + i)::text, 7, '0'), %s
               from empresas e, generate_series(1, %s) i
               returning id""", first % 9000000, consent, n)]
        self.database.execute(
            """insert into identidades (empresa_id, cliente_id, tipo, valor)
               select empresa_id, id, 'telefone', telefone from clientes where id = any (%s)""", ids)
        if window:
            self.database.execute(
                """insert into conversas (empresa_id, cliente_id, numero_id, janela_24h_ate)
                   select c.empresa_id, c.id, %s, now() + interval '20 hours'
                   from clientes c where c.id = any (%s)""", self.number, ids)
        return ids

    def queue(self, people, garantia="pelo_menos_uma", **columns):
        """One waiting message each; returns their ids."""
        names = "".join(", " + name for name in columns)
        values = "".join(", %s" for _ in columns)
        return [row["id"] for row in self.database.query(
            f"""insert into fila_mensagens (cliente_id, conteudo, tipo, garantia{names})
                select c, 'Olá', 'resposta', %s{values} from unnest(%s) c returning id""",
            garantia, *columns.values(), people)]

    def claim(self, n, reserva_ms=60000, sender="teste"):
        """[(id, reserva_seq)] of up to n waiting messages of lane (5, 0)."""
        return [(row["id"], row["reserva_seq"]) for row in self.database.query(
            """select id, reserva_seq from fila_claim(%s, %s, array[%s], '{5}', '{0}', array[%s],
                   '{null}', '{null}')""", sender, reserva_ms, self.number, n, role="sender")]

    def record(self, claimed, outcome="aceita", quarentena_ms=600000, wamid="wamid.{}", role="sender"):
        """(gravadas, liquidadas, zumbis)"""
        ids = [str(id) for id, _ in claimed]
        nothing = [None] * len(ids)
        wamids = [wamid.format(id) for id in ids] if outcome == "aceita" else nothing
        row = self.database.query(
            """select * from fila_record('teste', %s, %s::uuid[], %s::bigint[], %s::text[], %s::text[],
                   %s::integer[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])""",
            quarentena_ms, ids, [seq for _, seq in claimed], [outcome] * len(ids), nothing, nothing,
            nothing, wamids, nothing, nothing, [0] * len(ids), role=role)[0]
        return row["gravadas"], row["liquidadas"], row["zumbis"]

    def message(self, id):
        return self.database.query("select * from fila_mensagens where id = %s", id)[0]

    def wait_status(self, id, status, timeout=20):
        wait_until(lambda: self.message(id)["status"] == status, timeout, f"{id} is {status}")
        return self.message(id)

    def wait_effects(self, timeout=30):
        wait_until(lambda: self.database.value("select count(*) from efeitos") == 0,
                   timeout, "no effects are left")


def forget_connections(database):
    """After its server was stopped: the next query connects again."""
    for connection in database.__dict__.pop("kept", {}).values():
        connection.close()


def status_event(wamid, status, key=None, at=1769900001, code=None):
    event = {"id": wamid, "status": status, "timestamp": str(at), "recipient_id": "5511900000000"}
    if key:
        event["biz_opaque_callback_data"] = key
    if code:
        event["errors"] = [{"code": code, "title": "x"}]
    return event


def webhook(*, statuses=(), messages=(), contacts=(), number=NUMBER, waba=WABA):
    """One POST body as Meta makes it."""
    value = {"messaging_product": "whatsapp",
             "metadata": {"display_phone_number": "15550783881", "phone_number_id": number}}
    for name, list_ in (("contacts", contacts), ("statuses", statuses), ("messages", messages)):
        if list_:
            value[name] = list(list_)
    return {"object": "whatsapp_business_account",
            "entry": [{"id": waba, "changes": [{"field": "messages", "value": value}]}]}


def shuffled(items, seed):
    items = list(items)
    random.Random(seed).shuffle(items)
    return items
