"""Consent: only a stored, undisputed ``True`` is a yes. A newer event beats the profile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from journey_assistant.domain.customer import Customer
from journey_assistant.domain.policy.policy import ALLOWED, Ruling
from journey_assistant.domain.timeline import Event, Timeline

CONSENT_LOOK_BACK = 200
"""Consent changes that are read, newest first: far more than a customer makes."""


def consent_for(customer: Customer, timeline: Timeline, channel: str, purpose: str, now: datetime) -> Ruling:
    """May we write on this channel for this purpose? A reply in chat to the customer's own message needs none."""
    changes = _changes(timeline, channel, purpose, now)
    if changes:
        newest = [e for e in changes if e.at == changes[-1].at]
        evidence = tuple(str(e.id) for e in newest)
        given = [_granted(e) for e in newest]
    else:
        evidence = (f"consent.{channel}.{purpose}",)
        given = [customer.consent.stored(channel, purpose)]
    if all(value is True for value in given):
        return Ruling(True, evidence=evidence, channel=channel)
    why = f"no stored yes for {purpose} by {channel} ({_said(given)})"
    return Ruling(False, "no_consent", why, evidence, until="consent is given", channel=channel)


def _changes(timeline: Timeline, channel: str, purpose: str, now: datetime) -> list[Event]:
    """Changes of this consent, oldest first. A change dated in the future is not one yet."""
    events = timeline.of("consent_changed", until=now)[-CONSENT_LOOK_BACK:]
    return [e for e in events if _is_about(e, channel, purpose)]


def _is_about(event: Event, channel: str, purpose: str) -> bool:
    """An event without a purpose (or without a channel) is about all of them when it takes consent away."""
    takes_away = _granted(event) is not True
    about_channel = _word(event, "channel")
    if about_channel == f"{channel}_{purpose}":
        return True
    return _matches(about_channel, channel, takes_away) and _matches(_word(event, "purpose"), purpose, takes_away)


def _matches(stated: str, wanted: str, takes_away: bool) -> bool:
    return stated == wanted or (stated in ("", "all", "any") and takes_away)


def _word(event: Event, key: str) -> str:
    return event.text_of(key).strip().casefold()


def _granted(event: Event) -> Any:
    return event.properties.get("granted")


def _said(values: list[Any]) -> str:
    if len({repr(v) for v in values}) > 1:
        return "contradictory"
    return {"None": "nothing stored", "False": "refused"}.get(repr(values[0]), f"stored as {values[0]!r}")


def permitted_channel(
    customer: Customer,
    timeline: Timeline,
    purpose: str,
    preferred: str | None,
    available: Iterable[str],
    now: datetime,
) -> Ruling:
    """The first channel that may be used: the preferred one, else in the order of ``available``.

    ``channel`` of the ruling is the channel to use; refused when none is permitted, with what was found for the first.
    """
    order = list(dict.fromkeys([*([preferred] if preferred in (known := tuple(available)) else []), *known]))
    rulings = [consent_for(customer, timeline, str(channel), purpose, now) for channel in order]
    for ruling in rulings:
        if ruling.allowed:
            return ruling
    if rulings:
        return rulings[0]
    return Ruling(False, "no_consent", "there is no channel to write on", until="a channel is known")


def may_use_behaviour(customer: Customer, timeline: Timeline, now: datetime) -> Ruling:
    """May what we observed steer a message? Yes unless personalisation was refused; gates behavioural facts only."""
    changes = [
        e
        for e in timeline.of("consent_changed", until=now)[-CONSENT_LOOK_BACK:]
        if "personalization" in (_word(e, "purpose"), _word(e, "channel"))
    ]
    newest = [e for e in changes if e.at == changes[-1].at]
    allowed = all(_granted(e) is True for e in newest) if newest else customer.consent.personalization
    if allowed:
        return ALLOWED
    evidence = tuple(str(e.id) for e in newest) or ("consent.personalization",)
    return Ruling(False, "no_personalization", "personalisation was refused", evidence, until="consent is given")
