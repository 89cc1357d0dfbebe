"""/drafts: what waits for a person's yes, and the yes, the other words or the no."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from journey_assistant.domain.colleague import ColleagueId, Permission
from journey_assistant.domain.draft import Draft, DraftId, DraftState, RejectReason
from journey_assistant.domain.login import SignedIn
from journey_assistant.domain.snooze import WakeOn
from journey_assistant.errors import Conflict, NotFound, Rejected
from journey_assistant.services.people import people_of
from journey_assistant.services.rewrite_draft import Kind, Wish
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.review_view import draft_sheet
from journey_assistant.web.console.route import console_router
from journey_assistant.web.console.sessions import Change, Reader, Refusal, Running, changing
from journey_assistant.web.pages import HEADERS, page, waited

router = console_router()
PAGE = 50
LONGEST_TEXT, LONGEST_WORD, LONGEST_HINT = 20_000, 1_000, 300
TOO_OLD = timedelta(days=2)
"""A draft that waits longer is shown in alarm: what it says was true then."""
WAKE_TIMES = {
    "in 4 hours": timedelta(hours=4),
    "tomorrow": timedelta(days=1),
    "in 3 days": timedelta(days=3),
    "in a week": timedelta(days=7),
    "in 2 weeks": timedelta(days=14),
}
MORNING = time(8)
Word = TypeVar("Word", bound=StrEnum)
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
    waiting = found if state is DraftState.PENDING else []
    plays = Counter(draft.play for draft in waiting if draft.play)
    return page(
        request,
        "drafts.html",
        signed,
        rows=rows,
        state=state,
        states=list(DraftState),
        more=len(found) > PAGE,
        total=await console.store.count_drafts(console.tenant, states=[state]),
        together={play: count for play, count in plays.items() if count > 1},
        late=late_drafts(waiting, console.clock.now()),
        now=console.clock.now(),
        may_decide=signed.colleague.may(Permission.DECIDE),
    )


async def draft_rows(console: Console, signed: SignedIn, found: list[Draft]) -> list[DraftRow]:
    """Drafts with their people and how long they have waited."""
    people, now = await people_of(console.store, console.tenant, found), console.clock.now()
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
    reason = _one_of(RejectReason, change.fields.get("reason") or RejectReason.OTHER)
    if not why and reason is RejectReason.OTHER:
        raise Refusal(422, "say why: whoever improves the play reads it")

    async def step(by: ColleagueId) -> Draft:
        return await console.review.reject(DraftId(draft_id), by=by, why=why, reason=reason, version=version)

    return await _decided(request, console, change, draft_id, step)


@router.post("/drafts/{draft_id}/snooze")
async def snooze(request: Request, console: Running, change: Decider, draft_id: str) -> Response:
    """Aside until a time, or until something happens."""
    version, until_at = change.number("version"), wake_time(change, console.clock.now())
    on = _one_of(WakeOn, change.fields.get("on") or WakeOn.TIME)

    async def step(by: ColleagueId) -> Draft:
        return await console.review.snooze(DraftId(draft_id), by=by, until_at=until_at, on=on, version=version)

    return await _decided(request, console, change, draft_id, step)


@router.post("/drafts/{draft_id}/wake")
async def wake(request: Request, console: Running, change: Decider, draft_id: str) -> Response:
    """Back to those that wait."""
    version = change.number("version")

    async def step(by: ColleagueId) -> Draft:
        return await console.review.wake(DraftId(draft_id), by=by, version=version)

    return await _decided(request, console, change, draft_id, step)


@router.post("/drafts/{draft_id}/reassign")
async def reassign(request: Request, console: Running, change: Decider, draft_id: str) -> Response:
    """To a colleague."""
    version, to = change.number("version"), ColleagueId(change.text("to"))

    async def step(by: ColleagueId) -> Draft:
        return await console.review.reassign(DraftId(draft_id), by=by, to=to, version=version)

    return await _decided(request, console, change, draft_id, step)


@router.post("/drafts/{draft_id}/rewrite")
async def rewrite(request: Request, console: Running, change: Decider, draft_id: str) -> Response:
    """Other words by the assistant; like every change they are checked, and still have to be approved."""
    version, hint = change.number("version"), change.fields.get("hint", "").strip()[:LONGEST_HINT]
    kind = _one_of(Kind, change.text("kind"))

    async def step(by: ColleagueId) -> Draft:
        return await console.rewrite(DraftId(draft_id), Wish(kind, hint), by, version)

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
        reject_reasons=list(RejectReason),
        wake_times=WAKE_TIMES,
        kinds=[kind for kind in Kind if kind is not Kind.HINT or console.has_model],
        receivers=[row for row in await console.store.colleagues(console.tenant) if row.may_decide],
        may_decide=signed.colleague.may(Permission.DECIDE),
    )


def late_drafts(waiting: Sequence[Draft], now: datetime) -> int:
    """How many have waited longer than anybody should let them."""
    return sum(now - draft.created_at > TOO_OLD for draft in waiting)


def wake_time(change: Change, now: datetime) -> datetime:
    """One of the offered times, or the day that was typed in. Raises Refusal for neither."""
    wanted = change.text("until")
    if wanted in WAKE_TIMES:
        return now + WAKE_TIMES[wanted]
    try:
        day = date.fromisoformat(change.fields.get("day", ""))
    except ValueError as error:
        raise Refusal(422, "choose until when") from error
    return datetime.combine(day, MORNING, tzinfo=UTC)


def _one_of(kinds: type[Word], given: str) -> Word:
    try:
        return kinds(given)
    except ValueError as error:
        raise Refusal(422, f"choose one of: {', '.join(kinds)}") from error
