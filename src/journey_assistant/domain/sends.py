"""Messages we sent: who was written to, about what, and whether it was opened. All teams, all channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from journey_assistant.domain.signal_rules import SignalRules
from journey_assistant.domain.timeline import Event, Timeline

MOST_SENDS = 200
"""Messages that are looked at, newest first: far above every cap, and a bound for the cost."""
SENDS_WITHIN = timedelta(days=400)
"""How far back messages to an account are looked for: further than any cap's window."""
SEND_TYPES = ("message_sent", "email_sent")
SERVICE_WORDS = frozenset({
    "welcome", "onboarding", "receipt", "invoice", "billing", "payment", "delivery", "shipping", "order", "ticket",
    "support", "security", "password", "verification", "confirmation", "proposal",
})  # fmt: skip
"""A message without a stated purpose is marketing unless its topic or play is one of these."""
SERVICE_PLAYS = frozenset({"payment_failed", "welcome", "onboarding_stalled"})
NOT_SENT = frozenset({"bounced", "failed", "dropped", "cancelled", "canceled", "rejected",
                      "withdrawn"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Send:
    """One message to the customer, sent or waiting to be sent. ``campaign`` falls back to the play."""

    id: str
    event_id: str
    at: datetime
    channel: str
    purpose: str
    topic: str = ""
    play: str = ""
    campaign: str = ""
    offer: str = ""


def send_of(event: Event) -> Send | None:
    """The message behind an event, or None when it never went out (bounced). A missing status counts as sent."""
    if event.text_of("status").casefold() in NOT_SENT:
        return None
    play = event.text_of("play")
    return Send(
        id=str(event.properties.get("message_id") or event.id),
        event_id=str(event.id),
        at=event.at,
        channel=event.text_of("channel").casefold() or ("email" if event.type == "email_sent" else ""),
        purpose=_purpose(event),
        topic=event.text_of("topic").strip().casefold(),
        play=play,
        campaign=event.text_of("campaign") or play,
        offer=str(event.properties.get("offer") or event.properties.get("offer_id") or ""),
    )


def _purpose(event: Event) -> str:
    stated = event.text_of("purpose").casefold()
    if stated:
        return stated
    words = set(event.text_of("topic").casefold().replace("_", " ").replace("-", " ").split())
    # Counting one message too many is a delay; counting one too few is a breach of the caps.
    return "service" if event.text_of("play") in SERVICE_PLAYS or words & SERVICE_WORDS else "marketing"


def sends_within(timeline: Timeline, now: datetime, window: timedelta) -> tuple[Send, ...]:
    """Messages of the window that ends now, oldest first; a message sent exactly ``window`` ago no longer counts.

    A message that was queued and then sent has two events with one message id: it counts once, from the last.
    """
    unique: dict[tuple[str, str], Send] = {}
    refused: dict[str, datetime] = {}
    for event in timeline.latest(MOST_SENDS, *SEND_TYPES, since=now - window, until=now):
        send = send_of(event)
        if send is None:
            refused[str(event.properties.get("message_id") or event.id)] = event.at
        else:
            unique[send.id, send.channel] = send
    # What failed, and went out when somebody tried it again, counts.
    counted = (s for s in unique.values() if s.id not in refused or refused[s.id] < s.at)
    return tuple(sorted(counted, key=lambda s: (s.at, s.event_id)))


def was_opened(timeline: Timeline, send: Send, now: datetime) -> bool:
    """Did the customer open, click or answer this message?"""
    signs = ("email_opened", "email_clicked", "email_replied")
    return any(timeline.of_value(type_, "message_id", send.id, since=send.at, until=now) for type_ in signs)


def was_ignored(timeline: Timeline, send: Send, now: datetime, rules: SignalRules) -> bool:
    """Sent 72 hours ago or longer, and still unopened."""
    return now - send.at >= rules.ignored_after and not was_opened(timeline, send, now)


def is_upsell(send: Send, rules: SignalRules) -> bool:
    """A message that asks for a bigger plan."""
    return send.play in rules.upsell_plays or any(word in send.topic for word in rules.upsell_words)


def ignored_in_a_row(
    timeline: Timeline, sends: tuple[Send, ...], now: datetime, rules: SignalRules
) -> tuple[Send, ...]:
    """The last two of these messages when both were ignored, else empty."""
    last = sends[-rules.ignored_messages :]
    if len(last) < rules.ignored_messages or not all(was_ignored(timeline, s, now, rules) for s in last):
        return ()
    return last
