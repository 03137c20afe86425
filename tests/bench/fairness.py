"""Fairness: a campaign of a million and one of a hundred started after it, on the same number.

Both by template, made and queued by the planner as anybody's are. Told by the simulator's
ledger: how long the small one takes from its first message to its last, alone and behind the
large one; how long reminders of priority 8 wait; when the large one's last message leaves
after its pause, and how many of its waiting rows that pause rewrote (by xmin).
"""

import datetime
import time

from latency import percentile
from waiting import stays, wait_until
from world import Scene

TAXA, SMALL, REMINDERS = 80, 100, 20
QUEUED_S = 900


def instants(scene, template):
    """When each message of that template arrived, in order."""
    return sorted(datetime.datetime.fromisoformat(line["at"].replace("Z", "+00:00")).timestamp()
                  for line in scene.fleet.ledger() if line["template"] == template)


class Stage:
    def __init__(self, bench, large):
        self.scene = Scene(bench.world(), ledger=True)
        self.bench, self.large = bench, large

    def __enter__(self):
        scene = self.scene.__enter__()
        scene.company(taxa=TAXA)
        scene.people(self.large + SMALL, window=False)
        scene.database.execute(
            "update clientes set tags = case when k.place <= %s then '{poucos}'::text[] else '{muitos}' end"
            " from (select id, row_number() over (order by id) as place from clientes) k where k.id = clientes.id",
            SMALL)
        scene.as_superuser("vacuum analyze carteiro.clientes")
        for name in ("sozinha", "grande", "pequena", "lembrete"):
            scene.made.template(name)
        scene.start_senders(2)
        scene.fleet.planner(planner={"fila_teto": max(10000, self.large + SMALL), "poll_ms": 200})
        return self

    def __exit__(self, *why):
        return self.scene.__exit__(*why)

    def start(self, name, tag):
        """The campaign's id, started."""
        id = self.scene.database.value(
            "select id from campanha_criar(%s, 'promocional', modelo => %s, max_por_dia => null,"
            " filtro_tags => array[%s], empresa => %s)", name, name, tag, self.scene.made.name, role="ops")
        self.scene.database.query("select campanha_iniciar(%s)", id, role="ops")
        return id

    def span(self, name):
        """Seconds from the small campaign's first message to its last."""
        wait_until(lambda: len(instants(self.scene, name)) >= SMALL, 300, f"{name} is sent", every=0.2)
        times = instants(self.scene, name)
        return times[-1] - times[0]

    def queue_large(self):
        began, database = time.monotonic(), self.scene.database
        id = self.start("grande", "muitos")
        wait_until(lambda: instants(self.scene, "grande"), 120, "the large one's first message", every=0.05)
        first = time.monotonic() - began
        wait_until(lambda: database.value("select total_destinatarios from campanhas where id = %s", id) == self.large
                   and database.value("select not exists (select from campanha_destinatarios where campanha_id = %s"
                                      " and status is null)", id), QUEUED_S, "the large one is queued", every=0.5)
        return id, first, time.monotonic() - began


def reminders(stage):
    """ms from each reminder's commit to its arrival, while the large campaign runs."""
    scene, told = stage.scene, {}
    people = [row["id"] for row in scene.database.query("select id from clientes order by id desc limit %s", REMINDERS)]
    model = scene.database.value("select id from modelos where nome = 'lembrete'")
    for person in people:
        id = scene.database.value(
            "insert into fila_mensagens (cliente_id, conteudo, tipo, prioridade, modelo_id)"
            " values (%s, 'Oi', 'lembrete', 8, %s) returning id::text", person, model, role="ops")
        told[id] = time.time()
        time.sleep(0.15)
    wait_until(lambda: len(instants(scene, "lembrete")) >= REMINDERS, 60, "the reminders are sent", every=0.2)
    seen = {line["key"].split(":")[0]: datetime.datetime.fromisoformat(line["at"].replace("Z", "+00:00")).timestamp()
            for line in scene.fleet.ledger() if line["template"] == "lembrete"}
    return [(seen[id] - at) * 1e3 for id, at in told.items()]


def pause(stage, id):
    """(seconds from the pause's commit to the large one's last message, waiting rows that were rewritten, all)"""
    database = stage.scene.database
    before = database.value("select mod(txid_current()::bigint, 4294967296)")
    database.query("select campanha_pausar(%s)", id, role="ops")
    paused = time.time()
    time.sleep(5)
    times = instants(stage.scene, "grande")
    n = len(times)
    stays(lambda: len(instants(stage.scene, "grande")) == n, 2, "the large campaign is paused", every=0.5)
    waiting, rewritten = database.query(
        "select count(*) as n, count(*) filter (where f.xmin::text::bigint >= %s) as rewritten from fila_ativa f"
        " where f.origem_id = %s and f.status = 'pendente'", before, str(id))[0].values()
    return max(0, times[-1] - paused), rewritten, waiting


def run_fairness(bench, options):
    large = 20000 if options.quick else 1000000
    with Stage(bench, large) as stage:
        stage.start("sozinha", "poucos")
        alone = stage.span("sozinha")
        bench.note(f"fairness: {large} recipients")
        id, first_s, queued_s = stage.queue_large()
        bench.say("fairness_queued", round(large / queued_s), "rows/s frozen and queued", {
            "recipients": large, "first_message_s": round(first_s, 2), "numbers": 1})
        stage.start("pequena", "poucos")
        behind = stage.span("pequena")
        params = {"large": large, "small": SMALL, "rate_per_s": TAXA, "senders": 2}
        bench.say("fairness", round(behind / alone, 2), "× the time that the small one needs alone", {
            **params, "alone_s": round(alone, 2), "behind_the_large_s": round(behind, 2)})
        waits = reminders(stage)
        bench.say("fairness_reminder", round(percentile(waits, 0.5), 1), "ms p50 from commit to the far end", {
            **params, "max_ms": round(max(waits), 1), "reminders": len(waits), "priority": 8})
        last_s, rewritten, waiting = pause(stage, id)
        bench.say("fairness_pause", round(last_s, 3), "s until the large one's last message", {
            **params, "waiting_rows": waiting, "rewritten_rows": rewritten})
