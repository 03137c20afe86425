"""Claim cost: buffers PostgreSQL touches for one claimed row, whatever lies in the queue.

Claims are made as a sender makes them, each from the floors of what it claimed before and
followed by its record; half of the backlog is in the future at a higher priority. EXPLAIN
(ANALYZE, BUFFERS) over the call counts what the function and all it calls touched, hits and
reads. Equal rows, the same people, warm. A sweep (a claim without floor) is told apart.
"""

import json

from drain import PEOPLE_MAX, median
from world import Scene

K, WARM, MEASURED = 200, 5, 9
MUCH = 1000000  # from here on the filling is worth two careless sessions


class Claimer:
    """One session that claims and records like a sender."""

    def __init__(self, scene):
        self.cursor = scene.database.connect("sender").cursor()
        self.numbers = [row["id"] for row in scene.database.query("select id from numeros order by id")]
        self.floors = {number: (None, 0) for number in self.numbers}

    def _values(self, is_swept=False):
        asked = self.numbers[:K]
        self.numbers = self.numbers[K:] + asked  # in turn, as many lanes as there are rows
        per = max(1, K // len(asked))
        floors = [(None, 0) if is_swept else self.floors[number] for number in asked]
        return [asked, [3] * len(asked), [0] * len(asked), [per] * len(asked),
                [em for em, _ in floors], [ordem for _, ordem in floors]]

    CALL = ("fila_claim(trabalhador => 'bench', reserva_ms => 60000, numeros => %s, prioridades => %s::smallint[],"
            " faixas => %s, quantas => %s, pisos_em => %s::timestamptz[], pisos_ordem => %s::bigint[])")

    def buffers(self, is_swept=False):
        """Buffers per row of one claim, recorded afterwards."""
        self.cursor.execute("explain (analyze, buffers, format json) select * from " + self.CALL,
                            self._values(is_swept))
        plan = self.cursor.fetchone()[0]
        top = (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]
        assert top["Actual Rows"], "a measured claim found nothing"
        self.record_all()
        return (top["Shared Hit Blocks"] + top["Shared Read Blocks"]) / top["Actual Rows"]

    def record_all(self):
        """What EXPLAIN claimed came to nobody: it is looked up by its holder."""
        self.cursor.execute("select bench_taken()")
        self._record(self.cursor.fetchone()[0] or [])

    def claim(self):
        self.cursor.execute("select id::text, reserva_seq, numero_id, agendar_para, ordem from " + self.CALL,
                            self._values())
        rows = self.cursor.fetchall()
        for _, _, number, em, ordem in rows:
            self.floors[number] = (em, ordem)
        self._record([[id, seq] for id, seq, *_ in rows])
        return len(rows)

    def claim_many(self, wanted):
        claimed = 0
        while claimed < wanted:
            got = self.claim()
            assert got, f"the queue ran dry after {claimed} of {wanted}"
            claimed += got

    def _record(self, rows):
        n = len(rows)
        if not n:
            return
        self.cursor.execute(
            "select * from fila_record('bench', 600000, %s::uuid[], %s::bigint[], %s, %s, %s::integer[],"
            " %s::text[], %s, %s::text[], %s, %s)",
            ([id for id, _ in rows], [int(seq) for _, seq in rows], ["aceita"] * n, ["ok"] * n, [None] * n,
             [None] * n, [f"wamid.{id}" for id, _ in rows], [None] * n, ["aceita"] * n, [0] * n))

    def measure(self):
        """(buffers per row with floors, of a claim that sweeps)"""
        found = []
        for _ in range(MEASURED):
            found.append(self.buffers())
            self.claim()
        return median(found), self.buffers(is_swept=True)


# A sender may not read the queue; this bench may ask what it holds.
TAKEN = """
create function bench_taken() returns jsonb language plpgsql security definer
set search_path = carteiro, pg_temp set enable_seqscan = off as $$
begin
    return (select jsonb_agg(jsonb_build_array(id, reserva_seq::text)) from fila_ativa
            where reserva_ate is not null and status = 'processando' and reservada_por = 'bench');
end $$;
grant execute on function bench_taken() to carteiro_sender"""


class Backlog:
    """A queue that grows; each number has both halves."""

    def __init__(self, scene, numbers):
        self.scene, self.numbers, self.rows = scene, numbers, 0
        scene.company(numbers)
        scene.people(PEOPLE_MAX)
        scene.database.execute(TAKEN)

    def grow_to(self, rows):
        due = f"i / {self.numbers} % 2 = 0"
        fill = self.scene.fill_much if rows - self.rows >= MUCH else self.scene.fill
        fill(rows - self.rows, self.rows, prioridade=f"case when {due} then 3 else 9 end",
             agendar_para=f"agora() + case when {due} then '-1 minute' else '1 day' end::interval")
        self.rows = rows
        self.scene.settle()

    def claimer(self):
        claimer = Claimer(self.scene)
        for _ in range(WARM):
            claimer.claim()
        return claimer


class Teller:
    """Says each case beside the first one of its kind."""

    def __init__(self, bench):
        self.bench, self.first = bench, {}

    def say(self, case, cost, swept, **params):
        base = self.first.setdefault(case, cost)
        self.bench.say("claim_cost", round(cost, 1), "buffers/row", {
            "case": case, **params, "ratio_to_first": round(cost / base, 2), "of_a_sweep": round(swept, 1),
            "rows_per_claim": K, "counted_by": "explain (analyze, buffers)"})


def run_claim_cost(bench, options):
    teller = Teller(bench)
    sizes = (10000, 100000) if options.quick else (10000, 100000, 1000000, 10000000)
    with Scene(bench.world(), "nginx") as scene:
        backlog = Backlog(scene, 10)
        for size in sizes:
            bench.note(f"claim_cost: {size} rows")
            backlog.grow_to(size)
            teller.say("backlog", *backlog.claimer().measure(), backlog=size, numbers=10)
    for numbers in (10, 1000) if options.quick else (10, 100, 1000):
        bench.note(f"claim_cost: {numbers} numbers")
        with Scene(bench.world(), "nginx") as scene:
            backlog = Backlog(scene, numbers)
            backlog.grow_to(100000)
            teller.say("numbers", *backlog.claimer().measure(), backlog=100000, numbers=numbers)
    held_snapshot(bench, teller, (5000, 20000) if options.quick else (10000, 50000, 100000, 200000, 300000))


def held_snapshot(bench, teller, points):
    """The same before anybody held a snapshot, and while one is held over more and more claims."""
    with Scene(bench.world(), "nginx") as scene:
        backlog = Backlog(scene, 10)
        backlog.grow_to(2 * points[-1] + 50000)
        claimer = backlog.claimer()
        teller.say("held_snapshot", *claimer.measure(), backlog=backlog.rows, numbers=10, held_over_claims=0)
        holder = scene.database.connect("owner", autocommit=False).cursor()
        holder.execute("set transaction isolation level repeatable read")
        holder.execute("select count(*) from numeros")
        claimed = 0
        for point in points:
            bench.note(f"claim_cost: a snapshot held over {point} claims")
            claimer.claim_many(point - claimed)
            claimed = point
            teller.say("held_snapshot", *claimer.measure(), backlog=backlog.rows, numbers=10, held_over_claims=point)
            claimed += (2 * MEASURED + 1) * K
