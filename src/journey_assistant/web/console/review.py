"""/drafts: what waits for a person's yes, and the yes, the other words or the no."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from journey_assistant.domain.colleague import ColleagueId, Permission
from journey_assistant.domain.draft import Draft, DraftId, DraftState
from journey_assistant.domain.login import SignedIn
from journey_assistant.errors import Conflict, NotFound, Rejected
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.people import people_of
from journey_assistant.web.console.review_view import draft_sheet
from journey_assistant.web.console.route import console_router
from journey_assistant.web.console.sessions import Change, Reader, Refusal, Running, changing
from journey_assistant.web.pages import HEADERS, page, waited

router = console_router()
PAGE = 50
LONGEST_TEXT, LONGEST_WORD = 20_000, 1_000
Decider = Annotated[Change, Depends(changing(Permission.DECIDE))]


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One line of the list."""

    draft: Draft
    name: str
    company: str
    waits: str
    mine: bool


@router.get("/drafts")
async def drafts(
    request: Request, console: Running, signed: Reader, state: DraftState = DraftState.PENDING
) -> Response:
    """Drafts of one state, oldest first; one's own before the others."""
    found = await console.store.drafts(console.tenant, state=state, limit=PAGE + 1)
    rows = await draft_rows(console, signed, found[:PAGE])
    rows.sort(key=lambda row: not row.mine)
    return page(request, "drafts.html", signed, rows=rows, state=state, states=list(DraftState), more=len(found) > PAGE)


async def draft_rows(console: Console, signed: SignedIn, found: list[Draft]) -> list[DraftRow]:
    """Drafts with their people and how long they have waited."""
    people, now = await people_of(console, found), console.clock.now()
    return [
        DraftRow(
            draft,
            people[draft.customer_id].name or draft.customer_id,
            people[draft.customer_id].company,
            waited(draft.created_at, now),
            draft.reviewer == signed.colleague.id,
        )
        for draft in found
    ]


@router.get("/drafts/{draft_id}")
async def draft(request: Request, console: Running, signed: Reader, draft_id: str) -> Response:
    """One draft with everything a decision needs."""
    return await _shown(request, console, signed, DraftId(draft_id))


@router.post("/drafts/{draft_id}/approve")
async def approve(request: Request, console: Running, change: Decider, draft_id: str) -> Response:
    """Queues exactly the words that were shown."""
    version, sha256 = change.number("version"), change.text("sha256")

    async def step(by: ColleagueId) -> Draft:
        return await console.review.approve(DraftId(draft_id), by=by, version=version, sha256=sha256)

    return await _decided(request, console, change, draft_id, step)


@router.post("/drafts/{draft_id}/edit")
async def edit(request: Request, console: Running, change: Decider, draft_id: str) -> Response:
    """Other words, guarded like the first; they still have to be approved."""
    version, text, subject = change.number("version"), change.text("text"), change.fields.get("subject")
    if len(text) > LONGEST_TEXT or len(subject or "") > LONGEST_WORD:
        raise Refusal(422, f"at most {LONGEST_TEXT} characters, and {LONGEST_WORD} in the subject")

    async def step(by: ColleagueId) -> Draft:
        return await console.review.edit(DraftId(draft_id), by=by, text=text, subject=subject, version=version)

    return await _decided(request, console, change, draft_id, step, typed=(subject, text))


@router.post("/drafts/{draft_id}/reject")
async def reject(request: Request, console: Running, change: Decider, draft_id: str) -> Response:
    """Nothing goes out; the reason is kept."""
    version, why = change.number("version"), change.text("why").strip()[:LONGEST_WORD]
    if not why:
        raise Refusal(422, "say why: whoever improves the play reads it")

    async def step(by: ColleagueId) -> Draft:
        return await console.review.reject(DraftId(draft_id), by=by, why=why, version=version)

    return await _decided(request, console, change, draft_id, step)


async def _decided(
    request: Request,
    console: Console,
    change: Change,
    draft_id: str,
    step: Callable[[ColleagueId], Awaitable[Draft]],
    typed: tuple[str | None, str] | None = None,
) -> Response:
    """The page again after it was done; or the newer state with what was typed, so that nothing is lost."""
    try:
        await step(change.by)
    except Conflict as conflict:
        return await _shown(request, console, change.signed, DraftId(draft_id), 409, str(conflict), typed)
    except Rejected as rejected:
        return await _shown(request, console, change.signed, DraftId(draft_id), 422, str(rejected), typed)
    return RedirectResponse(f"/drafts/{draft_id}", 303, HEADERS)


async def _shown(
    request: Request,
    console: Console,
    signed: SignedIn,
    draft_id: DraftId,
    status: int = 200,
    told: str = "",
    typed: tuple[str | None, str] | None = None,
) -> Response:
    found = await console.store.draft(console.tenant, draft_id)
    if found is None:
        raise NotFound(f"there is no draft {draft_id}")
    sheet = await draft_sheet(console, found)
    pending = await console.store.drafts(console.tenant, state=DraftState.PENDING, limit=2)
    return page(
        request,
        "draft.html",
        signed,
        status=status,
        sheet=sheet,
        told=told,
        typed=typed,
        now=console.clock.now(),
        next=next((other.id for other in pending if other.id != draft_id), None),
        may_decide=signed.colleague.may(Permission.DECIDE),
    )
