"""Suites run through the whole agent: the same cases give the same report, each with its own help centre."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from journey_assistant.cli.app import app
from journey_assistant.errors import JourneyError
from worlds import NOW, customer, help_centre

PERSON = {"route": ["route_to_human"], "queue": ["general"]}


def ask(id_: str, text: str, **expect: Any) -> dict[str, Any]:
    moment = {"kind": "message", "channel": "chat", "text": text}
    return {"id": id_, "now": NOW.isoformat(), "customer": customer(), "moment": moment, "expect": expect}


def suite_in(folder: Path, *cases: dict[str, Any]) -> Path:
    help_centre(folder / "knowledge")
    (folder / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases))
    return folder / "cases.jsonl"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JOURNEY_HOME", str(tmp_path / "home"))
    (tmp_path / "knowledge").mkdir()
    return tmp_path


def run(*args: str | Path) -> Any:
    return CliRunner().invoke(app, ["eval", *map(str, args)])


def test_that_a_suite_in_which_all_is_right_exits_0_and_writes_the_same_report_twice(world: Path) -> None:
    cases = suite_in(world, ask("thanks", "Thanks!", route=["self_resolve"]), ask("person", "A human please", **PERSON))
    first, second = world / "first.json", world / "second.json"
    assert run("run", cases, "--json", first).exit_code == 0
    assert run("run", cases, "--json", second).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    (report,) = json.loads(first.read_text())["suites"]
    assert report["passed"]
    assert [result["route"] for result in report["results"]] == ["self_resolve", "route_to_human"]


def test_that_a_failed_case_exits_1_and_is_shown_with_its_reason(world: Path) -> None:
    result = run("run", suite_in(world, ask("thanks", "Thanks!", route=["hold"])))
    assert result.exit_code == 1
    assert "wanted hold, got self_resolve" in " ".join(result.output.split())


def test_that_bad_input_is_refused_with_file_and_line(world: Path) -> None:
    cases = suite_in(world, ask("a", "Thanks!"), {"id": "b"})
    result = run("run", cases)
    assert isinstance(result.exception, JourneyError)
    assert f"{cases}:2: now" in str(result.exception)


def test_that_the_list_names_suites_and_counts_their_cases(world: Path) -> None:
    suite_in(world, ask("a", "Thanks!"), ask("b", "Hello"))
    (suite,) = json.loads(run("list", world, "--json").stdout)
    assert (suite["suite"], suite["cases"]) == (world.name, 2)
