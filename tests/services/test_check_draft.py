"""Drafts are checked again by the real agent: their words, and whether what they rest on still holds."""

from datetime import timedelta
from typing import Any

import pytest

from deciding import run_of
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.draft import Draft
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.outcome import DraftMessage
from journey_assistant.errors import NotFound
from journey_assistant.services.check_draft import DraftChecker
from journey_assistant.services.commit import commit
from journey_assistant.services.decide import Decider
from journey_assistant.services.stored_case import stored_case
from real_parts import decider
from records import ANA, NOON, OURS, customer, event

__all__ = ["decider"]
WORDS = "Hi Ana,\n\nWould a short call suit you?\n\nDana\n\nYou decide what we write to you about: https://{host}/p"
YES = {"email": {"marketing": True, "service": True}}


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore()
    await store.put_customers(OURS, [customer(name="Ana", timezone="UTC", consent=YES, email="ana@example.com")])
    return store


async def drafted(store: MemoryStore, checker: DraftChecker, **fields: Any) -> Draft:
    """A draft of a committed run."""
    host = next(iter(checker.decider.parts.playbook.company.allow_domains), "example.invalid")
    given = {"text": WORDS.format(host=host), "channel": "email", "purpose": "marketing", "subject": "A call"}
    case = await stored_case(store, OURS, ANA, case_id="c", now_at=NOON, moment={"kind": "sweep"})
    run = run_of(case, DraftMessage(**given | fields), play="welcome")
    await commit(store, run, case)
    (draft,) = await store.drafts(OURS)
    return draft


@pytest.fixture
def checker(store: MemoryStore, decider: Decider) -> DraftChecker:
    return DraftChecker(store, decider, OURS)


async def test_that_a_draft_whose_facts_hold_may_go_out_now(store: MemoryStore, checker: DraftChecker) -> None:
    standing = await checker(await drafted(store, checker), NOON + timedelta(hours=1))
    assert (standing.stale, standing.due_at) == ("", NOON + timedelta(hours=1))


async def test_that_words_are_guarded(store: MemoryStore, checker: DraftChecker) -> None:
    draft = await drafted(store, checker, text="Hi {{ name }}, your password is hunter2.")
    assert not (await checker(draft, NOON)).verdict.passes


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"consent": {"email": {"marketing": False}}}, "marketing"),
        ({"consent": YES, "stop_state": "do_not_contact"}, "do_not_contact"),
    ],
)
async def test_that_a_withdrawn_consent_or_a_state_makes_a_draft_stale(
    store: MemoryStore, checker: DraftChecker, change: dict[str, Any], told: str
) -> None:
    draft = await drafted(store, checker)
    await store.put_customers(OURS, [customer(name="Ana", timezone="UTC", **change)])
    assert told in (await checker(draft, NOON)).stale


@pytest.mark.parametrize(
    ("type_", "properties", "told"),
    [
        ("consent_changed", {"channel": "email", "purpose": "marketing", "granted": False}, "marketing"),
        ("ticket_opened", {"ticket_id": "t1", "topic": "billing", "text": "a question"}, "billing"),
        ("ticket_opened", {"ticket_id": "t1", "topic": "other", "sentiment": "frustrated"}, "upset"),
    ],
)
async def test_that_what_happened_since_makes_a_draft_stale(
    store: MemoryStore, checker: DraftChecker, type_: str, properties: dict[str, Any], told: str
) -> None:
    draft = await drafted(store, checker)
    await store.add_events(OURS, [event("since", type_, NOON + timedelta(minutes=5), **properties)])
    assert (await checker(draft, NOON)).stale == ""
    assert told in (await checker(draft, NOON + timedelta(minutes=10))).stale


async def test_that_a_service_draft_survives_an_open_ticket(store: MemoryStore, checker: DraftChecker) -> None:
    draft = await drafted(store, checker, purpose="service")
    await store.add_events(OURS, [event("since", "ticket_opened", NOON, ticket_id="t1", topic="billing")])
    assert (await checker(draft, NOON)).stale == ""


async def test_that_a_draft_approved_at_night_goes_out_in_the_morning(
    store: MemoryStore, checker: DraftChecker
) -> None:
    night = NOON.replace(hour=23)
    standing = await checker(await drafted(store, checker), night)
    assert standing.due_at == (night + timedelta(days=1)).replace(hour=8)


async def test_that_a_full_cap_delays_a_draft(store: MemoryStore, checker: DraftChecker) -> None:
    draft = await drafted(store, checker)
    sent = {"channel": "email", "purpose": "marketing", "status": "sent"}
    await store.add_events(OURS, [event("sent", "message_sent", NOON - timedelta(hours=1), **sent)])
    standing = await checker(draft, NOON)
    assert (standing.stale, standing.due_at) == ("", (NOON + timedelta(days=1)).replace(hour=8))


async def test_that_a_draft_of_somebody_never_imported_is_checked_as_they_were(
    store: MemoryStore, checker: DraftChecker
) -> None:
    draft = await drafted(store, checker)
    (run,) = await store.runs(OURS)
    alone = MemoryStore()
    await alone.commit_run(OURS, run, Effects(draft=draft))
    assert (await DraftChecker(alone, checker.decider, OURS)(draft, NOON)).stale == ""


async def test_that_a_draft_without_its_run_is_not_checked(store: MemoryStore, checker: DraftChecker) -> None:
    draft = await drafted(store, checker)
    with pytest.raises(NotFound):
        await DraftChecker(MemoryStore(), checker.decider, OURS)(draft, NOON)


async def test_that_words_are_judged_as_of_the_time_they_would_go_out(
    store: MemoryStore, checker: DraftChecker
) -> None:
    draft = await drafted(store, checker)
    by_day, by_night = [await checker(draft, NOON + timedelta(hours=hours)) for hours in (1, 11)]
    assert by_night.due_at > NOON + timedelta(hours=11)
    assert "quiet_hours" not in by_night.verdict.guardrails
    assert by_night.verdict.passes is by_day.verdict.passes
