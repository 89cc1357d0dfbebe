from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from deciding import HANDOFF, REPLY
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.conversation import conversation_of
from journey_assistant.domain.handoff import HandoffSummary, SummaryEntry
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import MOST_HANDOFFS, OwnerState
from journey_assistant.errors import Conflict, InvalidTransition, NotFound, Rejected
from journey_assistant.services.suggest_reply import Suggestions
from records import ANA, NOON, OURS
from talking import Echo, Talk, fixed, talk

DANA, ELI, VERA = ColleagueId("dana"), ColleagueId("eli"), ColleagueId("vera")
QUESTION = "Why was I charged twice for the Team plan?"


async def waiting(decider: Any = None) -> Talk:
    """Ana asked for a person."""
    room = await talk(decider)
    for id_, name, role in ((DANA, "Dana Voss", Role.CSM), (ELI, "Eli", Role.LEAD), (VERA, "Vera", Role.VIEWER)):
        await room.store.add_colleague(OURS, Colleague(id_, name, role, NOON, OURS))
    await room.chat.ask_for_person(ANA, room.id)
    return room


async def danas(decider: Any = None) -> Talk:
    room = await waiting(decider)
    await room.hand.claim(room.id, by=DANA)
    return room


async def statuses(room: Talk) -> list[str]:
    entries = await room.store.entries(OURS, room.id)
    return [entry.payload["status"] for entry in entries if entry.kind == "status"]


async def test_that_the_customer_is_told_who_has_joined() -> None:
    room = await danas()
    shown = (await room.chat.entries(ANA, room.id))[-1]
    assert shown.text == "Dana Voss has joined and answers here."
    assert shown.payload["name"] == "Dana Voss"
    again = await room.hand.claim(room.id, by=DANA)
    assert again.ownership.colleague == DANA
    assert await statuses(room) == ["waiting", "joined"]


async def test_that_what_one_has_claimed_another_cannot() -> None:
    room = await danas()
    with pytest.raises(InvalidTransition, match="dana's"):
        await room.hand.claim(room.id, by=ELI)


async def test_that_of_many_claims_at_once_one_wins() -> None:
    room = await waiting()
    claims = (room.hand.claim(room.id, by=by) for by in (DANA, ELI) * 5)
    ended = await asyncio.gather(*claims, return_exceptions=True)
    owner = (await room.now()).ownership.colleague
    assert {row.ownership.colleague for row in ended if not isinstance(row, BaseException)} == {owner}
    assert (await statuses(room)).count("joined") == 1


STEPS: dict[str, Any] = {
    "claim": lambda room, by: room.hand.claim(room.id, by=by),
    "say": lambda room, by: room.hand.say(room.id, by=by, text="Hello", key="k"),
    "note": lambda room, by: room.hand.note(room.id, by=by, text="careful"),
    "transfer": lambda room, by: room.hand.transfer(room.id, by=by, to=ELI),
    "requeue": lambda room, by: room.hand.requeue(room.id, by=by, queue="billing"),
    "give_back": lambda room, by: room.hand.give_back(room.id, by=by),
    "resolve": lambda room, by: room.hand.resolve(room.id, by=by),
}


@pytest.mark.parametrize("step", STEPS)
async def test_that_who_may_only_read_changes_nothing(step: str) -> None:
    room = await danas()
    before = await room.now()
    with pytest.raises(Rejected, match="viewer"):
        await STEPS[step](room, VERA)
    with pytest.raises(NotFound):
        await STEPS[step](room, ColleagueId("nobody"))
    assert await room.now() == before


@pytest.mark.parametrize("step", [step for step in STEPS if step not in ("claim", "note")])
async def test_that_only_the_owner_speaks_and_moves(step: str) -> None:
    room = await danas()
    with pytest.raises(InvalidTransition):
        await STEPS[step](room, ColleagueId("eli"))


@pytest.mark.parametrize("step", STEPS)
async def test_that_a_conversation_that_is_not_there_is_not_found(step: str) -> None:
    room = await danas()
    room.id = ConversationId("conv_guessed")
    with pytest.raises(NotFound):
        await STEPS[step](room, DANA)


async def test_that_a_colleagues_words_reach_the_customer_and_the_timeline_once() -> None:
    room = await danas()
    first = await room.hand.say(room.id, by=DANA, text="I will refund it today.", key="k")
    again = await room.hand.say(room.id, by=DANA, text="I will refund it today.", key="k")
    assert first == again
    assert first.author == "agent:dana"
    assert (await room.said())[-1] == ("agent:dana", "I will refund it today.")
    spoken = [e for e in await room.store.timeline(OURS, ANA) if e.properties.get("author") == "agent:dana"]
    assert [event.id for event in spoken] == [first.id]
    with pytest.raises(Conflict):
        await room.hand.say(room.id, by=DANA, text="Other words", key="k")


async def test_that_a_note_is_for_colleagues_only() -> None:
    room = await danas()
    await room.hand.note(room.id, by=ELI, text="was upset on the phone")
    assert "upset" not in str(await room.chat.entries(ANA, room.id))
    assert (await room.store.entries(OURS, room.id))[-1].text == "was upset on the phone"


@pytest.mark.parametrize("text", ["", " ", "x" * 9000])
async def test_that_empty_or_endless_words_are_rejected(text: str) -> None:
    room = await danas()
    with pytest.raises(Rejected):
        await room.hand.say(room.id, by=DANA, text=text, key="k")
    with pytest.raises(Rejected):
        await room.hand.note(room.id, by=DANA, text=text)


async def test_that_a_transferred_conversation_has_one_owner() -> None:
    room = await danas()
    after = await room.hand.transfer(room.id, by=DANA, to=ELI)
    assert after.ownership.colleague == ELI
    with pytest.raises(InvalidTransition):
        await room.hand.say(room.id, by=DANA, text="Still me", key="k")


async def test_that_a_conversation_put_back_waits_again_with_a_new_time() -> None:
    room = await danas()
    after = await room.hand.requeue(room.id, by=DANA, queue="billing")
    assert (after.ownership.state, after.ownership.queue) == (OwnerState.WAITING, "billing")
    assert after.ownership.promised_at == NOON + timedelta(hours=4)
    with pytest.raises(Rejected):
        await (await danas()).hand.requeue(room.id, by=DANA, queue="nowhere")


async def test_that_the_assistant_goes_on_with_what_the_person_said() -> None:
    room = await danas()
    await room.hand.say(room.id, by=DANA, text="Your refund is booked.", key="k")
    room.clock.move(timedelta(minutes=1))
    await room.say(QUESTION)
    await room.settled()
    assert room.decider.seen == []
    await room.hand.give_back(room.id, by=DANA)
    await room.settled()
    assert room.decider.texts == [QUESTION]
    conversation = conversation_of(room.decider.seen[0].snapshot)
    assert conversation.owner is None
    assert ("agent:dana", "Your refund is booked.") in [(turn.author, turn.text) for turn in conversation.turns]
    assert (await room.said())[-1] == ("assistant", f"You said: {QUESTION}")


async def test_that_what_the_person_answered_is_not_answered_again() -> None:
    room = await danas()
    await room.say(QUESTION)
    await room.hand.say(room.id, by=DANA, text="Because of a mistake of ours.", key="k")
    await room.hand.give_back(room.id, by=DANA)
    await room.settled()
    assert room.decider.seen == []


async def test_that_handing_over_and_back_comes_to_an_end() -> None:
    room = await danas(fixed(HANDOFF))
    for number in range(1, MOST_HANDOFFS):
        await room.hand.give_back(room.id, by=DANA)
        room.clock.move(timedelta(minutes=1))
        await room.say(f"Question {number}: why was I charged twice for the Team plan?")
        await room.settled()
        assert (await room.now()).ownership.state is OwnerState.WAITING
        await room.hand.claim(room.id, by=DANA)
    with pytest.raises(InvalidTransition, match="resolve"):
        await room.hand.give_back(room.id, by=DANA)


async def test_that_a_resolved_conversation_closes_its_issue_and_opens_with_the_next_message() -> None:
    room = await talk(fixed(REPLY))
    await room.store.add_colleague(OURS, Colleague(DANA, "Dana Voss", Role.CSM, NOON, OURS))
    await room.ask("My invoice INV-2041 is wrong, can you look at it?")
    await room.chat.ask_for_person(ANA, room.id)
    await room.hand.claim(room.id, by=DANA)
    after = await room.hand.resolve(room.id, by=DANA)
    assert after.ownership.state is OwnerState.RESOLVED
    assert await room.chat.issues(ANA) == []
    events = [event.type for event in await room.store.timeline(OURS, ANA)]
    assert events.count("conversation_resolved") == 1
    await room.ask(QUESTION)
    assert (await room.said())[-1][0] == "assistant"


async def test_that_a_person_who_types_is_seen_by_the_customer() -> None:
    room = await danas()
    with room.notifier.watching(room.id) as watch:
        await room.hand.typing(room.id, by=ELI, on=True)
        assert await watch.next(0) is None
        await room.hand.typing(room.id, by=DANA, on=True)
        frame = await watch.next(0)
        assert frame is not None
        assert frame.data == {"by": "person", "on": True}


async def test_that_the_customer_sees_that_the_person_has_read_it() -> None:
    room = await danas()
    await room.say("Are you there?")
    asked = (await room.now()).asked_seq
    assert (await room.now()).noticed_seq < asked
    await room.hand.seen(await room.now(), by=ELI)
    assert (await room.now()).noticed_seq < asked
    with room.notifier.watching(room.id) as watch:
        await room.hand.seen(await room.now(), by=DANA)
        assert await watch.next(0) is not None
        await room.hand.seen(await room.now(), by=DANA)
        assert await watch.next(0) is None
    assert (await room.now()).noticed_seq >= asked


async def test_that_what_the_assistant_answered_was_noticed() -> None:
    room = await talk()
    await room.ask(QUESTION)
    stands = await room.now()
    assert stands.noticed_seq == stands.asked_seq


# --- the packet and the suggestion ---------------------------------------------------------------

FULL = HandoffSummary(
    goal="a refund",
    facts=(SummaryEntry("Ana", "customer"), SummaryEntry("Plan: Team", "customer.plan")),
    tried=(SummaryEntry("the download", "m1"),),
    sentiment="negative",
    next_step="Decide about the request.",
    why_you="money",
)


async def test_that_a_packet_with_everything_is_complete() -> None:
    room = await talk(fixed(replace(HANDOFF, summary=FULL)))
    await room.ask("Please refund invoice INV-2041, I was charged twice.")
    packet = await room.hand.packet(room.id)
    assert (packet.completeness, packet.lacks) == (1.0, ())
    assert packet.summary["goal"] == "a refund"
    assert packet.issue is not None
    assert [fact.text for fact in packet.issue.facts] == ["INV-2041"]
    assert packet.issue.pending[0].text == HANDOFF.text


async def test_that_a_packet_names_what_it_lacks() -> None:
    room = await talk(fixed(replace(HANDOFF, summary=HandoffSummary(sentiment=""))))
    await room.ask("It does not work at all for me.")
    packet = await room.hand.packet(room.id)
    assert packet.lacks == ("who", "facts", "mood", "next step", "why you")
    assert packet.completeness == pytest.approx(1 - 5 / 9, abs=0.01)


async def test_that_a_packet_has_what_was_said_since() -> None:
    room = await waiting()
    await room.say("Are you there? It is urgent.")
    assert [entry.text for entry in (await room.hand.packet(room.id)).said_since] == ["Are you there? It is urgent."]


async def test_that_a_packet_needs_no_run() -> None:
    room = await talk()
    packet = await room.hand.packet(room.id)
    assert packet.run is None
    assert 0 < packet.completeness < 1


async def test_that_a_suggestion_is_decided_as_if_nobody_owned_it_and_leaves_nothing() -> None:
    room = await danas()
    await room.hand.say(room.id, by=DANA, text="Hello, I am looking at it.", key="k")
    room.clock.move(timedelta(minutes=1))
    await room.say(QUESTION)
    decider = Echo()
    run = await Suggestions(room.store, decider, room.clock, OURS).suggest(room.id)
    assert run is not None
    assert run.outcome.text == f"You said: {QUESTION}"  # type: ignore[union-attr]
    assert conversation_of(decider.seen[0].snapshot).owner is None
    assert len(await room.store.runs(OURS)) == 1
    assert (await room.said())[-1] == ("customer", QUESTION)


async def test_that_there_is_no_suggestion_where_the_assistant_has_nothing_to_say() -> None:
    room = await danas()
    suggestions = Suggestions(room.store, fixed(HANDOFF), room.clock, OURS)
    assert await suggestions.suggest(room.id) is None
    await room.say(QUESTION)
    assert await suggestions.suggest(room.id) is None
