"""Small timelines and snapshots for tests: a company that sells studio time to bands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from journey_assistant.domain.customer import Account, AccountId, Customer, CustomerId
from journey_assistant.domain.moment import CaseId, Message, Snapshot, Sweep
from journey_assistant.domain.timeline import Event, EventId, Party, Timeline

NOW = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)
"""A Wednesday noon in summer."""


def ago(**span: float) -> datetime:
    """So long before NOW."""
    return NOW - timedelta(**span)


def event(type_: str, at: datetime = NOW, id_: str | None = None, party: str = "first", **properties: Any) -> Event:
    """One event; without an id its type and time make one."""
    return Event(EventId(id_ or f"{type_}@{at.isoformat()}"), type_, at, Party(party), properties)


def customer(**fields: Any) -> Customer:
    """A customer in London unless said otherwise; ``renews_at`` and ``industry`` go to the account."""
    account = Account(
        AccountId("a_1"), "Low Ceiling Studio", fields.pop("industry", "music"), renews_at=fields.pop("renews_at", None)
    )
    return Customer(**{"id": CustomerId("c_1"), "timezone": "Europe/London", "account": account, **fields})


def snapshot(
    events: Iterable[Event] = (), *, now: datetime = NOW, text: str | None = None,
    conversation: str | None = None, **fields: Any,
) -> Snapshot:  # fmt: skip
    """A sweep, or a message when there is a text."""
    moment = Sweep() if text is None else Message(text, conversation_id=conversation)
    return Snapshot(CaseId("case"), now, customer(**fields), Timeline(events), moment)


def day(text: str) -> date:
    """A date, from ISO."""
    return date.fromisoformat(text)
