"""Simulated customers: they go on when they got what they wanted, and the end says what went wrong."""

from pathlib import Path
from typing import Any

import pytest

from journey_assistant.adapters.model_scripted import ScriptedChatModel
from journey_assistant.bootstrap import build_decider
from journey_assistant.errors import Rejected
from journey_assistant.evaluation.model_persona import played_by
from journey_assistant.evaluation.simulate import Goal, Persona, read_personas, simulate, styled
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


def asking(*asks: str, style: str = "bursty", **expect: Any) -> Persona:
    goal = {"asks": list(asks), "small_talk": True}
    customer = {"id": "p", "name": "Tess Adeyemi", "language": "en", "plan": "Team"}
    return Persona.model_validate(
        {"name": "tess", "style": style, "customer": customer, "goals": [goal], "expect": expect}
    )


async def test_that_a_burst_gets_one_answer_to_all_of_it(decider: Decider) -> None:
    ended = await simulate(asking("hi. me again. what does one card reader cost?"), decider)
    assert ended.is_good, ended.wrong
    assert (ended.state["turns"], ended.state["joined"], ended.state["messages_of_the_assistant"]) == (3, 3, 1)
    assert len({answer for _, _, answer in ended.turns}) == 1


async def test_that_a_correction_supersedes_what_is_being_decided(decider: Decider) -> None:
    ended = await simulate(asking("How long does a live demo take? No, what does one card reader cost?"), decider)
    assert ended.is_good, ended.wrong
    assert (ended.state["superseded"], ended.state["messages_of_the_assistant"]) == (1, 1)


async def test_that_a_person_who_was_asked_for_comes_and_the_assistant_is_silent_from_then_on(decider: Decider) -> None:
    ended = await simulate(
        asking("I want to talk to a person.", style="plain").model_copy(
            update={
                "goals": [
                    Goal(asks=["I want to talk to a person."], person=True),
                    Goal(asks=["What does one card reader cost?"], small_talk=True),
                ]
            }
        ),
        decider,
    )
    assert ended.is_good, ended.wrong
    assert [turn[1] for turn in ended.turns] == ["route_to_human", "hold"]
    assert (ended.state["owner"], ended.state["handoffs"], ended.state["unanswered"]) == ("person", 1, False)


async def test_that_answers_out_of_turn_are_told(decider: Decider) -> None:
    ended = await simulate(asking("What does one card reader cost?", answers=2, never=["€"]), decider)
    assert {one.partition(" ")[0] for one in ended.wrong} == {"answered", "says"}


async def test_that_a_model_may_play_the_customer(decider: Decider) -> None:
    player = ScriptedChatModel(answers=[lambda prompt: "Tell me the price of a card reader, please." if prompt else ""])
    persona = asking("What does one card reader cost?", style="plain")
    ended = await simulate(persona, decider, played_by(player, persona))
    assert ended.is_good, ended.wrong
    assert [turn[0] for turn in ended.turns] == ["Tell me the price of a card reader, please."]


def test_that_a_burst_is_several_messages_and_a_terse_one_is_short() -> None:
    assert styled("Hi. Me again. What now?", "bursty") == ["Hi.", "Me again.", "What now?"]
    assert styled("What Now.", "terse") == ["what now"]


@pytest.mark.parametrize("text", ["personas: []", "personas: [{name: x}]", "[", "persona: 1"])
def test_that_a_broken_file_of_personas_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(Rejected, match=r"p\.yaml"):
        read_personas(tmp_path / "p.yaml")
