"""T20: however often and by whomever a draft is approved, its words go out once and the trail has one entry."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from databases import opened, sqlite_store
from deciding import SetClock
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.draft import Draft, DraftId
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.guardrail import Verdict
from journey_assistant.domain.outbox import OutboxMessage, sha256_of
from journey_assistant.errors import Conflict
from journey_assistant.ports.relay import Channel
from journey_assistant.services.audit_trail import verify_audit
from journey_assistant.services.deliver import Relay
from journey_assistant.services.review_draft import DraftReview, Standing
from records import NOON, OURS, customer, draft, run_record

D1 = DraftId("draft_1")
PEOPLE = [ColleagueId(f"csm{number}") for number in range(5)]


async def check(_draft: Draft, now: datetime) -> Standing:
    return Standing(Verdict(), now)


def review(store: SqlStore) -> DraftReview:
    return DraftReview(store, SetClock(), check, OURS)


async def prepared(store: SqlStore) -> None:
    await store.put_customers(OURS, [customer(email="ana@example.com")])
    await store.commit_run(OURS, run_record(), Effects(draft=draft()))
    for id_ in PEOPLE:
        await store.add_colleague(OURS, Colleague(id_, id_, Role.CSM, NOON))


class Mailbox:
    """A channel that keeps what it is given."""

    name = "email"
    takes_key = False

    def __init__(self) -> None:
        self.got: list[OutboxMessage] = []

    async def send(self, message: OutboxMessage) -> str:
        self.got.append(message)
        return message.key

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("round_", range(3))
async def test_that_fifty_approvals_over_two_connections_are_one_send_and_one_entry(
    tmp_path: Path, round_: int
) -> None:
    async with sqlite_store(tmp_path) as one, opened(f"sqlite+aiosqlite:///{tmp_path / 'journey.db'}") as other:
        await prepared(one)
        shown = sha256_of(draft().subject, draft().text)
        given = [
            review((one, other)[number % 2]).approve(D1, by=PEOPLE[number % 5], version=1, sha256=shown)
            for number in range(50)
        ]
        answers = await asyncio.gather(*given, return_exceptions=True)
        assert sum(isinstance(answer, Draft) for answer in answers) == 1
        assert sum(isinstance(answer, Conflict) for answer in answers) == 49
        (message,) = await one.outbox(OURS)
        assert (message.sha256, message.subject, message.text) == (shown, draft().subject, draft().text)
        assert len(await one.draft_changes(OURS, D1)) == 1
        assert await verify_audit(other, OURS) == (1, ())
        mailbox = Mailbox()
        channels: dict[str, Channel] = {"email": mailbox}
        relays = [Relay(store, channels, SetClock(), f"relay{n}", OURS) for n, store in enumerate((one, other))]
        await asyncio.gather(*(relay.round() for relay in relays for _ in range(3)))
        assert [sent.sha256 for sent in mailbox.got] == [shown]


async def test_that_an_approval_tried_again_after_a_timeout_sends_nothing_more(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path) as store:
        await prepared(store)
        await review(store).approve(D1, by=PEOPLE[0], version=1)
        with pytest.raises(Conflict, match="approved"):
            await review(store).approve(D1, by=PEOPLE[0], version=1)
        assert len(await store.outbox(OURS)) == 1
        assert len(await store.audit(OURS)) == 1


async def test_that_the_key_of_a_sent_draft_takes_no_other_words(tmp_path: Path) -> None:
    async with sqlite_store(tmp_path) as store:
        await prepared(store)
        before = await store.draft(OURS, D1)
        assert before is not None
        approved = await review(store).approve(D1, by=PEOPLE[0], version=1)
        forged = replace(before, text="Other words")
        with pytest.raises(Conflict):
            await store.change_draft(OURS, before, forged.approve(by="mallory", at=NOON))
        assert [message.text for message in await store.outbox(OURS)] == [approved.text]
