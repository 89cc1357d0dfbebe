"""What every store must do: one suite for memory, SQLite and Postgres."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.draft import DraftId, DraftState
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.journey_run import RunId
from journey_assistant.domain.outbox import message_of_draft
from journey_assistant.domain.recall import Recall
from journey_assistant.errors import Conflict, NotFound, PortError
from journey_assistant.ports.store import Store
from records import ANA, BEN, NOON, OURS, THEIRS, all_effects, customer, draft, event, message, run_record

HOUR = timedelta(hours=1)


async def everything(store: Store, tenant: Any) -> list[Sequence[Any]]:
    """All that one tenant can see."""
    return [
        await store.customers(tenant),
        await store.customers(tenant, ids=[ANA, BEN]),
        await store.recall(tenant, ANA, Recall(NOON + 99 * HOUR)),
        await store.timeline(tenant, ANA),
        await store.runs(tenant),
        await store.drafts(tenant),
        await store.handoffs(tenant),
        await store.holds(tenant),
        await store.actions(tenant),
        await store.outbox(tenant),
        await store.colleagues(tenant),
    ]


async def filled(store: Store, tenant: Any = OURS, customer_id: str = ANA, number: int = 1, word: str = "word") -> None:
    """A customer with one row of every kind."""
    account = {"id": f"a_{number}", "name": word}
    await store.put_customers(tenant, [customer(customer_id, name=word, account=account)])
    await store.add_events(tenant, [event(f"e{number}", "note_added", customer_id=customer_id, text=word)])
    record = run_record(number, customer_id, case={"note": word}, line={"text": word})
    await store.commit_run(tenant, record, all_effects(number, customer_id, word))


# --- customers -----------------------------------------------------------------------------------


async def test_that_a_customer_comes_back_as_stored_with_unknown_fields(store: Store) -> None:
    row = customer(name="Ana “O'Neill” Ruiz\u0000\ud83d", account={"id": "a_1", "employees": 12}, shoe_size=[38, None])
    await store.put_customers(OURS, [row])
    assert await store.customers(OURS) == [row]


async def test_that_a_customer_put_again_is_replaced(store: Store) -> None:
    await store.put_customers(OURS, [customer(name="Ana", plan="Team")])
    await store.put_customers(OURS, [customer(name="Ana Ruiz")])
    assert await store.customers(OURS) == [customer(name="Ana Ruiz")]


async def test_that_an_account_is_shared_by_its_customers(store: Store) -> None:
    await store.put_customers(OURS, [customer(ANA, account={"id": "a_1", "name": "Old"})])
    await store.put_customers(OURS, [customer(BEN, account={"id": "a_1", "name": "New"})])
    assert [row.document["account"]["name"] for row in await store.customers(OURS)] == ["New", "New"]


async def test_that_an_account_without_an_id_stays_with_its_customer(store: Store) -> None:
    await store.put_customers(OURS, [customer(ANA, account={"name": "One"}), customer(BEN, account={"name": "Two"})])
    assert [row.document["account"]["name"] for row in await store.customers(OURS)] == ["One", "Two"]


async def test_that_customers_are_paged_by_id(store: Store) -> None:
    await store.put_customers(OURS, [customer(f"c{number}") for number in range(7)])
    first = await store.customers(OURS, limit=3)
    rest = await store.customers(OURS, after=first[-1].id)
    assert [row.id for row in first + rest] == [f"c{number}" for number in range(7)]


async def test_that_unknown_customers_are_left_out(store: Store) -> None:
    await store.put_customers(OURS, [customer(ANA)])
    assert [row.id for row in await store.customers(OURS, ids=[BEN, ANA, ANA])] == [ANA]


# --- events --------------------------------------------------------------------------------------


async def test_that_an_event_counts_once_and_the_first_stands(store: Store) -> None:
    assert await store.add_events(OURS, [event("e1", path="/a"), event("e1", path="/b"), event("e2")]) == 2
    assert await store.add_events(OURS, [event("e1", path="/c"), event("e3")]) == 1
    timeline = await store.timeline(OURS, ANA)
    assert [(e.id, e.properties.get("path")) for e in timeline] == [("e1", "/a"), ("e2", None), ("e3", None)]


async def test_that_two_customers_may_have_events_of_one_id(store: Store) -> None:
    await store.add_events(OURS, [event("e1", path="/a"), event("e1", customer_id=BEN, path="/b")])
    assert [e.properties["path"] for e in await store.timeline(OURS, BEN)] == ["/b"]


async def test_that_the_order_of_arrival_does_not_matter(store: Store) -> None:
    given = [event(f"e{n:02}", ["page_viewed", "note_added"][n % 2], NOON - n * HOUR, path=f"/{n}") for n in range(40)]
    random.Random(7).shuffle(given)
    for start in range(0, 40, 9):
        await store.add_events(OURS, given[start : start + 9])
    expected = [f"e{n:02}" for n in reversed(range(40))]
    assert [e.id for e in await store.timeline(OURS, ANA)] == expected
    assert [e.id for e in await store.recall(OURS, ANA, Recall(NOON))] == expected


async def test_that_a_time_comes_back_as_the_same_moment_in_utc(store: Store) -> None:
    chicago = datetime(2026, 3, 10, 9, 12, 33, 123456, tzinfo=ZoneInfo("America/Chicago"))
    await store.add_events(OURS, [event("e1", at=chicago)])
    (stored,) = await store.timeline(OURS, ANA)
    assert stored.at == chicago
    assert stored.at.utcoffset() == timedelta()


async def test_that_both_hours_of_a_clock_change_stay_apart(store: Store) -> None:
    zone = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=zone)
    second = first.replace(fold=1)
    await store.add_events(OURS, [event("second", at=second), event("first", at=first)])
    assert [e.id for e in await store.timeline(OURS, ANA)] == ["first", "second"]


async def test_that_recall_knows_nothing_after_the_moment(store: Store) -> None:
    await store.add_events(OURS, [event("now"), event("later", at=NOON + timedelta(microseconds=1))])
    assert [e.id for e in await store.recall(OURS, ANA, Recall(NOON))] == ["now"]


async def test_that_recall_reads_the_newest_of_every_topic_and_no_more(store: Store) -> None:
    views = [event(f"v{n:03}", at=NOON - n * HOUR, path="/blog/a") for n in range(30)]
    rare = event("rare", at=NOON - 9_000 * HOUR, path="/pricing")
    ticket = event("ticket", "ticket_opened", NOON - 9_000 * HOUR)
    used = [event(f"u{n}", "feature_used", NOON - n * HOUR, feature=f"f{n % 2}") for n in range(8)]
    await store.add_events(OURS, [*views, rare, ticket, *used])
    recalled = {e.id for e in await store.recall(OURS, ANA, Recall(NOON, per_topic=2, per_feature=2))}
    assert recalled == {"v000", "v001", "rare", "ticket", "u0", "u1", "u2", "u3"}


async def test_that_recall_is_bounded_under_a_flood_of_types_and_topics(store: Store) -> None:
    flood = [event(f"t{n:03}", f"type_{n:03}") for n in range(150)]
    flood += [event(f"p{n:03}", path=f"/section-{n:03}") for n in range(150)]
    await store.add_events(OURS, flood)
    recalled = await store.recall(OURS, ANA, Recall(NOON, types=120, topics=110))
    assert len([e for e in recalled if e.type == "page_viewed"]) == 110
    assert len([e for e in recalled if e.type != "page_viewed"]) == 119


async def test_that_a_timeline_is_paged(store: Store) -> None:
    await store.add_events(OURS, [event(f"e{n}", at=NOON + (n // 2) * HOUR) for n in range(7)])
    first = await store.timeline(OURS, ANA, limit=3)
    rest = await store.timeline(OURS, ANA, after=(first[-1].at, first[-1].id))
    assert [e.id for e in first + rest] == [f"e{n}" for n in range(7)]


async def test_that_strange_properties_come_back_unchanged(store: Store) -> None:
    strange = {"nul": "a\u0000b", "half": "\ud83d", "huge": 10**40, "deep": [[{"a": None}]], "'; DROP": "TABLE"}
    await store.add_events(OURS, [event("e1", **strange)])
    (stored,) = await store.timeline(OURS, ANA)
    assert stored.properties == strange


# --- runs ----------------------------------------------------------------------------------------


async def test_that_a_run_comes_back_as_committed(store: Store) -> None:
    record = replace(run_record(), tenant_id=OURS)
    assert await store.commit_run(OURS, record, Effects()) == record
    assert await store.run(OURS, record.id) == record
    assert await store.run_of_moment(OURS, record.moment_key) == record
    assert await store.run(OURS, RunId("run_none")) is None
    assert await store.run_of_moment(OURS, "none") is None


async def test_that_all_effects_of_a_run_are_there_with_it(store: Store) -> None:
    await store.commit_run(OURS, run_record(), all_effects())
    seen = await everything(store, OURS)
    assert [len(rows) for rows in seen[2:10]] == [1] * 8
    stored = await store.draft(OURS, DraftId("draft_1"))
    assert stored is not None
    assert replace(stored, tenant_id=OURS) == replace(draft(text="word"), tenant_id=OURS)
    assert [m.sha256 for m in await store.outbox(OURS)] == [message(text="word").sha256]


async def test_that_the_same_moment_twice_gives_one_run_and_one_set_of_effects(store: Store) -> None:
    first = await store.commit_run(OURS, run_record(), all_effects())
    again = await store.commit_run(OURS, run_record(), all_effects())
    later = replace(run_record(2), moment_key="moment:1")
    other = await store.commit_run(OURS, later, all_effects(2))
    assert first.id == again.id == other.id
    assert [len(rows) for rows in (await everything(store, OURS))[2:10]] == [1] * 8


async def test_that_twenty_commits_of_one_moment_at_once_give_one_run(store: Store) -> None:
    records = [replace(run_record(n), moment_key="same") for n in range(20)]
    stands = await asyncio.gather(*(store.commit_run(OURS, r, all_effects(n)) for n, r in enumerate(records)))
    assert len({record.id for record in stands}) == 1
    assert [len(rows) for rows in (await everything(store, OURS))[2:10]] == [1] * 8


async def test_that_nothing_is_committed_for_a_customer_who_is_gone(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.commit_run(OURS, run_record(), all_effects(), of_stored_customer=True)
    assert not any(await everything(store, OURS))
    await store.put_customers(OURS, [customer(ANA)])
    await store.commit_run(OURS, run_record(), all_effects(), of_stored_customer=True)
    assert await store.runs(OURS)


async def test_that_runs_are_paged_and_filtered(store: Store) -> None:
    for number in range(6):
        await store.commit_run(OURS, run_record(number, (ANA, BEN)[number % 2]), Effects())
    first = await store.runs(OURS, limit=4)
    rest = await store.runs(OURS, after=(first[-1].now_at, first[-1].id))
    assert [r.id for r in first + rest] == [f"run_{n}" for n in range(6)]
    assert [r.id for r in await store.runs(OURS, customer_id=BEN)] == ["run_1", "run_3", "run_5"]
    assert [r.id for r in await store.runs(OURS, since=NOON + timedelta(minutes=4))] == ["run_4", "run_5"]


# --- drafts --------------------------------------------------------------------------------------


async def test_that_a_changed_draft_and_what_follows_are_written_together(store: Store) -> None:
    await store.commit_run(OURS, run_record(), Effects(draft=draft()))
    before = await store.draft(OURS, DraftId("draft_1"))
    assert before is not None
    after = before.approve(by="dana", at=NOON)
    sent = event("sent", "message_sent", play="welcome")
    await store.change_draft(OURS, before, after, outbox=[message_of_draft(after, at=NOON)], events=[sent])
    assert await store.draft(OURS, DraftId("draft_1")) == after
    assert [(m.key, m.text, m.draft_version) for m in await store.outbox(OURS)] == [("draft:draft_1:1", after.text, 1)]
    assert [e.id for e in await store.timeline(OURS, ANA)] == ["sent"]


async def test_that_of_twenty_approvals_at_once_one_wins(store: Store) -> None:
    await store.commit_run(OURS, run_record(), Effects(draft=draft()))
    before = await store.draft(OURS, DraftId("draft_1"))
    assert before is not None

    async def approve(number: int) -> bool:
        after = before.approve(by=f"csm{number}", at=NOON)
        try:
            await store.change_draft(OURS, before, after, outbox=[message_of_draft(after, at=NOON)])
        except Conflict:
            return False
        return True

    won = await asyncio.gather(*(approve(number) for number in range(20)))
    stored = await store.draft(OURS, DraftId("draft_1"))
    assert won.count(True) == 1
    assert stored is not None
    assert stored.decided_by == f"csm{won.index(True)}"
    assert len(await store.outbox(OURS)) == 1


async def test_that_an_edit_beats_a_late_approval_of_the_old_words(store: Store) -> None:
    await store.commit_run(OURS, run_record(), Effects(draft=draft()))
    seen = await store.draft(OURS, DraftId("draft_1"))
    assert seen is not None
    await store.change_draft(OURS, seen, seen.edit(text="New words", subject=None, by="dana", at=NOON))
    with pytest.raises(Conflict):
        await store.change_draft(OURS, seen, seen.approve(by="eli", at=NOON), outbox=[message_of_draft(seen, at=NOON)])
    stored = await store.draft(OURS, DraftId("draft_1"))
    assert stored is not None
    assert (stored.text, stored.subject, stored.version, stored.state) == ("New words", None, 2, DraftState.PENDING)
    assert not await store.outbox(OURS)


async def test_that_a_draft_that_is_not_there_cannot_be_changed(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.change_draft(OURS, draft(), draft().approve(by="dana", at=NOON))


async def test_that_drafts_are_paged_and_filtered(store: Store) -> None:
    for number in range(5):
        whose = (ANA, BEN)[number % 2]
        await store.commit_run(OURS, run_record(number, whose), Effects(draft=draft(number, whose)))
    third = await store.draft(OURS, DraftId("draft_3"))
    assert third is not None
    await store.change_draft(OURS, third, third.reject(by="dana", at=NOON, why="no"))
    first = await store.drafts(OURS, limit=2)
    rest = await store.drafts(OURS, after=(first[-1].created_at, first[-1].id))
    assert [d.id for d in first + rest] == [f"draft_{n}" for n in range(5)]
    assert [d.id for d in await store.drafts(OURS, state=DraftState.REJECTED)] == ["draft_3"]
    assert [d.id for d in await store.drafts(OURS, customer_id=BEN)] == ["draft_1", "draft_3"]


# --- colleagues ----------------------------------------------------------------------------------


async def test_that_a_colleague_is_added_once(store: Store) -> None:
    dana = Colleague(ColleagueId("dana"), "Dana Voss", Role.CSM, NOON, tenant_id=OURS)
    await store.add_colleague(OURS, dana)
    with pytest.raises(Conflict):
        await store.add_colleague(OURS, replace(dana, name="Somebody else"))
    assert await store.colleague(OURS, dana.id) == dana
    assert await store.colleagues(OURS) == [dana]
    assert await store.colleague(OURS, ColleagueId("eli")) is None


# --- tenants and erasure -------------------------------------------------------------------------


async def test_that_nothing_of_a_tenant_is_visible_to_another(store: Store) -> None:
    await filled(store, THEIRS)
    await store.add_colleague(THEIRS, Colleague(ColleagueId("dana"), "Dana", Role.ADMIN, NOON))
    assert not any(await everything(store, OURS))
    assert await store.run(OURS, RunId("run_1")) is None
    assert await store.run_of_moment(OURS, "moment:1") is None
    assert await store.draft(OURS, DraftId("draft_1")) is None
    assert await store.colleague(OURS, ColleagueId("dana")) is None
    assert not await store.erase_customer(OURS, ANA)
    with pytest.raises(NotFound):
        await store.change_draft(OURS, draft(), draft().approve(by="dana", at=NOON))
    assert all(await everything(store, THEIRS))


async def test_that_tenants_may_use_the_same_ids(store: Store) -> None:
    await filled(store, THEIRS, word="theirs")
    await filled(store, OURS, word="ours")
    assert [row.document["name"] for row in await store.customers(OURS)] == ["ours"]
    assert [d.text for d in await store.drafts(THEIRS)] == ["theirs"]
    assert [m.text for m in await store.outbox(OURS)] == ["ours"]


async def test_that_erasing_removes_every_row_of_a_customer_and_no_other(store: Store) -> None:
    await filled(store, OURS, ANA, 1)
    await filled(store, OURS, BEN, 2)
    await filled(store, THEIRS, ANA, 1)
    gone = await store.erase_customer(OURS, ANA)
    assert gone == {
        "customers": 1, "accounts": 1, "events": 2, "runs": 1, "drafts": 1, "handoffs": 1, "holds": 1, "actions": 1,
        "outbox": 1,
    }  # fmt: skip
    assert await store.customers(OURS, ids=[ANA]) == []
    assert await store.timeline(OURS, ANA) == []
    assert [row.id for row in await store.customers(OURS)] == [BEN]
    assert [len(rows) for rows in (await everything(store, OURS))[4:10]] == [1] * 6
    assert [len(rows) for rows in (await everything(store, THEIRS))[4:10]] == [1] * 6


async def test_that_an_account_stays_while_a_colleague_of_the_customer_has_it(store: Store) -> None:
    await store.put_customers(OURS, [customer(ANA, account={"id": "a_1"}), customer(BEN, account={"id": "a_1"})])
    assert await store.erase_customer(OURS, ANA) == {"customers": 1}
    assert [row.document["account"] for row in await store.customers(OURS)] == [{"id": "a_1"}]


async def test_that_a_customer_without_a_row_is_erased_too(store: Store) -> None:
    await store.add_events(OURS, [event("e1")])
    assert await store.erase_customer(OURS, ANA) == {"events": 1}


@pytest.mark.parametrize("hostile", ["x' OR '1'='1", "%", "_", '"; DROP TABLE runs; --', "\\"])
async def test_that_hostile_ids_find_nothing(store: Store, hostile: str) -> None:
    await filled(store)
    await store.put_customers(OURS, [customer(hostile)])
    assert [row.id for row in await store.customers(OURS, ids=[hostile])] == [hostile]  # type: ignore[list-item]
    assert await store.timeline(OURS, hostile) == []  # type: ignore[arg-type]
    assert await store.run_of_moment(OURS, hostile) is None
    assert await store.erase_customer(OURS, hostile) == {"customers": 1}  # type: ignore[arg-type]
    assert len(await store.runs(OURS)) == 1


async def test_that_a_store_that_answers_its_ping_can_be_read(store: Store) -> None:
    assert await store.ping() is None
    assert await store.customers(OURS) == []
    assert await store.close() is None


async def test_that_a_naive_time_is_never_stored(store: Store) -> None:
    naive = datetime(2026, 3, 10, 12, 0)  # noqa: DTZ001  # the point of the test
    with pytest.raises(PortError):
        await store.add_events(OURS, [event("e1", at=naive), event("e2", at=naive.replace(tzinfo=UTC))])
    assert await store.timeline(OURS, ANA) == []


async def test_that_a_glance_sums_up_a_life_and_the_pages_asked_for(store: Store) -> None:
    await store.put_customers(OURS, [customer()])
    used = [event(f"u{n}", "feature_used", NOON - n * 240 * HOUR, feature="exports", count=2) for n in range(5)]
    pages = [event("p1", at=NOON - HOUR, path="/Account/CANCEL?x=1"), event("p2", at=NOON, path="/account")]
    acted = event("d1", "draft_created", NOON - HOUR, play="usage_gap")
    await store.add_events(OURS, [*used, *pages, acted])
    (glance,) = await store.glances(OURS, now=NOON, window=timedelta(days=30), words=("cancel", "downgrade"))
    assert (glance.seen["feature_used"].count, glance.seen["feature_used"].first_at) == (5, NOON - 960 * HOUR)
    assert (glance.used["exports"].recent, glance.used["exports"].before) == (6.0, 4.0)
    assert glance.done == {"usage_gap": NOON - HOUR}
    assert glance.visited == {"cancel": NOON - HOUR}
