"""A rollout under load: each process replaced by a new one, one after the other, with the manifests' grace.

What a Service does is done by a proxy: connections go to the ready gateways in turn; one that is taken out
gets no new ones. After a rollout nothing is lost, doubled or in doubt.
"""

import itertools
import json
import re
from collections import Counter

import pytest

from fleet import PHONE_NUMBER_ID
from proxy import Cut
from queue_company import accepted
from servers import TOP, free_port
from waiting import wait_until

BASE = TOP / "deploy/kubernetes/base"
PEOPLE = 300    # of each campaign; one campaign a replacement
RATE = 100      # so that a campaign takes seconds
LATENCY_MS = 300


def manifest(kind):
    """(grace_s of the process, seconds from SIGTERM to SIGKILL) as deploy/kubernetes says."""
    grace_s = int(re.search(rf"^{kind}:\s*{{.*?grace_s = (\d+);", (BASE / "carteiro.cfg").read_text(), re.M | re.S)[1])
    text = (BASE / f"{kind}.yaml").read_text()
    period = int(re.search(r"terminationGracePeriodSeconds: (\d+)", text)[1])
    pre_stop = re.search(r"preStop:\s+sleep:\s+seconds: (\d+)", text)
    return grace_s, period - (int(pre_stop[1]) if pre_stop else 0)


class Service(Cut):
    """Connections go to `backends` (ports) in turn; none there: refused, as the cluster would."""

    def __init__(self, *backends):
        self.backends, self.turn = list(backends), itertools.count()
        super().__init__(0)

    @property
    def target(self):
        port = self.backends[next(self.turn) % len(self.backends)] if self.backends else 1
        return ("127.0.0.1", port)

    @target.setter
    def target(self, _):
        pass


@pytest.fixture
def service():
    with Service() as made:
        yield made


@pytest.fixture
def rollout(fresh_database, fleet, service):
    fleet.database = fresh_database
    made = Rollout(fleet, service)
    made.set_up()
    return made


class Rollout:
    """Two of each process over one campaign after the other."""

    def __init__(self, fleet, service):
        self.fleet, self.database, self.service = fleet, fleet.database, service
        self.campaigns, self.running = 0, {}

    def set_up(self):
        fleet = self.fleet
        fleet.simulator(simulator={"webhook_url": f"http://127.0.0.1:{self.service.port}/webhook",
                                   "latency_ms": LATENCY_MS, "pair_interval_s": 0})
        fleet.company()
        fleet.simulated_number(PHONE_NUMBER_ID, per_s=1000)
        self.database.execute("update numeros set taxa = %s", RATE)
        fleet.template("agenda", "Oi, {nome}! Abrimos a agenda.")
        for kind in ("gateway", "planner", "sender"):
            self.running[kind] = [self.start(kind), self.start(kind)]

    def start(self, kind):
        """A new one, as ready as a rollout waits for; a gateway then gets connections."""
        grace_s, _ = manifest(kind)
        changes = {kind: {"grace_s": grace_s}}
        if kind == "planner":
            changes[kind].update(chunk=20, poll_ms=100)  # many moments to be replaced in
        if kind == "gateway":
            changes[kind]["port"] = free_port()
        process = getattr(self.fleet, kind)(**changes)
        if kind == "gateway":
            process.port = changes[kind]["port"]
            self.service.backends.append(process.port)
        return process

    def campaign(self):
        """Begins to reach PEOPLE people whom no other campaign reaches."""
        self.campaigns += 1
        tag = f"g{self.campaigns}"
        self.database.query(
            """select count(consentimento_registrar(c.id, 'marketing', 'Aceito receber novidades'))
               from generate_series(1, %s) as n, lateral cliente_salvar('Pessoa ' || n,
                   '11 9' || (80000000 + %s + n)::text, tags => array[%s]) as c""",
            PEOPLE, self.campaigns * 10000, tag)
        made = json.loads(self.fleet.cli("campanha", "criar", "--nome", tag, "--tipo", "promocional", "--modelo",
                                         "agenda", "--filtro-tags", tag, "--max-por-dia", "nenhum", "--json").stdout)
        self.fleet.cli("campanha", "iniciar", made["id"], role="ops")

    def is_at_work(self, kind, before):
        """Whether a SIGTERM now meets what that kind does: queueing, POSTs in flight, webhooks coming."""
        if kind == "planner":
            return self.database.value("select count(*) from fila_mensagens") > before * PEOPLE
        if kind == "sender":
            return self.database.value("select count(*) from fila_ativa where status = 'processando'") > 5
        return self.database.value("select count(*) from fila_mensagens where entrega in ('entregue', 'lida')"
                                   ) > before * PEOPLE

    def replace(self, kind, is_last):
        """New one first (maxUnavailable 0), then SIGTERM to an old one, amid its work."""
        old = self.running[kind].pop(0)
        new = self.start(kind)
        before = self.campaigns
        self.campaign()
        wait_until(lambda: self.is_at_work(kind, before), 60, f"the {kind}s are at work")
        if kind == "gateway" and not is_last:  # the endpoint goes first; preStop gives it the time
            self.service.backends.remove(old.port)
        _, kill_after_s = manifest(kind)
        assert old.term(kill_after_s) == 0, old.tail()  # TimeoutExpired: it would have been killed
        if kind == "gateway" and is_last:  # and where it does not go in time, Meta tries again
            self.service.backends.remove(old.port)
        self.running[kind].append(new)
        self.everything_is_read()

    def everything_is_read(self):
        total = self.campaigns * PEOPLE

        def is_over():
            rows = self.database.query("select status, entrega, count(*)::int as n from fila_mensagens group by 1, 2")
            assert rows == [{"status": "enviada", "entrega": "lida", "n": total}], rows
            return True
        wait_until(is_over, 120, f"all {total} are sent and read", every=0.1)


@pytest.mark.parametrize("kind", ["sender", "planner", "gateway"])
def test_replaced_one_by_one_nothing_is_lost_or_in_doubt(rollout, kind):
    rollout.replace(kind, is_last=False)
    rollout.replace(kind, is_last=True)
    database, fleet = rollout.database, rollout.fleet
    fleet.processes[0].term()  # the simulator: its ledgers are whole
    taken = accepted(fleet.ledger())
    assert len(taken) == 2 * PEOPLE and set(map(len, taken.values())) == {1}
    assert len(fleet.ledger()) == 2 * PEOPLE, "no POST but the accepted ones"
    rows = database.query("select id, wamid, tentativas, resgates from fila_mensagens")
    assert {str(row["id"]): [row["wamid"]] for row in rows} == taken
    assert {(row["tentativas"], row["resgates"]) for row in rows} == {(1, 0)}
    assert database.value("select count(*) from tentativas") == 0, "no attempt in doubt, none that failed"
    assert database.value("select count(*) from campanhas where status = 'concluida'") == 2
    assert Counter(line["status"] for line in fleet.webhooks() if line["http"] == 200) == {
        "sent": 2 * PEOPLE, "delivered": 2 * PEOPLE, "read": 2 * PEOPLE}
