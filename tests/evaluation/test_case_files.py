"""A first suite from a help centre, and a run that went wrong turned into a case without the person."""

import json
from pathlib import Path

import pytest

from journey_assistant.errors import Rejected
from journey_assistant.evaluation.cases import read_suite
from journey_assistant.evaluation.first_suite import question_of, write_first_suite
from journey_assistant.evaluation.from_run import append_case, case_from_run, expectations
from records import run_record
from worlds import help_centre


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Set up recurring invoices", "How do I set up recurring invoices?"),
        ("How the free trial works", "I have a question about this: How the free trial works."),
        ("Plans and prices", "I have a question about this: Plans and prices."),
        ("Can I pay later?", "Can I pay later?"),
    ],
)
def test_that_a_title_becomes_a_question(title: str, asked: str) -> None:
    assert question_of(title) == asked


def test_that_a_first_suite_has_a_case_an_article_and_what_holds_for_everybody(tmp_path: Path) -> None:
    (tmp_path / "help").mkdir()
    help_centre(tmp_path / "help")
    count = write_first_suite(tmp_path / "ours", tmp_path / "help", "support")
    suite = read_suite(tmp_path / "ours" / "suite.yaml")
    assert count == len(suite.cases)
    assert suite.knowledge is not None
    assert suite.knowledge.resolve() == (tmp_path / "help").resolve()
    assert {"everybody-person", "everybody-refund", "everybody-override"} <= set(suite.ids)
    with pytest.raises(Rejected, match="holds a suite already"):
        write_first_suite(tmp_path / "ours", tmp_path / "help", "support")


def test_that_expectations_are_read_and_others_refused() -> None:
    assert expectations(["route=self_resolve,hold", "cites=a"]) == {"route": ["self_resolve", "hold"], "cites": ["a"]}
    for wrong in ("rout=hold", "route", "handoff=x"):
        with pytest.raises(Rejected, match="is no expectation"):
            expectations([wrong])


def test_that_a_case_from_a_run_names_nobody_and_is_added_once(tmp_path: Path) -> None:
    person = {"id": "c_ana", "name": "Ana Ruiz", "email": "ana@halden.example"}
    moment = {"kind": "message", "text": "Ana Ruiz here, write to ana@halden.example"}
    kept = run_record(case={"id": "x", "now": "2026-03-10T15:00:00Z", "customer": person, "moment": moment})
    case = case_from_run(kept, ["route=route_to_human"], why="asked", tags=["t"], id_="bad-1", keep_person=False)
    assert not any(word in json.dumps(case) for word in ("Ana Ruiz", "ana@halden.example"))
    file = append_case(tmp_path / "ours", case)
    assert read_suite(file).ids == ["bad-1"]
    with pytest.raises(Rejected, match="is there already"):
        append_case(tmp_path / "ours", case)


def test_that_a_case_without_an_expectation_is_none() -> None:
    with pytest.raises(Rejected, match="nothing is expected"):
        case_from_run(run_record(), [], why="w", tags=[], id_=None, keep_person=True)
