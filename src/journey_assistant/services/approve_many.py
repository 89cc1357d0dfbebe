"""Approve many: drafts of one low-risk play at once, each shown, each checked, each with its own version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.draft import Draft, DraftId, DraftState
from journey_assistant.errors import Conflict, NotFound, PortError, Rejected
from journey_assistant.services.review_draft import DraftReview, Standing

MOST = 15
"""As many as somebody reads before they press one button."""


@dataclass(frozen=True, slots=True)
class Ready:
    """One draft that may be approved with others, and when it would go out."""

    draft: Draft
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Apart:
    """One draft of the same play that has to be read by itself, and why."""

    draft: Draft
    why: str


@dataclass(frozen=True, slots=True)
class Batch:
    """The waiting drafts of one play."""

    play: str
    ready: tuple[Ready, ...]
    apart: tuple[Apart, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A draft as it was shown: its version, and the hash of its words."""

    draft_id: DraftId
    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one of them; ``why_not`` is empty when its words are queued."""

    draft_id: DraftId
    why_not: str = ""


def must_be_read_alone(draft: Draft, standing: Standing) -> str:
    """Why a draft is not approved with others; empty when it may be."""
    if not standing.low_risk:
        return "its play is not marked as low risk"
    if standing.four_eyes:
        return "its play asks for a second pair of eyes"
    if standing.stale:
        return f"its facts no longer hold: {standing.stale}"
    if standing.verdict.findings:
        return f"a guardrail has something to say: {standing.verdict.findings[0].why}"
    if draft.version > 1:
        return "somebody changed its words"
    return ""


async def batch_of(review: DraftReview, play: str) -> Batch:
    """The waiting drafts of a play, oldest first, each checked as of now. Raises PortError."""
    ready, apart, now = list[Ready](), list[Apart](), review.clock.now()
    for draft in await review.store.drafts(review.tenant, state=DraftState.PENDING, play=play, limit=2 * MOST):
        try:
            standing = await review.check(draft, now)
        except NotFound as error:
            apart.append(Apart(draft, str(error)))
            continue
        if why := must_be_read_alone(draft, standing):
            apart.append(Apart(draft, why))
        elif len(ready) < MOST:
            ready.append(Ready(draft, standing.due_at))
    return Batch(play, tuple(ready), tuple(apart))


async def approve_many(
    review: DraftReview, play: str, shown: Sequence[Shown], *, by: ColleagueId
) -> tuple[Answered, ...]:
    """Queues those that are still as they were shown; the others stay, each with its reason.

    Raises Rejected for more than ``MOST`` at once, and for a colleague who may not decide.
    """
    if len(shown) > MOST:
        raise Rejected(f"{len(shown)} drafts at once", where="approve many", allowed=f"at most {MOST}")
    return tuple([await _approved(review, play, one, by) for one in shown])


async def _approved(review: DraftReview, play: str, shown: Shown, by: ColleagueId) -> Answered:
    try:
        draft = await review.store.draft(review.tenant, shown.draft_id)
        if draft is None or draft.play != play:
            return Answered(shown.draft_id, f"it is no draft of {play}")
        if draft.state is DraftState.PENDING:
            why = must_be_read_alone(draft, await review.check(draft, review.clock.now()))
            if why:
                return Answered(shown.draft_id, why)
        await review.approve(shown.draft_id, by=by, version=shown.version, sha256=shown.sha256)
    except (Conflict, Rejected, NotFound) as refused:
        return Answered(shown.draft_id, str(refused))
    except PortError as error:
        return Answered(shown.draft_id, f"the {error.port} does not answer; it is as it was")
    return Answered(shown.draft_id)
