"""A model in the loop: the cost first, answers taped and given again, a card that counts what a liar gets through."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from typer.testing import CliRunner

from journey_assistant.adapters.model_scripted import ScriptedChatModel
from journey_assistant.cli.app import app
from journey_assistant.errors import PortError, Rejected
from journey_assistant.evaluation.budget import Budget
from journey_assistant.evaluation.cases import Suite, read_suite
from journey_assistant.evaluation.model_card import StandIn, estimate, releases, spread
from journey_assistant.evaluation.model_tape import recording, replaying, request_key
from journey_assistant.evaluation.runner import Plan, run_all
from journey_assistant.evaluation.scripted_writers import honest
from model_server import answers, served_in_a_thread

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def suite() -> Suite:
    return spread(read_suite(ROOT / "evals" / "suites" / "answers" / "suite.yaml"), 4)


@pytest.fixture
def server() -> Iterator[str]:
    """An honest model on loopback."""

    def writes(request: dict[str, Any]) -> str:
        return honest("\n\n".join(str(message["content"]) for message in request["messages"]))

    with served_in_a_thread(answers(writes)) as url:
        yield url


async def test_that_a_tape_gives_the_recorded_answers_again_without_a_model(tmp_path: Path) -> None:
    tape = tmp_path / "tape.jsonl"
    model = recording(ScriptedChatModel(answers=["one", "two"]), tape)
    asked = [HumanMessage("hello")]
    said = [(await model.ainvoke(asked)).text, (await model.ainvoke(asked)).text]
    played = replaying(tape)
    assert [(await played.ainvoke(asked)).text for _ in range(3)] == [*said, "two"]
    with pytest.raises(PortError, match="holds no answer"):
        await played.ainvoke([HumanMessage("something else")])


def test_that_a_request_is_known_without_its_random_marks() -> None:
    first, second = (HumanMessage(f'<evidence mark="{mark}" source="P1">x') for mark in ("ab12", "cd34"))
    assert request_key([first], []) == request_key([second], [])
    assert request_key([first], []) != request_key([first], ["tool"])
    assert request_key([AIMessage("x")], []) != request_key([HumanMessage("x")], [])


def test_that_a_file_that_is_no_tape_is_named(tmp_path: Path) -> None:
    (tmp_path / "tape.jsonl").write_text('{"request": 1}\n')
    with pytest.raises(Rejected, match=r"tape\.jsonl:1"):
        replaying(tmp_path / "tape.jsonl")


def test_that_a_taped_run_is_the_recorded_run_again(suite: Suite, tmp_path: Path) -> None:
    tape = tmp_path / "tape.jsonl"
    (recorded,) = run_all(
        [suite], Plan(model=recording(ScriptedChatModel(answers=[honest]), tape), with_baselines=False)
    )
    (again,) = run_all([suite], Plan(model=replaying(tape), with_baselines=False))
    outcomes = [[(one.run or {})["outcome"] for one in report.judged] for report in (recorded, again)]
    assert outcomes[0] == outcomes[1]
    assert tape.read_text().count("\n") >= 1


def test_that_the_cost_is_counted_on_real_prompts_and_liars_are_caught(suite: Suite) -> None:
    stand_in = StandIn(suite)
    counted = estimate(stand_in, price_in=10.0, price_out=30.0)
    assert counted.cases == 4
    assert 1 <= counted.calls <= 8
    assert counted.usd == pytest.approx((counted.tokens_in * 10 + counted.tokens_out * 30) / 1e6)
    found = {one.writer: one for one in releases(stand_in)}
    assert found["honest"].written >= 2
    assert found["swapped_number"].released == 0
    assert found["invented_link"].released == 0


def test_that_the_command_tells_the_cost_asks_the_model_and_writes_the_card(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOURNEY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JOURNEY_MODEL_BASE_URL", server)
    monkeypatch.setenv("JOURNEY_MODEL_NAME", "honest-1")
    monkeypatch.setenv("JOURNEY_MODEL_PRICE_IN", "1")
    card, place = tmp_path / "card.md", str(ROOT / "evals" / "suites" / "answers")
    ran = CliRunner().invoke(app, ["eval", "model", place, "--cases", "3", "--yes", "--card", str(card)])
    assert ran.exit_code == 0, ran.output
    assert "model calls for 3 cases" in ran.output
    text = card.read_text()
    assert text.startswith("# honest-1: what it is worth here")
    assert "| swapped number |" in text
    assert "| tokens | 0 |" not in text
    for told in (
        "## Answers",
        "| useful deflection |",
        "## Cost and time",
        "| latency ms",
        "| cost usd |",
        "## Guardrails",
    ):
        assert told in text
    assert "answers with one lie," in text
    assert ran.output.index("model calls for 3 cases") < ran.output.index("card written")


def test_that_without_a_model_there_is_an_estimate_and_no_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEY_HOME", str(tmp_path / "home"))
    place = str(ROOT / "evals" / "suites" / "answers")
    ran = CliRunner().invoke(app, ["eval", "model", place, "--cases", "2", "--estimate"])
    assert (ran.exit_code, "no price is set" in ran.output) == (0, True)


def test_that_a_budget_begins_no_further_case(
    server: str, suite: Suite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOURNEY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JOURNEY_MODEL_BASE_URL", server)
    monkeypatch.setenv("JOURNEY_MODEL_NAME", "honest-1")
    (whole,) = run_all([suite], Plan(with_baselines=False))
    (cut,) = run_all([suite], Plan(with_baselines=False, budget=Budget(tokens=1)))
    spent = [int((one.run or {}).get("tokens") or 0) for one in cut.judged]
    assert (len(whole.judged), whole.left_out) == (4, ())
    assert len(cut.judged) < 4
    assert sum(tokens > 0 for tokens in spent) == 1
    assert len(cut.judged) + len(cut.left_out) == 4
