"""A company of the HTTP API with one of everything, and a client that keeps its connection."""

import http.client
import json
import urllib.parse

FAR = "2099-03-02T14:00"  # a Monday


class Client:
    """(status, headers, bytes) of one request after the other; `key` None: without one."""

    def __init__(self, url, key=None):
        self.netloc = urllib.parse.urlsplit(url).netloc
        self.key = key
        self.connection = None

    def raw(self, method, path, body=None, headers=None):
        given = {**({"Authorization": f"Bearer {self.key}"} if self.key else {}), **(headers or {})}
        for is_last in (False, True):  # the gateway may have closed what was kept
            self.connection = self.connection or http.client.HTTPConnection(self.netloc, timeout=60)
            try:
                self.connection.request(method, path, body, given)
                reply = self.connection.getresponse()
                data = reply.read()
                if reply.will_close:
                    self.close()
                return reply.status, {k.lower(): v for k, v in reply.getheaders()}, data
            except (http.client.HTTPException, ConnectionError):
                self.close()
                if is_last:
                    raise

    def __call__(self, method, path, body=None, **headers):
        """(status, decoded answer)"""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        status, _, text = self.raw(method, path, data, {
            "Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}})
        return status, json.loads(text) if text else None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Company:
    """A company with a number, and keys made when asked for."""

    def __init__(self, database, url, name, n):
        self.database, self.url, self.name, self.n = database, url, name, n
        database.query("select empresa_salvar(%s)", name, role="ops")
        database.query("select conta_salvar(%s, 'token', 'app_secret', empresa => %s)", f"10000000{n}", name, role="ops")
        database.query("select numero_salvar(%s, empresa => %s)", f"20000000{n}", name, role="ops")
        self.id = database.value("select id from empresas where nome = %s", name)
        self.clients = {}
        self.ids = {}
        self.fills = 0

    def make_key(self, papel):
        """(id, key)"""
        made = self.database.query("select * from chave_criar('teste', %s, empresa => %s)", papel, self.name, role="ops")[0]
        return made["id"], made["chave"]

    def client(self, papel="escrita"):
        if papel not in self.clients:
            self.clients[papel] = Client(self.url, self.make_key(papel)[1])
        return self.clients[papel]

    def phone(self, n):
        return f"11987{self.n}{self.fills:02d}{n:02d}"

    def make(self, path, body):
        status, made = self.client()("POST", path, body)
        assert status in (200, 201), (path, status, made)
        return made

    def row(self, sql, *values):
        """Inserts one row as the fleet would, and returns its id."""
        return str(self.database.query(sql, *values, role="owner")[0]["id"])

    def fill(self):
        """One of everything that a path may name, by the path that names it; again: others."""
        self.fills += 1
        ids = self.ids
        ids["/clientes"] = person = self.make("/clientes", {"nome": f"Ana {self.name}", "telefone": self.phone(1), "tags": ["vip"]})["id"]
        self.make(f"/clientes/{person}/consentimentos", {"finalidade": "marketing", "texto": "Aceito"})
        self.make(f"/clientes/{person}/pets", {"nome": f"Rex {self.name}"})
        ids["/campanhas"] = self.make("/campanhas/", {"nome": f"Natal {self.name}", "tipo": "promocional", "mensagem_template": "Oi"})["id"]
        ids["/fila"] = self.make("/fila", {"cliente_id": person, "conteudo": f"Oi {self.name}", "agendar_para": FAR})["id"]
        ids["/agendamentos"] = self.make("/agendamentos", {"cliente_id": person, "inicio": FAR, "servico": f"Banho {self.name}"})["id"]
        ids["/donos"] = self.make("/donos", {"nome": f"Dono {self.name}", "telefone": self.phone(2)})["id"]
        ids["/horarios"] = self.make("/horarios", {"dias": "seg-sex", "inicio": "9h", "fim": "18h"})["horarios"][0]["id"]
        self.make("/segmentos", {"nome": f"praia{self.n}", "criterios": {"regiao": "litoral"}})
        ids["/segmentos"] = f"praia{self.n}"
        self.make("/followups", {"user_id": person, "message": f"Oi de novo {self.name}"})
        ids["/regras"], ids["/agendas"] = "pos_interesse", "campanhas"
        self.make("/api/aurora/proactive", {"type": "custom_campaign", "ownerNumberId": ids["/donos"], "data": {
            "campaignType": "verao", "targetAudience": "all", "message": f"Oi {self.name}"}})
        number = self.client()("GET", "/numeros")[1]["numeros"][0]["id"]
        ids["/numeros"] = number
        ids["/conversas"] = self.row(
            "insert into conversas (empresa_id, cliente_id, numero_id, ultima_direcao) values (%s, %s, %s, 'entrada') returning id",
            self.id, person, number)
        ids["/api/agenda/followups"] = self.row(
            "insert into agendamentos (empresa_id, cliente_id, inicio, fim, status, permite_followup, followup_enviado_em)"
            " values (%s, %s, agora() - '1 day'::interval, agora() - '23 hours'::interval, 'realizado', true,"
            " agora() - '22 hours'::interval) returning id", self.id, person)
        heard = self.row(
            "insert into mensagens_recebidas (empresa_id, cliente_id, conversa_id, numero_id, wamid, tipo, conteudo, recebida_em)"
            " values (%s, %s, %s, %s, %s, 'text', %s, agora()) returning id",
            self.id, person, ids["/conversas"], number, f"wamid.{self.n}.{self.fills}", f"Hm {self.name}")
        ids["/respostas"] = self.row(
            "insert into respostas (empresa_id, cliente_id, conversa_id, numero_id, pergunta, estado, recebida_em, recebidas)"
            " values (%s, %s, %s, %s, 'pos_servico', 'pendente', agora(), array[%s]::uuid[]) returning id",
            self.id, person, ids["/conversas"], number, heard)
        ids["/avisos"] = self.row(
            "insert into avisos (empresa_id, tipo, chave, texto) values (%s, 'numero', %s, %s) returning id",
            self.id, f"teste {self.fills}", f"Olhe {self.name}")
        return self

    def path(self, template):
        """The path with this company's own in place of what it names."""
        if "{" not in template:
            return template
        of = max((prefix for prefix in self.ids if template.startswith(prefix + "/{")), key=len)
        return template[:template.index("{")] + str(self.ids[of]) + template[template.index("}") + 1:]
