"""What a reviewer sees of a draft: the words with their evidence, what guardrails say now, and how it came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from journey_assistant.domain.customer import Customer
from journey_assistant.domain.draft import Draft, DraftChange
from journey_assistant.domain.effects import RunRecord
from journey_assistant.domain.guardrail import Finding
from journey_assistant.domain.outbox import sha256_of
from journey_assistant.domain.timeline import Event
from journey_assistant.errors import JourneyError, PortError, Rejected
from journey_assistant.services.explain import event_names
from journey_assistant.services.read_case import Case, read_case
from journey_assistant.services.review_draft import Standing
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.text_pieces import (
    Changed,
    Mark,
    Piece,
    changes_between,
    fact_marks,
    has_hidden,
    pieces,
)

MOST_EVENTS = 25


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the draft rests on: its id, in words, and whose knowledge it is."""

    id: str
    words: str
    party: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done with the draft, and for an edit what it changed."""

    change: DraftChange
    diff: Sequence[Changed] = ()


@dataclass(frozen=True, slots=True)
class DraftSheet:
    """Everything on the page of one draft."""

    draft: Draft
    customer: Customer
    subject: Sequence[Piece]
    text: Sequence[Piece]
    has_hidden: bool
    facts: Sequence[Fact]
    steps: Sequence[Step]
    run: Mapping[str, Any]
    events: Sequence[Event]
    names: Mapping[str, str]
    standing: Standing | None
    not_checked: str
    sha256: str


async def draft_sheet(console: Console, draft: Draft, findings: Iterable[Finding] = ()) -> DraftSheet:
    """The sheet of a draft; a draft that still waits is checked as of now. Raises NotFound when its run is gone."""
    record = await console.store.run(console.tenant, draft.run_id)
    if record is None:
        raise Rejected(f"the run {draft.run_id} behind this draft is not there any more")
    case = read_case(dict(record.case), where=f"run {record.id}")
    standing, not_checked = await _standing(console, draft)
    steps = await console.store.draft_changes(console.tenant, draft.id)
    known = facts_of(draft, record, case)
    objections = [*findings, *(standing.verdict.findings if standing else ())]
    marks = [Mark(f.span[0], f.span[1], "finding", f"{f.guardrail}: {f.why}") for f in objections]
    values = [*_values(draft, case), *_quotes(record)]
    return DraftSheet(
        draft=draft,
        customer=case.snapshot.customer,
        subject=pieces(draft.subject or "", fact_marks(draft.subject or "", values)),
        text=pieces(draft.text, [*fact_marks(draft.text, values), *marks]),
        has_hidden=has_hidden(draft.text) or has_hidden(draft.subject or ""),
        facts=known,
        steps=steps_of(steps, draft),
        run=record.line,
        events=latest(case),
        names=event_names(case),
        standing=standing,
        not_checked=not_checked,
        sha256=sha256_of(draft.subject, draft.text),
    )


def facts_of(draft: Draft, record: RunRecord, case: Case) -> list[Fact]:
    """What the draft says it rests on, in words."""
    names = event_names(case)
    timeline = case.snapshot.timeline
    found = []
    for id_ in dict.fromkeys(draft.facts):
        event = timeline.get(id_)
        if event is not None:
            found.append(Fact(id_, names[id_], f"{event.party.value} party"))
        else:
            found.append(
                Fact(
                    id_, _declared(id_, case.snapshot.customer), "told us" if id_.startswith("declared.") else "record"
                )
            )
    return found


def steps_of(changes: Sequence[DraftChange], now: Draft) -> list[Step]:
    """The steps with what each edit changed: its words against those of the next version."""
    after = [*((change.subject, change.text) for change in changes), (now.subject, now.text)][1:]
    return [
        Step(change, changes_between(_whole(change.subject, change.text), _whole(*words)) if change.is_edit else ())
        for change, words in zip(changes, after, strict=True)
    ]


def latest(case: Case) -> list[Event]:
    """The newest events before the moment, newest first."""
    timeline = case.snapshot.timeline
    known = timeline.of(*timeline.types, until=case.snapshot.now_at)
    return sorted(known, key=lambda event: event.at, reverse=True)[:MOST_EVENTS]


async def _standing(console: Console, draft: Draft) -> tuple[Standing | None, str]:
    if draft.state != "pending":
        return None, ""
    now: datetime = console.clock.now()
    try:
        return await console.review.check(draft, now), ""
    except PortError as error:
        return None, f"the {error.port} does not answer"
    except JourneyError as error:
        return None, str(error)


def _whole(subject: str | None, text: str) -> str:
    return f"{subject}\n\n{text}" if subject else text


def _declared(id_: str, customer: Customer) -> str:
    """A fact of the record in words: ``declared.goal`` with the goal."""
    value = _record_value(id_, customer)
    name = id_.rpartition(".")[2].replace("_", " ")
    return f"{name}: {value}" if value else name


def _record_value(id_: str, customer: Customer) -> str:
    holder, _, name = id_.partition(".")
    if holder == "declared":
        return str(customer.declared.get(name, ""))
    if holder == "customer":
        return str(getattr(customer, name, None) or "")
    if holder == "account" and customer.account is not None:
        return str(getattr(customer.account, name, None) or "")
    return ""


def _quotes(record: RunRecord) -> Iterable[tuple[str, str]]:
    """Sentences that stand in an article word for word, with the article."""
    outcome = record.line.get("outcome")
    cited = outcome.get("citations") if isinstance(outcome, Mapping) else None
    for citation in cited or ():
        yield str(citation.get("quote") or ""), f"quoted from {citation.get('article')}"


def _values(draft: Draft, case: Case) -> Iterable[tuple[str, str]]:
    """Values that may stand in the words, with where we know them from."""
    customer = case.snapshot.customer
    yield customer.name, "the customer's name"
    yield customer.first_name, "the customer's name"
    if customer.account is not None:
        yield customer.account.name, "the account's name"
    names = event_names(case)
    for id_ in draft.facts:
        event = case.snapshot.timeline.get(id_)
        if event is None:
            yield _record_value(id_, customer), f"{id_.replace('_', ' ')} of the record"
            continue
        for value in event.properties.values():
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                yield str(value), names[id_]
