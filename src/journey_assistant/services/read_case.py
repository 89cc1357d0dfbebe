"""Reads a case (one JSON object) into a Snapshot, with one clear error for bad input.

The same reading serves the command line, ``Assistant.decide``, ``POST /v1/decide`` and the eval harness.
Unknown fields, event types and properties are kept, never an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from journey_assistant.domain.customer import Account, Consent, Customer, StopState
from journey_assistant.domain.event_names import our_name
from journey_assistant.domain.moment import CaseId, ConversationId, Message, Moment, Snapshot, Sweep
from journey_assistant.domain.timeline import Event, EventId, Party, Timeline
from journey_assistant.errors import Rejected
from journey_assistant.services.case_state_lines import CaseStateBody, case_state_of
from journey_assistant.services.strict_json import is_text, strict_json

MAX_PROPERTY_BYTES = 16_384
"""Upper size of one event's properties (guardrail input_limits)."""
MAX_CUSTOMER_BYTES = 65_536
"""Upper size of a customer with everything that is known about them, their account included."""
MAX_TEXT_CHARS = 4_000 * 5
"""Longest message text that is read at all; what a chat accepts is a guardrail's limit."""
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Times outside are mistakes, and the calendar's own ends cannot be moved between time zones."""


def _of_these_centuries(at: datetime) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"the year {at.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return at


_Time = Annotated[AwareDatetime, AfterValidator(_of_these_centuries)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="allow")

    def unknown(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


class _AccountBody(_Body):
    id: str = ""
    name: str = ""
    industry: str | None = None
    employees: int | None = Field(None, ge=0)
    renews_at: date | None = None
    annual_value: float | None = None
    billing: str | None = None


class _CustomerBody(_Body):
    id: str
    name: str = ""
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    timezone: str | None = None
    role: str | None = None
    plan: str | None = None
    lifecycle_stage: str | None = None
    csm: str | None = None
    tier: str | None = None
    account: _AccountBody | None = None
    consent: dict[str, Any] = Field(default_factory=dict)
    declared: dict[str, Any] = Field(default_factory=dict)
    stop_state: StopState | None = None
    experiments: dict[str, str] = Field(default_factory=dict)
    key_features: list[str] = Field(default_factory=list)
    limits: dict[str, float] = Field(default_factory=dict)


class _EventBody(_Body):
    id: str
    type: str
    at: _Time
    party: Party = Party.FIRST
    properties: dict[str, Any] = Field(default_factory=dict)


class _MessageBody(_Body):
    kind: Literal["message"]
    text: str = Field(max_length=MAX_TEXT_CHARS)
    channel: str = "chat"
    conversation_id: str | None = None


class _SweepBody(_Body):
    kind: Literal["sweep"]


class _CaseBody(_Body):
    id: str
    now: _Time
    customer: _CustomerBody
    timeline: list[_EventBody] = Field(default_factory=list)
    account_timeline: list[_EventBody] = Field(default_factory=list)
    moment: Annotated[_MessageBody | _SweepBody, Field(discriminator="kind")]
    case_states: list[CaseStateBody] = Field(default_factory=list)
    expect: dict[str, Any] | None = None
    tags: list[str] = Field(default_factory=list)
    why: str = ""
    knowledge: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A snapshot with its label, if it has one. ``raw`` is the JSON it was read from (for the record and replay)."""

    snapshot: Snapshot
    expect: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    why: str = ""
    knowledge: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


def read_cases(path: Path) -> Iterator[Case]:
    """Cases of a JSONL file, one a line. Raises Rejected naming file, line and field."""
    for number, row in read_jsonl(path):
        yield read_case(row, where=f"{path}:{number}")


def read_jsonl(path: Path) -> Iterator[tuple[int, Any]]:
    """Line numbers and values of a JSONL file; empty lines are skipped. Raises Rejected naming file and line."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _parsed(line, f"{path}:{number}")
    except OSError as error:
        raise Rejected(f"cannot be read: {error.strerror or error}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise Rejected("is not UTF-8 text", where=str(path), allowed="UTF-8") from error


def read_json(path: Path) -> dict[str, Any]:
    """One JSON object of a file. Raises Rejected naming the file."""
    try:
        found = _parsed(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise Rejected(f"cannot be read: {error.strerror or error}", where=str(path)) from error
    if not isinstance(found, dict):
        raise Rejected("expected an object", where=str(path), allowed="one JSON object")
    return found


def _parsed(line: str, where: str) -> Any:
    try:
        return strict_json(line)
    except ValueError as error:
        raise Rejected(f"not JSON: {error}", where=where, allowed="one JSON object a line") from error


def read_case(row: Any, *, where: str = "case") -> Case:
    """One case. Raises Rejected naming the field, what is wrong with it, and what is allowed."""
    if not isinstance(row, dict):
        raise Rejected("expected an object", where=where, allowed="one JSON object a case")
    try:
        body = _CaseBody.model_validate(row)
    except ValidationError as error:
        raise _rejection(error, where) from error
    _check_sizes(row, body, where)
    snapshot = Snapshot(
        case_id=CaseId(body.id),
        now_at=body.now,
        customer=_customer(body.customer),
        timeline=Timeline(_event(e) for e in body.timeline),
        moment=_moment(body.moment),
        case_states=tuple(case_state_of(state, body.customer.id) for state in body.case_states),
        extra=body.unknown(),
        account_timeline=Timeline(_event(e) for e in body.account_timeline),
    )
    return Case(snapshot, body.expect or {}, tuple(body.tags), body.why, body.knowledge, row)


def case_schema(place: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """JSON schema of a case and of the parts it refers to; ``place`` is where the parts stand (``#/…/{model}``)."""
    schema = _CaseBody.model_json_schema(ref_template=place)
    return {**schema, "title": "Case"}, schema.pop("$defs")


def read_customer(row: Any, *, where: str = "customer") -> Customer:
    """One customer. Raises Rejected naming the field."""
    try:
        return _customer(_CustomerBody.model_validate(row))
    except ValidationError as error:
        raise _rejection(error, where) from error


def read_event(row: Any, *, where: str = "event") -> Event:
    """One event. Raises Rejected naming the field."""
    try:
        body = _EventBody.model_validate(row)
    except ValidationError as error:
        raise _rejection(error, where) from error
    _check_size(body.properties, where, f"properties of event {body.id}", MAX_PROPERTY_BYTES)
    return _event(body)


def _rejection(error: ValidationError, where: str) -> Rejected:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "case"
    allowed = str(first.get("ctx", {}).get("expected", ""))
    if first["type"] == "timezone_aware":
        allowed = "a time with its zone, such as 2026-03-10T15:00:00Z"
    return Rejected(f"{place}: {first['msg']}", where=where, allowed=allowed)


def _check_sizes(row: Mapping[str, Any], body: _CaseBody, where: str) -> None:
    _check_text(row, where)
    _check_size(row["customer"], where, "customer", MAX_CUSTOMER_BYTES)
    for name, events in (("timeline", body.timeline), ("account_timeline", body.account_timeline)):
        for position, event in enumerate(events):
            place = f"{name}.{position}.properties of event {event.id}"
            _check_size(event.properties, where, place, MAX_PROPERTY_BYTES)


def _check_size(value: Any, where: str, place: str, most: int) -> None:
    try:
        size = len(json.dumps(value, default=str))
    except (ValueError, RecursionError) as error:
        raise Rejected(f"{place}: no JSON: {error}", where=where, allowed="plain JSON values") from error
    if size > most:
        raise Rejected(f"{place} has {size} bytes", where=where, allowed=f"at most {most} bytes")


def _check_text(row: Mapping[str, Any], where: str) -> None:
    """Cases that come as objects were not read by ``strict_json``; nobody can store half of a character."""
    broken = [key for key, value in row.items() if not is_text(value)]
    if broken:
        raise Rejected(f"{broken[0]}: holds half of a character", where=where, allowed="whole characters")


def _event(body: _EventBody) -> Event:
    return Event(EventId(body.id), our_name(body.type), body.at, body.party, body.properties)


def _moment(body: _MessageBody | _SweepBody) -> Moment:
    if isinstance(body, _SweepBody):
        return Sweep()
    conversation = ConversationId(body.conversation_id) if body.conversation_id else None
    return Message(body.text, body.channel, conversation)


def _customer(body: _CustomerBody) -> Customer:
    known = {f.name for f in fields(Customer)} - {"account", "consent", "key_features", "tenant_id", "extra"}
    values: dict[str, Any] = {name: getattr(body, name) for name in known}
    values["tier"] = body.tier or "standard"
    return Customer(
        **values,
        account=_account(body.account),
        consent=read_consent(body.consent),
        key_features=tuple(body.key_features),
        extra=body.unknown(),
    )


def _account(body: _AccountBody | None) -> Account | None:
    if body is None:
        return None
    return Account(**body.model_dump(include=set(_AccountBody.model_fields)), extra=body.unknown())


def read_consent(stored: Mapping[str, Any]) -> Consent:
    """Consent in either spelling: nested per channel, or flat (``email_marketing``). Values stay as stored."""
    channels: dict[str, dict[str, Any]] = {}
    personalization = True
    for key, value in stored.items():
        if key == "personalization":
            personalization = value is not False
        elif isinstance(value, Mapping):
            channels.setdefault(key, {}).update(value)
        elif "_" in key:
            channel, purpose = key.rsplit("_", 1)
            channels.setdefault(channel, {})[purpose] = value
    return Consent(channels, personalization)
