from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from deciding import DRAFT, HANDOFF, HOLD, REPLY
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.outcome import Reply
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.errors import PortError
from journey_assistant.ports.chat import Change, LeaseWish
from journey_assistant.services.answer_turn import GREETING_S, LEASE
from journey_assistant.services.converse import MOST_FAILURES
from records import ANA, NOON, OURS
from talking import Echo, Talk, fixed, talk

QUESTION = "Does the Team plan include SSO?"


async def waited(room: Talk) -> None:
    """Until the runner waits for the rest of a burst."""
    await room.breathe()
    assert not room.window.waits[-1].is_set()


# --- one answer, at the right time ---------------------------------------------------------------


async def test_that_a_question_is_answered_at_once() -> None:
    room = await talk()
    assert await room.ask(QUESTION) == f"You said: {QUESTION}"
    assert room.window.waits == []
    after = await room.now()
    assert (after.answered_seq, after.last_seq) == (1, 2)


async def test_that_a_burst_of_fragments_gets_one_answer() -> None:
    room = await talk()
    for fragment in ("hi", "my invoice", "is wrong"):
        await room.say(fragment)
        await waited(room)
    assert room.decider.seen == []
    room.window.pass_by()
    await room.settled()
    assert room.decider.texts == ["hi my invoice is wrong"]
    assert [author for author, _ in await room.said()] == ["customer", "customer", "customer", "assistant"]
    (run,) = await room.store.runs(OURS)
    assert len(run.case["moment"]["joined"]) == 3


async def test_that_a_fragment_alone_is_answered_when_the_window_is_over() -> None:
    room = await talk()
    await room.say("hi")
    await waited(room)
    room.window.pass_by()
    await room.settled()
    assert room.decider.texts == ["hi"]


async def test_that_thanks_for_an_answer_are_answered_at_once() -> None:
    room = await talk()
    await room.ask(QUESTION)
    room.clock.move(timedelta(minutes=1))
    assert await room.ask("Thanks!") == "You said: Thanks!"
    assert room.window.waits == []


async def test_that_thanks_in_advance_may_begin_something() -> None:
    room = await talk()
    await room.say("thanks")
    await waited(room)
    await room.say("my invoice is wrong, can you look?")
    await room.settled()
    assert room.decider.texts == ["thanks my invoice is wrong, can you look?"]


async def test_that_a_greeting_waits_less_where_typing_would_be_seen() -> None:
    room = await talk()
    await room.say("hi")
    await waited(room)
    assert room.window.seconds == [1.5]
    room.window.pass_by()
    await room.settled()
    room.clock.move(timedelta(minutes=1))
    await room.chat.typing(ANA, room.id, on=True)
    await room.say("hello")
    await waited(room)
    assert room.window.seconds == [1.5, GREETING_S]
    room.window.pass_by()
    await room.settled()


async def test_that_a_greeting_whose_sender_types_on_is_joined() -> None:
    room = await talk()
    await room.chat.typing(ANA, room.id, on=True)
    await room.say("hi")
    for fragment in ("my invoice", "is wrong"):
        await waited(room)
        await room.chat.typing(ANA, room.id, on=True)
        room.window.pass_by()
        await room.breathe()
        await room.say(fragment)
    await waited(room)
    room.window.pass_by()
    await room.settled()
    assert room.decider.texts == ["hi my invoice is wrong"]


async def test_that_who_types_on_is_waited_for_and_not_for_ever() -> None:
    room = await talk()
    await room.say("my invoice")
    for number in range(1, 5):
        await waited(room)
        assert len(room.window.waits) == number
        await room.chat.typing(ANA, room.id, on=True)
        room.window.pass_by()
        await room.breathe()
    await room.settled()
    assert room.decider.texts == ["my invoice"]


async def test_that_a_message_after_the_answer_is_a_turn_of_its_own() -> None:
    room = await talk()
    await room.ask(QUESTION)
    room.clock.move(timedelta(seconds=1))
    await room.ask("And how much does the Team plan cost?")
    assert room.decider.texts == [QUESTION, "And how much does the Team plan cost?"]
    assert len(await room.store.runs(OURS)) == 2
    said = room.decider.seen[1].snapshot.timeline.of("chat_message")
    assert [event.text_of("author") for event in said] == ["customer", "assistant"]


async def test_that_a_newer_message_supersedes_a_run_that_was_not_committed() -> None:
    room = await talk(Echo(gate=asyncio.Event()))
    await room.say(QUESTION)
    await room.breathe()
    await room.say("Sorry, I mean the Business plan, does it include SSO?")
    await room.breathe()
    assert room.decider.cancelled == 1
    room.decider.gate.set()
    await room.settled()
    assert [author for author, _ in await room.said()] == ["customer", "customer", "assistant"]
    (run,) = await room.store.runs(OURS)
    assert run.case["moment"]["superseded"] == 1
    assert "Business" in run.case["moment"]["text"]
    (answer,) = [e for e in await room.store.entries(OURS, room.id) if e.author == "assistant"]
    assert answer.payload["superseded"] == 1


async def test_that_runs_of_one_conversation_are_serial() -> None:
    running, most = 0, 0

    class Counting(Echo):
        async def decide(self, case: Any, *, progress: Any = None) -> Any:
            nonlocal running, most
            running += 1
            most = max(most, running)
            try:
                await asyncio.sleep(0.001)
                return await super().decide(case)
            finally:
                running -= 1

    room = await talk(Counting())
    await asyncio.gather(*(room.say(f"Question {n}: does the Team plan include SSO?") for n in range(10)))
    await room.settled()
    assert most == 1
    after = await room.now()
    assert not after.is_unanswered


async def test_that_a_change_that_does_not_touch_the_answer_does_not_cost_it() -> None:
    room = await talk(Echo(gate=asyncio.Event()))
    await room.say(QUESTION)
    await room.breathe()
    await room.chat.rate(ANA, room.id, score=5)
    room.decider.gate.set()
    await room.settled()
    assert len(room.decider.seen) == 1
    assert (await room.said())[-1][0] == "assistant"


# --- silent while people own it ------------------------------------------------------------------


async def claimed(room: Talk) -> None:
    before = await room.now()
    ownership = before.ownership.claim(by=ColleagueId("dana"), at=NOON)
    after, _ = before.written(at=NOON, ownership=ownership)
    await room.store.change_conversation(OURS, before, after, Change())


async def test_that_the_assistant_is_silent_while_a_person_owns_the_conversation() -> None:
    room = await talk()
    await claimed(room)
    await room.say(QUESTION)
    await room.settled()
    assert await room.runner.recover() == 0
    assert room.decider.seen == []
    assert await room.said() == [("customer", QUESTION)]


async def test_that_a_person_who_takes_over_is_never_talked_over() -> None:
    room = await talk(Echo(gate=asyncio.Event()))
    await room.say(QUESTION)
    await room.breathe()
    await claimed(room)
    room.decider.gate.set()
    await room.settled()
    assert await room.said() == [("customer", QUESTION)]
    assert await room.store.runs(OURS) == []


async def test_that_a_handoff_puts_the_conversation_into_its_queue_with_a_time() -> None:
    room = await talk(fixed(HANDOFF))
    room.clock.at = NOON  # a Tuesday, within working hours
    await room.ask(QUESTION)
    after = await room.now()
    assert after.ownership.state is OwnerState.WAITING
    assert (after.ownership.queue, after.ownership.priority) == ("billing", "high")
    assert after.ownership.pickup_by_at == after.ownership.promised_at == NOON + timedelta(hours=4)
    entries = await room.store.entries(OURS, room.id)
    assert [(e.kind, e.text) for e in entries[1:]] == [("message", HANDOFF.text), ("status", "")]
    assert entries[-1].payload["status"] == "waiting"
    (handoff,) = await room.store.handoffs(OURS)
    assert handoff.run_id == after.handed_over_by
    names = [event.type for event in await room.store.timeline(OURS, ANA)]
    assert names.count("conversation_handed_over") == 1
    assert names.count("chat_message") == 2


async def test_that_an_answer_to_be_confirmed_waits_for_a_person_and_is_not_shown() -> None:
    room = await talk(fixed(DRAFT))
    said = await room.ask(QUESTION)
    assert said != DRAFT.text
    assert (await room.now()).ownership.state is OwnerState.WAITING
    assert [draft.text for draft in await room.store.drafts(OURS)] == [DRAFT.text]
    on_timeline = [e.text_of("text") for e in await room.store.timeline(OURS, ANA) if e.type == "chat_message"]
    assert DRAFT.text not in on_timeline


async def test_that_a_hold_says_nothing_and_is_not_decided_again() -> None:
    room = await talk(fixed(HOLD))
    await room.say(QUESTION)
    await room.settled()
    assert await room.said() == [("customer", QUESTION)]
    assert not (await room.now()).is_unanswered


# --- failures and other processes ----------------------------------------------------------------


async def test_that_a_part_that_is_down_is_a_persons_matter() -> None:
    class Down(Echo):
        async def decide(self, case: Any, *, progress: Any = None) -> Any:
            raise PortError("gone", port="index", retryable=True)

    room = await talk(Down())
    await room.ask(QUESTION)
    assert (await room.now()).ownership.state is OwnerState.WAITING
    (run,) = await room.store.runs(OURS)
    assert run.line["reasons"][0]["code"] == "system_doubt"


async def test_that_a_turn_that_fails_again_and_again_gets_a_person() -> None:
    class Broken(Echo):
        async def decide(self, case: Any, *, progress: Any = None) -> Any:
            raise ValueError("our mistake")

    room = await talk(Broken())
    await room.say(QUESTION)
    await room.settled()
    for _ in range(MOST_FAILURES):
        assert (await room.now()).is_unanswered
        assert await room.runner.recover() == 1
        await room.settled()
    assert (await room.now()).ownership.state is OwnerState.WAITING


async def test_that_what_a_process_left_behind_is_answered_once_its_lease_has_ended() -> None:
    store = MemoryStore()
    dead = await talk(Echo(gate=asyncio.Event()), store)
    await dead.say(QUESTION)
    await dead.breathe()
    living = await talk(store=store, owner="two")
    assert await living.runner.recover() == 0
    living.clock.move(LEASE)
    assert await living.runner.recover() == 1
    await living.settled()
    dead.decider.gate.set()
    await dead.settled()
    assert [author for author, _ in await living.said()] == ["customer", "assistant"]
    assert len(await store.runs(OURS)) == 1


async def test_that_a_message_to_another_process_supersedes_the_run_of_the_first() -> None:
    store = MemoryStore()
    one = await talk(Echo(gate=asyncio.Event()), store)
    await one.say(QUESTION)
    await one.breathe()
    two = await talk(store=store, owner="two")
    two.keys = 10
    await two.say("Sorry, I mean the Business plan, does it include SSO?")
    await two.settled()
    assert two.decider.seen == []
    one.decider.gate.set()
    await one.settled()
    assert [author for author, _ in await one.said()] == ["customer", "customer", "assistant"]
    assert "Business" in (await one.said())[-1][1]


async def test_that_stopping_finishes_what_is_under_way_and_takes_nothing_new() -> None:
    room = await talk(Echo(gate=asyncio.Event()))
    await room.say(QUESTION)
    await room.breathe()
    stopping = asyncio.create_task(room.runner.stop())
    await room.breathe()
    await room.chat.open(ANA)
    room.decider.gate.set()
    await stopping
    assert (await room.said())[-1][0] == "assistant"
    await room.say("One more question: does it include SAML?")
    await room.breathe()
    assert len(room.decider.seen) == 1


async def test_that_what_cannot_be_finished_in_time_is_let_go_for_the_next_process() -> None:
    room = await talk(Echo(gate=asyncio.Event()))
    await room.say(QUESTION)
    await room.breathe()
    await room.runner.stop(within_s=0.01)
    assert [row.id for row in await room.store.unanswered(OURS, NOON)] == [room.id]
    assert await room.store.lease_conversation(OURS, room.id, LeaseWish("two", NOON, NOON + LEASE)) is not None


async def test_that_a_customer_who_is_erased_meanwhile_is_let_go() -> None:
    room = await talk(Echo(gate=asyncio.Event()))
    await room.say(QUESTION)
    await room.breathe()
    await room.store.erase_customer(OURS, ANA)
    room.decider.gate.set()
    await room.settled()
    assert await room.store.runs(OURS) == []
    assert await room.store.timeline(OURS, ANA) == []


# --- what is carried along -----------------------------------------------------------------------


async def test_that_the_issue_is_carried_from_turn_to_turn_and_to_the_next_conversation() -> None:
    room = await talk()
    await room.ask("My invoice INV-2041 is wrong, can you look at it?")
    room.id = (await room.chat.open(ANA)).id
    room.clock.move(timedelta(days=1))
    await room.ask("I already tried the download again, what now?")
    (issue,) = await room.store.case_states(OURS, ANA)
    assert [fact.text for fact in issue.facts] == ["INV-2041"]
    assert [entry.text for entry in issue.tried if "You said" not in entry.text] == [
        "I already tried the download again, what now?"
    ]


@pytest.mark.parametrize("reason", ["small_talk", "refused", "out_of_scope"])
async def test_that_small_talk_is_no_issue(reason: str) -> None:
    room = await talk(fixed(Reply("Hello!", reason=reason)))
    await room.ask(QUESTION)
    assert await room.store.case_states(OURS, ANA) == []


async def test_that_progress_is_told_before_and_while_it_is_decided() -> None:
    room = await talk()
    with room.notifier.watching(room.id) as watch:
        await room.ask(QUESTION)
        frames = []
        while (frame := await watch.next(0.01)) is not None:
            frames.append((frame.kind, frame.data.get("step")))
    assert frames[:2] == [("changed", None), ("progress", "received")]
    assert ("progress", "searching") in frames
    assert frames[-1][0] in ("changed", "progress")


async def test_that_a_reply_carries_its_run_and_reason() -> None:
    room = await talk(fixed(REPLY))
    await room.ask(QUESTION)
    (answer,) = [e for e in await room.store.entries(OURS, room.id) if e.author == "assistant"]
    (run,) = await room.store.runs(OURS)
    assert answer.payload["run_id"] == run.id
    assert answer.payload["why"] == ["frustrated_prospect"]
