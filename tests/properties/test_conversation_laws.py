"""Laws of a conversation, whatever customers, colleagues, clocks and two processes do, and in whatever order."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from deciding import HANDOFF, run_of
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.chat import Entry
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.ownership import MOST_HANDOFFS, OwnerState
from journey_assistant.errors import Conflict
from journey_assistant.services.answer_turn import LEASE
from records import ANA, NOON, OURS
from talking import Echo, Talk, talk

DANA, ELI = ColleagueId("dana"), ColleagueId("eli")


class Sometimes(Echo):
    """Answers, hands over when it is asked for help, and takes its time now and then."""

    async def decide(self, case: Any, *, progress: Any = None) -> JourneyRun:
        text = case.snapshot.message.text
        for _ in range(len(text) % 7):
            await asyncio.sleep(0)
        return run_of(case, HANDOFF) if "help" in text else await super().decide(case)


ACTIONS = ["ask", "help", "fragment", "window", "person", "close", "rate", "claim", "say", "give_back", "resolve"]
STEP = st.tuples(
    st.sampled_from([*ACTIONS, "ask", "ask", "requeue", "transfer", "sweep", "later", "recover", "breathe"]),
    st.booleans(),
    st.sampled_from([DANA, ELI]),
)


async def act(room: Talk, what: str, by: ColleagueId, said: list[str]) -> None:
    hand, id_ = room.hand, room.id
    texts = {
        "ask": "Does the Team plan include SSO?",
        "help": "Please help me with my broken invoice.",
        "fragment": "hi",
    }
    match what:
        case "ask" | "help" | "fragment":
            said.append((await room.say(f"{texts[what]}")).id)
        case "window":
            room.window.pass_by()
        case "person":
            await room.chat.ask_for_person(ANA, id_)
        case "close":
            await room.chat.close(ANA, id_)
        case "rate":
            await room.chat.rate(ANA, id_, score=3)
        case "claim":
            await hand.claim(id_, by=by)
        case "say":
            await hand.say(id_, by=by, text="I look at it.", key=f"k{len(said)}")
        case "give_back":
            await hand.give_back(id_, by=by)
        case "resolve":
            await hand.resolve(id_, by=by)
        case "requeue":
            await hand.requeue(id_, by=by, queue="billing")
        case "transfer":
            await hand.transfer(id_, by=by, to=ELI if by == DANA else DANA)
        case "sweep":
            await hand.sweep_overdue()
        case "recover":
            await room.runner.recover()
        case _:
            await room.breathe()


async def lived(steps: list[tuple[str, bool, ColleagueId]]) -> tuple[Talk, list[Entry], list[str]]:
    """A conversation after all of it, when everything has come to rest."""
    store = MemoryStore()
    rooms = [await talk(Sometimes(), store), await talk(Sometimes(), store, owner="two")]
    rooms[1].keys = 1000
    for id_ in (DANA, ELI):
        await store.add_colleague(OURS, Colleague(id_, id_, Role.CSM, NOON, OURS))
    said: list[str] = []
    for what, second, by in steps:
        if what == "later":
            for room in rooms:
                room.clock.move(timedelta(hours=9))
            continue
        with contextlib.suppress(Conflict):  # an InvalidTransition is one: not everything is allowed always
            await act(rooms[second], what, by, said)
    for _ in range(3):
        for room in rooms:
            room.clock.move(LEASE)
            await room.runner.recover()
            await room.breathe()
            room.window.pass_by()
            await room.breathe()
            room.window.pass_by()
    for room in rooms:
        await room.runner.stop(1)
    return rooms[0], await store.entries(OURS, rooms[0].id, limit=10_000), said


@given(st.lists(STEP, max_size=25))
@settings(max_examples=80, deadline=None)
def test_that_nothing_said_is_lost_and_nobody_is_talked_over(steps: list[tuple[str, bool, ColleagueId]]) -> None:
    room, entries, said = asyncio.run(lived(steps))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert {entry.id for entry in entries if entry.by_customer} == set(said)
    owner = OwnerState.ASSISTANT
    handoffs = 0
    for entry in entries:
        status = entry.payload.get("status") if entry.kind == "status" else None
        if entry.kind == "message" and entry.author == "assistant":
            assert owner is OwnerState.ASSISTANT, "the assistant spoke while people had the conversation"
        if entry.by_person:
            assert owner is OwnerState.PERSON
        if status == "waiting":
            handoffs += owner is OwnerState.ASSISTANT
        if status in ("resolved", "reopened"):
            handoffs = 0
        owner = {
            "waiting": OwnerState.WAITING,
            "joined": OwnerState.PERSON,
            "given_back": OwnerState.ASSISTANT,
            "resolved": OwnerState.RESOLVED,
            "reopened": OwnerState.ASSISTANT,
        }.get(str(status), owner)
        assert handoffs <= MOST_HANDOFFS
    stands = asyncio.run(_standing(room))
    assert stands.ownership.state is owner
    assert not stands.is_unanswered


async def _standing(room: Talk) -> Any:
    return await room.store.conversation(OURS, room.id)
