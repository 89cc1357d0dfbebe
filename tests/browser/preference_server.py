"""A running preference page over a store in memory, and the relay that asks what was chosen there before it sends."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.services.deliver import Relay
from journey_assistant.services.last_check import LastCheck
from journey_assistant.services.preference_links import LinkKind, PreferenceLinks
from journey_assistant.services.preferences import Preferences
from journey_assistant.web import static_files
from journey_assistant.web.app import build_app
from journey_assistant.web.deps import Service
from journey_assistant.web.preferences import PreferencePages
from live_server import serving
from records import ANA, NOON, customer, draft, event, message, run_record
from sweeping import default_playbook

DAY = timedelta(days=1)
Answer = TypeVar("Answer")


@dataclass
class Mailbox:
    """A channel that keeps what it is given."""

    name: str = "email"
    takes_key: bool = True
    taken: list[OutboxMessage] = field(default_factory=list)

    async def send(self, given: OutboxMessage) -> str:
        self.taken.append(given)
        return "taken"

    async def close(self) -> None:
        """Nothing is held open."""


@dataclass
class PreferenceServer:
    """The page of one customer: Ana, whom we wrote to four days ago, and to whom another message is about to go."""

    store: MemoryStore = field(default_factory=MemoryStore)
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))
    mailbox: Mailbox = field(default_factory=Mailbox)
    links_sent: list[str] = field(default_factory=list)
    address: str = ""

    @property
    def links(self) -> PreferenceLinks:
        return PreferenceLinks(b"k" * 32, self.address, self.clock)

    @property
    def link(self) -> str:
        return self.links.address(DEFAULT_TENANT, ANA)

    @property
    def proven_link(self) -> str:
        return self.links.address(DEFAULT_TENANT, ANA, LinkKind.PROVEN)

    def delivered(self, **later: float) -> int:
        """How many messages the relay sends when it is due, or later."""
        self.clock.at = NOON + timedelta(**later)
        check = LastCheck(default_playbook())
        relay = Relay(self.store, {"email": self.mailbox}, self.clock, "relay", DEFAULT_TENANT, check=check)
        before = len(self.mailbox.taken)
        done(relay.round())
        return len(self.mailbox.taken) - before

    async def keep_link(self, tenant: TenantId, customer_id: CustomerId, link: str) -> bool:
        """What would be mailed to the customer's own address."""
        self.links_sent.append(link)
        return True


def done(work: Coroutine[Any, Any, Answer]) -> Answer:
    """The result; in a thread of its own, because the browser's has a running loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _filled(store: MemoryStore) -> None:
    ana = customer(
        ANA, name="Ana Ruiz", email="ana@example.com", phone="+1 555 0100", language="en", timezone="UTC",
        plan="Team", role="operations lead", lifecycle_stage="retention",
        account={"id": "a_1", "name": "Halden Print", "industry": "printing", "renews_at": "2026-09-01"},
        consent={"email": {"marketing": True, "service": True}, "sms": {"service": True}},
        declared={"goal": "faster invoicing", "preferred_channel": "email"},
    )  # fmt: skip
    await store.put_customers(DEFAULT_TENANT, [ana])
    granted = {"channel": "email", "purpose": "marketing", "granted": True, "source": "sign-up form"}
    sent = {"message_id": "m1", "channel": "email", "purpose": "marketing", "play": "welcome", "topic": "A guide",
            "status": "sent"}  # fmt: skip
    happened = [
        event("c1", "consent_changed", NOON - 40 * DAY, **granted),
        event("p1", "page_viewed", NOON - 5 * DAY, path="/pricing"),
        event("s1", "message_sent", NOON - 4 * DAY, **sent),
    ]
    await store.add_events(DEFAULT_TENANT, happened)
    reasons = [{"code": "welcome", "why": "you signed up and told us your goal", "evidence": []}]
    record = run_record(1, now_at=NOON - 4 * DAY, line={"id": "run_1", "reasons": reasons})
    waiting = message(
        1, key="draft:d1:1", kind="draft", channel="email", purpose="marketing", subject="An idea", play="usage_gap",
        text="Hello Ana, an idea for your invoices.", due_at=NOON, draft_id=draft().id, draft_version=1,
    )  # fmt: skip
    await store.commit_run(DEFAULT_TENANT, record, Effects(outbox=(waiting,)))


@contextmanager
def preference_server() -> Iterator[PreferenceServer]:
    """The running page."""
    server = PreferenceServer()
    done(_filled(server.store))
    app = build_app(Service(server.store, None))
    app.include_router(static_files.router)
    with serving(app) as server.address:
        preferences = Preferences(server.store, server.clock)
        app.state.preferences = PreferencePages(preferences, server.links, server.keep_link, "Halden")
        yield server
