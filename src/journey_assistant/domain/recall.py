"""What is read back from a stored timeline: a bounded part that costs the same however long the timeline is.

Of every topic (an event type; for page views the site's section, for feature use the feature) the newest events
are read. So a rare event of last year is seen beside thousands of page views, and a busy feature never hides a
quiet one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.timeline import INDEXES, Event

MOST_PER_TOPIC = 60
"""Events read of one topic: the newest ones that are not after the moment; what was seen or said last is never missed.
No rule counts further than that, but for the use of features."""
MOST_PER_FEATURE = 200
"""Uses read of one feature: sums over a window (how often it was used) see no more than these."""
MOST_TYPES = 1_000
MOST_TOPICS = 1_000
"""Types read of one customer and topics of one type, in the order of their names: a flood of them stays bounded."""
LONGEST_TOPIC = 100

SPLIT_TYPES = {
    "page_viewed": "section",
    "feature_used": "feature",
    "message_sent": "play",
    "draft_created": "play",
    "alert_raised": "code",
}
"""Types with topics, and the index of ``timeline.INDEXES`` that tells them apart."""


@dataclass(frozen=True, slots=True)
class CustomerEvent:
    """An event with the customer it belongs to; ``came_as`` is the name under which it came, if that is another."""

    customer_id: CustomerId
    event: Event
    came_as: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Which events are counted, no further than ``most``."""

    type: str
    topic: str
    since: datetime
    most: int


@dataclass(frozen=True, slots=True)
class Recall:
    """How much of a timeline is read for one moment at ``until``."""

    until: datetime
    per_topic: int = MOST_PER_TOPIC
    per_feature: int = MOST_PER_FEATURE
    types: int = MOST_TYPES
    topics: int = MOST_TOPICS

    def most_of(self, type_: str) -> int:
        """How many events of one topic of this type are read."""
        return self.per_feature if type_ == "feature_used" else self.per_topic


def topic_of(event: Event) -> str:
    """What an event is about within its type; empty for types that are not split."""
    key = SPLIT_TYPES.get(event.type)
    value = INDEXES[event.type][key](event) if key else None
    return "" if value is None else str(value)[:LONGEST_TOPIC]
