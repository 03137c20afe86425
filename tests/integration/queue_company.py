"""A company with a number, templates and people, and what the tests ask of the queue."""

import itertools

from fleet import http

PHONE_NUMBER_ID = "106540352242922"
WABA_ID = "102290129340398"
counter = itertools.count(1)


class Company:
    """One empresa of its own with a number known to the simulator as well."""

    def __init__(self, fleet, per_s=80, taxa=None):
        self.fleet, self.database = fleet, fleet.database
        n = next(counter)
        self.name = f"Empresa {n}"
        self.phone_number_id = str(int(PHONE_NUMBER_ID) + n)
        self.waba_id = str(int(WABA_ID) + n)
        self.database.query("select empresa_salvar(%s)", self.name, role="ops")
        self.database.query("select conta_salvar(%s, 'token', 'app_secret', empresa => %s)",
                            self.waba_id, self.name, role="ops")
        self.numero = self.database.value("select id from numero_salvar(%s, taxa => %s, empresa => %s)",
                                          self.phone_number_id, taxa, self.name, role="ops")
        self.id = self.database.value("select id from empresas where nome = %s", self.name)
        fleet.simulated_number(self.phone_number_id, self.waba_id, per_s)

    def template(self, name="oi_nome", text="Oi {nome}, temos novidades!", meta="Oi {{1}}, temos novidades!"):
        """Known here and approved there; returns modelos.id."""
        component = {"type": "BODY", "text": meta}
        if "{{1}}" in meta:
            component["example"] = {"body_text": [["Ana"]]}
        status, answer = http("POST", f"{self.fleet.simulator_url}/v23.0/{self.waba_id}/message_templates",
                              {"name": name, "language": "pt_BR", "category": "UTILITY", "components": [component]},
                              {"Authorization": f"Bearer {self.fleet.token}"})
        assert status == 200, answer
        return self.database.value("select id from modelo_salvar(%s, %s, situacao => 'aprovado', empresa => %s)",
                                   name, text, self.name, role="ops")

    def graph_template(self, name, components, **more):
        """(status, answer) of a template made at Meta with any components."""
        return http("POST", f"{self.fleet.simulator_url}/v23.0/{self.waba_id}/message_templates",
                    {"name": name, "language": "pt_BR", "category": "UTILITY", "components": components, **more},
                    {"Authorization": f"Bearer {self.fleet.token}"})

    def known_template(self, name, text, nomeado=False):
        """The same, known here and approved; returns modelos.id."""
        return self.database.value(
            "select id from modelo_salvar(%s, %s, situacao => 'aprovado', empresa => %s, nomeado => %s)",
            name, text, self.name, nomeado, role="ops")

    def people(self, n, consent=True):
        """n clientes with numbers of their own; returns their ids."""
        first = 60000000 + next(counter) * 100000
        rows = self.database.query(
            "insert into clientes (empresa_id, nome, primeiro_nome, telefone, marketing_permitido)"
            " select %s, 'Pessoa ' || i, 'Pessoa' || i, '+55119' || (%s + i), %s"
            " from generate_series(1, %s) i returning id", self.id, first, consent, n)
        self.database.execute("insert into identidades (empresa_id, cliente_id, tipo, valor)"
                              " select empresa_id, id, 'telefone', telefone from clientes where empresa_id = %s"
                              " on conflict do nothing", self.id)
        return [row["id"] for row in rows]

    def phone(self, cliente):
        return self.database.value("select telefone from clientes where id = %s", cliente)

    def insert(self, clientes, conteudo="Oi {nome}", modelo=None, tipo="resposta"):
        """By plain INSERT as ops; returns the ids in the order of clientes."""
        rows = self.database.query(
            "insert into fila_mensagens (cliente_id, conteudo, tipo, modelo_id)"
            " select c, %s, %s, %s from unnest(%s::uuid[]) c returning id",
            conteudo, tipo, modelo, [str(c) for c in clientes], role="ops")
        return [row["id"] for row in rows]

    def open_window(self, clientes):
        """As if each had just written, without the trip through the gateway."""
        self.database.execute(
            "insert into conversas (empresa_id, cliente_id, numero_id, janela_24h_ate)"
            " select %s, c, %s, agora() + interval '23 hours' from unnest(%s::uuid[]) c"
            " on conflict (cliente_id, numero_id) where status = 'ativa' do update"
            " set janela_24h_ate = excluded.janela_24h_ate",
            self.id, self.numero, [str(c) for c in clientes])

    def states(self):
        """{status: n} of every message of the company."""
        return {row["status"]: row["n"] for row in self.database.query(
            "select status, count(*) as n from fila_mensagens where empresa_id = %s group by 1", self.id)}

    def message(self, id):
        return self.database.query("select * from fila_mensagens where id = %s", id)[0]

    def ledger(self):
        """The simulator's lines of this number, accepted or not."""
        return [line for line in self.fleet.ledger() if line["phone_number_id"] == self.phone_number_id]


def accepted(ledger):
    """{message id: [wamid, ...]} of what the far end took."""
    taken = {}
    for line in ledger:
        if line["wamid"]:
            taken.setdefault(line["key"].split(":")[0], []).append(line["wamid"])
    return taken
