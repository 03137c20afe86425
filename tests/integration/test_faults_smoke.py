"""The long fault suite (tests/faults) in a small size: its scenes work, and find nothing."""

import sys

import pytest

from servers import TOP

sys.path.append(str(TOP / "tests/faults"))

from planejadores import Size, judge_campaigns, judge_firings, planejadores, World  # noqa: E402

SMALL = Size(recipients=3000, appointments=60, conversations=60, hours=3)


@pytest.mark.direct_only
def test_planners_killed_and_started_again_queue_everything_once(fresh_database, fleet):
    fleet.database = fresh_database
    counts = planejadores(fleet, 7, 0.4, print, SMALL)
    assert counts["good"] and counts["kills"] > 10, counts
    assert counts["campaign_rows"] == SMALL.recipients + 100 * (counts["campaigns"] - 1)


def again(db, origem):
    """A message of the queue a second time, under another id."""
    db.execute("create temp table again as select * from fila_ativa where origem = %s limit 1", origem)
    db.execute("update again set id = uuidv7()")
    assert db.execute("insert into fila_ativa select * from again") == 1
    db.execute("drop table again")


def test_it_sees_what_is_doubled_and_what_is_lost(fresh_database):
    """Of a company for which nobody planned, then with one message too many."""
    db = fresh_database
    world = World(db, 7, Size(recipients=300, appointments=20, conversations=20, hours=2))
    world.fill()
    lost = judge_firings(world)
    assert lost["firing_missing"] == sum(world.expected.values()) > 20 and lost["firing_doubles"] == 0
    assert judge_campaigns(world)["campaign_missing"] == 300
    while db.value("select coalesce(sum(congeladas + enfileiradas), 0) from campanha_advance(100, null)"):
        pass
    assert judge_campaigns(world) == {"campaigns": 1, "campaign_rows": 300, "campaign_doubles": 0,
                                      "campaign_missing": 0, "campaign_wrong": 0}
    again(db, "campanha")
    told = judge_campaigns(world)
    assert (told["campaign_doubles"], told["campaign_wrong"]) == (1, 1)

    db.query("select regra_run((select id from empresas))")
    while db.value("select disparos_enqueue(100)"):
        pass
    assert judge_firings(world)["firing_doubles"] == 0
    again(db, "regra")
    told = judge_firings(world)
    assert told["firing_doubles"] == 2 and told["firing_astray"] == 1  # the firing's own, and the target's
