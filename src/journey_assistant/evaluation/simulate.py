"""Simulated customers: scripted personas talk to the real services on a simulated clock, and the end is graded.

A persona has goals and several ways to ask for each. It goes on when it got what it wanted, asks in other words when it
did not, and asks for a person when its words run out. Graded is the state at the end, not the prose.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from journey_assistant.bootstrap import build_memory_store
from journey_assistant.errors import Rejected
from journey_assistant.evaluation.dialogue import Dialogue
from journey_assistant.evaluation.scorers import cited, facing
from journey_assistant.evaluation.suite_schema import FinalState
from journey_assistant.services.commit import Deciding

START = "2026-11-24T10:00:00+00:00"
PAUSE_S, BURST_S = 25.0, 1.0
LAST_RESORT = "I would like to speak with a person, please."
MOST_TURNS = 12
Rephrases = Callable[[str, str], Awaitable[str]]
"""What a persona played by a language model says instead of its script, given the assistant's last words."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Goal(_Strict):
    """What a customer wants: an article's answer, a person, or something that must be declined."""

    asks: list[str] = Field(min_length=1)
    articles: list[str] = []
    person: bool = False
    declined: bool = False
    small_talk: bool = False


class Persona(_Strict):
    """A customer with a way of writing."""

    name: str
    style: Literal["plain", "terse", "angry", "bursty"] = "plain"
    customer: dict[str, Any]
    goals: list[Goal] = Field(min_length=1)
    expect: FinalState = FinalState()


class _File(_Strict):
    personas: list[Persona] = Field(min_length=1)


def read_personas(file: Path) -> list[Persona]:
    """The personas of a YAML file. Raises Rejected naming the field."""
    try:
        return _File.model_validate(yaml.safe_load(file.read_text(encoding="utf-8"))).personas
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Rejected(f"cannot be read: {error}", where=str(file), allowed="a YAML file") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Rejected(f"{place}: {first['msg']}", where=str(file)) from error


@dataclass(frozen=True, slots=True)
class Ended:
    """How a simulated conversation ended: what was said, what was reached, and what is wrong with it."""

    persona: str
    turns: tuple[tuple[str, str, str], ...]
    """What the customer wrote, the route that was taken, what was answered."""
    reached: tuple[bool, ...]
    wrong: tuple[str, ...]
    state: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Nothing is wrong."""
        return not self.wrong


async def simulate(persona: Persona, decider: Deciding, rephrases: Rephrases | None = None) -> Ended:
    """One persona's conversation from beginning to end."""
    dialogue = await Dialogue.begin(
        build_memory_store(),
        decider,
        customer=persona.customer,
        timeline=(),
        start_at=datetime.fromisoformat(START),
        conversation=f"simulated-{persona.name}",
    )
    reached = [await _pursued(goal, persona, dialogue, rephrases) for goal in persona.goals]
    turns = tuple(
        (said, str(line["route"]), str((line["outcome"] or {}).get("text") or ""))
        for said, line in zip(dialogue.said, dialogue.lines, strict=True)
    )
    return Ended(persona.name, turns, tuple(reached), tuple(_wrong(persona, dialogue, reached)), dialogue.state)


async def _pursued(goal: Goal, persona: Persona, dialogue: Dialogue, rephrases: Rephrases | None) -> bool:
    """The customer asks until the goal is reached or the words run out."""
    for ask in goal.asks:
        if len(dialogue.lines) >= MOST_TURNS:
            return False
        heard = facing(dialogue.lines[-1]) if dialogue.lines else ""
        text = await rephrases(ask, heard) if rephrases else ask
        line: Mapping[str, Any] = {}
        for place, part in enumerate(styled(text, persona.style)):
            line = await dialogue.say(part, BURST_S if place else PAUSE_S)
        if _is_reached(goal, line, dialogue):
            return True
    if not goal.person and not goal.declined and len(dialogue.lines) < MOST_TURNS:
        await dialogue.say(LAST_RESORT, PAUSE_S)
    return False


def styled(text: str, style: str) -> list[str]:
    """A text as somebody of this style writes it: one message or several."""
    if style == "terse":
        return [text.lower().rstrip(".")]
    if style == "angry":
        return [f"{text} ANSWER ME."]
    if style == "bursty":
        return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]
    return [text]


def _is_reached(goal: Goal, line: Mapping[str, Any], dialogue: Dialogue) -> bool:
    if goal.person:
        return bool(dialogue.state["owner"] == "person")
    if goal.articles:
        return line.get("route") == "self_resolve" and bool(cited(line) & set(goal.articles))
    return line.get("route") in ("self_resolve", "route_to_human", "hold")


def _wrong(persona: Persona, dialogue: Dialogue, reached: Sequence[bool]) -> Iterator[str]:
    """What must not be at the end, for everybody and for this persona."""
    expect, state = persona.expect, dialogue.state
    for goal, is_reached in zip(persona.goals, reached, strict=True):
        if not is_reached:
            yield f"not reached: {goal.asks[0]!r}"
    if expect.owner and state["owner"] != expect.owner:
        yield f"is with the {state['owner']}, not with the {expect.owner}"
    if expect.handoffs is not None and state["handoffs"] != expect.handoffs:
        yield f"handed over {state['handoffs']} times, not {expect.handoffs}"
    said = "\n".join(facing(line) for line in dialogue.lines)
    yield from (f"says {word!r}" for word in expect.never if word.lower() in said)
    yield from _over_a_colleague(dialogue)


def _over_a_colleague(dialogue: Dialogue) -> Iterator[str]:
    """Once a colleague has the conversation, the assistant says nothing."""
    is_with_person = False
    for line in dialogue.lines:
        if is_with_person and line["route"] == "self_resolve":
            yield "answers over the head of a colleague"
        is_with_person = is_with_person or line["route"] == "route_to_human"
