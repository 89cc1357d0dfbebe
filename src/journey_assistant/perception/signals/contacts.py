"""The same thing again: customers who come back because it was not solved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from journey_assistant.domain.conversation import Turn, conversation_of
from journey_assistant.domain.signals import Signal
from journey_assistant.domain.timeline import Event
from journey_assistant.perception.readings import MOST_TEXTS, customer_text
from journey_assistant.perception.signals.view import MESSAGE_EVIDENCE, SignalView, signal

_CONTACTS = ("chat_message", "email_replied", "ticket_opened")
_MOST_CONTACTS = 100
SAME_MATTER = "same_matter"
"""Stands for the reason when only the texts are alike."""
BURST = timedelta(seconds=30)
"""Messages without an answer between them and no further apart are one exchange."""
_NO_REASON = frozenset({"", "none", "other"})


def repeated_contact(view: SignalView) -> Signal | None:
    """The same reason for the third time in seven days, or five exchanges without a solution.

    A contact is one conversation or one ticket, however many messages it took.
    """
    return _same_reason(view) or _many_exchanges(view)


def _same_reason(view: SignalView) -> Signal | None:
    contacts = _contacts(view)
    message = view.snapshot.message
    if message is not None:
        own = _reasons(view, message.text)
        contacts = {key: found for key, found in contacts.items() if key != conversation_of(view.snapshot).id}
        same = {
            key: found
            for key, found in contacts.items()
            if own & found[0] or _alike(view, message.text, customer_text(found[1]))
        }
        if len(same) + 1 < view.rules.contact_times:
            return None
        ids: list[Event | str] = [*(e for _, e in same.values()), MESSAGE_EVIDENCE]
        reason = min(own | {SAME_MATTER}, key=lambda r: (r == SAME_MATTER, r))
        return signal("repeated_contact", ids, view.now, kind="reason", reason=reason, times=len(same) + 1)
    reasons = sorted(set().union(*(found[0] for found in contacts.values())))
    for reason in reasons:
        events = [event for named, event in contacts.values() if reason in named]
        if len(events) >= view.rules.contact_times:
            return signal("repeated_contact", events, kind="reason", reason=reason, times=len(events))
    return None


def _contacts(view: SignalView) -> dict[str, tuple[set[str], Event]]:
    """Reasons of each contact of the last seven days, with its first event."""
    found: dict[str, tuple[set[str], Event]] = {}
    since = view.now - view.rules.contact_window - timedelta(microseconds=1)
    contacts = view.timeline.latest(_MOST_CONTACTS, *_CONTACTS, since=since, until=view.now)
    written = [e for e in contacts if e.type == "ticket_opened" or customer_text(e)]
    for event in written[-MOST_TEXTS:]:
        key = str(event.properties.get("conversation_id") or event.properties.get("ticket_id") or event.id)
        reasons, first = found.get(key, (set(), event))
        found[key] = (reasons | _reasons(view, customer_text(event)) | _filed(event), first)
    return found


def _reasons(view: SignalView, text: str) -> set[str]:
    reason = view.reason_of(text) if view.reason_of else ""
    return set() if reason in _NO_REASON else {reason}


def _alike(view: SignalView, text: str, other: str) -> bool:
    """Two contacts about one matter, whatever reason each was read as."""
    return view.alike is not None and bool(other) and view.alike(text, other)


def _filed(event: Event) -> set[str]:
    topic = event.text_of("topic").strip().casefold()
    return set() if topic in _NO_REASON or topic == "general" else {f"ticket:{topic}"}


def _many_exchanges(view: SignalView) -> Signal | None:
    """The exchanges in this conversation before the message: each was answered and did not solve it."""
    conversation = conversation_of(view.snapshot)
    begun = _exchanges(conversation.turns)
    if len(begun) < view.rules.exchanges or conversation.owner is not None:
        return None
    return signal("repeated_contact", [turn.id for turn in begun], view.now, kind="exchanges", times=len(begun))


def _exchanges(turns: Sequence[Turn]) -> list[Turn]:
    """The customer's turns that begin an exchange: what they send in pieces, one right after the other, is one."""
    begun: list[Turn] = []
    before: Turn | None = None
    for turn in turns:
        if turn.author == "customer":
            goes_on = before is not None and before.author == "customer" and turn.at - before.at <= BURST
            begun += [] if goes_on else [turn]
        before = turn
    return begun
