"""The last check: may this message still go out? Asked in the transaction that begins to send it, by the same rules
that decided it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from journey_assistant.domain.customer import Customer
from journey_assistant.domain.moment import CaseId, Snapshot, Sweep
from journey_assistant.domain.outbox import Delivery, DeliveryState, OutboxMessage
from journey_assistant.domain.policy.consent import consent_for
from journey_assistant.domain.policy.frequency import both, frequency_cap, group_cap, preferred, until_sent
from journey_assistant.domain.policy.policy import ALLOWED, Ruling
from journey_assistant.domain.policy.quiet_hours import quiet_hours
from journey_assistant.domain.policy.suppression import (
    incident,
    negative_sentiment,
    open_issue,
    stop_state,
    undeliverable,
)
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.sentiment import Sentiment
from journey_assistant.domain.timeline import Event, EventId, Timeline
from journey_assistant.perception.readings import read_texts
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.ports.relay import SendFacts, Stopped
from journey_assistant.services.read_case import read_customer

ASK_AGAIN = timedelta(hours=1)
"""A message that waits for something without a date (a time zone becomes known) is asked about so often."""
STATUS = {
    DeliveryState.SENT: "sent",
    DeliveryState.UNKNOWN: "sent",
    DeliveryState.DEAD: "failed",
    DeliveryState.WITHDRAWN: "withdrawn",
}
"""What the timeline learns. What may have arrived counts as sent: one message too few is no harm."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The facts of one message, read."""

    message: OutboxMessage
    customer: Customer
    timeline: Timeline
    account: Timeline
    now: datetime


@dataclass(frozen=True)
class LastCheck:
    """Answers ``SendRule`` by a playbook. ``read_mood`` reads the customer's texts; without it moods are the CRM's."""

    playbook: Playbook
    read_mood: Callable[[str], Sentiment] | None = None

    def concerns(self, message: OutboxMessage) -> bool:
        """Messages that we began; an answer to the customer's own always goes out."""
        return message.is_ours_to_begin

    def stopped(self, message: OutboxMessage, delivery: Delivery, facts: SendFacts) -> Stopped | None:
        """What becomes of a message that does not go out now, or None."""
        now = facts.now
        if facts.customer is None:
            return self._withdrawn(message, delivery, "the customer is not there any more", "never", now)
        if message.expires_at is not None and now > message.expires_at:
            return self._withdrawn(message, delivery, "its time is over", "never", now)
        seen = Seen(
            message,
            read_customer(dict(facts.customer)),
            until_sent(Timeline(facts.events), message.key, now, under_way=facts.under_way),
            _of_account(message, facts),
            now,
        )
        refused = next((ruling for ruling in self._never(seen) if not ruling.allowed), None)
        if refused is not None:
            return self._withdrawn(message, delivery, refused.why, refused.until, now)
        waits = self._not_now(seen)
        if waits.allowed:
            return None
        due_at = waits.until_at or now + ASK_AGAIN
        return Stopped(delivery.held(due_at=due_at, why=waits.why, until=waits.until))

    def _withdrawn(self, message: OutboxMessage, delivery: Delivery, why: str, until: str, now: datetime) -> Stopped:
        after = delivery.withdrawn(at=now, why=why, until=until)
        return Stopped(after, send_events(message, after, now))

    def _never(self, seen: Seen) -> Iterator[Ruling]:
        """What forbids this message; another one may be decided when it is over."""
        message, customer, timeline, now = seen.message, seen.customer, seen.timeline, seen.now
        policy = self.playbook.policy
        yield stop_state(customer, purpose=message.purpose, policy=policy)
        if message.channel != "chat":
            yield consent_for(customer, timeline, message.channel, message.purpose, now)
        yield undeliverable(customer, timeline, now, channel=message.channel)
        if message.purpose == "marketing":
            yield open_issue(timeline, now, policy=policy)
            yield incident(customer, timeline, now)
            yield self._mood(seen)

    def _mood(self, seen: Seen) -> Ruling:
        if self.read_mood is None:
            return ALLOWED
        snapshot = Snapshot(CaseId(seen.message.key), seen.now, seen.customer, seen.timeline, Sweep())
        readings = read_texts(snapshot, self.read_mood)
        rules = self.playbook.vocabulary.rules
        return negative_sentiment(seen.timeline, readings, seen.now, policy=self.playbook.policy, rules=rules)

    def _not_now(self, seen: Seen) -> Ruling:
        """What delays it, all of it at once: the message waits for the latest."""
        message, now, policy = seen.message, seen.now, self.playbook.policy
        cap = frequency_cap(
            seen.timeline,
            now,
            channel=message.channel,
            campaign=message.play,
            purpose=message.purpose,
            policy=preferred(policy, seen.customer),
            account=seen.account,
        )
        zone = seen.customer.timezone
        night = quiet_hours(zone, now, purpose=message.purpose, channel=message.channel, policy=policy)
        return both(both(cap, self._group_cap(seen)), night)

    def _group_cap(self, seen: Seen) -> Ruling:
        play = self.playbook.plays.get(seen.message.play or "")
        if play is None or play.cap_group is None or seen.message.purpose != "marketing":
            return ALLOWED
        cap, plays = self.playbook.cap_group(play.cap_group)
        return group_cap(seen.timeline, seen.now, group=play.cap_group, plays=plays, cap=cap)


def _of_account(message: OutboxMessage, facts: SendFacts) -> Timeline:
    """Messages to other people of the account that are ahead of this one, or on their way."""
    own = [event for event in facts.events if event.properties.get("message_id") == message.key]
    return until_sent(Timeline([*facts.account_sends, *own]), message.key, facts.now, under_way=facts.under_way)


def send_events(message: OutboxMessage, after: Delivery, at: datetime) -> tuple[CustomerEvent, ...]:
    """What the timeline learns of a message to a customer; told twice is told once."""
    status = STATUS.get(after.state)
    if message.draft_id is None or message.customer_id is None or status is None:
        return ()
    said = {
        "message_id": message.key,
        "channel": message.channel,
        "purpose": message.purpose,
        "status": status,
        "topic": message.subject or "",
        "play": message.play or "",
        "campaign": message.play or "",
    }
    event = Event(EventId(f"{message.key}:{status}"), "message_sent", at, properties=said)
    return (CustomerEvent(message.customer_id, event),)
