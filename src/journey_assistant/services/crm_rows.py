"""A row of a CRM file as a customer's document or an event, with one clear reason when it is neither."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.event_names import our_name
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event
from journey_assistant.errors import Rejected
from journey_assistant.ports.store import CustomerRow
from journey_assistant.services.read_case import read_customer, read_event
from journey_assistant.services.record import canonical

MAX_ID_CHARS = 200
MAX_DOCUMENT_BYTES = 65_536
CLOCKS_DIFFER = timedelta(hours=24)
"""A sender's clock may be ahead by so much; an event from beyond is a mistake."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

_EVENT_FIELDS = ("id", "type", "at", "party", "customer_id", "properties")
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


def customer_row(values: Mapping[str, Any], *, from_csv: bool) -> CustomerRow:
    """The customer of a row. Raises Rejected."""
    document = _nested(values) if from_csv else dict(values)
    id_ = checked_id(document.get("id"), "id")
    document["id"] = id_
    account = document.get("account")
    if isinstance(account, Mapping) and account.get("id") is not None:
        document["account"] = {**account, "id": checked_id(account["id"], "account.id")}
    _check_size(document, "the customer")
    read_customer(document, where="")
    return CustomerRow(CustomerId(id_), document)


def event_row(values: Mapping[str, Any], *, now: datetime, from_csv: bool) -> CustomerEvent:
    """The event of a row; without an id of its own, its content gives it one. Raises Rejected."""
    given = _event_values(values, from_csv=from_csv)
    customer_id = checked_id(given.get("customer_id"), "customer_id")
    given["id"] = _event_id(given) if given.get("id") is None else checked_id(given["id"], "id")
    given["type"] = our_name(checked_id(given.get("type"), "type"))
    event: Event = read_event(given, where="")
    if event.at > now + CLOCKS_DIFFER:
        raise Rejected(f"at: {event.at.isoformat()} lies in the future", allowed="up to 24 hours ahead")
    if event.at < EARLIEST:
        raise Rejected(f"at: {event.at.isoformat()} is too long ago", allowed=f"since {EARLIEST:%Y}")
    return CustomerEvent(CustomerId(customer_id), event)


def checked_id(value: Any, field: str) -> str:
    """An id as text. Raises Rejected for one that is missing, too long, or cannot be shown in a line."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise Rejected(f"{field}: missing or not text", allowed="text")
    text = str(value)
    if len(text) > MAX_ID_CHARS or not text.isprintable() or text != text.strip():
        raise Rejected(f"{field}: {text[:40]!r} cannot be used", allowed=f"up to {MAX_ID_CHARS} printable characters")
    return text


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The old document with what the new one says. What an import does not name (a refusal, a state) stays."""
    both = dict(old)
    for key, value in new.items():
        known = both.get(key)
        if isinstance(value, Mapping) and isinstance(known, Mapping):
            both[key] = merged(known, value)
        else:
            both[key] = value
    return both


def _nested(values: Mapping[str, str]) -> dict[str, Any]:
    """Columns with dots (``consent.email.marketing``) as objects; consent and lists as what they mean."""
    document: dict[str, Any] = {}
    for name, cell in values.items():
        *path, last = name.split(".")
        place = document
        for part in path:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise Rejected(f"{name}: {part} is a column of its own as well", allowed="one of the two")
        if isinstance(place.get(last), dict):
            raise Rejected(f"{name}: there are columns inside it as well", allowed="one of the two")
        place[last] = _cell(name, cell)
    return document


def _cell(name: str, cell: str) -> Any:
    if name.startswith("consent."):
        word = cell.strip().casefold()
        return True if word in _TRUE else False if word in _FALSE else cell
    if name == "key_features":
        return [part.strip() for part in cell.split(";") if part.strip()]
    return cell


def _event_values(values: Mapping[str, Any], *, from_csv: bool) -> dict[str, Any]:
    """The event's own fields, and everything else among its properties."""
    given = {key: values[key] for key in _EVENT_FIELDS if values.get(key) is not None}
    properties = given.get("properties", {})
    if not isinstance(properties, Mapping):
        raise Rejected("properties: expected an object", allowed="an object; in CSV a column for each property")
    others = {key: value for key, value in values.items() if key not in _EVENT_FIELDS}
    if from_csv:
        others = {key.removeprefix("properties."): value for key, value in others.items()}
    given["properties"] = {**others, **properties}
    return given


def _event_id(given: Mapping[str, Any]) -> str:
    return "event_" + hashlib.sha256(canonical(given).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _check_size(document: Mapping[str, Any], what: str) -> None:
    size = len(canonical(document))
    if size > MAX_DOCUMENT_BYTES:
        raise Rejected(f"{what} has {size} bytes", allowed=f"at most {MAX_DOCUMENT_BYTES} bytes")
