"""/: the few things that need a colleague today, by account, each with why now; what is held, and what is done."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from journey_assistant.domain.colleague import Permission
from journey_assistant.domain.login import SignedIn
from journey_assistant.errors import InvalidTransition, NotFound
from journey_assistant.services.finish_alert import Alerts
from journey_assistant.services.today import EVERYBODY, Kind, Looking
from journey_assistant.web.console.inbox_view import colleague_names
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.route import console_router
from journey_assistant.web.console.sessions import Change, Reader, Running, changing
from journey_assistant.web.pages import HEADERS, page

router = console_router()
ME, ALL = "me", "all"
Decider = Annotated[Change, Depends(changing(Permission.DECIDE))]
PLACES = {
    Kind.ALERT: "/customers/{}",
    Kind.HANDOFF: "/customers/{}",
    Kind.CONVERSATION: "/inbox/{}",
    Kind.DRAFT: "/drafts/{}",
    Kind.HELD: "/runs/{}",
}


@router.get("/")
async def today(request: Request, console: Running, signed: Reader, who: str = ME) -> Response:
    """What waits for one colleague, or for all: alerts, conversations, handoffs and drafts."""
    return await _shown(request, console, signed, who)


@router.post("/alerts/{alert_id}/done")
async def done(request: Request, console: Running, change: Decider, alert_id: str) -> Response:
    """Taken care of: it leaves the list, and everybody sees by whom."""
    try:
        await Alerts(console.store, console.clock, console.tenant).done(alert_id, by=change.by)
    except InvalidTransition as late:
        told = f"Somebody was faster: {late}. It is off the list."
        return await _shown(request, console, change.signed, change.fields.get("who", ME), status=409, told=told)
    return RedirectResponse(f"/?who={quote(change.fields.get('who', ME), safe='')}", 303, HEADERS)


async def _shown(
    request: Request, console: Console, signed: SignedIn, who: str, *, status: int = 200, told: str = ""
) -> Response:
    names, now = await colleague_names(console), console.clock.now()
    if who not in (ME, ALL) and who not in names:
        raise NotFound(f"there is no colleague {who}")
    whose = {ME: str(signed.colleague.id), ALL: EVERYBODY}.get(who, who)
    looking = await Looking.at(console.store, console.tenant)
    return page(
        request,
        "today.html",
        signed,
        status=status,
        told=told,
        day=await looking.today(whose, now, leads=signed.colleague.may(Permission.LEAD)),
        now=now,
        whom=who,
        names=names,
        places={kind.value: place for kind, place in PLACES.items()},
        may_decide=signed.colleague.may(Permission.DECIDE),
        may_lead=signed.colleague.may(Permission.LEAD),
    )
