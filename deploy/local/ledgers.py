"""Compares the last line of deploy/local/up (stdin) with the simulator's two ledgers."""

import json
import sys


def lines(path):
    with open(path, encoding="utf-8") as ledger:
        return [json.loads(line) for line in ledger]


said = json.load(sys.stdin)
asked, told = lines(sys.argv[1]), lines(sys.argv[2])
status = {name: {line["wamid"] for line in told if line["status"] == name and line["http"] == 200}
          for name in ("delivered", "read", "failed")}
accepted = [line["wamid"] for line in asked if line["wamid"]]
seen = {"enviadas": len(accepted), "entregues": len(status["delivered"]),
        "lidas": len(status["read"]), "falhas": len(status["failed"])}
wrong = False
for name, count in seen.items():
    agrees = said[name] == count
    wrong = wrong or not agrees
    print(f"{name}: {count} in the ledgers, {said[name]} in the database"
          + ("" if agrees else "  <-- DIFFERENT"))
people = [(line["to"], line["template"]) for line in asked if line["wamid"]]
if len(set(people)) != len(people):
    wrong = True
    print(f"{len(people) - len(set(people))} messages reached somebody twice  <-- WRONG")
sys.exit(wrong)
