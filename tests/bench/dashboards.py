"""Dashboards: every query of every panel, as Grafana sends it and as its role, over a big database.

CARTEIRO_BENCH_FINISHED (10,000,000), CARTEIRO_BENCH_LIVE (1,000,000): finished messages over 180 days, live ones.
Rows go straight into the months, as the owner; the summary that the queries read is counted from them by
painel_refazer. Each query runs as often as RUNS after one that warms it; its figure is the median. All of it
twice: over the range that a dashboard opens with, which the goal is for, and over 30 days. One line a
dashboard with all of its queries, one for how many are over the goal.

What the queries read grows with hours × companies × numbers × campaigns at work, not with messages. Here all
numbers work at all hours, and each company runs one campaign after the other.
"""

import os
import statistics
import time
from datetime import timedelta

import grafana
import grafana_rows

RUNS, GOAL_MS = 3, 200
MANY = grafana_rows.Sizes(companies=50, numbers=2, campaigns=500, finished=10000000, live=1000000, visits=200000, owners=100000, days=180)
QUICK = MANY._replace(campaigns=50, finished=200000, live=20000, visits=20000, owners=10000)


def sizes(is_quick):
    of = QUICK if is_quick else MANY
    return of._replace(finished=int(os.environ.get("CARTEIRO_BENCH_FINISHED", of.finished)),
                       live=int(os.environ.get("CARTEIRO_BENCH_LIVE", of.live)))


def run_dashboards(bench, options):
    from world import World

    of = sizes(options.quick)
    world = World({"fsync": "off", "full_page_writes": "off", "max_wal_size": "8GB", "autovacuum": "off"})  # only to fill it sooner
    try:
        database = world.database()
        grafana_rows.fill(database, of, bench.note)
        values = {"empresa": [r["empresa"] for r in database.query("select empresa from painel_empresas", role="grafana")],
                  "numero": [str(r["n"]) for r in database.query("select numero_id as n from painel_numeros", role="grafana")],
                  "campanha": "%"}
        rows = database.value("select count(*) from resumo_horas")
        for days in None, 30:
            took = [(timed(database, target, values, timedelta(days=days) if days else grafana.since(target.board)), target)
                    for target in grafana.targets("sql")]
            say(bench, {"range": f"{days} days" if days else "as opened", "finished": of.finished, "live": of.live,
                        "companies": of.companies, "summary_rows": rows}, took)
    finally:
        world.done()


def timed(database, target, values, back):
    text = grafana.filled(target.query, back, values)
    times, rows = [], None
    for _ in range(RUNS + 1):
        began = time.monotonic()
        rows = database.query(text, role="grafana")
        times.append((time.monotonic() - began) * 1000)
    assert rows, f"no row: {target.board}: {target.panel}"
    return round(statistics.median(times[1:]), 1)


def say(bench, params, took):
    for name in grafana.boards():
        own = sorted(((ms, target.panel) for ms, target in took if target.board == name), reverse=True)
        if not own:
            continue
        bench.say("dashboards", own[0][0], "ms", {**params, "dashboard": name, "slowest": own[0][1], "queries": len(own),
                                                  "all": [[panel, ms] for ms, panel in own]})
    over = [[target.board, target.panel, ms] for ms, target in took if ms > GOAL_MS]
    bench.say("dashboards", len(over), "over goal", {**params, "goal_ms": GOAL_MS, "queries": len(took), "over": over})
