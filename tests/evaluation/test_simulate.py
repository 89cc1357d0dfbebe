"""Simulated customers: they go on when they got what they wanted, and the end says what went wrong."""

from pathlib import Path

import pytest

from journey_assistant.bootstrap import build_decider
from journey_assistant.errors import Rejected
from journey_assistant.evaluation.simulate import Persona, read_personas, simulate, styled
from journey_assistant.resources import resource_dir
from journey_assistant.services.decide import Decider
from journey_assistant.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PERSONAS = {one.name: one for one in read_personas(ROOT / "evals" / "simulation" / "personas.yaml")}


@pytest.fixture(scope="module")
def decider() -> Decider:
    return build_decider(Settings(), company=resource_dir("demo"), in_memory=True)


def test_that_there_is_a_persona_of_every_kind() -> None:
    kinds = {"patient", "terse", "angry", "confused", "adversarial", "multilingual", "bursty"}
    assert set(PERSONAS) == kinds


@pytest.mark.parametrize("name", ["patient", "angry", "multilingual"])
async def test_that_a_persona_gets_what_it_wants(decider: Decider, name: str) -> None:
    ended = await simulate(PERSONAS[name], decider)
    assert ended.is_good, ended.wrong


async def test_that_the_same_conversation_ends_the_same_again(decider: Decider) -> None:
    assert await simulate(PERSONAS["terse"], decider) == await simulate(PERSONAS["terse"], decider)


async def test_that_what_is_not_reached_is_told(decider: Decider) -> None:
    wanting = {"asks": ["Who won the match last night?"], "articles": ["payouts"]}
    persona = Persona.model_validate(
        {"name": "lost", "customer": {"id": "p"}, "goals": [wanting], "expect": {"handoffs": 0, "owner": "assistant"}}
    )
    ended = await simulate(persona, decider)
    assert [turn[1] for turn in ended.turns] == ["self_resolve", "route_to_human"]
    assert len(ended.wrong) == 3


def test_that_a_burst_is_several_messages_and_a_terse_one_is_short() -> None:
    assert styled("Hi. Me again. What now?", "bursty") == ["Hi.", "Me again.", "What now?"]
    assert styled("What Now.", "terse") == ["what now"]


@pytest.mark.parametrize("text", ["personas: []", "personas: [{name: x}]", "[", "persona: 1"])
def test_that_a_broken_file_of_personas_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(Rejected, match=r"p\.yaml"):
        read_personas(tmp_path / "p.yaml")
