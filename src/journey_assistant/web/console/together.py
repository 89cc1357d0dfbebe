"""/drafts/together: drafts of one low-risk play, shown in full and approved with one press, each by its own version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Request, Response

from journey_assistant.domain.colleague import Permission
from journey_assistant.domain.draft import DraftId
from journey_assistant.domain.login import SignedIn
from journey_assistant.domain.outbox import sha256_of
from journey_assistant.services.approve_many import Answered, Shown, approve_many, batch_of
from journey_assistant.services.people import people_of
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.route import console_router
from journey_assistant.web.console.sessions import Change, Refusal, Running, changing, signed_in
from journey_assistant.web.console.text_pieces import pieces
from journey_assistant.web.pages import page

router = console_router()
Decider = Annotated[Change, Depends(changing(Permission.DECIDE))]


@router.get("/drafts/together")
async def together(
    request: Request, console: Running, signed: Annotated[SignedIn, Depends(signed_in)], play: str = ""
) -> Response:
    """What would be sent, and what has to be read by itself."""
    return await _shown(request, console, signed, play, ())


@router.post("/drafts/together")
async def approve_together(request: Request, console: Running, change: Decider) -> Response:
    """Queues what is still as it was shown; says what was left, and why."""
    play = change.text("play")
    ticked = [value for name, value in change.fields.items() if name.startswith("draft-")]
    shown = [_shown_draft(value) for value in ticked]
    answers = await approve_many(console.review, play, shown, by=change.by)
    return await _shown(request, console, change.signed, play, answers)


def _shown_draft(value: str) -> Shown:
    """A draft as the form says it was shown. Raises Refusal for anything else."""
    parts = value.split(" ")
    if len(parts) != 3 or not parts[1].isdecimal() or len(parts[1]) > 9:
        raise Refusal(422, "the form is not one of ours")
    return Shown(DraftId(parts[0]), int(parts[1]), parts[2])


async def _shown(
    request: Request, console: Console, signed: SignedIn, play: str, answers: Sequence[Answered]
) -> Response:
    batch = await batch_of(console.review, play)
    drafts = [*(one.draft for one in batch.ready), *(one.draft for one in batch.apart)]
    return page(
        request,
        "together.html",
        signed,
        batch=batch,
        answers=answers,
        people=await people_of(console.store, console.tenant, drafts),
        sha256=sha256_of,
        pieces=pieces,
        now=console.clock.now(),
    )
