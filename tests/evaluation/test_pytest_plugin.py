"""A suite is a file of tests: a case that fails is red with its reason, a known failure is expected."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]
OURS = "journey_assistant.evaluation.pytest_plugin"


def always_holds(case: dict[str, Any]) -> dict[str, Any]:
    return {"route": "hold", "outcome": {"kind": "hold"}}


def case(id_: str, route: str, tag: str = "x") -> str:
    row = {
        "id": id_,
        "now": "2026-03-10T15:00:00Z",
        "customer": {"id": "c"},
        "moment": {"kind": "sweep"},
        "expect": {"route": [route]},
        "tags": [tag],
        "why": f"because {id_}",
    }
    return json.dumps(row) + "\n"


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2] / "src"))
    pytester.makepyfile(bot=Path(__file__).read_text(encoding="utf-8"))
    folder = pytester.mkdir("quiet")
    (folder / "cases.jsonl").write_text(case("right", "hold") + case("wrong", "self_resolve", "urgent"))
    return folder


def run(pytester: pytest.Pytester, *args: str | Path) -> pytest.RunResult:
    target = ("-p", OURS, "--journey-target", "python:bot:always_holds")
    return pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:xdist", *target, *args)


def test_that_every_case_is_a_test_and_a_failure_says_why(pytester: pytest.Pytester, suite: Path) -> None:
    result = run(pytester, suite)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*wanted self_resolve, got hold*", "*the case says: because wrong*"])
    result.stdout.no_fnmatch_line("*pytest_plugin.py*raise CaseFailed*")


def test_that_a_failure_of_the_baseline_is_expected(pytester: pytest.Pytester, suite: Path) -> None:
    known = {"suites": [{"suite": "quiet", "results": [{"case": "wrong", "passed": False}]}]}
    (pytester.mkdir("baselines") / "default.json").write_text(json.dumps(known))
    run(pytester, suite).assert_outcomes(passed=1, xfailed=1)


def test_that_cases_are_chosen_by_their_tags(pytester: pytest.Pytester, suite: Path) -> None:
    run(pytester, suite, "-k", "urgent").assert_outcomes(failed=1, deselected=1)
