"""The oracle: was this message forbidden? It knows the contract, reads what was given in and what went out, in that
order, and nothing of the product: no store, no rule, no timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
# channel: messages, within, hours between two
CAPS = {"email": (2, WEEK, 16), "sms": (1, WEEK, 24), "push": (2, WEEK, 24)}
OVER_ALL_CHANNELS, OVER_THE_ACCOUNT = 3, 5
ONCE_IN = {"weekly": WEEK, "monthly": MONTH}
GRAVE = ("billing", "complaint", "outage", "refund", "cancellation", "delivery", "damage")


@dataclass(frozen=True)
class Entry:
    """One line of the log: when, what, about whom, in whatever words it came."""

    at: datetime
    what: str
    customer: str
    given: dict[str, Any]


@dataclass(frozen=True)
class Breach:
    """A message that must not have gone out, and the law it broke."""

    law: str
    how: str
    sent: Entry


@dataclass
class Person:
    """What had been said about one customer so far."""

    record: dict[str, Any] = field(default_factory=dict)
    consents: list[tuple[datetime, str, str, bool]] = field(default_factory=list)
    messages: dict[str, dict[datetime, dict[str, Any]]] = field(default_factory=dict)
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    received: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    erased: bool = False


def breaches(log: Iterable[Entry]) -> Iterator[Breach]:
    """Every forbidden message of a log."""
    people: dict[str, Person] = {}
    for entry in log:
        person = people.setdefault(entry.customer, Person())
        if entry.what == "sent":
            yield from (Breach(law, how, entry) for law, how in _against(person, entry))
            if entry.given["purpose"] == "marketing":
                yield from (Breach("no more than the account's cap", how, entry) for how in _account(people, entry))
            _remember(person, entry)
        else:
            _learn(person, entry)


def _learn(person: Person, entry: Entry) -> None:
    given = entry.given
    match entry.what:
        case "record":
            person.record |= given["changes"]
        case "message":
            _read(person, given["message"])
        case "choose":
            person.consents += [(entry.at, c, p, granted) for (c, p), granted in given["changed"].items()]
            declared = {**person.record.get("declared", {}), "message_frequency": given["frequency"]}
            person.record["declared"] = declared
        case "unsubscribe" | "pause":
            person.consents += [(entry.at, channel, "marketing", False) for channel in CAPS]
        case "erase":
            person.erased = True


def _read(person: Person, message: dict[str, Any]) -> None:
    at = datetime.fromisoformat(message["timestamp"]).astimezone(UTC)
    if message["messageId"] in person.seen:
        return
    person.seen.add(message["messageId"])
    if message["type"] == "identify":
        for channel, purposes in message["traits"].get("consent", {}).items():
            person.consents += [(at, channel, purpose, granted) for purpose, granted in purposes.items()]
        return
    said = message["properties"]
    match message["event"]:
        case "consent_changed":
            person.consents.append((at, said["channel"], said["purpose"], said["granted"]))
        case "message_sent":
            person.messages.setdefault(said["message_id"], {})[at] = said
        case "ticket_opened":
            person.tickets.setdefault(said["ticket_id"], {}).update(topic=said["topic"], opened_at=at)
        case "ticket_closed":
            person.tickets.setdefault(said["ticket_id"], {})["closed_at"] = at


def _remember(person: Person, entry: Entry) -> None:
    person.received.add(entry.given["draft"])
    person.messages[entry.given["key"]] = {entry.at: {**entry.given, "status": "sent"}}


def _against(person: Person, sent: Entry) -> Iterator[tuple[str, str]]:
    given = sent.given
    if person.erased:
        yield "nothing to somebody erased", "their record is gone"
    if person.record.get("stop_state"):
        yield "nothing in a stop state", str(person.record["stop_state"])
    if not _consented(person, given["channel"], given["purpose"], sent.at):
        yield "nothing without consent", f"{given['purpose']} by {given['channel']}"
    if person.record.get("experiments", {}).get(given["play"]) == "holdout":
        yield "nothing in a holdout", str(given["play"])
    if given["draft"] in person.received:
        yield "nothing twice", given["draft"]
    if given["purpose"] == "marketing":
        yield from _against_marketing(person, sent)


def _against_marketing(person: Person, sent: Entry) -> Iterator[tuple[str, str]]:
    zone = str(person.record.get("timezone"))
    local = sent.at.astimezone(ZoneInfo(zone)) if zone in available_timezones() else None
    if local is None or not 8 <= local.hour < 21:
        yield "nothing at night", f"{local or zone}"
    for ticket in person.tickets.values():
        opened_at, closed_at = ticket.get("opened_at"), ticket.get("closed_at")
        is_open = opened_at and opened_at <= sent.at and not (closed_at and opened_at <= closed_at <= sent.at)
        if is_open and ticket["topic"] in GRAVE:
            yield "no marketing with an open issue", ticket["topic"]
    yield from (("no more than the caps", how) for how in _caps(person, sent))


def _marketing(person: Person, now: datetime) -> list[tuple[timedelta, dict[str, Any]]]:
    """Marketing of all teams by its age, whatever is queued too; what bounced does not count."""
    sends = [
        (max(known), known[max(known)])
        for all_known in person.messages.values()
        if (known := {at: said for at, said in all_known.items() if at <= now})
        and not any(said["status"] == "bounced" for said in known.values())
    ]
    return [(now - at, said) for at, said in sends if said["purpose"] == "marketing"]


def _account(people: dict[str, Person], sent: Entry) -> Iterator[str]:
    """Whoever works for the same company now shares one limit."""
    company = people[sent.customer].record["account"]["id"]
    shared = [one for one in people.values() if not one.erased and one.record["account"]["id"] == company]
    if sum(age < WEEK for one in shared for age, _ in _marketing(one, sent.at)) >= OVER_THE_ACCOUNT:
        yield f"{OVER_THE_ACCOUNT} to people of {company} in the week already"


def _caps(person: Person, sent: Entry) -> Iterator[str]:
    counted = _marketing(person, sent.at)
    channel = sent.given["channel"]
    most, within, hours = CAPS[channel]
    same = [age for age, said in counted if said["channel"] == channel]
    if sum(age < within for age in same) >= most:
        yield f"{most} by {channel} already"
    if any(age < timedelta(hours=hours) for age in same):
        yield f"less than {hours} hours after another"
    if sum(age < WEEK for age, _ in counted) >= OVER_ALL_CHANNELS:
        yield f"{OVER_ALL_CHANNELS} in the week already"
    if any(age < MONTH and said["campaign"] == sent.given["play"] for age, said in counted):
        yield f"the campaign {sent.given['play']} again"
    chosen = ONCE_IN.get(person.record.get("declared", {}).get("message_frequency", ""))
    if chosen and any(age < chosen for age, _ in counted):
        yield "more often than the customer chose"


def _consented(person: Person, channel: str, purpose: str, at: datetime) -> bool:
    """The newest that was said about it; where nothing was said, the record. Only a plain yes is one."""
    about = [
        (said_at, granted)
        for said_at, c, p, granted in person.consents
        if said_at <= at and p == purpose and (c == channel or (c == "all" and not granted))
    ]
    if about:
        newest = max(said_at for said_at, _ in about)
        return all(granted for said_at, granted in about if said_at == newest)
    return person.record.get("consent", {}).get(channel, {}).get(purpose) is True
