"""The customer's own page, by a signed link: what we hold and why, what they allow, how often; export and erase.

No login, no cookie, no script. What only reads is GET, what changes is POST, so that programs which follow every link
in a mail change nothing. Export and erasure need a link that was asked for just now.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.errors import Conflict, NotFound, PortError
from journey_assistant.services.export_crm import export_customer
from journey_assistant.services.preference_links import BadLink, Link, LinkKind, PreferenceLinks
from journey_assistant.services.preferences import CHANNELS, PAUSES, PURPOSES, Preferences
from journey_assistant.web.pages import HEADERS, templates

router = APIRouter(tags=["preferences"], include_in_schema=False)

SendLink = Callable[[TenantId, CustomerId, str], Awaitable[bool]]
"""Sends a link to the customer's own address; False when there is no way to send it."""
HARDENED = {**HEADERS, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
SAVED = {
    "choices": "Saved. It counts from now on.",
    "unsubscribed": "You will not get marketing messages from us any more.",
    "paused": "Paused. You will hear nothing of this kind until then.",
    "sent": "We sent a link to your own address. It works for 30 minutes.",
    "unsent": "We cannot send mail at the moment. Please write to us; a colleague will do it for you.",
}


@dataclass(frozen=True)
class PreferencePages:
    """What the pages work with. ``brand`` is the company's name."""

    preferences: Preferences
    links: PreferenceLinks
    send_link: SendLink
    brand: str = ""


def pages_of(request: Request) -> PreferencePages | None:
    """The running pages, None where there are none."""
    pages: PreferencePages | None = getattr(request.app.state, "preferences", None)
    return pages


@dataclass(frozen=True)
class Visit:
    """A valid link with the pages it opens."""

    pages: PreferencePages
    link: Link
    token: str

    def back(self, saved: str) -> RedirectResponse:
        """To the page again, which says what was done."""
        return RedirectResponse(f"/preferences/{self.token}?saved={saved}", 303, HARDENED)


class Refused(Exception):
    """No page is shown; why, and with which status."""

    def __init__(self, status: int, why: str, brand: str = "") -> None:
        self.status, self.why, self.brand = status, why, brand
        super().__init__(why)


async def answer_refused(_request: Request, error: Exception) -> HTMLResponse:
    """A page that says why there is nothing to see."""
    assert isinstance(error, Refused)
    return _page("preferences_note.html", error.status, brand=error.brand, title="Preferences", text=error.why)


def visit_of(request: Request, token: str) -> Visit:
    """The visit by a link. Raises Refused."""
    pages = pages_of(request)
    if pages is None:
        raise Refused(404, "There is no such page here.")
    try:
        return Visit(pages, pages.links.read(token), token)
    except BadLink as error:
        raise Refused(403, f"Sorry, {error}. Please take the link of a newer message.", pages.brand) from error


Visiting = Annotated[Visit, Depends(visit_of)]


@router.get("/preferences")
async def without_link(request: Request) -> HTMLResponse:
    """Says where the link is; nobody learns here whether an address is known."""
    pages = pages_of(request)
    text = "Every message from us has a link to your own page. Please take it from there, or write to us."
    return _page("preferences_note.html", 200, brand=pages.brand if pages else "", title="Preferences", text=text)


@router.get("/preferences/{token}")
async def show(request: Request, visit: Visiting) -> HTMLResponse:
    """The page."""
    saved = SAVED.get(request.query_params.get("saved", ""), "")
    try:
        shown = await visit.pages.preferences.show(visit.link.tenant, visit.link.customer_id)
    except NotFound as error:
        raise Refused(404, "We hold nothing about you any more.", visit.pages.brand) from error
    return _page(
        "preferences.html", 200, brand=visit.pages.brand, shown=shown, token=visit.token, saved=saved,
        proven=visit.link.kind is LinkKind.PROVEN, purposes=PURPOSES, pauses=PAUSES,
    )  # fmt: skip


@router.post("/preferences/{token}")
async def choose(request: Request, visit: Visiting) -> Response:
    """Stores the choices of the form: a box that is not ticked is a no."""
    form = await request.form()
    wanted = {(channel, p): f"{channel}.{p}" in form for channel in CHANNELS for p in PURPOSES}
    await visit.pages.preferences.choose(
        visit.link.tenant,
        visit.link.customer_id,
        wanted,
        personalization="personalization" in form,
        frequency=str(form.get("frequency") or ""),
    )
    return visit.back("choices")


@router.get("/preferences/{token}/unsubscribe")
async def ask_unsubscribe(visit: Visiting) -> HTMLResponse:
    """Asks; only the button says no."""
    return _page("preferences_unsubscribe.html", 200, brand=visit.pages.brand, token=visit.token)


@router.post("/preferences/{token}/unsubscribe")
async def unsubscribe(request: Request, visit: Visiting) -> Response:
    """The one click of RFC 8058, by a mail program or by the button. Nothing else is asked."""
    form = await request.form()
    by_program = form.get("List-Unsubscribe") == "One-Click"
    source = "one-click unsubscribe" if by_program else "unsubscribe link"
    await visit.pages.preferences.unsubscribe(visit.link.tenant, visit.link.customer_id, source)
    return Response(status_code=200, headers=HARDENED) if by_program else visit.back("unsubscribed")


@router.post("/preferences/{token}/pause")
async def pause(request: Request, visit: Visiting) -> Response:
    """No marketing for a while."""
    days = str((await request.form()).get("days") or "")
    if days not in {str(one) for one in PAUSES}:
        raise Refused(422, "Please choose how long.", visit.pages.brand)
    await visit.pages.preferences.pause(visit.link.tenant, visit.link.customer_id, int(days))
    return visit.back("paused")


@router.post("/preferences/{token}/prove")
async def prove(visit: Visiting) -> Response:
    """Sends a fresh link to the customer's own address: a forwarded mail is no proof of who reads it."""
    link, pages = visit.link, visit.pages
    address = pages.links.address(link.tenant, link.customer_id, LinkKind.PROVEN)
    try:
        sent = await pages.send_link(link.tenant, link.customer_id, address)
    except PortError:
        sent = False
    return visit.back("sent" if sent else "unsent")


@router.get("/preferences/{token}/export")
async def export(visit: Visiting) -> Response:
    """Everything we hold about the customer, as JSON."""
    _must_be_proven(visit)
    found = await export_customer(visit.pages.preferences.store, visit.link.tenant, visit.link.customer_id)
    headers = {**HARDENED, "Content-Disposition": 'attachment; filename="my-data.json"'}
    return Response(json.dumps(found, ensure_ascii=False, indent=2), media_type="application/json", headers=headers)


@router.post("/preferences/{token}/erase")
async def erase(request: Request, visit: Visiting) -> Response:
    """Erases everything for good, once the box is ticked."""
    _must_be_proven(visit)
    if "sure" not in await request.form():
        raise Refused(422, "Please tick the box: there is no way back.", visit.pages.brand)
    try:
        await visit.pages.preferences.erase(visit.link.tenant, visit.link.customer_id)
    except Conflict as error:
        raise Refused(409, f"{error}.".capitalize(), visit.pages.brand) from error
    text = "Everything we held about you is erased. Messages that waited to go out are gone with it."
    return _page("preferences_note.html", 200, brand=visit.pages.brand, title="Erased", text=text)


def _must_be_proven(visit: Visit) -> None:
    if visit.link.kind is not LinkKind.PROVEN:
        raise Refused(403, "Please ask for a fresh link first.", visit.pages.brand)


def _page(template: str, status: int, **shown: Any) -> HTMLResponse:
    return HTMLResponse(templates().get_template(template).render(shown), status, HARDENED)
