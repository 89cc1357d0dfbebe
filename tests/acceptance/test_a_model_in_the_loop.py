"""An honest scripted model is heard, a plausible liar is not: over the labelled questions of a help centre."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from journey_assistant.adapters.model_scripted import ScriptedChatModel, Writes
from journey_assistant.agent.graph import build_graph
from journey_assistant.agent.run import run_graph
from journey_assistant.agent.state import Parts, RunState
from journey_assistant.bootstrap import build_parts
from journey_assistant.domain.outcome import Reply
from journey_assistant.evaluation.plausible_liar import MUTATIONS, lie
from journey_assistant.evaluation.scripted_writers import honest, honest_paraphrase
from journey_assistant.services.read_case import Case, read_cases
from journey_assistant.settings import Settings

CASES = Path(__file__).parents[3] / "shared" / "journeys" / "dev" / "cases.jsonl"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CASES.is_file(), reason="needs the labelled journeys in ../shared"),
]
HEARD_AT_LEAST = 0.8
CAUGHT_AT_LEAST = 0.9


@cache
def answerable() -> tuple[Case, ...]:
    return tuple(case for case in read_cases(CASES) if "answerable" in case.tags)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    return build_parts(settings, knowledge=CASES.parent / "knowledge", in_memory=True)


async def answered(case: Case, writer: Writes, parts: Parts) -> RunState:
    mine = replace(parts, model=ScriptedChatModel(answers=[writer]))
    return await run_graph(build_graph(), mine, case.snapshot)


@pytest.mark.parametrize("writer", [honest, honest_paraphrase])
async def test_that_an_honest_models_sentences_are_what_customers_read(writer: Writes, parts: Parts) -> None:
    states = [await answered(case, writer, parts) for case in answerable()]
    heard = [s for s in states if isinstance(s["outcome"], Reply) and s["answer"].kind == "model"]
    assert all(state["outcome"].text == state["answer"].text for state in heard)
    assert len(heard) / len(states) >= HEARD_AT_LEAST
    assert {state["usage"].calls for state in heard} == {1}


async def test_that_a_plausible_liar_is_caught(parts: Parts) -> None:
    told = caught = 0
    for case in answerable():
        for mutation in MUTATIONS:
            lies: list[str] = []

            def writer(prompt: str, mutation: str = mutation, lies: list[str] = lies) -> str:
                answer = lie(prompt, mutation)
                lies.extend([answer[1]] if answer else [])
                return answer[0] if answer else honest(prompt)

            outcome = (await answered(case, writer, parts))["outcome"]
            if lies:
                told += 1
                caught += not (isinstance(outcome, Reply) and lies[-1] in outcome.text)
    assert told > 200
    assert caught / told >= CAUGHT_AT_LEAST
