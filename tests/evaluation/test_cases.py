"""What is a suite, what is not, and what a folder of them holds."""

import json
from pathlib import Path

import pytest

from journey_assistant.errors import Rejected
from journey_assistant.evaluation.cases import read_suite, read_suites

ROOT = Path(__file__).resolve().parents[2]
CASE = {"id": "a", "now": "2026-03-10T15:00:00Z", "customer": {"id": "c"}, "moment": {"kind": "sweep"}}


def write_cases(file: Path, *cases: object) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(case) + "\n" for case in cases))
    return file


def test_that_a_suite_is_named_after_its_folder_and_brings_its_help_centre(tmp_path: Path) -> None:
    write_cases(tmp_path / "billing" / "cases.jsonl", CASE)
    (tmp_path / "billing" / "knowledge").mkdir()
    (suite,) = read_suites([tmp_path])
    assert (suite.name, suite.company, suite.knowledge) == (
        "billing",
        tmp_path / "billing",
        tmp_path / "billing" / "knowledge",
    )


def test_that_any_case_file_is_a_suite_of_its_own(tmp_path: Path) -> None:
    suite = read_suite(write_cases(tmp_path / "tricky.jsonl", CASE, {**CASE, "id": "b"}))
    assert (suite.name, len(suite.cases), suite.knowledge) == ("tricky", 2, None)


def test_that_articles_of_a_help_centre_are_no_suite(tmp_path: Path) -> None:
    write_cases(tmp_path / "cases.jsonl", CASE)
    write_cases(tmp_path / "knowledge" / "cases.jsonl", {"id": "x", "title": "y", "text": "z"})
    assert len(read_suites([tmp_path])) == 1


def test_that_the_repository_brings_the_moments_of_its_demo_company() -> None:
    (demo,) = (suite for suite in read_suites([ROOT / "evals"]) if suite.name == "demo")
    assert len(demo.cases) == 13
    assert all(case.expect for case in demo.cases)


@pytest.mark.parametrize(
    ("cases", "says"),
    [
        ([], "holds no case"),
        ([CASE, CASE], "stands twice"),
        ([CASE, {**CASE, "id": "b", "now": "2026-03-10T15:00:00"}], ":2: now"),
        ([CASE, "text"], ":2: expected an object"),
    ],
)
def test_that_a_broken_case_file_is_named_with_its_line(tmp_path: Path, cases: list[object], says: str) -> None:
    with pytest.raises(Rejected, match=says) as rejected:
        read_suite(write_cases(tmp_path / "cases.jsonl", *cases))
    assert "cases.jsonl" in str(rejected.value)


@pytest.mark.parametrize("text", ["world: nowhere", "wrld: ../demo", "[]", "world: [", ""])
def test_that_a_world_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "suite.yaml").write_text(text)
    with pytest.raises(Rejected, match=r"suite\.yaml"):
        read_suites([tmp_path])


def test_that_a_place_without_suites_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="holds no suite"):
        read_suites([tmp_path])
    with pytest.raises(Rejected, match="no such file or folder"):
        read_suites([tmp_path / "nowhere"])


def test_that_a_suite_may_bring_rules_of_its_own(tmp_path: Path) -> None:
    write_cases(tmp_path / "cases.jsonl", CASE)
    (tmp_path / "suite.yaml").write_text("playbook: rules\n")
    with pytest.raises(Rejected, match="there is no folder"):
        read_suite(tmp_path / "suite.yaml")
    (tmp_path / "rules").mkdir()
    assert read_suite(tmp_path / "suite.yaml").playbook == (tmp_path / "rules").resolve()
    (tmp_path / "suite.yaml").write_text("about: the default ones\n")
    assert read_suite(tmp_path / "suite.yaml").playbook is None
