"""The demo leaves runs that every other command works on, and doubles nothing when it is run again."""

import pytest

from cli.conftest import Journey


@pytest.mark.slow
def test_that_the_demos_runs_are_stored_explained_and_replayed(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOURNEY_KNOWLEDGE_DIR")
    first = journey("demo", "--json")
    assert first.code == 0
    ids = [line["id"] for line in first.json]
    drafts = [line["id"] for line in first.json if line["outcome"]["kind"] == "draft"]
    shown = journey("demo")
    assert all(run_id in shown.out for run_id in ids)
    replayed = journey("replay", "--all", "--json")
    assert sorted(one["run_id"] for one in replayed.json) == sorted(ids)
    assert {one["sameness"] for one in replayed.json} == {"identical"}
    assert sorted(draft["run_id"] for draft in journey("queue", "list", "--json").json) == sorted(drafts)
    customers = {line["customer_id"] for line in first.json}
    assert all(journey("crm", "timeline", customer, "--json").json for customer in customers)
    assert journey("explain", ids[0], "--json").json["run"]["id"] == ids[0]
