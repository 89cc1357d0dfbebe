"""The customer never repeats themselves: what was said holds over turns, conversations and colleagues, and ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from journey_assistant.domain.case_state import EXPIRES_AFTER
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.journey_run import JourneyRun, Versions
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.services.decide import Decider
from journey_assistant.services.read_case import Case
from journey_assistant.services.stored_case import in_tenant
from real_parts import decider
from records import ANA, OURS
from talking import Talk, talk

__all__ = ["decider"]
QUESTION = "How do I export all my invoices as a CSV file?"


@dataclass
class Ours:
    """The real agent, whose help centre is of another tenant than these tests' customers."""

    real: Decider

    @property
    def versions(self) -> Versions:
        return self.real.versions

    async def decide(self, case: Case, *, progress: Callable[[str], None] | None = None) -> JourneyRun:
        return replace(await self.real.decide(in_tenant(case, DEFAULT_TENANT)), tenant_id=OURS)


async def asked_once(decider: Decider) -> Talk:
    room = await talk(Ours(decider))
    assert "CSV" in await room.ask(QUESTION)
    assert (await room.now()).ownership.state is OwnerState.ASSISTANT
    return room


async def elsewhere(room: Talk, after: timedelta = timedelta(hours=2)) -> OwnerState:
    """Who has the customer's next conversation, in which the same is asked."""
    room.clock.move(after)
    room.id = (await room.chat.open(ANA)).id
    await room.ask(QUESTION)
    return (await room.now()).ownership.state


async def test_that_an_answer_that_did_not_help_is_not_given_again_in_another_conversation(decider: Decider) -> None:
    room = await asked_once(decider)
    assert await elsewhere(room) is OwnerState.WAITING
    packet = await room.hand.packet(room.id)
    assert "repeated_contact" in str(packet.run.line["reasons"] if packet.run else "")
    assert any("CSV" in entry["text"] for entry in packet.summary["tried"])


async def test_that_who_said_thanks_is_answered_the_next_time(decider: Decider) -> None:
    room = await asked_once(decider)
    room.clock.move(timedelta(minutes=1))
    await room.ask("Thanks a lot!")
    assert await room.chat.issues(ANA) == []
    assert await elsewhere(room) is OwnerState.ASSISTANT


async def test_that_who_was_content_is_answered_the_next_time(decider: Decider) -> None:
    room = await asked_once(decider)
    await room.chat.rate(ANA, room.id, score=5)
    assert await elsewhere(room) is OwnerState.ASSISTANT


async def test_that_who_was_not_content_keeps_the_issue(decider: Decider) -> None:
    room = await asked_once(decider)
    await room.chat.rate(ANA, room.id, score=2)
    assert len(await room.chat.issues(ANA)) == 1


async def test_that_an_issue_ends_by_itself(decider: Decider) -> None:
    room = await asked_once(decider)
    assert await elsewhere(room, EXPIRES_AFTER) is OwnerState.ASSISTANT


async def test_that_a_decision_replays_with_what_it_knew(decider: Decider) -> None:
    room = await asked_once(decider)
    await elsewhere(room)
    (last,) = [run for run in await room.store.runs(OURS) if run.line["route"] == "route_to_human"]
    assert [entry["text"] for state in last.case["case_states"] for entry in state["tried"]]
