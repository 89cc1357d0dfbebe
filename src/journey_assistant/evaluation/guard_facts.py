"""What a labelled case says in words, as typed values: evidence with its flags, and the timeline behind the record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from journey_assistant.domain.timeline import Event, EventId, Timeline
from journey_assistant.guardrails.context import Evidence
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.terms import pattern

_FACT_ID = re.compile(r"T\d+")
_QUOTE = re.compile(r":\s?[\"“„«'‘]|^[\"“„«]")
_LISTS = "evidence"
_DECLARED, _BEHAVIOURAL = pattern(_LISTS, "declared"), pattern(_LISTS, "behavioural")
_INTERNAL, _UNTRUSTED = pattern(_LISTS, "internal"), pattern(_LISTS, "untrusted")
_DELIVERED, _UNDELIVERED = pattern(_LISTS, "delivered"), pattern(_LISTS, "undelivered")
_CLOSED = frozenset({"closed", "solved", "resolved", "done"})


def evidence_of(rows: Any, first_name: str) -> tuple[Evidence, ...]:
    """The evidence of a case; ids ``T1``, ``T2`` … are facts of the timeline, all others passages."""
    return tuple(_evidence(row, first_name) for row in rows or ())


def _evidence(row: Mapping[str, Any], first_name: str) -> Evidence:
    text = str(row.get("text", ""))
    folded, name = fold(text), fold(first_name)
    fact = bool(_FACT_ID.fullmatch(str(row["id"]))) and not folded.startswith(("kb:", "kb ", "care card", "article:"))
    by_customer = bool(name) and re.search(rf"\b{re.escape(name)}\b", folded) is not None
    declared = fact and (by_customer or _QUOTE.search(text) is not None or bool(_DECLARED.search(folded)))
    internal = bool(_INTERNAL.search(folded)) and not by_customer
    return Evidence(
        id=str(row["id"]),
        text=text,
        kind="fact" if fact else "passage",
        declared=bool(row.get("declared", declared and not internal)),
        behavioural=bool(row.get("behavioural", fact and not declared and bool(_BEHAVIOURAL.search(folded)))),
        internal=bool(row.get("internal", internal)),
        trusted=bool(row.get("reviewed", True)) and not row.get("superseded") and not _UNTRUSTED.search(folded),
    )


def timeline_of(
    row: Mapping[str, Any], context: Mapping[str, Any], facts: tuple[Evidence, ...], now: datetime
) -> Timeline:
    """The events that a case's record implies: sends, tickets, the last purchase and activity, deliveries."""
    return Timeline(
        [*_sends(context, now), *_tickets(row, now), *_purchase_and_activity(row, now), *_deliveries(facts, now)]
    )


def _sends(context: Mapping[str, Any], now: datetime) -> Iterator[Event]:
    for number, send in enumerate(context.get("recent_sends") or ()):
        at = datetime.fromisoformat(send["at"]) if "at" in send else now
        yield Event(EventId(f"send-{number}"), "message_sent", at, properties={"status": "sent", **send})


def _tickets(row: Mapping[str, Any], now: datetime) -> Iterator[Event]:
    for ticket in row.get("open_tickets") or ():
        number = str(ticket.get("id", "ticket"))
        properties = {"ticket_id": number, "topic": str(ticket.get("type", ticket.get("topic", "")))}
        yield Event(EventId(f"ticket-{number}"), "ticket_opened", now - timedelta(days=2), properties=properties)
        if str(ticket.get("status", "open")).casefold() in _CLOSED:
            closed = {"ticket_id": number}
            yield Event(EventId(f"closed-{number}"), "ticket_closed", now - timedelta(days=1), properties=closed)


def _purchase_and_activity(row: Mapping[str, Any], now: datetime) -> Iterator[Event]:
    bought, active = row.get("last_purchase_days_ago"), row.get("last_active_days_ago")
    if bought is not None:
        type_ = "subscription_changed" if row.get("plan") else "order_completed"
        properties = {"to": str(row.get("plan") or "order")}
        yield Event(EventId("purchase"), type_, now - timedelta(days=float(bought)), properties=properties)
    if active is not None:
        yield Event(EventId("activity"), "page_viewed", now - timedelta(days=float(active)), properties={"path": "/"})


def _deliveries(facts: tuple[Evidence, ...], now: datetime) -> Iterator[Event]:
    for fact in facts:
        folded = fold(fact.text)
        if fact.kind != "fact":
            continue
        if _UNDELIVERED.search(folded):
            yield Event(EventId(f"{fact.id}-ordered"), "order_completed", now - timedelta(days=1))
        elif _DELIVERED.search(folded):
            yield Event(EventId(f"{fact.id}-delivered"), "order_delivered", now - timedelta(hours=1))
