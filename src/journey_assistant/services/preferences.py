"""Preferences: what a customer allows, how often, and what we hold about them; in force before the next message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from journey_assistant.domain.customer import Customer, CustomerId, StopState, TenantId
from journey_assistant.domain.effects import RunRecord
from journey_assistant.domain.job import Job
from journey_assistant.domain.policy.consent import consent_for, may_use_behaviour
from journey_assistant.domain.recall import CustomerEvent, Recall
from journey_assistant.domain.timeline import Event, EventId, Timeline
from journey_assistant.errors import Conflict, NotFound
from journey_assistant.ports import Clock
from journey_assistant.ports.store import CustomerRow, Store
from journey_assistant.services.crm_rows import merged
from journey_assistant.services.held_data import Held, held_data
from journey_assistant.services.read_case import read_customer
from journey_assistant.services.watch_jobs import recheck

CHANNELS = ("email", "sms", "push")
PURPOSES = ("marketing", "service")
FREQUENCIES = ("", "weekly", "monthly")
PAUSES = (30, 90)
RESUME = "resume_consent"
MOST_SHOWN = 20
PERSONALIZATION = "personalization"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the consent history."""

    at: datetime
    what: str
    granted: bool | None
    source: str


@dataclass(frozen=True, slots=True)
class Received:
    """A message we sent, and why, in the words of the decision."""

    at: datetime
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows."""

    name: str
    consents: Mapping[str, Mapping[str, bool]]
    personalization: bool
    frequency: str
    history: tuple[Change, ...]
    received: tuple[Received, ...]
    held: tuple[Held, ...]
    events: Mapping[str, int]


@dataclass(frozen=True)
class Preferences:
    """Reads and changes the preferences of one tenant's customers. Every method raises NotFound, PortError."""

    store: Store
    clock: Clock

    async def show(self, tenant: TenantId, customer_id: CustomerId) -> Shown:
        """Everything for the page."""
        document, customer, timeline = await self._known(tenant, customer_id)
        now = self.clock.now()
        consents = {
            channel: {p: consent_for(customer, timeline, channel, p, now).allowed for p in PURPOSES}
            for channel in CHANNELS
        }
        runs = {run.id: run for run in await self.store.runs(tenant, customer_id=customer_id, limit=1_000)}
        sent = timeline.latest(MOST_SHOWN, "message_sent", "email_sent", until=now)
        counts: dict[str, int] = {}
        for event in timeline:
            counts[event.type] = counts.get(event.type, 0) + 1
        return Shown(
            name=customer.name,
            consents=consents,
            personalization=may_use_behaviour(customer, timeline, now).allowed,
            frequency=str(customer.declared.get("message_frequency") or ""),
            history=tuple(_change(event) for event in reversed(timeline.of("consent_changed", until=now))),
            received=tuple(_received(event, list(runs.values())) for event in reversed(sent)),
            held=held_data(document),
            events=dict(sorted(counts.items())),
        )

    async def choose(
        self,
        tenant: TenantId,
        customer_id: CustomerId,
        wanted: Mapping[tuple[str, str], bool],
        *,
        personalization: bool,
        frequency: str,
    ) -> None:
        """Stores what the customer chose; only what differs from before is a change."""
        document, customer, timeline = await self._known(tenant, customer_id)
        now = self.clock.now()
        changes = [
            (channel, purpose, granted)
            for (channel, purpose), granted in wanted.items()
            if consent_for(customer, timeline, channel, purpose, now).allowed is not granted
        ]
        if may_use_behaviour(customer, timeline, now).allowed is not personalization:
            changes.append(("all", PERSONALIZATION, personalization))
        if frequency in FREQUENCIES and frequency != str(customer.declared.get("message_frequency") or ""):
            said = merged(document, {"declared": {"message_frequency": frequency}})
            await self.store.put_customers(tenant, [CustomerRow(customer_id, said)])
        await self._store(tenant, customer_id, changes, "preference page")

    async def unsubscribe(self, tenant: TenantId, customer_id: CustomerId, source: str = "unsubscribe link") -> None:
        """No marketing by any channel from now on."""
        await self._known(tenant, customer_id)
        await self._store(tenant, customer_id, [(channel, "marketing", False) for channel in CHANNELS], source)

    async def pause(self, tenant: TenantId, customer_id: CustomerId, days: int) -> None:
        """No marketing for so many days; what was allowed before is allowed again, unless changed meanwhile."""
        _, customer, timeline = await self._known(tenant, customer_id)
        now = self.clock.now()
        until = now + timedelta(days=days)
        allowed = [c for c in CHANNELS if consent_for(customer, timeline, c, "marketing", now).allowed]
        changes = [(channel, "marketing", False) for channel in allowed]
        payload = {"channels": allowed, "paused_at": now.isoformat()}
        job = Job(f"{RESUME}:{customer_id}:{now.isoformat()}", RESUME, until, customer_id, payload, tenant)
        await self._store(tenant, customer_id, changes, f"paused until {until:%Y-%m-%d}", job)

    async def resume(self, job: Job) -> None:
        """Ends a pause: consents that nobody touched since are as before."""
        assert job.customer_id is not None
        paused_at = datetime.fromisoformat(str(job.payload["paused_at"]))
        timeline = await self._timeline(job.tenant_id, job.customer_id)
        later = timeline.of("consent_changed", since=paused_at, until=self.clock.now(), include_since=False)
        touched = {event.text_of("channel") for event in later if event.text_of("purpose") in ("", "marketing")}
        if touched & {"", "all", "any"}:
            return
        back = [(channel, "marketing", True) for channel in job.payload["channels"] if channel not in touched]
        await self._store(job.tenant_id, job.customer_id, back, "the pause ended")

    async def erase(self, tenant: TenantId, customer_id: CustomerId) -> Mapping[str, int]:
        """Erases the customer for good. Raises Conflict under a legal hold: then a person has to answer."""
        _, customer, _ = await self._known(tenant, customer_id)
        if customer.stop_state is StopState.LEGAL_HOLD:
            raise Conflict("the law obliges us to keep this for now; a colleague will tell you until when")
        return await self.store.erase_customer(tenant, customer_id)

    async def _store(
        self,
        tenant: TenantId,
        customer_id: CustomerId,
        changes: list[tuple[str, str, bool]],
        source: str,
        *jobs: Job,
    ) -> None:
        """The changes with their source and time, and a new check of what waits for this customer."""
        now = self.clock.now()
        events = [
            CustomerEvent(customer_id, _consent(now, channel, purpose, granted, source))
            for channel, purpose, granted in changes
        ]
        following = [recheck(tenant, customer_id, now), *jobs]
        await self.store.add_events(tenant, events, then=lambda new: following)

    async def _known(self, tenant: TenantId, customer_id: CustomerId) -> tuple[Mapping[str, Any], Customer, Timeline]:
        rows = await self.store.customers(tenant, ids=[customer_id])
        if not rows:
            raise NotFound(f"there is no customer {customer_id}")
        document = rows[0].document
        return document, read_customer(dict(document)), await self._timeline(tenant, customer_id)

    async def _timeline(self, tenant: TenantId, customer_id: CustomerId) -> Timeline:
        return Timeline(await self.store.recall(tenant, customer_id, Recall(self.clock.now())))


def _consent(at: datetime, channel: str, purpose: str, granted: bool, source: str) -> Event:
    said = {"channel": channel, "purpose": purpose, "granted": granted, "source": source}
    id_ = f"consent:{at:%Y%m%dT%H%M%S%f}:{channel}:{purpose}:{str(granted).lower()}"
    return Event(EventId(id_), "consent_changed", at, properties=said)


def _change(event: Event) -> Change:
    granted = event.properties.get("granted")
    what = " ".join(part for part in (event.text_of("purpose"), event.text_of("channel")) if part) or "everything"
    return Change(
        event.at, what, granted if isinstance(granted, bool) else None, event.text_of("source") or "our records"
    )


def _received(event: Event, runs: list[RunRecord]) -> Received:
    play = event.text_of("play")
    decided = [run for run in runs if play and run.play == play and run.now_at <= event.at]
    reasons = decided[-1].line.get("reasons") if decided else None
    why = str(reasons[0].get("why", "")) if reasons else ""
    what = event.text_of("topic") or play.replace("_", " ") or event.text_of("campaign") or "a message"
    return Received(event.at, what, why or "sent by a colleague")
