"""Lives of a process that decides, approves, sends, sweeps, imports or erases, and may die on the way."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from crash.dying import DyingDatabase, die, log_of
from deciding import DRAFT, VERSIONS, SetClock, run_of
from journey_assistant.adapters.channel_slack import SlackChannel
from journey_assistant.adapters.channel_webhook import WebhookChannel
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.adapters.store_sql.migrate import migrate
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.draft import Draft
from journey_assistant.domain.guardrail import Verdict
from journey_assistant.domain.job import Job
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.playbook.touch import TouchIndex
from journey_assistant.services.deliver import Relay
from journey_assistant.services.import_crm import import_customers, import_events
from journey_assistant.services.last_check import LastCheck
from journey_assistant.services.read_case import Case
from journey_assistant.services.review_draft import DraftReview, Standing
from journey_assistant.services.sweep import Sweeper
from journey_assistant.services.watch_jobs import LOOK
from journey_assistant.services.watch_plays import PlayWatcher
from journey_assistant.services.work import Worker
from records import ANA, NOON, OURS
from sweeping import default_playbook, mood

SECRET = "whsec_" + "a2tra2tra2tra2tra2tra2tra2tra2tr"
PLAYBOOK = default_playbook()
Log = Callable[[str, str], None]


class DyingSends(SqlStore):
    """Dies before, inside or after one of its calls; before and after when it is made for the last of so many times."""

    point, calls = "", 1

    async def around(self, name: str, call: Awaitable[Any]) -> Any:
        if self.point == f"before {name}":
            self._die_at_last()
        if self.point == f"inside {name}":
            assert isinstance(self._db, DyingDatabase)
            self._db.dies_in = 1
        found = await call
        if self.point == f"after {name}":
            self._die_at_last()
        return found

    def _die_at_last(self) -> None:
        self.calls -= 1
        if self.calls <= 0:
            die()

    async def commit_run(self, *args: Any, **named: Any) -> Any:
        return await self.around("commit_run", super().commit_run(*args, **named))

    async def change_draft(self, *args: Any, **named: Any) -> Any:
        return await self.around("change_draft", super().change_draft(*args, **named))

    async def settle(self, *args: Any, **named: Any) -> Any:
        return await self.around("settle", super().settle(*args, **named))

    async def enqueue(self, *args: Any, **named: Any) -> Any:
        return await self.around("enqueue", super().enqueue(*args, **named))

    async def claim_due(self, *args: Any, **named: Any) -> Any:
        return await self.around("claim_due", super().claim_due(*args, **named))


class DyingChannel:
    """A real channel in whose middle the process may die."""

    def __init__(self, channel: SlackChannel | WebhookChannel, point: str) -> None:
        self.name, self.takes_key = "email", channel.takes_key
        self._channel, self._point = channel, point

    async def send(self, message: OutboxMessage) -> str:
        if self._point == "before the provider call":
            die()
        receipt = await self._channel.send(message)
        if self._point == "provider accepted":
            die()
        return receipt

    async def close(self) -> None:
        await self._channel.close()


class Drafts:
    """Decides that a play is due, for one cause of each customer."""

    versions = VERSIONS

    async def decide(self, case: Case) -> JourneyRun:
        return run_of(case, DRAFT, play="welcome", cause="2026-03-10")


async def fine(draft: Draft, now: datetime) -> Standing:
    return Standing(Verdict(), now)


async def sending(job: dict[str, Any]) -> None:
    """One life, as its job says."""
    log = log_of(job["log"])
    database = DyingDatabase(f"sqlite+aiosqlite:///{job['file']}")
    store = DyingSends(database)
    store.point, store.calls = job.get("point", ""), job.get("calls", 1)
    database.dies_in = job.get("dies_in")
    clock = SetClock(NOON.fromisoformat(job["at"]) if job.get("at") else NOON)
    try:
        await ACTS[job["act"]](store, clock, job, log)
        log("done", "")
    finally:
        await store.close()


async def look(store: SqlStore, clock: SetClock, job: dict[str, Any], log: Log) -> None:
    record = await PlayWatcher(store, Drafts(), clock, TouchIndex(PLAYBOOK)).look(OURS, ANA)
    log("ok", record.id if record else "")


async def approve(store: SqlStore, clock: SetClock, job: dict[str, Any], log: Log) -> None:
    draft = await DraftReview(store, clock, fine, OURS).approve(job["draft"], by=ColleagueId("dana"))
    log("ok", draft.id)


async def relay(store: SqlStore, clock: SetClock, job: dict[str, Any], log: Log) -> None:
    real = WebhookChannel(job["url"], SECRET, clock) if job["keyed"] else SlackChannel(job["url"])
    channel = DyingChannel(real, job.get("point", ""))
    sender = Relay(store, {"email": channel}, clock, "child", OURS, random.Random(1), LastCheck(PLAYBOOK, mood))
    log("ok", str(await sender.round()))
    await sender.close()


async def sweep(store: SqlStore, clock: SetClock, job: dict[str, Any], log: Log) -> None:
    watcher = PlayWatcher(store, Drafts(), clock, TouchIndex(PLAYBOOK))

    async def look_at(one: Job) -> None:
        await watcher.look(one.tenant_id, CustomerId(str(one.customer_id)))

    await Sweeper(store, clock, PLAYBOOK).enqueue_looks(OURS)
    worker = Worker(store, clock, {LOOK: look_at}, (OURS,))
    while await worker.run_due():
        log("ok", "")


async def read_in(store: SqlStore, clock: SetClock, job: dict[str, Any], log: Log) -> None:
    people = await import_customers(store, Path(job["customers"]), tenant=OURS)
    log("customers", str(people.stored))
    events = await import_events(store, Path(job["events"]), clock, tenant=OURS)
    log("events", str(events.stored + events.known))


async def erase(store: SqlStore, clock: SetClock, job: dict[str, Any], log: Log) -> None:
    await store.erase_customer(OURS, ANA)
    log("ok", "")


async def upgrade(store: SqlStore, clock: SetClock, job: dict[str, Any], log: Log) -> None:
    await migrate(store._db)
    log("ok", "")


ACTS = {
    "look": look,
    "approve": approve,
    "relay": relay,
    "sweep": sweep,
    "import": read_in,
    "erase": erase,
    "migrate": upgrade,
}
