"""/runs/{id}: a decision in plain words. /customers/{id}: what we know of somebody, and what is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import Request, Response

from journey_assistant.domain.colleague import Permission
from journey_assistant.domain.customer import Customer, CustomerId
from journey_assistant.domain.recall import Recall
from journey_assistant.domain.timeline import Event
from journey_assistant.errors import NotFound
from journey_assistant.services.explain import event_names, find_run
from journey_assistant.services.read_case import Case, read_case
from journey_assistant.services.stored_case import utc_text
from journey_assistant.services.today import Looking
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.review_view import MOST_EVENTS, latest
from journey_assistant.web.console.route import console_router
from journey_assistant.web.console.sessions import Reader, Running
from journey_assistant.web.pages import page

router = console_router()
MOST_RUNS = 12


@router.get("/runs/{run_id}")
async def run(request: Request, console: Running, signed: Reader, run_id: str) -> Response:
    """Why a moment went where it went."""
    record = await find_run(console.store, run_id, console.tenant)
    case = read_case(dict(record.case), where=f"run {record.id}")
    message = case.snapshot.message
    return page(
        request,
        "run.html",
        signed,
        run=record.line,
        customer=case.snapshot.customer,
        said=message.text if message else "",
        names=event_names(case),
    )


@router.get("/runs/{run_id}/what-if")
async def what_if(request: Request, console: Running, signed: Reader, run_id: str) -> Response:
    """Which single fact would have led elsewhere: decided now, a dozen times or two."""
    record = await find_run(console.store, run_id, console.tenant)
    changes = await console.what_if(record)
    part = "what_if_part.html" if request.headers.get("hx-request") else "what_if.html"
    return page(request, part, signed, run=record.line, changes=changes)


@router.get("/customers/{customer_id}")
async def customer(request: Request, console: Running, signed: Reader, customer_id: str) -> Response:
    """One customer: record, newest events, signals of the newest decision, and what is open."""
    whose = CustomerId(customer_id)
    runs = await _newest_runs(console, whose)
    known, events = await known_customer(console, whose, runs[0].case if runs else None)
    store, tenant = console.store, console.tenant
    handoffs = await store.handoffs(tenant, customer_id=whose)
    looking = await Looking.at(store, tenant)
    return page(
        request,
        "customer.html",
        signed,
        customer=known,
        events=events,
        runs=[record.line for record in runs],
        drafts=await store.drafts(tenant, customer_id=whose, limit=MOST_RUNS),
        handoffs=handoffs,
        outside_chats={row.id for row in handoffs if not await looking.is_chat(row)},
        may_decide=signed.colleague.may(Permission.DECIDE),
        holds=(await store.holds(tenant, customer_id=whose))[-MOST_RUNS:],
        now=console.clock.now(),
    )


async def _newest_runs(console: Console, whose: CustomerId) -> list[Any]:
    """The newest decisions about a customer, newest first."""
    newest: list[Any] = []
    after = None
    while batch := await console.store.runs(console.tenant, customer_id=whose, after=after, limit=200):
        newest = [*newest, *batch][-MOST_RUNS:]
        after = (batch[-1].now_at, batch[-1].id)
        if len(batch) < 200:
            break
    return newest[::-1]


async def known_customer(
    console: Console, whose: CustomerId, last: Mapping[str, Any] | None = None
) -> tuple[Customer, list[Event]]:
    """The stored record and newest events; else those of the newest case. Raises NotFound when there is neither."""
    rows = await console.store.customers(console.tenant, ids=[whose])
    if rows:
        case = _case_of(rows[0].document, utc_text(console.clock.now()))
        recalled = await console.store.recall(console.tenant, whose, Recall(console.clock.now()))
        newest = sorted(recalled, key=lambda event: event.at, reverse=True)[:MOST_EVENTS]
        return case.snapshot.customer, newest
    if last is None:
        raise NotFound(f"there is no customer {whose}")
    case = read_case(dict(last), where=f"customer {whose}")
    return replace(case.snapshot.customer, id=whose), latest(case)


def _case_of(document: Mapping[str, Any], now: str) -> Case:
    given = {"id": "console", "now": now, "customer": dict(document), "timeline": [], "moment": {"kind": "sweep"}}
    return read_case(given, where="the stored customer")
