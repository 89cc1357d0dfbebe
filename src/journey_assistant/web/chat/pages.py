"""/v1/chat/pages: where the customer is, and whether the assistant may offer help unasked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from journey_assistant.domain.customer import CustomerId
from journey_assistant.web.callers import Known, TheEdge, take
from journey_assistant.web.chat.lines import ID, NoBody, PageBody, Words
from journey_assistant.web.deps import Running, talking_of
from journey_assistant.web.problems import problems

router = APIRouter(prefix="/v1/chat", tags=["chat"])

ERRORS = problems(400, 401, 403, 404, 409, 413, 422, 429, 431, 503)


class ViewBody(PageBody):
    """A page that is being viewed. `consent` is a visitor's, to have it stored."""

    referrer: Words = Field("", max_length=2_000)
    consent: bool = False


class BubbleLine(BaseModel):
    """What the assistant offers, and the decision behind it."""

    id: str
    text: str
    run_id: str


class ViewAnswer(BaseModel):
    """The bubble to show, or null."""

    bubble: BubbleLine | None


@router.post("/pages", summary="A page is viewed", responses=ERRORS)
async def page_viewed(body: ViewBody, known: Known, service: Running, edge: TheEdge) -> ViewAnswer:
    """Stored for customers, and for visitors who consented. A bubble comes once a visit and never while upset."""
    take(edge, CustomerId(f"{known.customer_id}\0pages"), known.tenant)
    if known.is_visitor and not body.consent:
        return ViewAnswer(bubble=None)
    bubble = await talking_of(service).pages.seen(
        known.customer_id,
        path=body.path,
        title=body.title,
        referrer=body.referrer,
        is_visitor=known.is_visitor,
    )
    return ViewAnswer(bubble=BubbleLine(id=bubble.id, text=bubble.text, run_id=bubble.run_id) if bubble else None)


@router.post("/bubbles/{bubble_id}/dismiss", summary="The bubble was closed", status_code=204, responses=ERRORS)
async def dismiss(
    bubble_id: Annotated[str, Path(pattern=ID)],
    known: Known,
    service: Running,
    edge: TheEdge,
    body: NoBody | None = None,
) -> None:
    """No other one for a week."""
    take(edge, CustomerId(f"{known.customer_id}\0pages"), known.tenant)
    await talking_of(service).pages.dismiss(known.customer_id, bubble_id)
