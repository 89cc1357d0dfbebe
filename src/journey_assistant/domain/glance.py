"""Glance: what is known about a customer without reading their timeline; enough to say that nothing can be due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from journey_assistant.domain.customer import CustomerId

DONE = ("draft_created", "message_sent", "alert_raised")
"""Events that say, by their topic, that a play or alert was acted upon."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The events of one type: how many, the first and the last."""

    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Used:
    """One feature: its last use, and how much it was used in the window that ends now and in the one before."""

    last_at: datetime
    recent: float
    before: float


@dataclass(frozen=True, slots=True)
class Glance:
    """A customer's document, events by type, use by feature; ``done`` is when a play or alert was last acted upon.

    ``visited`` is, for each word that was asked for, when a page was last viewed whose view has it.
    """

    customer_id: CustomerId
    document: Mapping[str, Any]
    seen: Mapping[str, Seen] = field(default_factory=dict)
    used: Mapping[str, Used] = field(default_factory=dict)
    done: Mapping[str, datetime] = field(default_factory=dict)
    visited: Mapping[str, datetime] = field(default_factory=dict)
