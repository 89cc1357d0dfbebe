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

from journey_assistant.domain.chat import ASSISTANT, Audience, Entry, EntryKind
from journey_assistant.errors import Rejected
from journey_assistant.evaluation.dialogue import Dialogue, dialogue
from journey_assistant.evaluation.scorers import cited, facing
from journey_assistant.evaluation.simulated_time import in_simulated_time
from journey_assistant.evaluation.suite_schema import FinalState
from journey_assistant.services.decide import Decider

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
    timeline: list[dict[str, Any]] = []
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


async def simulate(persona: Persona, decider: Decider, rephrases: Rephrases | None = None) -> Ended:
    """One persona's conversation from beginning to end, in simulated time."""
    return await in_simulated_time(_held(persona, decider, rephrases))


async def _held(persona: Persona, decider: Decider, rephrases: Rephrases | None) -> Ended:
    start_at = datetime.fromisoformat(START)
    name, customer, timeline = f"simulated-{persona.name}", persona.customer, persona.timeline
    async with dialogue(decider, customer=customer, timeline=timeline, start_at=start_at, name=name) as talk:
        reached = tuple([await _pursued(goal, persona, talk, rephrases) for goal in persona.goals])
        await talk.ended()
        lines, state, entries = await talk.lines(), await talk.state(), await talk.entries()
    turns = tuple(
        (entry.text, str(line["route"]), str((line["outcome"] or {}).get("text") or ""))
        for entry, line in zip(talk.posted, lines, strict=True)
    )
    wrong = (*_not_reached(persona, reached), *_wrong(persona.expect, state, lines), *_out_of_turn(entries))
    return Ended(persona.name, turns, reached, wrong, state)


async def _pursued(goal: Goal, persona: Persona, talk: Dialogue, rephrases: Rephrases | None) -> bool:
    """The customer asks until the goal is reached or the words run out."""
    for ask in goal.asks:
        if len(talk.posted) >= MOST_TURNS:
            return False
        text = await rephrases(ask, await _heard(talk)) if rephrases else ask
        for place, part in enumerate(styled(text, persona.style)):
            await talk.say(part, BURST_S if place else PAUSE_S)
        await talk.answered()
        if await _is_reached(goal, talk):
            return True
    if not goal.person and not goal.declined and len(talk.posted) < MOST_TURNS:
        await talk.say(LAST_RESORT, PAUSE_S)
    return False


async def _heard(talk: Dialogue) -> str:
    """The last words that were said to the customer."""
    said = [entry for entry in await talk.entries() if entry.audience is Audience.ALL and not entry.by_customer]
    return said[-1].text if said else ""


def styled(text: str, style: str) -> list[str]:
    """A text as somebody of this style writes it: one message or several."""
    if style == "terse":
        return [text.lower().rstrip(".")]
    if style == "angry":
        return [f"{text} ANSWER ME."]
    if style == "bursty":
        return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]
    return [text]


async def _is_reached(goal: Goal, talk: Dialogue) -> bool:
    line = (await talk.lines())[-1]
    if goal.person:
        return bool((await talk.state())["owner"] == "person")
    if goal.articles:
        return line["route"] == "self_resolve" and bool(cited(line) & set(goal.articles))
    return line["route"] in ("self_resolve", "route_to_human", "hold")


def _not_reached(persona: Persona, reached: Sequence[bool]) -> Iterator[str]:
    for goal, is_reached in zip(persona.goals, reached, strict=True):
        if not is_reached:
            yield f"not reached: {goal.asks[0]!r}"


def _wrong(expect: FinalState, state: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What must not be at the end, for everybody and for this persona."""
    if state["unanswered"]:
        yield "a message waits for its answer"
    if expect.owner and state["owner"] != expect.owner:
        yield f"is with the {state['owner']}, not with the {expect.owner}"
    if expect.handoffs is not None and state["handoffs"] != expect.handoffs:
        yield f"handed over {state['handoffs']} times, not {expect.handoffs}"
    if state["answers"] < (expect.answers or 0):
        yield f"answered {state['answers']} times, not {expect.answers}"
    said = "\n".join(facing(line) for line in lines)
    yield from (f"says {word!r}" for word in expect.never if word.lower() in said)


def _out_of_turn(entries: Sequence[Entry]) -> Iterator[str]:
    """One voice at a time: nothing from the assistant behind a handover, and nothing twice to the same words."""
    is_with_people = False
    before: Entry | None = None
    for entry in entries:
        by_assistant = entry.kind is EntryKind.MESSAGE and entry.author == ASSISTANT
        if by_assistant and is_with_people:
            yield "answers over the head of a colleague"
        if by_assistant and before is not None and before.author == ASSISTANT:
            yield "answers the same words twice"
        if entry.kind is EntryKind.STATUS:
            is_with_people = is_with_people or entry.payload.get("status") in ("waiting", "joined")
        else:
            before = entry
