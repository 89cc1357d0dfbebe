"""A model as a judge of drafts: a learned threshold, agreement counted on other drafts, nonsense refused."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from journey_assistant.cli.app import app
from journey_assistant.errors import PortError
from journey_assistant.evaluation.draft_judge import (
    Marked,
    agreement,
    agreements,
    held_out_agreement,
    learned_threshold,
    read_marks,
    verdict,
)
from journey_assistant.evaluation.rubric import RUBRIC
from model_server import answers, served_in_a_thread

GOOD, POOR = 9, 3


def draft(number: int, fails: frozenset[str], marks: dict[str, int] | None = None) -> Marked:
    given = {name: POOR if name in fails else GOOD for name in RUBRIC}
    return Marked(f"d{number}", {**given, **(marks or {})}, fails, frozenset())


DRAFTS = [draft(n, frozenset([name])) for n, name in enumerate([*RUBRIC, *RUBRIC])]


def test_that_a_judge_who_does_as_people_do_is_believed() -> None:
    assert POOR < learned_threshold(DRAFTS) <= GOOD
    found = held_out_agreement(DRAFTS)
    assert (found.share, found.kappa, found.missed, found.too_strict) == (1.0, 1.0, 0, 0)
    assert verdict(found).startswith("worth reading")


def test_that_a_judge_who_praises_everything_is_not_believed_although_most_points_agree() -> None:
    praised = [Marked(one.id, dict.fromkeys(RUBRIC, GOOD), one.people, one.rules) for one in DRAFTS]
    found = agreement("model", praised, 5)
    assert (found.share, found.kappa, found.missed) == (0.875, 0.0, 16)
    assert verdict(held_out_agreement(praised)).startswith("not to be relied on")


def test_that_a_draft_does_not_teach_the_threshold_that_it_is_judged_by() -> None:
    odd = draft(99, frozenset(["useful"]), {"useful": 8})
    drafts = [*DRAFTS, odd]
    assert agreement("model", drafts, 9).missed == 0
    assert held_out_agreement(drafts).missed == 1


def test_that_rules_and_model_stand_beside_each_other() -> None:
    rules, calibrated, held_out = agreements(DRAFTS)
    assert (rules.judge, rules.missed, calibrated.agreed, held_out.of) == ("rules", 16, 128, 128)


def test_that_marks_are_read_out_of_chatter() -> None:
    marks = dict.fromkeys(RUBRIC, 7)
    assert read_marks(f"Here you are:\n```json\n{json.dumps(marks)}\n```") == marks


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fine!",
        "[]",
        "{",
        '{"relevant": 7}',
        json.dumps(dict.fromkeys(RUBRIC, 11)),
        json.dumps(dict.fromkeys(RUBRIC, "9")),
    ],
)
def test_that_anything_but_marks_is_a_failure_of_the_model(text: str) -> None:
    with pytest.raises(PortError, match="no mark"):
        read_marks(text)


def test_that_the_command_calibrates_a_model_on_our_labelled_drafts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    praise = json.dumps(dict.fromkeys(RUBRIC, GOOD))
    place = Path(__file__).resolve().parents[2] / "evals" / "suites" / "drafts"
    with served_in_a_thread(answers(lambda _: praise)) as url:
        monkeypatch.setenv("JOURNEY_HOME", str(tmp_path))
        monkeypatch.setenv("JOURNEY_MODEL_BASE_URL", url)
        monkeypatch.setenv("JOURNEY_MODEL_NAME", "judge-1")
        ran = CliRunner().invoke(app, ["eval", "judge", str(place), "--json"])
    assert ran.exit_code == 0, ran.output
    rules, _, held_out = json.loads(ran.stdout)["agreement"]
    assert (rules["judge"], rules["kappa"]) == ("rules", 1.0)
    assert held_out["kappa"] <= 0.1
