import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deciding import DRAFT, HOLD, REPLY, VERSIONS, Fixed, run_of
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.effects import RunRecord
from journey_assistant.domain.journey_run import RunId
from journey_assistant.errors import NotFound, Rejected
from journey_assistant.services.commit import commit, record_of
from journey_assistant.services.read_case import read_case
from journey_assistant.services.record import run_line
from journey_assistant.services.replay import Sameness, replay, runs_of_file, stored_runs
from journey_assistant.services.stored_case import in_tenant
from records import ANA, NOON, OURS

RAW: dict[str, Any] = {
    "id": "case-1",
    "now": "2026-03-10T12:00:00-05:00",
    "customer": {"id": ANA, "shoe_size": 38},
    "moment": {"kind": "sweep"},
}


def recorded(**fields: Any) -> RunRecord:
    case = in_tenant(read_case(RAW), OURS)
    run = run_of(case, DRAFT, **fields)
    return record_of(run, case, run.id)


def edited(record: RunRecord, **outcome: Any) -> RunRecord:
    line = json.loads(json.dumps(record.line))
    line["outcome"].update(outcome)
    return replace(record, line=line)


async def test_that_an_untouched_run_is_identical_however_long_it_took() -> None:
    record = recorded(elapsed_ms={"gate": 77.0})
    assert (await replay(record, Fixed(DRAFT))).sameness is Sameness.IDENTICAL


async def test_that_an_edited_outcome_differs_and_the_place_is_named() -> None:
    replayed = await replay(edited(recorded(), text="Buy now!"), Fixed(DRAFT))
    assert replayed.sameness is Sameness.DIFFERS
    places = {difference.place: (difference.recorded, difference.again) for difference in replayed.differences}
    assert places["outcome.text"] == ("Buy now!", DRAFT.text)
    assert "fingerprint" in places


async def test_that_an_edited_fingerprint_does_not_hide_an_edit() -> None:
    assert (await replay(replace(recorded(), identity="0" * 64), Fixed(DRAFT))).sameness is Sameness.DIFFERS


async def test_that_another_decision_of_the_same_versions_differs() -> None:
    replayed = await replay(recorded(), Fixed(HOLD))
    assert replayed.sameness is Sameness.DIFFERS
    assert "route" in {difference.place for difference in replayed.differences}


async def test_that_other_versions_are_reported_as_such_with_what_they_change() -> None:
    replayed = await replay(recorded(), Fixed(HOLD, versions=replace(VERSIONS, playbook="playbook-2")))
    assert replayed.sameness is Sameness.OTHER_VERSIONS
    assert {"route", "outcome.kind"} <= {difference.place for difference in replayed.differences}


async def test_that_other_versions_do_not_excuse_an_edit() -> None:
    other = Fixed(DRAFT, versions=replace(VERSIONS, playbook="playbook-2"))
    assert (await replay(edited(recorded(), text="Buy now!"), other)).sameness is Sameness.DIFFERS


async def test_that_a_run_in_which_a_model_spoke_is_only_checked_for_edits() -> None:
    record = recorded(model_calls=1)
    decider = Fixed(REPLY)
    assert (await replay(record, decider)).sameness is Sameness.ASKED_A_MODEL
    assert (await replay(edited(record, text="Buy now!"), decider)).sameness is Sameness.DIFFERS
    assert decider.seen == []


async def test_that_the_case_is_replayed_in_its_tenant() -> None:
    decider = Fixed(DRAFT)
    await replay(recorded(), decider)
    assert decider.seen[0].snapshot.tenant_id == OURS


async def test_that_all_runs_are_found_page_by_page() -> None:
    store = MemoryStore()
    for number in range(250):
        case = in_tenant(read_case({**RAW, "id": f"case-{number}"}), OURS)
        await commit(store, run_of(case, DRAFT), case)
    assert len([record async for record in stored_runs(store, tenant=OURS)]) == 250
    assert [record async for record in stored_runs(store, since=NOON.replace(hour=18), tenant=OURS)] == []


async def test_that_an_unknown_run_is_not_found() -> None:
    with pytest.raises(NotFound, match="run_none"):
        _ = [record async for record in stored_runs(MemoryStore(), ids=[RunId("run_none")])]


async def test_that_runs_of_a_file_are_compared_with_their_cases(tmp_path: Path) -> None:
    runs, cases = tmp_path / "runs.jsonl", tmp_path / "cases.jsonl"
    case = read_case(RAW)
    line = run_line(run_of(case, DRAFT))
    cases.write_text(json.dumps(RAW) + "\n")
    runs.write_text(json.dumps(line) + "\n")
    (record,) = runs_of_file(runs, cases)
    assert (await replay(record, Fixed(DRAFT))).sameness is Sameness.IDENTICAL
    line["outcome"]["text"] = "Buy now!"
    runs.write_text(json.dumps(line) + "\n")
    (record,) = runs_of_file(runs, cases)
    assert (await replay(record, Fixed(DRAFT))).sameness is Sameness.DIFFERS


@pytest.mark.parametrize("line", ["{}", "[]", '{"id": "r", "case_id": "other", "outcome": {}}'])
def test_that_a_file_that_does_not_fit_its_cases_is_rejected_with_the_line(tmp_path: Path, line: str) -> None:
    runs, cases = tmp_path / "runs.jsonl", tmp_path / "cases.jsonl"
    cases.write_text(json.dumps(RAW) + "\n")
    runs.write_text(f"\n{line}\n")
    with pytest.raises(Rejected, match=r"runs\.jsonl:2"):
        list(runs_of_file(runs, cases))
