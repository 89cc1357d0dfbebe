"""The runner: same bytes again, resumes where it stopped, keeps to its budget, counts repeats."""

import json
from pathlib import Path
from typing import Any

import pytest

from journey_assistant.errors import Rejected
from journey_assistant.evaluation.budget import Budget
from journey_assistant.evaluation.cases import Suite, read_suite
from journey_assistant.evaluation.journal import Journal
from journey_assistant.evaluation.runner import Plan, Runner, run_all
from journey_assistant.evaluation.whole_report import baseline_text, whole_report

SEEN: list[str] = []
TURNS: dict[str, int] = {}


def holds(case: dict[str, Any]) -> dict[str, Any]:
    SEEN.append(case["id"])
    return {"route": "hold", "outcome": {"kind": "hold"}, "cost_usd": 0.4, "tokens": 10}


def holds_every_other_time(case: dict[str, Any]) -> dict[str, Any]:
    TURNS[case["id"]] = TURNS.get(case["id"], 0) + 1
    return {"route": "hold" if TURNS[case["id"]] % 2 else "self_resolve", "outcome": {}}


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    SEEN.clear()
    TURNS.clear()
    rows = [
        {
            "id": name,
            "now": "2026-03-10T15:00:00Z",
            "customer": {"id": "c"},
            "moment": {"kind": "sweep"},
            "expect": {"route": ["hold"]},
            "tags": ["t"],
            "why": "w",
        }
        for name in "abcde"
    ]
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return read_suite(tmp_path / "cases.jsonl")


def plan(call: Any, **more: Any) -> Plan:
    return Plan(target=f"python:{__name__}:{call.__name__}", with_baselines=False, **more)


def test_that_cases_are_performed_in_their_order(suite: Suite) -> None:
    (report,) = run_all([suite], plan(holds))
    assert report.passed
    assert [one.judgement.case_id for one in report.judged] == SEEN == list("abcde")


def test_that_a_finished_case_is_not_run_again(suite: Suite, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    first = Runner(plan(holds, journal=Journal(journal))).perform(suite)
    assert [next(first).place, next(first).place] == [0, 1]
    first.close()
    SEEN.clear()
    (report,) = run_all([suite], plan(holds, journal=Journal(journal)))
    assert list("cde") == SEEN
    assert [one.judgement.case_id for one in report.judged] == list("abcde")


def test_that_a_torn_last_line_of_a_journal_is_dropped_and_a_broken_one_named(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_text('{"key": "k", "run": {"route": "hold"}}\n{"key": "l", "ru')
    assert len(Journal(file)) == 1
    assert len(Journal(file)) == 1
    file.write_text('nonsense\n{"key": "k", "run": {}}\n')
    with pytest.raises(Rejected, match=r"journal\.jsonl:1"):
        Journal(file)


def test_that_no_case_is_begun_beyond_the_budget(suite: Suite) -> None:
    (report,) = run_all([suite], plan(holds, budget=Budget(usd=1.0)))
    assert list("abc") == SEEN
    assert report.left_out == ("d", "e")
    assert not report.passed


@pytest.mark.parametrize(
    ("budget", "says"),
    [
        (Budget(usd=0.5), "USD"),
        (Budget(tokens=10), "tokens"),
        (Budget(seconds=5, timer=iter([0, 6]).__next__), "seconds"),
    ],
)
def test_that_each_limit_is_told(budget: Budget, says: str) -> None:
    budget.spend({"cost_usd": 0.6, "tokens": 12})
    assert says in (budget.used_up or "")


def test_that_repeats_show_what_passes_only_now_and_then(suite: Suite) -> None:
    (report,) = run_all([suite], plan(holds_every_other_time, repeats=3))
    assert not report.passed
    assert [result["times_passed"] for result in report.as_json()["results"]] == [2] * 5


def test_that_a_baseline_is_one_line_a_case(suite: Suite) -> None:
    reports = run_all([suite], plan(holds))
    text = baseline_text(whole_report(reports, target="t", versions={}))
    assert sum('"case"' in line for line in text.splitlines()) == 5
    assert json.loads(text)["suites"][0]["results"][0] == {"case": "a", "passed": True}
