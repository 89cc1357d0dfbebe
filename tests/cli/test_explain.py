import asyncio
import json
from pathlib import Path

import pytest

from cli.conftest import Journey
from journey_assistant.bootstrap import build_decider, open_store
from journey_assistant.services.commit import commit
from journey_assistant.services.read_case import read_case
from journey_assistant.settings import load_settings

HELD = {
    "id": "held",
    "now": "2026-03-10T12:00:00Z",
    "customer": {"id": "c_1", "name": "Ana [bold]Ruiz", "timezone": "UTC", "stop_state": "do_not_contact"},
    "timeline": [
        {"id": f"e{n}", "type": "page_viewed", "at": f"2026-03-10T11:{n}0:00Z", "properties": {"path": "/pricing"}}
        for n in (2, 3, 4)
    ],
    "moment": {"kind": "sweep"},
}
ASKED = {**HELD, "id": "asked", "moment": {"kind": "message", "text": "How do I export my invoices?"}}


@pytest.fixture
def run_ids(journey: Journey) -> list[str]:
    """Two committed runs."""

    async def decide() -> list[str]:
        decider, store = build_decider(load_settings(), in_memory=True), await open_store(load_settings())
        cases = [read_case(HELD), read_case(ASKED)]
        runs = [await commit(store, await decider.decide(case), case) for case in cases]
        await store.close()
        return [run.id for run in runs]

    return asyncio.run(decide())


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    file = tmp_path / "cases.jsonl"
    file.write_text(f"{json.dumps(HELD)}\n{json.dumps(ASKED)}\n")
    return file


def test_that_a_stored_run_is_explained_by_its_id_and_by_its_beginning(journey: Journey, run_ids: list[str]) -> None:
    whole, begun = journey("explain", run_ids[0], "--json"), journey("explain", run_ids[0][:12], "--json")
    assert (whole.code, begun.code) == (0, 0)
    assert whole.json == begun.json
    assert whole.json["run"]["case_id"] == "held"
    assert "what_if" not in whole.json


def test_that_people_see_reasons_signals_and_the_id(journey: Journey, run_ids: list[str]) -> None:
    shown = journey("explain", run_ids[0]).out
    assert all(word in shown for word in ("held", "why", "What was seen", "pricing_velocity", run_ids[0]))


def test_that_what_if_names_the_change_that_leads_elsewhere(journey: Journey, run_ids: list[str]) -> None:
    changes = journey("explain", run_ids[0], "--what-if", "--json").json["what_if"]
    assert "without the state do_not_contact" in [change["change"] for change in changes]
    assert "without the state do_not_contact" in journey("explain", run_ids[0], "--what-if").out


def test_that_a_case_of_a_file_is_explained_without_a_store(journey: Journey, cases: Path, tmp_path: Path) -> None:
    ran = journey("explain", "--cases", cases, "--case", "held", "--what-if", "--json")
    assert (ran.code, ran.json["run"]["case_id"]) == (0, "held")
    assert ran.json["what_if"]
    assert not (tmp_path / "home" / "journey.db").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run_"], "2 runs begin with run_"),
        (["run_nowhere"], "no run run_nowhere"),
        ([""], "no run without an id"),
        ([], "one run or one case"),
        (["run_", "--cases", "{cases}"], "one run or one case"),
        (["--cases", "{cases}"], "2 cases to choose from"),
        (["--cases", "{cases}", "--case", "other"], "no case other"),
    ],
)
@pytest.mark.usefixtures("run_ids")
def test_that_what_cannot_be_explained_is_one_clear_line(
    journey: Journey, cases: Path, arguments: list[str], says: str
) -> None:
    ran = journey("explain", *(argument.format(cases=cases) for argument in arguments))
    assert ran.code == 2
    assert says in ran.err
    assert ran.err.count("\n") == 1
