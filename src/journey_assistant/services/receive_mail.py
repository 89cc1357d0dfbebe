"""Receive mail: an e-mail of a customer is a moment like a message, but what answers it waits for a colleague.

Nothing goes out by itself: an answer becomes a draft in reply to the mail, everything else reaches a person. Reports
of failed delivery stop the address; what machines send is not answered, so that no two of them talk for ever.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId, address_of
from journey_assistant.domain.effects import Effects, RunRecord
from journey_assistant.domain.job import Job
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.mail import Bounce, IncomingMail
from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.domain.outcome import DraftMessage, Reply
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store
from journey_assistant.services.commit import Deciding, effects_of, record_of
from journey_assistant.services.notices import UrgentPings
from journey_assistant.services.read_case import Case
from journey_assistant.services.stored_case import stored_case

_LOG = logging.getLogger(__name__)
EMAIL = "email"
Follow = Callable[[Sequence[CustomerEvent]], Sequence[Job]]


class Became(StrEnum):
    """What a mail became."""

    DECIDED = "decided"
    KNOWN = "known"
    BOUNCE = "bounce"
    IGNORED = "ignored"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one mail, why, and for a moment its run."""

    became: Became
    why: str = ""
    run: RunRecord | None = None


@dataclass(frozen=True)
class MailIntake:
    """Takes mail in for one tenant. ``own`` are our addresses: mail from them is our own, come back."""

    store: Store
    decider: Deciding
    clock: Clock
    follow: Follow
    pings: UrgentPings | None = None
    own: frozenset[str] = frozenset()
    tenant: TenantId = DEFAULT_TENANT

    async def take(self, mail: IncomingMail) -> Received:
        """One mail; the same again changes nothing. Raises PortError when the store fails: then it may come again."""
        if mail.is_report:
            return await self._bounced(mail)
        if mail.automatic or mail.sender in self.own:
            return Received(Became.IGNORED, mail.automatic or "it is from ourselves")
        answered = await self.store.delivery_of_receipt(self.tenant, mail.thread)
        customer_id, why = await self._writer(mail, answered[0] if answered else None)
        if customer_id is None:
            _LOG.warning("a mail was not taken: %s", why)
            return Received(Became.NOBODY, why)
        return await self._decided(mail, customer_id, answered[0] if answered else None)

    async def _writer(self, mail: IncomingMail, answered: OutboxMessage | None) -> tuple[CustomerId | None, str]:
        """Whose mail it is: the customer with this address; of several the one whom we wrote to."""
        rows = await self.store.customers_of_email(self.tenant, mail.sender)
        if answered is not None and answered.customer_id in {row.id for row in rows}:
            return answered.customer_id, ""
        if len(rows) == 1:
            return rows[0].id, ""
        return None, "several customers have this address" if rows else "no customer has this address"

    async def _decided(self, mail: IncomingMail, customer_id: CustomerId, answered: OutboxMessage | None) -> Received:
        """The moment of a mail, decided and committed once."""
        named = hashlib.sha256(f"{mail.sender}\0{mail.id}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        key = f"mail:{named}"
        known = await self.store.run_of_moment(self.tenant, key)
        if known is not None:
            return Received(Became.KNOWN, run=known)
        event = self._event(mail, key, customer_id, answered)
        text = mail.text or mail.subject
        case = await stored_case(
            self.store,
            self.tenant,
            customer_id,
            case_id=key,
            now_at=event.event.at,
            moment={"kind": "message", "text": text, "channel": EMAIL, "conversation_id": _thread_of(mail)},
            without=(key,),
        )
        await self.store.add_events(self.tenant, [event], then=self.follow)
        run = await self.decider.decide(case)
        record = record_of(run, case, key)
        effects = await self._effects(mail, run, case)
        stands = await self.store.commit_run(self.tenant, record, effects, of_stored_customer=True)
        return Received(Became.DECIDED, run=stands)

    def _event(
        self, mail: IncomingMail, key: str, customer_id: CustomerId, answered: OutboxMessage | None
    ) -> CustomerEvent:
        """What the timeline learns: an answer to a message of ours, or words of the customer's own accord."""
        said = {"text": mail.text[:4_000], "subject": mail.subject, "channel": EMAIL}
        if answered is not None:
            event = Event(
                EventId(key), "email_replied", self.clock.now(), properties={**said, "message_id": answered.key}
            )
        else:
            said |= {"author": "customer", "conversation_id": _thread_of(mail)}
            event = Event(EventId(key), "chat_message", self.clock.now(), properties=said)
        return CustomerEvent(customer_id, event)

    async def _effects(self, mail: IncomingMail, run: JourneyRun, case: Case) -> Effects:
        """What follows from the run, with nothing that goes out by itself, and the draft in reply to the mail."""
        found = effects_of(_reviewed(run), case)
        thread = (*mail.thread, mail.id)
        draft = found.draft and replace(found.draft, subject=mail.answer_subject, replies_to=thread)
        pings: tuple[OutboxMessage, ...] = ()
        if self.pings is not None and found.handoff is not None:
            pings = await self.pings.rows(found.handoff, run.reasons[0].code, case.snapshot.customer)
        events = tuple(one for one in found.events if one.event.type != "chat_message")
        return replace(found, draft=draft, outbox=pings, events=events)

    async def _bounced(self, mail: IncomingMail) -> Received:
        """A message of ours came back: the timeline learns it, and the address gets no more."""
        found = await self.store.delivery_of_receipt(self.tenant, mail.returned)
        message = found[0] if found else None
        if message is None or message.customer_id is None:
            return Received(Became.IGNORED, "it is about no message of ours to a customer")
        rows = await self.store.customers(self.tenant, ids=[message.customer_id])
        own = message.address or (address_of(rows[0].document) if rows else None) or ""
        events = [_bounce_event(message, bounce, own, self.clock) for bounce in mail.bounces]
        theirs = [CustomerEvent(message.customer_id, event) for event in events]
        await self.store.add_events(self.tenant, theirs, then=self.follow)
        return Received(Became.BOUNCE, mail.bounces[0].why or mail.bounces[0].status)


def _thread_of(mail: IncomingMail) -> str:
    """Names the conversation of a mail: that of the first mail of its thread."""
    root = (*mail.thread, mail.id)[0]
    return f"mail:{hashlib.sha256(root.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"


def _reviewed(run: JourneyRun) -> JourneyRun:
    """An answer by e-mail waits for a colleague, however far the assistant may go elsewhere."""
    answer = run.outcome
    if not isinstance(answer, Reply):
        return run
    return replace(run, outcome=DraftMessage(answer.text, EMAIL, "service", citations=answer.citations))


def _bounce_event(message: OutboxMessage, bounce: Bounce, own: str, clock: Clock) -> Event:
    said = {
        "message_id": message.key,
        "channel": message.channel,
        "purpose": message.purpose,
        "play": message.play or "",
        "campaign": message.play or "",
        "status": "bounced",
        "permanent": bounce.permanent,
        "address": own or bounce.address,
        "why": bounce.why or bounce.status,
    }
    return Event(EventId(f"{message.key}:bounced:{bounce.status}"), "message_sent", clock.now(), properties=said)
