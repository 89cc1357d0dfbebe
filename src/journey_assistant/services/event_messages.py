"""Messages of Segment's and RudderStack's clients, read: who, when, what. Anything unusable is one clear reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.event_names import OUR_EVENTS, our_name
from journey_assistant.domain.identity import ANONYMOUS, anonymous
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.source import BEHAVIOUR, Source
from journey_assistant.domain.timeline import Event
from journey_assistant.errors import Rejected
from journey_assistant.services.crm_rows import CLOCKS_DIFFER, EARLIEST, checked_id
from journey_assistant.services.read_case import read_event
from journey_assistant.services.record import canonical
from journey_assistant.services.traits import account_of, consents_of, document_of

KINDS = ("identify", "track", "page", "screen", "group", "alias")
MAX_MESSAGE_BYTES = 32 * 1024
ON_THE_WAY = timedelta(minutes=2)
"""A message may be under way so long; a larger distance between its clock and ours is its clock's mistake."""
_RESERVED = (ANONYMOUS, "visitor:")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message: the customer it is about, events for the timeline, and what it says about the customer."""

    customer_id: CustomerId
    events: tuple[CustomerEvent, ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict)
    alias: str | None = None
    """Another name that this message says is the customer's."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known around a message: who sent it, when it came, and by the sender's clock when it left."""

    source: Source
    received_at: datetime
    sent_at: datetime | None = None


def read_message(given: Any, envelope: Envelope, kind: str | None = None) -> Incoming:
    """One message of a client; ``kind`` is that of the address it was sent to. Raises Rejected."""
    if not isinstance(given, Mapping):
        raise Rejected("expected an object", allowed="one JSON object a message")
    if len(canonical(given)) > MAX_MESSAGE_BYTES:
        raise Rejected("the message is too large", allowed=f"at most {MAX_MESSAGE_BYTES} bytes")
    kind = kind or given.get("type")
    if kind not in KINDS:
        raise Rejected(f"type: {str(kind)[:40]!r} is no kind of message", allowed=", ".join(KINDS))
    user, nobody = _id(given, "userId"), _id(given, "anonymousId")
    if user is None and nobody is None:
        raise Rejected("userId, anonymousId: one of them is needed", allowed="an id")
    return _READERS[kind](given, envelope, user, nobody)


def _id(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is None or value == "":
        return None
    id_ = checked_id(value, name)
    if id_.startswith(_RESERVED):
        raise Rejected(f"{name}: {id_[:40]!r} cannot be used", allowed="an id of your own")
    return id_


def _tracked(given: Mapping[str, Any], envelope: Envelope, user: str | None, nobody: str | None) -> Incoming:
    name = our_name(checked_id(given.get("event"), "event"))
    if envelope.source.public and name in OUR_EVENTS - BEHAVIOUR:
        raise Rejected(f"event: a page cannot tell {name}", allowed="the same event from a server, with its write key")
    return _happened(name, _properties(given), given, envelope, user, nobody)


def _viewed(given: Mapping[str, Any], envelope: Envelope, user: str | None, nobody: str | None) -> Incoming:
    page = _object(_object(given, "context"), "page")
    properties = {**{key: page[key] for key in ("path", "title", "referrer") if page.get(key)}, **_properties(given)}
    if not properties.get("path"):
        address = properties.get("url") or page.get("url") or given.get("name")
        properties["path"] = (urlsplit(address).path or "/") if isinstance(address, str) else "/"
    if given.get("name") and not properties.get("title"):
        properties["title"] = given["name"]
    return _happened("page_viewed", properties, given, envelope, user, nobody)


def _happened(
    name: str,
    properties: Mapping[str, Any],
    given: Mapping[str, Any],
    envelope: Envelope,
    user: str | None,
    nobody: str | None,
) -> Incoming:
    customer_id, came_as = _whose(user, nobody)
    event = _event(_message_id(given), name, properties, _at(given, envelope))
    return Incoming(customer_id, (CustomerEvent(customer_id, event, came_as),))


def _identified(given: Mapping[str, Any], envelope: Envelope, user: str | None, nobody: str | None) -> Incoming:
    context = _object(given, "context")
    traits = {**_object(context, "traits"), **_object(given, "traits")}
    if user is None:
        return Incoming(_whose(user, nobody)[0])
    customer_id = CustomerId(user)
    consents = () if envelope.source.public else tuple(consents_of(traits))
    events = tuple(_consent(given, envelope, customer_id, *consent) for consent in consents)
    alias = anonymous(nobody) if nobody else None
    return Incoming(customer_id, events, {**document_of(traits, context), "id": user}, alias)


def _consent(
    given: Mapping[str, Any], envelope: Envelope, customer_id: CustomerId, channel: str, purpose: str, granted: bool
) -> CustomerEvent:
    said = {"channel": channel, "purpose": purpose, "granted": granted, "source": envelope.source.name}
    id_ = f"{_message_id(given)}:{channel}:{purpose}"
    return CustomerEvent(customer_id, _event(id_, "consent_changed", said, _at(given, envelope)))


def _grouped(given: Mapping[str, Any], envelope: Envelope, user: str | None, nobody: str | None) -> Incoming:
    if envelope.source.public:
        raise Rejected("type: a page cannot tell a customer's company", allowed="group from a server")
    if user is None:
        return Incoming(_whose(user, nobody)[0])
    account = account_of(_object(given, "traits"), checked_id(given.get("groupId"), "groupId"))
    return Incoming(CustomerId(user), document={"account": account})


def _aliased(given: Mapping[str, Any], envelope: Envelope, user: str | None, nobody: str | None) -> Incoming:
    previous = _id(given, "previousId")
    if user is None or previous is None:
        raise Rejected("userId, previousId: both are needed", allowed="an id and the anonymous id before it")
    return Incoming(CustomerId(user), alias=anonymous(previous))


_READERS = {
    "track": _tracked,
    "page": _viewed,
    "screen": _viewed,
    "identify": _identified,
    "group": _grouped,
    "alias": _aliased,
}


def _whose(user: str | None, nobody: str | None) -> tuple[CustomerId, str | None]:
    if user is not None:
        return CustomerId(user), None
    name = anonymous(nobody or "")
    return name, name


def _event(id_: str, type_: str, properties: Mapping[str, Any], at: datetime) -> Event:
    return read_event({"id": id_, "type": type_, "at": at, "properties": dict(properties)}, where="")


def _message_id(given: Mapping[str, Any]) -> str:
    if given.get("messageId"):
        return checked_id(given["messageId"], "messageId")
    content = {key: value for key, value in given.items() if key not in ("sentAt", "writeKey")}
    return "event_" + hashlib.sha256(canonical(content).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _at(given: Mapping[str, Any], envelope: Envelope) -> datetime:
    """When it happened by our clock: a client whose clock is wrong says so by the time of sending."""
    stated = given.get("timestamp") or given.get("originalTimestamp")
    at = time_of(stated, "timestamp") if stated else envelope.received_at
    sent_at = time_of(given["sentAt"], "sentAt") if given.get("sentAt") else envelope.sent_at
    if stated and sent_at is not None and abs(envelope.received_at - sent_at) > ON_THE_WAY:
        at += envelope.received_at - sent_at
    if at > envelope.received_at + CLOCKS_DIFFER:
        raise Rejected(f"timestamp: {at.isoformat()} lies in the future", allowed="up to 24 hours ahead")
    if at < EARLIEST:
        raise Rejected(f"timestamp: {at.isoformat()} is too long ago", allowed=f"since {EARLIEST:%Y}")
    return at


def time_of(stated: Any, field_name: str) -> datetime:
    """A time as clients write it; without a zone it is UTC, as in Segment's own rules. Raises Rejected."""
    try:
        at = datetime.fromisoformat(stated)
    except (TypeError, ValueError) as error:
        raise Rejected(f"{field_name}: {str(stated)[:40]!r} is no time", allowed="2026-03-10T15:00:00Z") from error
    try:
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise Rejected(f"{field_name}: {stated!r} is out of range", allowed="a time of these centuries") from error


def _properties(given: Mapping[str, Any]) -> dict[str, Any]:
    """The properties; Segment's ``products`` and ``revenue`` are our ``items`` and ``value``."""
    properties = dict(_object(given, "properties"))
    for theirs, ours in (("products", "items"), ("revenue", "value"), ("total", "value")):
        if properties.get(theirs) is not None and properties.get(ours) is None:
            properties[ours] = properties[theirs]
    if given.get("event") and our_name(str(given["event"])) == "cart_updated" and "items" not in properties:
        product = {key: properties[key] for key in ("product_id", "name", "price", "quantity") if key in properties}
        properties.update({"items": [product]} if product else {})
    return properties


def _object(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = given.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Rejected(f"{name}: expected an object", allowed="an object")
    return value
