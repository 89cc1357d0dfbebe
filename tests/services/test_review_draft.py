import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.draft import Draft, DraftId, DraftState
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.guardrail import Finding, Severity, Verdict
from journey_assistant.errors import InvalidTransition, NotFound, Rejected, StaleDraft
from journey_assistant.services.review_draft import DraftReview, Standing
from records import ANA, NOON, OURS, THEIRS, draft, run_record

D1 = DraftId("draft_1")
DANA, VERA, LEAD, ADMIN = (ColleagueId(name) for name in ("dana", "vera", "lead", "admin"))
PASSES = Verdict()
BLOCKED = Verdict((Finding("secret_leak", Severity.BLOCK, "a password"),))


@dataclass
class Checked:
    """Says what it was told of every draft, and remembers the words it was shown."""

    verdict: Verdict = PASSES
    stale: str = ""
    later: timedelta = timedelta()
    seen: list[str] = field(default_factory=list)

    async def __call__(self, draft: Draft, now: datetime) -> Standing:
        self.seen.append(draft.text)
        return Standing(self.verdict, now + self.later, self.stale)


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore()
    await store.commit_run(OURS, run_record(), Effects(draft=draft()))
    for id_, role in ((DANA, Role.CSM), (VERA, Role.VIEWER), (LEAD, Role.LEAD), (ADMIN, Role.ADMIN)):
        await store.add_colleague(OURS, Colleague(id_, id_.title(), role, NOON))
    return store


def review(store: MemoryStore, check: Checked | None = None) -> DraftReview:
    return DraftReview(store, SetClock(), check or Checked(), OURS)


async def stored(store: MemoryStore) -> Draft:
    found = await store.draft(OURS, D1)
    assert found is not None
    return found


async def test_that_exactly_the_approved_bytes_are_queued(store: MemoryStore) -> None:
    approved = await review(store).approve(D1, by=DANA)
    (message,) = await store.outbox(OURS)
    assert (message.subject, message.text) == (draft().subject, draft().text)
    assert message.sha256 == hashlib.sha256(b"subject:A guide\0" + draft().text.encode()).hexdigest()
    assert (message.draft_id, message.draft_version) == (D1, 1)
    assert (approved.state, approved.decided_by, approved.decided_at) == (DraftState.APPROVED, DANA, NOON)
    assert await stored(store) == approved


async def test_that_an_approved_message_counts_for_the_caps(store: MemoryStore) -> None:
    await review(store).approve(D1, by=DANA)
    (queued,) = await store.timeline(OURS, ANA)
    assert queued.type == "message_sent"
    assert {key: queued.properties[key] for key in ("channel", "purpose", "play", "status")} == {
        "channel": "email",
        "purpose": "marketing",
        "play": "welcome",
        "status": "queued",
    }


async def test_that_a_message_waits_until_it_may_go_out(store: MemoryStore) -> None:
    await review(store, Checked(later=timedelta(hours=9))).approve(D1, by=DANA)
    assert [message.due_at for message in await store.outbox(OURS)] == [NOON + timedelta(hours=9)]


async def test_that_of_many_approvals_one_is_queued_and_the_others_are_told(store: MemoryStore) -> None:
    outcomes = await asyncio.gather(*(review(store).approve(D1, by=DANA) for _ in range(20)), return_exceptions=True)
    assert len([o for o in outcomes if isinstance(o, Draft)]) == 1
    assert len([o for o in outcomes if isinstance(o, InvalidTransition)]) == 19
    assert len(await store.outbox(OURS)) == 1


async def test_that_a_draft_whose_facts_changed_is_withdrawn(store: MemoryStore) -> None:
    with pytest.raises(StaleDraft, match="a ticket is open"):
        await review(store, Checked(stale="a ticket is open")).approve(D1, by=DANA)
    assert ((await stored(store)).state, (await stored(store)).why) == (DraftState.WITHDRAWN, "a ticket is open")
    assert await store.outbox(OURS) == []


async def test_that_blocked_words_are_not_approved(store: MemoryStore) -> None:
    with pytest.raises(Rejected, match="secret_leak"):
        await review(store, Checked(BLOCKED)).approve(D1, by=DANA)
    assert (await stored(store)).state is DraftState.PENDING
    assert await store.outbox(OURS) == []


async def test_that_an_edited_draft_is_guarded_again_and_a_new_version(store: MemoryStore) -> None:
    check = Checked()
    await review(store, check).edit(D1, by=DANA, text="Other words")
    assert check.seen == ["Other words"]
    edited = await stored(store)
    assert (edited.version, edited.text, edited.subject, edited.state) == (2, "Other words", "A guide", "pending")
    await review(store).approve(D1, by=DANA)
    assert [(m.key, m.text) for m in await store.outbox(OURS)] == [("draft:draft_1:2", "Other words")]


async def test_that_an_edit_that_guardrails_block_changes_nothing(store: MemoryStore) -> None:
    with pytest.raises(Rejected):
        await review(store, Checked(BLOCKED)).edit(D1, by=DANA, text="Your password is hunter2")
    assert (await stored(store)).version == 1


async def test_that_words_edited_since_they_were_read_are_not_approved(store: MemoryStore) -> None:
    await review(store).edit(D1, by=DANA, text="Other words")
    with pytest.raises(StaleDraft, match="version 2"):
        await review(store).approve(D1, by=LEAD, version=1)
    assert await store.outbox(OURS) == []


async def test_that_an_empty_edit_is_rejected(store: MemoryStore) -> None:
    with pytest.raises(Rejected, match="empty"):
        await review(store).edit(D1, by=DANA, text=" \n")


async def test_that_a_rejected_draft_keeps_the_reason(store: MemoryStore) -> None:
    await review(store).reject(D1, by=DANA, why="wrong tone")
    assert ((await stored(store)).state, (await stored(store)).why) == (DraftState.REJECTED, "wrong tone")


@pytest.mark.parametrize("then", ["approve", "edit", "reject"])
@pytest.mark.parametrize("first", ["approve", "reject"])
async def test_that_a_decided_draft_is_not_decided_again(store: MemoryStore, first: str, then: str) -> None:
    async def do(step: str) -> None:
        match step:
            case "approve":
                await review(store).approve(D1, by=DANA)
            case "edit":
                await review(store).edit(D1, by=DANA, text="Other")
            case _:
                await review(store).reject(D1, by=DANA, why="no")

    await do(first)
    with pytest.raises(InvalidTransition):
        await do(then)


@pytest.mark.parametrize(("by", "may"), [(DANA, True), (LEAD, True), (ADMIN, True), (VERA, False)])
@pytest.mark.parametrize("step", ["approve", "edit", "reject"])
async def test_that_only_those_who_may_decide_do(store: MemoryStore, by: ColleagueId, may: bool, step: str) -> None:
    async def do() -> Draft:
        if step == "approve":
            return await review(store).approve(D1, by=by)
        if step == "edit":
            return await review(store).edit(D1, by=by, text="Other")
        return await review(store).reject(D1, by=by, why="no")

    if may:
        assert (await do()).decided_by == by
        return
    with pytest.raises(Rejected, match="viewer"):
        await do()
    assert await stored(store) == draft()


async def test_that_strangers_and_other_tenants_decide_nothing(store: MemoryStore) -> None:
    with pytest.raises(NotFound, match="colleague"):
        await review(store).approve(D1, by=ColleagueId("nobody"))
    await store.add_colleague(THEIRS, Colleague(DANA, "Dana", Role.ADMIN, NOON))
    with pytest.raises(NotFound, match="draft"):
        await DraftReview(store, SetClock(), Checked(), THEIRS).approve(D1, by=DANA)
    assert (await stored(store)).state is DraftState.PENDING
