import asyncio
import json
import sqlite3
from pathlib import Path

import pytest

from cli.conftest import Journey
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.bootstrap import build_decider
from journey_assistant.services.commit import commit
from journey_assistant.services.decide import Decider
from journey_assistant.services.read_case import read_case
from journey_assistant.services.record import run_line
from journey_assistant.settings import load_settings

CASE = {
    "id": "case-1",
    "now": "2026-03-10T12:00:00Z",
    "customer": {"id": "c_1", "name": "Ana", "timezone": "UTC"},
    "moment": {"kind": "message", "text": "How do I export my invoices?"},
}


@pytest.fixture
def replayed(journey: Journey, tmp_path: Path) -> Journey:
    """One decided moment in the store, and the same in a file."""
    (tmp_path / "cases.jsonl").write_text(json.dumps(CASE) + "\n")

    async def decide() -> None:
        decider: Decider = build_decider(load_settings(), in_memory=True)
        store = await SqlStore.open(load_settings().database)
        case = read_case(CASE)
        run = await decider.decide(case)
        await commit(store, run, case)
        await store.close()
        (tmp_path / "runs.jsonl").write_text(json.dumps(run_line(run)) + "\n")

    asyncio.run(decide())
    return journey


def test_that_an_untouched_run_is_identical(replayed: Journey) -> None:
    ran = replayed("replay", "--all", "--json")
    assert (ran.code, [one["sameness"] for one in ran.json]) == (0, ["identical"])
    assert replayed("replay", ran.json[0]["run_id"]).code == 0


def test_that_an_edited_outcome_is_found_and_exits_1(replayed: Journey, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "home" / "journey.db") as database:
        (line,) = database.execute("SELECT line FROM runs").fetchone()
        edited = json.loads(line)
        edited["outcome"]["text"] = "Buy now!"
        database.execute("UPDATE runs SET line = ?", (json.dumps(edited),))
    ran = replayed("replay", "--all")
    assert ran.code == 1
    assert "outcome.text" in ran.out
    assert "Buy now!" in ran.out


def test_that_runs_of_a_file_are_replayed_with_their_cases(replayed: Journey, tmp_path: Path) -> None:
    runs, cases = tmp_path / "runs.jsonl", tmp_path / "cases.jsonl"
    assert replayed("replay", runs, "--cases", cases).code == 0
    runs.write_text(runs.read_text().replace('"hold"', '"self_resolve"').replace('"route_to_human"', '"hold"'))
    line = json.loads(runs.read_text())
    line["outcome"]["text"] = "Buy now!"
    runs.write_text(json.dumps(line) + "\n")
    assert replayed("replay", runs, "--cases", cases).code == 1


def test_that_another_playbook_gives_a_decision_diff(replayed: Journey, tmp_path: Path) -> None:
    folder, page = tmp_path / "playbook", tmp_path / "diff.html"
    folder.mkdir()
    (folder / "autonomy.yaml").write_text("channels: {chat: draft}\n")
    ran = replayed("replay", "--all", "--playbook", folder, "--json", "--html", page)
    assert ran.code == 0, ran.err
    assert (ran.json["runs"], ran.json["changed"]) == (1, 1)
    assert ran.json["routes"] == {"self": {"draft": 1}}
    assert ran.json["kinds"][0]["examples"][0]["case"] == "case-1"
    assert "1 of 1 decisions would change" in page.read_text()
    assert "decisions would change" in replayed("replay", "--all", "--playbook", folder).out


def test_that_the_same_playbook_changes_no_decision(replayed: Journey, tmp_path: Path) -> None:
    (tmp_path / "same").mkdir()
    ran = replayed("replay", "--all", "--playbook", tmp_path / "same", "--json")
    assert (ran.code, ran.json["runs"], ran.json["changed"]) == (0, 1, 0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "--all"),
        (("run_none",), "there is no run run_none"),
        (("runs.jsonl",), "--cases"),
        (("runs.jsonl", "--cases", "nowhere.jsonl"), "nowhere.jsonl"),
    ],
)
def test_that_bad_input_is_one_clear_line_and_exit_2(journey: Journey, arguments: tuple[str, ...], told: str) -> None:
    ran = journey("replay", *arguments)
    assert (ran.code, told in ran.err, "Traceback" in ran.err) == (2, True, False)
