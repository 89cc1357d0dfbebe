"""Erased means erased: before, every canary of a customer lies in some file of the installation; afterwards none does.

One canary for each place in which something about a customer is kept. All files are read byte by byte: the database
and its log, the index, the vectors, the keys, the log of the process.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from conversations import TALK, answer, conversation, said
from databases import sqlite_store
from deciding import SetClock
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.bootstrap.logs import written_logs
from journey_assistant.domain.case_state import CaseState, CaseStateId, Quoted
from journey_assistant.domain.chat import Attachment, AttachmentId
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.job import Job
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.source import Source
from journey_assistant.ports.chat import Change
from journey_assistant.services.audit_trail import verify_audit
from journey_assistant.services.export_crm import export_customer
from journey_assistant.services.ingest_events import EventIntake
from journey_assistant.services.preferences import Preferences
from journey_assistant.settings import Settings
from real_parts import one_article
from records import BEN, NOON, OURS, all_effects, customer, draft, event, message, run_record

ANA = CustomerId("canary-customer-4d1c")


@dataclass
class Canaries:
    """Words that stand nowhere else, one for each place."""

    where: dict[str, str] = field(default_factory=dict)

    def __call__(self, place: str) -> str:
        return self.where.setdefault(place, f"canary{len(self.where):02}qz{len(self.where) * 7919:06}")

    def found_in(self, folder: Path) -> dict[str, list[str]]:
        """In which files each place's word stands."""
        found: dict[str, list[str]] = {place: [] for place in self.where}
        for file in (one for one in folder.rglob("*") if one.is_file()):
            content = file.read_bytes()
            for place, word in self.where.items():
                if any(word.encode(encoding) in content for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
                    found[place].append(file.name)
        return found


async def said_by_clients(store: SqlStore, clock: SetClock, canary: Canaries) -> None:
    """A visitor looks around and says who they are."""
    intake = EventIntake(store, clock, lambda tenant, at, events: [])
    nobody, page = canary("anonymous id"), {"path": f"/{canary('page')}", "title": canary("title")}
    traits = {
        "name": canary("name"), "email": f"{canary('address')}@example.com", "phone": canary("phone"),
        "declared": {"goal": canary("goal")}, "shoe": canary("trait"),
        "company": {"id": "a_ana", "name": canary("company")},
    }  # fmt: skip
    ticket = {"ticket_id": "T1", "subject": canary("ticket"), "text": canary("complaint")}
    messages = [
        {"type": "page", "anonymousId": nobody, "messageId": "m1", "properties": page},
        {"type": "identify", "userId": ANA, "anonymousId": nobody, "messageId": "m2", "traits": traits},
        {"type": "track", "userId": ANA, "event": "ticket_opened", "messageId": "m3", "properties": ticket},
        {"type": "track", "userId": ANA, "event": canary("event type"), "messageId": "m4"},
    ]
    await intake.take(messages, Source("shop", OURS))


async def said_in_chat(store: SqlStore, canary: Canaries) -> None:
    """A conversation with a file, a note of a colleague, and what it stands at."""
    await store.open_conversation(OURS, conversation(customer_id=ANA))
    await store.accept_message(OURS, TALK, said(canary("message"), page={"path": canary("page of the chat")}))
    file = Attachment(AttachmentId("att_1"), TALK, ANA, canary("file name"), "text/plain", 9, "0" * 64, NOON, OURS)
    await store.put_attachment(OURS, file, b"%PDF " + canary("file").encode())
    before = await store.conversation(OURS, TALK)
    assert before is not None
    after, entries = before.written(answer(canary("answer"), quoted=canary("quote")), at=NOON)
    facts = (Quoted(canary("fact"), "m1"),)
    state = replace(CaseState(CaseStateId("case_1"), ANA, "billing", NOON, NOON, tenant_id=OURS), facts=facts)
    await store.change_conversation(OURS, before, after, Change(entries, case_states=(state,)))


async def decided(store: SqlStore, canary: Canaries) -> None:
    """Runs with all that followed, drafts that were edited and decided, and what waits to go out or failed."""
    record = run_record(1, ANA, line={"text": canary("run")}, case={"moment": {"text": canary("case")}})
    await store.commit_run(OURS, record, all_effects(1, ANA, canary("draft")))
    (first,) = await store.drafts(OURS, customer_id=ANA)
    edited = first.edit(text=canary("edit"), subject=canary("subject"), by="dana", at=NOON)
    await store.change_draft(OURS, first, edited)
    waiting = message(
        1, ANA, key="draft:1", text=canary("waits"), kind="draft", channel="email", address=canary("mail to")
    )
    await store.change_draft(OURS, edited, edited.approve(by="dana", at=NOON), outbox=[waiting])
    second = draft(2, ANA)
    await store.commit_run(OURS, run_record(2, ANA), Effects(draft=second))
    await store.change_draft(OURS, second, second.reject(by="dana", at=NOON, why=canary("why not")))
    claimed = await store.claim_due(OURS, ["email"], owner="one", now=NOON, until_at=NOON + timedelta(1), limit=1)
    ((_, delivery),) = claimed
    await store.settle(OURS, delivery, delivery.again(due_at=NOON + timedelta(days=2), error=canary("bounce")))
    job = Job(canary("job"), "resume_consent", NOON, ANA, {"channels": [canary("payload")]}, OURS)
    await store.enqueue([job])
    (leased,) = await store.lease(OURS, NOON, until=NOON + timedelta(hours=1), kinds=["resume_consent"])
    await store.give_up(leased, why=canary("why given up"))


async def another_customer(store: SqlStore) -> None:
    """Somebody whose rows stay."""
    await store.put_customers(OURS, [customer(BEN, name="Ben stays")])
    await store.add_events(OURS, [event("b1", customer_id=BEN)])
    await store.commit_run(OURS, run_record(3, BEN), all_effects(3, BEN, "bens-word"))


@dataclass
class Home:
    """An installation with one customer full of canaries, and another one."""

    folder: Path
    store: SqlStore
    clock: SetClock
    canary: Canaries


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    folder, canary, clock = tmp_path / "home", Canaries(), SetClock(NOON)
    folder.mkdir()
    with (folder / "journey.log").open("w") as log, written_logs(Settings(log_level="debug"), log):
        async with sqlite_store(folder) as store:
            await another_customer(store)
            await said_by_clients(store, clock, canary)
            await said_in_chat(store, canary)
            await decided(store, canary)
            await Preferences(store, clock).choose(OURS, ANA, {}, personalization=False, frequency="weekly")
            yield Home(folder, store, clock, canary)


def ingested(articles: Path, home: Path) -> None:
    """The index and the vectors of a help centre, beside the database.

    By a process of its own, as operators do it: the index file is made larger than its content, and what fills it up
    is whatever the process that makes it had in memory.
    """
    command = [sys.executable, "-m", "journey_assistant.cli", "kb", "ingest", str(articles)]
    subprocess.run(command, env={**os.environ, "JOURNEY_HOME": str(home)}, check=True, capture_output=True, timeout=120)


async def test_that_an_erased_customer_is_in_no_byte_of_any_file(home: Home, tmp_path: Path) -> None:
    ingested(one_article(tmp_path), home.folder)
    there = home.canary.found_in(home.folder)
    assert len(there) >= 25
    assert [place for place, files in there.items() if not files] == []
    home.canary.where["the customer's id"] = ANA
    await Preferences(home.store, home.clock).erase(OURS, ANA)
    assert {place: files for place, files in home.canary.found_in(home.folder).items() if files} == {}
    assert {one.name for one in home.folder.iterdir()} >= {"journey.db", "chroma", "vectors", "journey.log"}


async def test_that_erasing_while_others_read_leaves_no_byte_either(home: Home) -> None:
    home.canary.where["the customer's id"] = ANA

    async def reads() -> None:
        for _ in range(20):
            await home.store.glances(OURS, now=NOON, window=timedelta(days=30))
            await home.store.timeline(OURS, BEN)

    readers = [asyncio.create_task(reads()) for _ in range(4)]
    await Preferences(home.store, home.clock).erase(OURS, ANA)
    await asyncio.gather(*readers)
    assert {place: files for place, files in home.canary.found_in(home.folder).items() if files} == {}


async def test_that_the_audit_trail_stays_whole_and_others_keep_everything(home: Home) -> None:
    before = await verify_audit(home.store, OURS)
    bens = await export_customer(home.store, OURS, BEN)
    await Preferences(home.store, home.clock).erase(OURS, ANA)
    entries, wrong = await verify_audit(home.store, OURS)
    assert (before[1], wrong) == ((), ())
    assert entries > before[0] > 0
    assert await export_customer(home.store, OURS, BEN) == bens


async def test_that_an_export_has_every_canary_and_nothing_of_anybody_else(home: Home) -> None:
    exported = str(await export_customer(home.store, OURS, ANA))
    # bytes of files stand in it in Base64, and how a delivery failed is the operator's own
    of_ours = {"file", "bounce", "why given up"}
    missing = [place for place, word in home.canary.where.items() if word not in exported and place not in of_ours]
    assert missing == []
    assert "Ben stays" not in exported
    assert "bens-word" not in exported


async def test_that_what_waited_to_go_out_is_cancelled(home: Home) -> None:
    assert [one.text for one in await home.store.outbox(OURS, customer_id=ANA)]
    await Preferences(home.store, home.clock).erase(OURS, ANA)
    later = NOON + timedelta(days=400)
    due: list[Any] = await home.store.claim_due(OURS, ["email", "chat"], owner="a", now=later, until_at=later, limit=9)
    assert {one.customer_id for one, _ in due} <= {BEN}
    assert await home.store.conversation(OURS, ConversationId(TALK)) is None
