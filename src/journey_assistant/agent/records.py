"""What the customer's own record says: the reads that a model may call and that answer account questions without one.

Each read is a pure function of the snapshot: sentences for the customer, with the ids they rest on. The customer
is the snapshot's own; no read takes a customer id from anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from journey_assistant.domain.mentioned import named_among
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.tickets import Ticket, open_tickets
from journey_assistant.domain.timeline import Event

_USAGE_WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RecordRead:
    """Sentences from the record, each with the ids of events or fields behind it; empty when nothing is stored."""

    sentences: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    names_unknown: bool = False
    """The customer named a number of this kind that the record does not have."""

    @property
    def text(self) -> str:
        """All sentences in reading order."""
        return " ".join(self.sentences)

    def only(self, field: str) -> RecordRead:
        """The sentence that rests on one field; all of them for an empty name."""
        kept = [(t, e) for t, e in zip(self.sentences, self.evidence, strict=True) if field in ("", e)]
        return replace(self, sentences=tuple(t for t, _ in kept), evidence=tuple(e for _, e in kept))


def subscription(snapshot: Snapshot) -> RecordRead:
    """Plan, billing rhythm and renewal date."""
    customer, account = snapshot.customer, snapshot.customer.account
    found: list[tuple[str, str]] = []
    if customer.plan:
        found.append((f"You are on the {customer.plan} plan.", "customer.plan"))
    if account and account.billing:
        found.append((f"Your billing is {account.billing}.", "account.billing"))
    if account and account.renews_at:
        found.append((f"Your plan renews on {spoken_date(account.renews_at)}.", "account.renews_at"))
    return _read(found)


def success_manager(snapshot: Snapshot) -> RecordRead:
    """The colleague who owns this customer."""
    name = snapshot.customer.csm
    return _read([(f"Your success manager is {name[:1].upper()}{name[1:]}.", "customer.csm")]) if name else RecordRead()


def invoices(snapshot: Snapshot) -> RecordRead:
    """The invoice that the customer named, else the newest, and whether it is still unpaid."""
    events, names_unknown = _meant(snapshot, "invoice_id", "invoice_failed", "invoice_paid")
    if names_unknown:
        return RecordRead(names_unknown=True)
    failed = next((event for event in reversed(events) if event.type == "invoice_failed"), None)
    paid = next((event for event in reversed(events) if event.type == "invoice_paid"), None)
    found: list[tuple[str, str]] = []
    if paid is not None:
        found.append((f"The payment of {_invoice(paid)} arrived on {spoken_date(paid.at.date())}.", paid.id))
    if failed is not None and (paid is None or paid.at < failed.at):
        found.append((f"The payment of {_invoice(failed)} failed on {spoken_date(failed.at.date())}.", failed.id))
    return _read(found)


def orders(snapshot: Snapshot) -> RecordRead:
    """The order that the customer named, else the newest."""
    events, names_unknown = _meant(snapshot, "order_id", "order_completed")
    if not events:
        return RecordRead(names_unknown=names_unknown)
    order = events[-1]
    number = order.properties.get("order_id", order.id)
    return _read([(f"Your order {number} was placed on {spoken_date(order.at.date())}.", order.id)])


def tickets(snapshot: Snapshot) -> RecordRead:
    """Tickets that are open, with their subject and the day they were opened."""
    found = [
        (
            f"Your ticket{_about(t)} from {spoken_date(t.opened_at.date())} is open, and a colleague is working on it.",
            t.event_id,
        )
        for t in open_tickets(snapshot.timeline, snapshot.now_at)[-3:]
    ]
    return _read(found)


def usage(snapshot: Snapshot) -> RecordRead:
    """The newest reading of each metered feature against its limit, over 30 days."""
    newest: dict[str, Event] = {}
    for event in snapshot.timeline.within(_USAGE_WINDOW, snapshot.now_at, "feature_used"):
        if event.properties.get("limit"):
            newest[str(event.properties.get("feature"))] = event
    found = [
        (f"You use {_count(e, 'count')} of {_count(e, 'limit')} {feature.replace('_', ' ')}.", str(e.id))
        for feature, e in sorted(newest.items())
    ]
    return _read(found)


RECORD_READS: Mapping[str, Callable[[Snapshot], RecordRead]] = {
    "subscription": subscription,
    "success_manager": success_manager,
    "invoices": invoices,
    "orders": orders,
    "tickets": tickets,
    "usage": usage,
}
"""Every read by the name of its tool."""


def spoken_date(day: date) -> str:
    """A date as people write it: 23 September 2026."""
    return f"{day.day} {day:%B %Y}"


def _meant(snapshot: Snapshot, number: str, *types: str) -> tuple[list[Event], bool]:
    """The events about what the customer named by its number, in whatever conversation; all of them when nothing was.

    None, and true, when the message names a number of this kind that the record does not have.
    """
    events: list[Event] = snapshot.timeline.of(*types, until=snapshot.now_at)
    named, is_unknown = named_among(snapshot, (e.text_of(number) for e in events if e.text_of(number)))
    if is_unknown:
        return [], True
    return [e for e in events if named is None or e.text_of(number) == named], False


def _read(found: list[tuple[str, str]]) -> RecordRead:
    return RecordRead(tuple(text for text, _ in found), tuple(source for _, source in found))


def _invoice(event: Event) -> str:
    number = event.properties.get("invoice_id")
    return f"invoice {number}" if number else "your invoice"


def _about(ticket: Ticket) -> str:
    subject = ticket.subject or ticket.topic
    return f' "{subject}"' if subject else ""


def _count(event: Event, key: str) -> str:
    value = event.properties.get(key)
    return f"{value:g}" if isinstance(value, int | float) else str(value)
