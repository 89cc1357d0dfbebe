"""Page views: where a customer is, as part of what is known; and whether the assistant may say a word about it.

The gate decides as for every play: a bubble is shown only while a play is due and nothing holds it (quiet hours do
not: who is on the site is awake). Its words are fixed and offer help; the play's own message goes to its reviewer.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.effects import Effects
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.outcome import DraftMessage, Hold
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.domain.recall import CustomerEvent, Recall
from journey_assistant.domain.timeline import Event, EventId, Timeline
from journey_assistant.errors import NotFound, PortError
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store
from journey_assistant.services.chat import Chat
from journey_assistant.services.commit import record_of
from journey_assistant.services.stored_case import stored_case, utc_text
from journey_assistant.services.watch_plays import PlayWatcher

log = logging.getLogger(__name__)

PHRASE = "bubble"
SHOWN, DISMISSED = "bubble_shown", "bubble_dismissed"
VISIT_PAUSE = timedelta(minutes=30)
"""After so long without a page view the next one begins another visit."""
LEFT_ALONE = timedelta(days=7)
"""Whoever dismisses a bubble sees none for so long."""
UPSET = frozenset({"negative_sentiment", "sentiment_drop", "open_ticket"})
"""Signals of a customer to whom nothing is said unasked, whatever the play."""

PRESENT = frozenset({"quiet_hours"})
"""Holds that are about reaching somebody who is not here."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """What the assistant says unasked, once a visit."""

    id: str
    text: str
    run_id: str


@dataclass(frozen=True)
class PageViews:
    """The page views of one tenant's chat."""

    store: Store
    watcher: PlayWatcher
    clock: Clock
    playbook: Playbook
    chat: Chat
    tenant: TenantId = DEFAULT_TENANT

    async def seen(
        self, customer_id: CustomerId, *, path: str, title: str = "", referrer: str = "", is_visitor: bool = False
    ) -> Bubble | None:
        """Stores the view and looks at the customer; the bubble that may be shown, or None.

        A visitor, who never agreed to be spoken to, gets none. Raises PortError only when the view is not stored.
        """
        await self.chat.known(customer_id)
        now = self.clock.now()
        properties = {"path": _plain(path), "title": title, "referrer": _plain(referrer)}
        told = {name: value for name, value in properties.items() if value}
        view = Event(EventId(f"page_{secrets.token_urlsafe(12)}"), "page_viewed", now, properties=told)
        await self.store.add_events(self.tenant, [CustomerEvent(customer_id, view)])
        if is_visitor:
            return None
        try:
            await self.watcher.look(self.tenant, customer_id)
            return await self._bubble(customer_id)
        except (PortError, NotFound) as error:
            # Nobody waits for a bubble; what is due is found again at the next look.
            log.warning("no look at a customer who viewed a page: %s", error)
            return None

    async def dismiss(self, customer_id: CustomerId, bubble_id: str) -> None:
        """The customer closed the bubble: none for a week. Raises NotFound for somebody else's."""
        now = self.clock.now()
        events = await self.store.recall(self.tenant, customer_id, Recall(now))
        if not any(event.type == SHOWN and event.text_of("bubble_id") == bubble_id for event in events):
            raise NotFound(f"there is no bubble {bubble_id}")
        closed = Event(EventId(f"{DISMISSED}:{bubble_id}"), DISMISSED, now, properties={"bubble_id": bubble_id})
        await self.store.add_events(self.tenant, [CustomerEvent(customer_id, closed)])

    async def _bubble(self, customer_id: CustomerId) -> Bubble | None:
        """Decided for this moment; the run and that it was shown are stored together."""
        now = self.clock.now()
        case_id = f"bubble:{customer_id}:{utc_text(now)}"
        case = await stored_case(
            self.store, self.tenant, customer_id, case_id=case_id, now_at=now, moment={"kind": "sweep"}
        )
        timeline = case.snapshot.timeline
        if _left_alone(timeline, now) or await self._is_talking(customer_id, now):
            return None
        run = await self.watcher.decider.decide(case)
        if not _is_free(run):
            return None
        text = self.playbook.phrase(PHRASE, case.snapshot.customer.language or "en")
        bubble = Bubble(f"bubble_{run.id}", text, run.id)
        told = {"bubble_id": bubble.id, "run_id": run.id, "play": run.play or ""}
        shown = CustomerEvent(customer_id, Event(EventId(bubble.id), SHOWN, now, properties=told))
        visit = f"bubble:{customer_id}:{utc_text(_visit_began(timeline, now))}"
        record = record_of(run, case, visit)
        stands = await self.store.commit_run(self.tenant, record, Effects(events=(shown,)), of_stored_customer=True)
        return bubble if stands.id == run.id else None

    async def _is_talking(self, customer_id: CustomerId, now: datetime) -> bool:
        """A conversation goes on: whoever has it speaks there."""
        for conversation in await self.store.conversations(self.tenant, customer_id=customer_id, limit=20):
            owner = conversation.ownership.state
            if owner in (OwnerState.WAITING, OwnerState.PERSON):
                return True
            if owner is OwnerState.ASSISTANT and now - conversation.updated_at < VISIT_PAUSE:
                return True
        return False


def _is_free(run: JourneyRun) -> bool:
    """A play is due, nothing that counts here holds it, and nothing speaks of trouble."""
    if run.play is None or UPSET & {signal.name for signal in run.signals}:
        return False
    return isinstance(run.outcome, DraftMessage) or (isinstance(run.outcome, Hold) and run.outcome.reason in PRESENT)


def _left_alone(timeline: Timeline, now: datetime) -> bool:
    """A bubble was shown in this visit, or dismissed lately."""
    if timeline.within(LEFT_ALONE, now, DISMISSED):
        return True
    shown = timeline.newest(SHOWN, until=now)
    return shown is not None and shown.at >= _visit_began(timeline, now)


def _visit_began(timeline: Timeline, now: datetime) -> datetime:
    """The first page view behind the last pause that was long enough."""
    began = now
    for view in reversed(timeline.within(timedelta(days=1), now, "page_viewed")):
        if began - view.at > VISIT_PAUSE:
            break
        began = view.at
    return began


def _plain(address: str) -> str:
    """An address without what stands behind ? and #: that may be anything, names and secrets too."""
    return address.split("?")[0].split("#")[0]
