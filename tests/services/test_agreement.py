"""Agreement: what people did with drafts, and whether they acted where the assistant only watched."""

from datetime import timedelta
from typing import Any

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.draft import Draft, RejectReason
from journey_assistant.domain.effects import Effects
from journey_assistant.services.agreement import agreement
from records import ANA, BEN, NOON, OURS, draft, event, run_record

LATER = NOON + timedelta(days=1)


async def with_draft(store: MemoryStore, number: int, **fields: Any) -> Draft:
    await store.commit_run(OURS, run_record(number), Effects(draft=draft(number, **fields)))
    found = await store.draft(OURS, draft(number).id)
    assert found is not None
    return found


async def watched(store: MemoryStore, number: int, customer_id: str = ANA, **line: Any) -> None:
    shadow = {"route": "draft_message", "reasons": [], "outcome": {"kind": "draft", "text": "Hello"}}
    record = run_record(number, customer_id, line={"id": f"run_{number}", "shadow": shadow, **line})
    await store.commit_run(OURS, record, Effects())


async def test_that_drafts_are_counted_by_what_people_did() -> None:
    store = MemoryStore()
    drafts = [await with_draft(store, number) for number in range(6)]
    await store.change_draft(OURS, drafts[0], drafts[0].approve(by="dana", at=NOON))
    await store.change_draft(OURS, drafts[1], drafts[1].approve(by="dana", at=NOON))
    edited = drafts[2].edit(text="x", subject=None, by="dana", at=NOON)
    await store.change_draft(OURS, drafts[2], edited)
    await store.change_draft(OURS, edited, edited.approve(by="dana", at=NOON))
    no = drafts[3].reject(by="dana", at=NOON, why="on leave", reason=RejectReason.BAD_TIMING)
    await store.change_draft(OURS, drafts[3], no)
    await store.change_draft(OURS, drafts[4], drafts[4].withdraw(at=NOON, why="a ticket"))
    await with_draft(store, 9, play=None)
    found = await agreement(store, OURS, LATER)
    welcome, answers = found.decided
    counts = (welcome.unedited, welcome.edited, welcome.rejected, welcome.withdrawn, welcome.open)
    assert (welcome.play, counts, welcome.agreement) == ("welcome", (2, 1, 1, 1, 1), 0.5)
    assert welcome.reasons == (("bad timing", 1),)
    assert (answers.play, answers.open, answers.agreement) == ("an answer", 1, None)


async def test_that_a_colleague_who_got_in_touch_agrees_with_what_was_only_watched() -> None:
    store = MemoryStore()
    await watched(store, 1)
    await watched(store, 2, BEN)
    await store.add_events(OURS, [event("call", "call_logged", LATER)])
    by_play = event("sent", "message_sent", LATER, BEN, play="welcome")
    late = event("late", "call_logged", NOON + timedelta(days=9), BEN)
    await store.add_events(OURS, [by_play, late])
    (row,) = (await agreement(store, OURS, LATER)).watched
    assert (row.name, row.is_play, row.decided, row.spoke, row.acted, row.agreement) == ("welcome", True, 2, 2, 1, 0.5)


async def test_that_what_would_have_been_held_needs_nobody() -> None:
    store = MemoryStore()
    shadow = {"route": "hold", "reasons": [], "outcome": {"kind": "hold", "text": None}}
    await watched(store, 1, shadow=shadow)
    (row,) = (await agreement(store, OURS, LATER)).watched
    assert (row.decided, row.spoke, row.agreement) == (1, 0, None)


async def test_that_what_was_before_the_window_does_not_count() -> None:
    store = MemoryStore()
    await with_draft(store, 1)
    await watched(store, 2)
    found = await agreement(store, OURS, NOON + timedelta(days=120))
    assert (found.decided, found.watched, found.whole) == ((), (), True)
