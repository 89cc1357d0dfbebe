"""What the review of drafts keeps: numbered steps, snoozes, done alerts, and the audit trail of all of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from journey_assistant.domain.audit import Head, broken_links, deed_of
from journey_assistant.domain.draft import Draft, DraftState, StepKind, change_between
from journey_assistant.domain.effects import Effects, OpenHandoff
from journey_assistant.domain.job import Job
from journey_assistant.domain.snooze import WakeOn
from journey_assistant.errors import Conflict, NotFound
from journey_assistant.ports.store import Store
from journey_assistant.services.audit_trail import verify_audit
from records import ANA, BEN, NOON, OURS, THEIRS, all_effects, customer, draft, event, run_record

LATER = NOON + timedelta(days=1)


async def the_draft(store: Store) -> Draft:
    (found,) = await store.drafts(OURS)
    return found


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.put_customers(OURS, [customer()])
    await store.commit_run(OURS, run_record(), all_effects())
    return store


async def test_that_a_snoozed_draft_comes_back_as_it_was_put_aside(filled: Store) -> None:
    first = await the_draft(filled)
    aside = first.snooze(until_at=LATER, on=WakeOn.TICKET_CLOSED, by="dana", at=NOON)
    wake = Job("recheck:c_ana:later", "recheck", LATER, ANA, tenant_id=OURS)
    await filled.change_draft(OURS, first, aside, jobs=[wake])
    assert await the_draft(filled) == aside
    assert await filled.jobs(OURS) == [wake]
    assert await filled.drafts(OURS, state=DraftState.PENDING) == []


async def test_that_every_step_has_its_number_and_kind(filled: Store) -> None:
    before = await the_draft(filled)
    aside = before.snooze(until_at=LATER, on=WakeOn.TIME, by="dana", at=NOON)
    woken = aside.wake(at=LATER, why="its time came")
    again = woken.snooze(until_at=LATER, on=WakeOn.TIME, by="dana", at=LATER)
    back = again.wake(at=LATER, why="its time came")
    handed_on = back.reassign(to="eve", by="dana", at=LATER)
    for one, next_ in ((before, aside), (aside, woken), (woken, again), (again, back), (back, handed_on)):
        await filled.change_draft(OURS, one, next_)
    steps = await filled.draft_changes(OURS, before.id)
    kinds = [StepKind.SNOOZED, StepKind.WOKEN, StepKind.SNOOZED, StepKind.WOKEN, StepKind.REASSIGNED]
    assert [(step.step, step.kind) for step in steps] == [*enumerate(kinds, 1)]


async def test_that_a_change_of_an_earlier_step_is_refused_though_the_words_are_the_same(filled: Store) -> None:
    seen = await the_draft(filled)
    await filled.change_draft(OURS, seen, seen.reassign(to="eve", by="dana", at=NOON))
    with pytest.raises(Conflict):
        await filled.change_draft(OURS, seen, seen.reassign(to="lena", by="dana", at=NOON))
    assert (await the_draft(filled)).reviewer == "eve"


async def test_that_drafts_are_counted_by_state(store: Store) -> None:
    for number in range(3):
        await store.commit_run(OURS, run_record(number), Effects(draft=draft(number)))
    first = (await store.drafts(OURS))[0]
    await store.change_draft(OURS, first, first.reject(by="dana", at=NOON, why="no"))
    assert await store.count_drafts(OURS, states=[DraftState.PENDING]) == 2
    assert await store.count_drafts(OURS, states=[DraftState.PENDING, DraftState.REJECTED]) == 3
    assert await store.count_drafts(THEIRS, states=[DraftState.PENDING]) == 0


# --- alerts --------------------------------------------------------------------------------------


async def the_alert(store: Store) -> OpenHandoff:
    (found,) = await store.handoffs(OURS)
    return found


async def test_that_a_done_alert_leaves_the_list_with_who_and_when(filled: Store) -> None:
    alert = await the_alert(filled)
    said = event("done", "alert_done", NOON)
    await filled.finish_handoff(OURS, alert, alert.done(by="dana", at=NOON), events=[said])
    assert await filled.handoffs(OURS, open_only=True) == []
    assert ((await the_alert(filled)).done_by, (await the_alert(filled)).done_at) == ("dana", NOON)
    assert "done" in [one.id for one in await filled.timeline(OURS, ANA)]


async def test_that_of_ten_who_say_done_one_is_recorded(filled: Store) -> None:
    alert = await the_alert(filled)

    async def say(number: int) -> bool:
        try:
            await filled.finish_handoff(OURS, alert, alert.done(by=f"csm{number}", at=NOON))
        except Conflict:
            return False
        return True

    said = await asyncio.gather(*(say(number) for number in range(10)))
    assert said.count(True) == 1
    assert (await the_alert(filled)).done_by == f"csm{said.index(True)}"
    assert len(await filled.audit(OURS)) == 1


async def test_that_an_alert_of_nobody_is_not_done(filled: Store) -> None:
    alert = replace(await the_alert(filled), id="handoff_9")
    with pytest.raises(NotFound):
        await filled.finish_handoff(OURS, alert, alert.done(by="dana", at=NOON))


# --- the audit trail -----------------------------------------------------------------------------


async def test_that_what_is_done_is_chained_and_verified(filled: Store) -> None:
    first = await the_draft(filled)
    second = first.edit(text="other\x00words \ud83d", subject=None, by="dana", at=NOON)
    third = second.approve(by="eve", at=LATER)
    await filled.change_draft(OURS, first, second)
    await filled.change_draft(OURS, second, third)
    alert = await the_alert(filled)
    await filled.finish_handoff(OURS, alert, alert.done(by="dana", at=NOON))
    entries = await filled.audit(OURS)
    assert [(entry.seq, entry.what, entry.by) for entry in entries] == [
        (1, "draft", "dana"),
        (2, "draft", "eve"),
        (3, "handoff", "dana"),
    ]
    assert await filled.audit_head(OURS) == Head(3, entries[-1].sha256)
    assert await verify_audit(filled, OURS, [Head(2, entries[1].sha256)]) == (3, ())
    assert [entry.seq for entry in await filled.audit(OURS, after=1, limit=1)] == [2]
    assert await filled.audit_head(THEIRS) is None


async def test_that_many_at_once_make_one_chain(store: Store) -> None:
    for number in range(12):
        await store.commit_run(OURS, run_record(number), Effects(draft=draft(number)))
    drafts = await store.drafts(OURS)
    done = [store.change_draft(OURS, one, one.reject(by="dana", at=NOON, why="no")) for one in drafts]
    await asyncio.gather(*done)
    entries = await store.audit(OURS)
    assert len(entries) == 12
    assert [*broken_links(entries)] == []


async def test_that_a_refused_change_leaves_no_entry(filled: Store) -> None:
    first = await the_draft(filled)
    await filled.change_draft(OURS, first, first.approve(by="dana", at=NOON))
    with pytest.raises(Conflict):
        await filled.change_draft(OURS, first, first.approve(by="eve", at=NOON))
    (entry,) = await filled.audit(OURS)
    change = change_between(first, first.approve(by="dana", at=NOON))
    assert entry.payload_sha256 == deed_of(change).payload_sha256


async def test_that_an_erased_customer_leaves_the_chain_whole(filled: Store) -> None:
    await filled.commit_run(OURS, run_record(2, BEN), Effects(draft=draft(2, BEN)))
    for one in await filled.drafts(OURS):
        await filled.change_draft(OURS, one, one.reject(by="dana", at=NOON, why="no"))
    alert = await the_alert(filled)
    await filled.finish_handoff(OURS, alert, alert.done(by="dana", at=NOON))
    await filled.erase_customer(OURS, ANA)
    entries = await filled.audit(OURS)
    assert [entry.what for entry in entries] == ["draft", "draft", "handoff", "erased", "erased"]
    assert await verify_audit(filled, OURS) == (5, ())
