"""kill -9 on the way from a decision to the provider, in a sweep, an import, an erasure and a migration.

Points C6 to C11 and C13: what was acknowledged is there, nothing is sent twice to who takes our key, and what may have
arrived elsewhere waits for a person. `KILLS` says how often each point is killed: 3 here, 30 by `make crash`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from crash.born import KILLED, KILLS, Nursery, nursery
from databases import opened
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.migrate import newest_revision, revision_of
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.draft import DraftState
from journey_assistant.domain.outbox import DeliveryState
from journey_assistant.services.deliver import CLAIM
from journey_assistant.services.work import LEASE
from records import ANA, NOON, OURS, all_effects, customer, event, run_record

__all__ = ["nursery"]
pytestmark = pytest.mark.slow
LATER = NOON + CLAIM + timedelta(minutes=1)
YES = {"email": {"marketing": True, "service": True}}


@dataclass
class Receiver:
    """Somebody who gets posts; one who remembers our key takes each message once."""

    url: str
    posts: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def taken(self) -> set[str]:
        """The messages, by their key where there is one."""
        return {key or repr(body) for key, body in self.posts}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.posts.append((self.headers.get("webhook-id", ""), body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(f"http://127.0.0.1:{server.server_address[1]}/hook")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Mailroom:
    """A database in a file with Ana, who may be written to, and Dana."""

    nursery: Nursery
    file: Path
    log: Path

    def lives(self, act: str, **more: Any) -> int:
        """One life; how it ended."""
        given = {"scene": "sending", "file": str(self.file), "log": str(self.log), "act": act, **more}
        (ended,) = self.nursery.live(given)
        return ended

    def heard(self, what: str) -> list[str]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []
        return [line["value"] for line in lines if line["what"] == what]

    def opened(self) -> Any:
        return opened(f"sqlite+aiosqlite:///{self.file}")


@pytest.fixture
async def room(nursery: Nursery, tmp_path: Path) -> Mailroom:
    made = Mailroom(nursery, tmp_path / "journey.db", tmp_path / "client.log")
    async with made.opened() as store:
        row = {"name": "Ana", "timezone": "UTC", "consent": YES, "email": "ana@example.test"}
        await store.put_customers(OURS, [customer(ANA, **row)])
        await store.add_events(OURS, [event("e1", "signed_up", NOON - timedelta(days=1))])
        await store.add_colleague(OURS, Colleague(ColleagueId("dana"), "Dana", Role.CSM, NOON))
    return made


async def sound(store: SqlStore) -> None:
    """Nothing is in a state that does not exist, and the file is whole."""
    await store.check_integrity()
    for message, delivery in await store.deliveries(OURS):
        assert (delivery.state is DeliveryState.CLAIMED) == (delivery.claimed_until_at is not None), message.key


def drafted(room: Mailroom) -> None:
    assert room.lives("look") == 0


async def approved(room: Mailroom) -> None:
    drafted(room)
    async with room.opened() as store:
        (waiting,) = await store.drafts(OURS)
    assert room.lives("approve", draft=waiting.id) == 0


# --- C6: a draft is committed ---------------------------------------------------------------------


@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize(
    ("life", "stands"),
    [({"point": "before commit_run"}, 0), ({"dies_in": 1}, 0), ({"point": "after commit_run"}, 1)],
    ids=["before", "inside", "after"],
)
async def test_that_a_draft_is_in_the_queue_once(
    room: Mailroom, life: dict[str, Any], stands: int, number: int
) -> None:
    assert room.lives("look", **life) == KILLED
    async with room.opened() as store:
        assert len(await store.drafts(OURS)) == len(await store.runs(OURS)) == stands
    assert room.lives("look", at=LATER.isoformat()) == 0
    async with room.opened() as store:
        assert len(await store.drafts(OURS)) == len(await store.runs(OURS)) == 1
        assert [e.id for e in await store.timeline(OURS, ANA) if e.type == "signed_up"] == ["e1"]
        await sound(store)


# --- C7, C8: an approval --------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize("life", [{"point": "before change_draft"}, {"dies_in": 1}], ids=["before", "inside"])
async def test_that_an_approval_that_was_cut_off_leaves_the_draft_waiting(
    room: Mailroom, receiver: Receiver, life: dict[str, Any], number: int
) -> None:
    drafted(room)
    async with room.opened() as store:
        (waiting,) = await store.drafts(OURS)
    told = len(room.heard("ok"))
    assert room.lives("approve", draft=waiting.id, **life) == KILLED
    assert len(room.heard("ok")) == told
    assert room.lives("relay", url=receiver.url, keyed=True) == 0
    async with room.opened() as store:
        (stands,) = await store.drafts(OURS)
        assert (stands.state, await store.outbox(OURS), receiver.posts) == (DraftState.PENDING, [], [])
        await sound(store)
    assert room.lives("approve", draft=waiting.id) == 0


@pytest.mark.parametrize("number", range(KILLS))
async def test_that_what_was_approved_is_sent_once_after_the_restart(
    room: Mailroom, receiver: Receiver, number: int
) -> None:
    drafted(room)
    async with room.opened() as store:
        (waiting,) = await store.drafts(OURS)
    assert room.lives("approve", draft=waiting.id, point="after change_draft") == KILLED
    for _ in range(2):
        assert room.lives("relay", url=receiver.url, keyed=True, at=LATER.isoformat()) == 0
    async with room.opened() as store:
        ((_, delivery),) = await store.deliveries(OURS)
        assert (delivery.state, len(receiver.posts)) == (DeliveryState.SENT, 1)
        await sound(store)


# --- C9, C10: a delivery --------------------------------------------------------------------------

SENDING: dict[str, tuple[dict[str, Any], int]] = {
    "before the claim": ({"point": "before claim_due"}, 0),
    "inside the claim": ({"point": "inside claim_due"}, 0),
    "C9 claimed": ({"point": "after claim_due"}, 0),
    "C9 before the provider call": ({"point": "before the provider call"}, 0),
    "C10 provider accepted": ({"point": "provider accepted"}, 1),
    "C10 before the mark": ({"point": "before settle"}, 1),
    "C10 inside the mark": ({"point": "inside settle"}, 1),
    "marked": ({"point": "after settle"}, 1),
}
"""Where the process dies, and how often the receiver has heard from it by then."""


@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize("keyed", [True, False], ids=["keyed", "unkeyed"])
@pytest.mark.parametrize("point", SENDING)
async def test_that_a_message_is_taken_once_or_a_person_is_asked(
    room: Mailroom, receiver: Receiver, point: str, keyed: bool, number: int
) -> None:
    life, heard = SENDING[point]
    await approved(room)
    assert room.lives("relay", url=receiver.url, keyed=keyed, **life) == KILLED
    assert len(receiver.posts) == heard
    for minutes in (0, 5, 60):
        at = (LATER + timedelta(minutes=minutes)).isoformat()
        assert room.lives("relay", url=receiver.url, keyed=keyed, at=at) == 0
    async with room.opened() as store:
        ((_, delivery),) = await store.deliveries(OURS)
        left_open = not keyed and point.startswith("C")
        assert delivery.state is (DeliveryState.UNKNOWN if left_open else DeliveryState.SENT)
        assert len(receiver.taken) == (0 if left_open and not heard else 1)
        assert keyed or len(receiver.posts) <= 1
        last = [e.properties["status"] for e in await store.timeline(OURS, ANA) if e.type == "message_sent"]
        assert last.count("sent") == 1
        await sound(store)


@pytest.mark.parametrize("number", range(KILLS))
async def test_that_a_recovery_asks_the_rules_again(room: Mailroom, receiver: Receiver, number: int) -> None:
    await approved(room)
    assert room.lives("relay", url=receiver.url, keyed=True, point="before the provider call") == KILLED
    async with room.opened() as store:
        no_more = event("no", "consent_changed", NOON, channel="email", purpose="marketing", granted=False)
        await store.add_events(OURS, [no_more])
    for minutes in (0, 5):
        at = (LATER + timedelta(minutes=minutes)).isoformat()
        assert room.lives("relay", url=receiver.url, keyed=True, at=at) == 0
    async with room.opened() as store:
        ((_, delivery),) = await store.deliveries(OURS)
        assert (delivery.state, receiver.posts) == (DeliveryState.WITHDRAWN, [])


# --- C11: a sweep ---------------------------------------------------------------------------------

SILENT = [f"c_{number:02}" for number in range(12)]


@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize(
    "life",
    [
        {"dies_in": 1},
        {"point": "after enqueue"},
        {"point": "before commit_run", "calls": 5},
        {"dies_in": 6},
        {"point": "after commit_run", "calls": 7},
    ],
    ids=["inside the enqueuing", "enqueued", "before the fifth", "inside one", "after the seventh"],
)
async def test_that_a_sweep_that_was_cut_off_fires_once_for_everybody(
    room: Mailroom, life: dict[str, Any], number: int
) -> None:
    async with room.opened() as store:
        await store.put_customers(OURS, [customer(id_, plan="Team", timezone="UTC", consent=YES) for id_ in SILENT])
        past = NOON - timedelta(days=60)
        used = [event(f"u_{id_}", "feature_used", past, id_, feature="exports", count=3) for id_ in SILENT]
        await store.add_events(OURS, used)
    assert room.lives("sweep", **life) == KILLED
    for _ in range(2):
        assert room.lives("sweep", at=(NOON + LEASE + timedelta(minutes=1)).isoformat()) == 0
    async with room.opened() as store:
        drafts = await store.drafts(OURS, limit=100)
        fired = [draft.customer_id for draft in drafts]
        assert sorted({*fired} - {ANA}) == SILENT
        assert len(fired) == len({*fired})
        assert len(await store.runs(OURS)) == len(drafts)
        await sound(store)


# --- C13: import, erasure, migration --------------------------------------------------------------


@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize("dies_in", [1, 2, 3, 4])
async def test_that_an_import_that_was_cut_off_is_taken_up_again(
    room: Mailroom, tmp_path: Path, dies_in: int, number: int
) -> None:
    people, happened = tmp_path / "people.jsonl", tmp_path / "events.jsonl"
    ids = [f"p_{number:04}" for number in range(1_500)]
    people.write_text("".join(json.dumps({"id": id_, "plan": "Team"}) + "\n" for id_ in ids))
    lines = [
        {"id": f"e_{id_}", "customer_id": id_, "type": "page_viewed", "at": NOON.isoformat(), "properties": {}}
        for id_ in ids
    ]
    happened.write_text("".join(json.dumps(line) + "\n" for line in lines))
    files = {"customers": str(people), "events": str(happened)}
    assert room.lives("import", dies_in=dies_in, **files) == KILLED
    told = room.heard("customers")
    async with room.opened() as store:
        stored = [row for row in await store.customers(OURS, limit=5_000) if row.id.startswith("p_")]
        assert len(stored) % 500 == 0
        assert not told or len(stored) == len(ids)
    assert room.lives("import", **files) == 0
    async with room.opened() as store:
        assert len(await store.customers(OURS, limit=5_000)) == len(ids) + 1
        for id_ in (ids[0], ids[999], ids[-1]):
            assert [e.id for e in await store.timeline(OURS, CustomerId(id_))] == [f"e_{id_}"]
        await sound(store)


@pytest.mark.parametrize("number", range(KILLS))
async def test_that_nobody_is_erased_by_half(room: Mailroom, number: int) -> None:
    async with room.opened() as store:
        await store.commit_run(OURS, run_record(), all_effects())
        before = await everything(store)
    assert room.lives("erase", dies_in=1) == KILLED
    async with room.opened() as store:
        assert await everything(store) == before
        await sound(store)
    assert room.lives("erase") == 0
    async with room.opened() as store:
        assert not any(await everything(store))
        await sound(store)


async def everything(store: SqlStore) -> list[Any]:
    return [
        await store.customers(OURS, ids=[ANA]),
        await store.timeline(OURS, ANA),
        await store.runs(OURS),
        await store.drafts(OURS),
        await store.handoffs(OURS),
        await store.holds(OURS),
        await store.actions(OURS),
        await store.outbox(OURS),
    ]


@pytest.mark.parametrize("number", range(KILLS))
async def test_that_a_migration_that_was_cut_off_left_nothing_and_is_done_again(
    nursery: Nursery, tmp_path: Path, number: int
) -> None:
    made = Mailroom(nursery, tmp_path / "new.db", tmp_path / "client.log")
    assert made.lives("migrate", dies_in=1) == KILLED
    assert await revision(made.file) is None
    assert made.lives("migrate") == 0
    assert await revision(made.file) == newest_revision()
    async with made.opened() as store:
        await sound(store)


async def revision(file: Path) -> str | None:
    database = Database(f"sqlite+aiosqlite:///{file}")
    async with database.read() as connection:
        found = await connection.run_sync(revision_of)
    await database.close()
    return found
