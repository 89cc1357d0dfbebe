"""/deliveries: messages that could not be delivered or may have been; a lead tries again or puts them away.

Jobs that were given up stand below them: what failed again and again has a cause that a person finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from journey_assistant.domain.colleague import Permission
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.outbox import Delivery, DeliveryStep, OutboxMessage
from journey_assistant.errors import Conflict
from journey_assistant.services.given_up import DISCARD, LONGEST_WHY, RETRY, GivenUp
from journey_assistant.services.people import person
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.route import console_router
from journey_assistant.web.console.sessions import Change, Reader, Refusal, Running, changing
from journey_assistant.web.pages import HEADERS, page, waited

router = console_router()
PAGE = 50
Lead = Annotated[Change, Depends(changing(Permission.LEAD))]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page."""

    message: OutboxMessage
    delivery: Delivery
    name: str
    waits: str
    steps: tuple[DeliveryStep, ...]


@router.get("/deliveries")
async def deliveries(request: Request, console: Running, signed: Reader) -> Response:
    """What was given up and what is uncertain, the longest waiting first."""
    return await _shown(request, console, signed)


@router.post("/deliveries/{step}")
async def decide(request: Request, console: Running, change: Lead, step: str) -> Response:
    """Tries one again, or puts it away; who did it and why is kept."""
    given_up = GivenUp(console.store, console.clock, console.tenant)
    acts = {RETRY: given_up.retry, DISCARD: given_up.discard}
    if step not in acts:
        raise Refusal(404, "there is no such step")
    why = change.fields.get("why", "").strip()[:LONGEST_WHY]
    try:
        await acts[step](change.text("key"), by=change.by, why=why)
    except Conflict as conflict:
        return await _shown(request, console, change.signed, 409, str(conflict))
    return RedirectResponse("/deliveries", 303, HEADERS)


async def _shown(request: Request, console: Console, signed: Reader, status: int = 200, told: str = "") -> Response:
    found = await GivenUp(console.store, console.clock, console.tenant).found(PAGE + 1)
    return page(
        request,
        "deliveries.html",
        signed,
        status=status,
        rows=[await _row(console, message, delivery) for message, delivery in found[:PAGE]],
        more=len(found) > PAGE,
        jobs=await console.store.dead_jobs(console.tenant),
        told=told,
        may_lead=signed.colleague.may(Permission.LEAD),
    )


async def _row(console: Console, message: OutboxMessage, delivery: Delivery) -> Row:
    since = delivery.settled_at or delivery.due_at
    steps = await console.store.delivery_steps(console.tenant, message.key)
    name = await _name(console, message.customer_id)
    return Row(message, delivery, name, waited(since, console.clock.now()), tuple(steps))


async def _name(console: Console, customer_id: CustomerId | None) -> str:
    if customer_id is None:
        return "a colleague"
    rows = await console.store.customers(console.tenant, ids=[customer_id])
    return (person(customer_id, rows[0].document).name if rows else "") or customer_id
