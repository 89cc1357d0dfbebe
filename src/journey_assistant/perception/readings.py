"""What the customer wrote in the last 7 days, read for its mood, with the CRM's own classifications."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from journey_assistant.domain.activity import by_customer
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.sentiment import Sentiment, TextReading
from journey_assistant.domain.tickets import PLEASED_LABELS, UPSET_LABELS, mood_label
from journey_assistant.domain.timeline import Event

READ_WINDOW = timedelta(days=7)
MOST_TEXTS = 20
"""Texts that are read, newest first: each costs one encoder pass."""

_TEXT_OF: Mapping[str, Callable[[Event], str]] = {
    "chat_message": lambda e: e.text_of("text") if by_customer(e) else "",
    "email_replied": lambda e: e.text_of("text"),
    "ticket_opened": lambda e: "\n".join(t for t in (e.text_of("subject"), e.text_of("text")) if t),
    "ticket_replied": lambda e: e.text_of("text") if by_customer(e) else "",
    "call_logged": lambda e: e.text_of("transcript"),
    "nps_submitted": lambda e: e.text_of("comment"),
    "csat_submitted": lambda e: e.text_of("comment"),
    "form_submitted": lambda e: _answers(e.properties.get("answers")),
}


def customer_text(event: Event) -> str:
    """The customer's own words in an event; empty when it has none (a colleague wrote it, or it is no text)."""
    reads = _TEXT_OF.get(event.type)
    return reads(event).strip() if reads else ""


def _answers(answers: Any) -> str:
    """Free text among a form's answers; addresses, names and ticked boxes say nothing about a mood."""
    if not isinstance(answers, Mapping):
        return ""
    texts = [v for v in answers.values() if isinstance(v, str) and len(v.split()) >= 3 and "@" not in v]
    return "\n".join(texts)


def recent_texts(snapshot: Snapshot, window: timedelta = READ_WINDOW, most: int = MOST_TEXTS) -> list[Event]:
    """The newest events with words of the customer in the window that ends now, oldest first."""
    now = snapshot.now_at
    found: list[Event] = []
    for type_ in _TEXT_OF:
        of_type = 0
        for event in reversed(snapshot.timeline.within(window, now, type_)):
            if of_type == most:
                break
            if customer_text(event):
                found.append(event)
                of_type += 1
    return sorted(found, key=lambda e: (e.at, e.id))[-most:]


def read_texts(snapshot: Snapshot, read_sentiment: Callable[[str], Sentiment]) -> tuple[TextReading, ...]:
    """Readings of the customer's recent texts and of the CRM's labels, oldest first. Future events never count."""
    readings = [_reading(event, read_sentiment(customer_text(event))) for event in recent_texts(snapshot)]
    readings += crm_readings(snapshot)
    return tuple(sorted(readings, key=lambda r: (r.at, r.event_id, r.by_crm)))


def crm_readings(snapshot: Snapshot) -> list[TextReading]:
    """The CRM's own classifications of the last 7 days, as certain readings."""
    types = ("ticket_opened", "ticket_replied", "chat_message", "email_replied", "call_logged", "ticket_updated")
    events = snapshot.timeline.within(READ_WINDOW, snapshot.now_at, *types)[-MOST_TEXTS * len(types) :]
    return [_reading(e, label, by_crm=True) for e in events if (label := crm_sentiment(e)) is not None]


def crm_sentiment(event: Event) -> Sentiment | None:
    """What the CRM says about an event of the customer's, or None when it says nothing we know."""
    label = mood_label(event)
    if not label or (event.type in ("chat_message", "ticket_replied") and not by_customer(event)):
        return None
    if label in UPSET_LABELS:
        return Sentiment("negative", 1.0, 0.0, 0.0, frustrated=float(label in ("frustrated", "angry", "furious")))
    return Sentiment.certain("positive" if label in PLEASED_LABELS else "neutral")


def _reading(event: Event, sentiment: Sentiment, *, by_crm: bool = False) -> TextReading:
    conversation = event.properties.get("conversation_id")
    return TextReading(event.id, event.at, event.type, sentiment, str(conversation) if conversation else None, by_crm)
