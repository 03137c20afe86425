"""The dashboards as Grafana reads them: panels, targets, and SQL with macros and variables filled in."""

import json
import re
from collections import namedtuple
from datetime import datetime, timedelta, timezone

from servers import TOP

FOLDER = TOP / "deploy/grafana"
Target = namedtuple("Target", "board panel kind query")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def boards():
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted((FOLDER / "dashboards").glob("*.json"))}


def panels(board):
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def targets(kind):
    """Every target of a kind, sql or prometheus; of sql the queries of variables too."""
    found = []
    for name, board in boards().items():
        if kind == "sql":
            found += [Target(name, "variável " + v["name"], kind, v["query"]) for v in board["templating"]["list"]]
        for panel in panels(board):
            for target in panel["targets"]:
                query = target.get("rawSql" if kind == "sql" else "expr")
                if query:
                    found.append(Target(name, panel["title"], kind, query))
    return found


def since(board):
    """How far back the dashboard looks when it is opened."""
    number, unit = re.fullmatch(r"now-(\d+)([smhd])", boards()[board]["time"]["from"]).groups()
    return timedelta(seconds=int(number) * SECONDS[unit])


def filled(sql, back, values, now=None):
    """What Grafana sends for a target: macros of its PostgreSQL source, variables in their formats.

    values: name of a variable -> list of values, or a string for one that has a value of its own for "all".
    """
    to = now or datetime.now(timezone.utc)
    begin, end = (f"'{at.strftime('%Y-%m-%dT%H:%M:%SZ')}'" for at in (to - back, to))

    def variable(found):
        value = values[found[1]]
        if isinstance(value, str):
            return value
        return {"sqlstring": ",".join("'" + v.replace("'", "''") + "'" for v in value), "raw": value[0]}[found[2]]

    def macro(found):
        name, arguments = found[1], [a.strip() for a in found[2].split(",")]
        if name in ("timeGroup", "timeGroupAlias"):
            count, unit = re.fullmatch(r"'(\d+)([smhd])'", arguments[1]).groups()
            step = int(count) * SECONDS[unit]
            return (f"floor(extract(epoch from {arguments[0]})/{step})*{step}"
                    + (' AS "time"' if name == "timeGroupAlias" else ""))
        return {"timeFilter": f"{arguments[0]} BETWEEN {begin} AND {end}", "timeFrom": begin, "timeTo": end}[name]

    text = re.sub(r"\$\{(\w+):(\w+)\}", variable, sql)
    text = re.sub(r"\$__([_a-zA-Z0-9]+)\(([^)]*)\)", macro, text)
    assert "$" not in text, f"a variable or macro is left: {text}"
    return text
