"""Five planners at once, each killed -9 at random moments and started again, while the clock runs on.

A campaign over everybody, a small one at each step of the clock, appointments with every fate, silent
conversations, all schedules and rules. At the end the queue holds what the set-up implies, each once.
"""

import random
import threading
import time
from collections import Counter, namedtuple

from waiting import wait_until

PLANNERS = 5
NUMBERS = 10
LEAD = 26  # hours from the first instant to the first appointment: every 24 h reminder is still to come
AFTER = 4  # hours from the last start to the last message about it
SMALL = 100  # people of the campaign that begins at each step
STEP_S = 240  # in which five planners, dying all the time, do what one step of the clock brings
SETTINGS = {"poll_ms": 100, "chunk": 500, "fila_teto": 10_000_000}

Size = namedtuple("Size", "recipients appointments conversations hours")
FULL = Size(recipients=100_000, appointments=1000, conversations=1000, hours=24)

# fate: rules that bring a message to the queue
FATES = {
    "done": ("lembrete_24h", "lembrete_2h", "pos_atendimento"),
    "missed": ("lembrete_24h", "lembrete_2h", "falta"),
    "moved": ("lembrete_24h", "lembrete_2h", "pos_atendimento"),
    "cancelled": (),
}
STAGES = {"interesse": "pos_interesse", "oferta": "pos_oferta"}


class World:
    """The company, its clock, and what must come of it: `expected` is a Counter of (rule, alvo_id)."""

    def __init__(self, database, seed, size):
        self.database, self.size, self.chance = database, size, random.Random(seed)
        self.expected = Counter()
        self.campaigns = {}  # id: people
        self.visits = []  # (id, start in hours, fate)
        self._company()
        self._people()
        self._clock()

    def _company(self):
        db = self.database
        db.query("select janela_abrir(empresa => 'todas')")
        db.query("select empresa_salvar('padrao', marca_presenca => true)", role="ops")
        db.query("select conta_salvar('100000001', 'token')", role="ops")
        db.query("select numero_salvar((200000000 + n)::text) from generate_series(1, %s) n", NUMBERS, role="ops")
        db.query("select regra_propor_modelos()", role="ops")
        db.query("select modelo_salvar('oi', 'Oi {nome}, tudo bem hoje?')", role="ops")
        db.execute("update modelos set situacao = 'aprovado'")

    def _people(self):
        """Recipients first; those of appointments and conversations are in no campaign."""
        size = self.size
        rows = self.database.query("""
            insert into clientes (empresa_id, nome, primeiro_nome, telefone, marketing_permitido, tags)
            select e.id, 'P' || i, 'P' || i, '+55119' || lpad(i::text, 8, '0'), i <= %s,
                case when i <= %s then array['few'] else '{}' end
            from empresas e, generate_series(1, %s) i returning id, telefone""",
            size.recipients, SMALL, size.recipients + size.appointments + size.conversations)
        ids = [row["id"] for row in sorted(rows, key=lambda row: row["telefone"])][size.recipients:]
        self.patients, self.silent = ids[:size.appointments], ids[size.appointments:]

    def _clock(self):
        """From the next full hour on: schedules are of full hours, so a step is never between two of them."""
        db = self.database
        self.began = db.value("select date_trunc('hour', now()) + interval '1 hour'")
        db.execute("insert into relogio (deslocamento) values (%s - now())", self.began)
        # what a new installation missed is of no matter here
        db.execute("update agendas set proxima_em = cron_next(cron, fuso, agora()) where ativa")

    def turn(self, hour):
        self.database.execute("update relogio set deslocamento = %s + make_interval(hours => %s) - now()", self.began, hour)

    def fill(self):
        self._conversations()
        for who in self.patients:
            self._appointment(who)
        self.start_campaign(self.size.recipients)

    def _conversations(self):
        for row in self.database.query("""
                insert into conversas (empresa_id, cliente_id, numero_id, etapa, ultima_interacao_em, ultima_direcao)
                select c.empresa_id, c.id, n.id, (array['interesse', 'oferta'])[1 + n.id %% 2], agora() - interval '5 days', 'saida'
                from clientes c
                join lateral (select * from numeros n order by hashtext(n.id::text || c.id::text) limit 1) n on true
                where c.id = any (%s::uuid[]) returning id, etapa""", [str(id_) for id_ in self.silent]):
            self.expected[STAGES[row["etapa"]], row["id"]] = 1

    def _appointment(self, who):
        fate = self.chance.choices(list(FATES), weights=(3, 3, 2, 2))[0]
        start = LEAD + self.chance.randrange(2 * self.size.hours) / 2
        visit = self._save(who, start, None)
        if fate == "moved":
            start = LEAD + (start - LEAD + 1) % self.size.hours
            self._save(who, start, visit)
        elif fate == "cancelled":
            self.database.query("select agendamento_cancelar(%s)", visit, role="ops")
        self.visits.append((visit, start, fate))
        for rule in FATES[fate]:
            self.expected[rule, visit] = 1

    def _save(self, who, start, visit):
        return self.database.value("""
            select (agendamento_salvar(cliente_id => %s, inicio => %s + make_interval(mins => %s), duracao_min => 60,
                permite_followup => true, id => %s)).id""", who, self.began, int(60 * start), visit, role="ops")

    def attend(self, hour):
        """Who came is marked once their time has begun: before anybody could miss them."""
        for visit, start, fate in self.visits:
            if fate in ("done", "moved") and hour - 1 < start <= hour:
                self.database.query("select agendamento_status(%s, 'realizado')", visit, role="ops")

    def start_campaign(self, people):
        few = "" if people == self.size.recipients else ", filtro_tags => array['few']"
        campaign = self.database.value(f"""
            select id from campanha_criar('c', 'promocional', modelo => 'oi', max_por_dia => null,
                numero => 'todos'{few})""", role="ops")
        self.database.query("select campanha_iniciar(%s)", campaign, role="ops")
        self.campaigns[campaign] = people

    def is_idle(self):
        """Nothing is due any more, but for what still waits until it is found that it expired."""
        return self.database.value("""
            select not exists (select 1 from disparos where status = 'planejado' and quando <= agora())
               and not exists (select 1 from agendas where proxima_em <= agora() and nome <> 'campanhas')""")

    def is_listed(self):
        return self.database.value("select count(*) from campanhas where enfileirada_em is null") == 0


class Planner:
    """One place of the five: what runs there is killed after a pause, and the next one started at once."""

    def __init__(self, fleet, seed, n):
        self.fleet, self.name = fleet, f"planner-{n + 1}"
        self.chance = random.Random(f"{seed} {n}")
        self.kills, self.error = 0, None
        self.stop, self.over, self.leave = (threading.Event() for _ in range(3))
        self.process = fleet.planner(name=self.name, planner=SETTINGS)
        self.thread = threading.Thread(target=self._guarded, daemon=True)

    def _guarded(self):
        try:
            self._run()
        except Exception as error:  # raised by done()
            self.error = error
        self.over.set()
        self.leave.wait()  # a program dies with the thread that started it

    def _run(self):
        # also while it starts: a tenth of the pauses are shorter than that
        while not self.stop.wait(min(self.chance.expovariate(1 / 1.5), 10)):
            assert self.process.is_running(), f"{self.name} ended by itself {self.process.process.returncode}:\n{self.process.tail()}"
            self.process.kill()
            self.fleet.processes.remove(self.process)  # the next one writes the same log
            self.kills += 1
            self.process = self.fleet.planner(name=self.name, planner=SETTINGS, wait=False)

    def done(self):
        """No more kills; what runs now stays."""
        self.stop.set()
        assert self.over.wait(30), f"{self.name}: its kills do not end"
        if self.error:
            raise self.error
        self.process.wait_ready()


def play(world, minutes, note):
    """The clock from the first hour to the last, a step each hour, spread over the minutes."""
    steps = LEAD + world.size.hours + AFTER
    began = time.monotonic()
    for hour in range(1, steps + 1):
        due = began + 60 * minutes * hour / steps
        wait_until(lambda: time.monotonic() >= due and world.is_idle(), 60 * minutes + STEP_S, f"hour {hour - 1} is done")
        world.turn(hour)
        world.attend(hour)
        world.start_campaign(SMALL)
        if hour % 10 == 0:
            note(f"hour {hour} of {steps}, {time.monotonic() - began:.0f} s")
    wait_until(world.is_idle, STEP_S, "the last hour is done")
    wait_until(world.is_listed, STEP_S, "every campaign is in the queue")


def judge_firings(world):
    """Messages of rules by (rule, alvo) against the set-up; and each firing and message has one of the other."""
    db = world.database
    found = Counter({(row["nome"], row["alvo_id"]): row["n"] for row in db.query("""
        select r.nome, d.alvo_id, count(*) as n
        from fila_mensagens f
        join disparos d on d.id::text = f.origem_id
        join regras_followup r on r.id = d.regra_id
        where f.origem in ('regra', 'agendamento') group by 1, 2""")})
    doubled = db.value("""
        select count(*) from (
            select from disparos group by regra_id, alvo_id, ocorrencia having count(*) > 1
            union all
            select from fila_mensagens where origem in ('regra', 'agendamento', 'proativa')
            group by origem_id having count(*) > 1) v""")
    # each queued firing is in the queue by its own id, and nothing is there without one
    astray = db.value("""
        select count(*) from disparos d
        full join (select * from fila_mensagens where origem in ('regra', 'agendamento', 'proativa')) f
            on f.id = d.mensagem_id and f.origem_id = d.id::text
        where (d.mensagem_id is null) <> (f.id is null)""")
    return {"firings": db.value("select count(*) from disparos"), "firing_rows": sum(found.values()),
            "firing_doubles": doubled + sum((found - world.expected).values()),
            "firing_missing": sum((world.expected - found).values()), "firing_astray": astray}


def judge_campaigns(world):
    """Each person of each campaign once, and what the campaign says of itself."""
    rows = doubles = missing = wrong = 0
    for row in world.database.query("""
            select c.id, c.total_destinatarios, c.envios_criados, f.messages, f.people,
                (select count(*) from campanha_destinatarios d join fila_mensagens m on m.id = d.mensagem_id
                     and m.cliente_id = d.cliente_id and m.origem_id = c.id::text
                 where d.campanha_id = c.id) as told
            from campanhas c
            cross join lateral (select count(*) as messages, count(distinct cliente_id) as people
                                from fila_mensagens m where m.origem = 'campanha' and m.origem_id = c.id::text) f"""):
        people = world.campaigns[row["id"]]
        rows += row["messages"]
        doubles += row["messages"] - row["people"]
        missing += max(people - row["people"], 0)
        wrong += [people] * 4 != [row["total_destinatarios"], row["envios_criados"], row["told"], row["messages"]]
    return {"campaigns": len(world.campaigns), "campaign_rows": rows, "campaign_doubles": doubles,
            "campaign_missing": missing, "campaign_wrong": wrong}


def judge_schedules(world):
    """no_shows ran for every hour since the first one, once, and no schedule failed."""
    row, = world.database.query("""
        select count(*) filter (where a.nome = 'no_shows' and d.resultado ->> 'puladas_ate' is null) as hours,
            count(*) filter (where d.erro is not null or d.duracao_ms is null and d.resultado ->> 'puladas_ate' is null) as bad
        from agenda_disparos d join agendas a on a.id = d.agenda_id where d.ocorrencia > %s""", world.began)
    hours = LEAD + world.size.hours + AFTER
    return {"schedule_hours": row["hours"], "schedule_wrong": row["bad"] + abs(hours - row["hours"])}


def planejadores(fleet, seed, minutes, note, size=FULL):
    """Runs the scene; returns its counts."""
    note(f"planejadores: seed {seed}, {minutes} min, {size.recipients} recipients, {size.appointments} appointments")
    world = World(fleet.database, seed, size)
    planners = [Planner(fleet, seed, n) for n in range(PLANNERS)]
    try:
        for planner in planners:
            planner.thread.start()
        world.fill()
        play(world, minutes, note)
        for planner in planners:
            planner.done()
        fleet.stop()
    finally:
        for planner in planners:
            planner.stop.set()
            planner.leave.set()
    counts = {"kills": sum(planner.kills for planner in planners),
              **judge_firings(world), **judge_campaigns(world), **judge_schedules(world)}
    wrong = sum(n for name, n in counts.items() if name.endswith(("_doubles", "_missing", "_astray", "_wrong")))
    return {**counts, "good": wrong == 0 and counts["kills"] > 0}
