"""Conversations: each turn is judged like a decision, and the state at the end by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from journey_assistant.evaluation.bench import Bench, Perform
from journey_assistant.evaluation.cases import Suite
from journey_assistant.evaluation.dialogue import dialogue
from journey_assistant.evaluation.scorers import BROKE, NO_RUN, Failure, Judgement, facing
from journey_assistant.evaluation.scorers import judge as judge_decision
from journey_assistant.evaluation.simulated_time import in_simulated_time
from journey_assistant.services.decide import Decider
from journey_assistant.settings import Settings


def perform(suite: Suite, bench: Bench) -> Perform:
    """Holds the conversation with our own services; other targets decide single moments only."""
    decider = bench.decider_for(suite)

    async def performed(row: Mapping[str, Any]) -> dict[str, Any]:
        return await in_simulated_time(held(row, decider, bench.settings))

    return performed


async def held(row: Mapping[str, Any], decider: Decider, settings: Settings) -> dict[str, Any]:
    """One conversation, its messages sent when the case says so, whether or not the one before was answered."""
    start_at = datetime.fromisoformat(row["start"])
    opened = dialogue(
        decider,
        customer=row["customer"],
        timeline=row.get("timeline") or (),
        start_at=start_at,
        name=str(row["id"]),
        settings=settings,
    )
    async with opened as talk:
        for turn in row["turns"]:
            await talk.say(turn["text"], turn.get("after_s", 0))
        await talk.ended()
        return {"case_id": row["id"], "turns": await talk.lines(), "state": await talk.state()}


def judge(row: Mapping[str, Any], run: Mapping[str, Any] | None) -> Judgement:
    """Every check of every turn, and of the state at the end."""
    if run is None:
        return Judgement(row["id"], (Failure(NO_RUN, "no run for this case"),))
    if BROKE in run:
        return Judgement(row["id"], (Failure(BROKE, str(run[BROKE])),))
    return Judgement(row["id"], (*_of_turns(row, run), *_of_state(row, run)))


def _of_turns(row: Mapping[str, Any], run: Mapping[str, Any]) -> Iterator[Failure]:
    for number, (turn, line) in enumerate(zip(row["turns"], run["turns"], strict=False), 1):
        case = {"id": row["id"], "moment": {"kind": "message"}, "expect": turn.get("expect")}
        for failure in judge_decision(case, line).failures:
            yield Failure(failure.check, f"turn {number}: {failure.why}")


def _of_state(row: Mapping[str, Any], run: Mapping[str, Any]) -> Iterator[Failure]:
    expect, state = row.get("expect") or {}, run["state"]
    if expect.get("owner") and state["owner"] != expect["owner"]:
        yield Failure("owner", f"wanted {expect['owner']}, is with the {state['owner']}")
    if expect.get("handoffs") is not None and state["handoffs"] != expect["handoffs"]:
        yield Failure("handoffs", f"wanted {expect['handoffs']}, were {state['handoffs']}")
    if state["unanswered"]:
        yield Failure("unanswered", "a message waits for its answer")
    if state["answers"] < (expect.get("answers") or 0):
        yield Failure("answers", f"wanted {expect['answers']}, were {state['answers']}")
    said = "\n".join(facing(line) for line in run["turns"])
    yield from (Failure("never", f"says {w!r}") for w in expect.get("never") or () if str(w).lower() in said)
