"""Claim cost: buffers PostgreSQL touches for one claimed row, whatever lies in the queue.

Claims are made as a sender makes them, with the floors of what it claimed before, each
followed by its record; half of the backlog is in the future at a higher priority. EXPLAIN
(ANALYZE, BUFFERS) counts what the function and all it calls touched. Equal rows, warm.
"""

import json

from world import Scene

K, WARM, MEASURED = 200, 20, 30


class Claimer:
    """One session that claims and records like a sender."""

    def __init__(self, scene):
        self.cursor = scene.database.connect("sender").cursor()
        self.numbers = [row["id"] for row in scene.database.query("select id from numeros order by id")]
        self.floors = {number: (None, 0) for number in self.numbers}

    def _values(self, is_swept):
        asked = self.numbers[:K]
        self.numbers = self.numbers[K:] + asked  # in turn, as many lanes as there are rows
        per = max(1, K // len(asked))
        floors = [(None, 0) if is_swept else self.floors[number] for number in asked]
        return [asked, [3] * len(asked), [0] * len(asked), [per] * len(asked),
                [em for em, _ in floors], [ordem for _, ordem in floors]]

    CALL = ("fila_claim('bench', 60000, %s, %s::smallint[], %s, %s, %s::timestamptz[], %s::bigint[], null)")

    def buffers(self, is_swept=False):
        """Buffers per row of one claim, recorded afterwards."""
        self.cursor.execute("explain (analyze, buffers, format json) select * from " + self.CALL,
                            self._values(is_swept))
        plan = self.cursor.fetchone()[0]
        top = (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]
        self.record_all()
        return (top["Shared Hit Blocks"] + top["Shared Read Blocks"]) / max(1, top["Actual Rows"])

    def record_all(self):
        """What EXPLAIN claimed came to nobody: it is looked up by its holder."""
        self.cursor.execute("select bench_taken()")
        self._record(self.cursor.fetchone()[0] or [])

    def claim(self):
        self.cursor.execute("select id::text, reserva_seq, numero_id, agendar_para, ordem from " + self.CALL,
                            self._values(False))
        rows = self.cursor.fetchall()
        for _, _, number, em, ordem in rows:
            self.floors[number] = (em, ordem)
        self._record([[id, seq] for id, seq, *_ in rows])
        return len(rows)

    def _record(self, rows):
        n = len(rows)
        if not n:
            return
        self.cursor.execute(
            "select * from fila_record('bench', 600000, %s::uuid[], %s::bigint[], %s, %s, %s::integer[],"
            " %s::text[], %s, %s::text[], %s, %s)",
            ([id for id, _ in rows], [int(seq) for _, seq in rows], ["aceita"] * n, ["ok"] * n, [None] * n,
             [None] * n, [f"wamid.{id}" for id, _ in rows], [None] * n, ["aceita"] * n, [0] * n))


# A sender may not read the queue; this bench may ask what it holds.
TAKEN = """
create function bench_taken() returns jsonb language plpgsql security definer
set search_path = carteiro, pg_temp set enable_seqscan = off as $$
begin
    return (select jsonb_agg(jsonb_build_array(id, reserva_seq::text)) from fila_ativa
            where reserva_ate is not null and status = 'processando' and reservada_por = 'bench');
end $$;
grant execute on function bench_taken() to carteiro_sender"""


def measure(bench, backlog, numbers, hold_over=0):
    """(buffers per row with floors, of a claim that sweeps)"""
    with Scene(bench.world(), "nginx") as scene:
        scene.company(numbers)
        scene.people(min(backlog, 100000))
        due = f"i / {numbers} % 2 = 0"  # each number has both halves
        scene.fill(backlog, prioridade=f"case when {due} then 3 else 9 end",
                   agendar_para=f"agora() + case when {due} then '-1 minute' else '1 day' end::interval")
        scene.database.execute(TAKEN)
        scene.settle()
        claimer, holder = Claimer(scene), scene.database.connect("owner", autocommit=False)
        for _ in range(WARM):
            claimer.claim()
        if hold_over:
            cursor = holder.cursor()
            cursor.execute("set transaction isolation level repeatable read")
            cursor.execute("select count(*) from numeros")
            claimed = 0
            while claimed < hold_over:
                got = claimer.claim()
                assert got, f"the queue ran dry after {claimed}"
                claimed += got
        found = []
        for _ in range(MEASURED):
            found.append(claimer.buffers())
            claimer.claim()
        swept = claimer.buffers(is_swept=True)
        holder.rollback()
        return sorted(found)[len(found) // 2], swept


def run_claim_cost(bench, options):
    small, sizes = 40000, (200000,) if options.quick else (1000000, 10000000)
    held = 20000 if options.quick else 300000
    cases = [("backlog", small, 10, 0)]
    cases += [("backlog", size, 10, 0) for size in sizes]
    cases += [("numbers", 200000, numbers, 0) for numbers in (10, 100, 1000)]
    cases += [("held_snapshot", 2 * held + 100000, 10, held)]
    base = {}
    for what, backlog, numbers, hold_over in cases:
        bench.note(f"claim_cost: {what}, {backlog} rows, {numbers} numbers, snapshot over {hold_over} claims")
        cost, swept = measure(bench, backlog, numbers, hold_over)
        first = base.setdefault(what if what == "numbers" else "backlog", cost)
        bench.say("claim_cost", round(cost, 1), "buffers/row", {
            "case": what, "backlog": backlog, "numbers": numbers, "held_over_claims": hold_over,
            "ratio_to_first": round(cost / first, 2), "of_a_sweep": round(swept, 1), "rows_per_claim": K})
