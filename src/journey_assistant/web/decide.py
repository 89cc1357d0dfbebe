"""POST /v1/decide: a case in, one explained decision out."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.errors import Rejected
from journey_assistant.services.commit import commit
from journey_assistant.services.crm_rows import checked_id
from journey_assistant.services.read_case import Case, case_schema, read_case
from journey_assistant.services.record import run_line
from journey_assistant.services.stored_case import in_tenant
from journey_assistant.web.deps import Running, json_body
from journey_assistant.web.problems import problems

router = APIRouter(tags=["decide"])


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class ReasonLine(_Open):
    """Why: a stable code, a sentence, and the ids it rests on."""

    code: str
    why: str
    evidence: list[str]


class RejectedLine(_Open):
    """A route or play that was considered and not taken."""

    route: str | None = None
    play: str | None = None
    why: str


class ScoresLine(_Open):
    """Probabilities that sum to 1."""

    negative: float
    neutral: float
    positive: float


class SentimentLine(_Open):
    """The mood of the moment."""

    label: str
    scores: ScoresLine
    frustrated: float


class ContactReasonLine(_Open):
    """What it is about, or `none`."""

    label: str
    best: str
    score: float


class SignalLine(_Open):
    """A fact derived from the timeline."""

    name: str
    evidence: list[str]


class OutcomeLine(_Open):
    """What is proposed; which other fields there are depends on the kind."""

    kind: Literal["reply", "question", "draft", "handoff", "hold"]


class FindingLine(_Open):
    """What a guardrail saw."""

    guardrail: str
    severity: Literal["info", "repair", "block"]
    span: list[int]
    why: str
    evidence: list[str]
    rule_version: str


class RunLine(_Open):
    """A JourneyRun: what was seen, derived, decided, checked and proposed."""

    id: str
    case_id: str
    route: Literal["self_resolve", "route_to_human", "draft_message", "hold"]
    reasons: list[ReasonLine]
    rejected: list[RejectedLine]
    sentiment: SentimentLine
    contact_reason: ContactReasonLine
    signals: list[SignalLine]
    outcome: OutcomeLine
    findings: list[FindingLine]
    play: str | None
    shadow: dict[str, Any] | None = Field(description="Where the assistant only watches: what it would have done.")
    tool_calls: list[dict[str, Any]]
    proposed_actions: list[dict[str, Any]]
    versions: dict[str, str | None]
    model_calls: int
    tokens: int
    cost_usd: float
    elapsed_ms: dict[str, float] = Field(description="Milliseconds by step; not part of the run's identity.")


CASE, CASE_PARTS = case_schema("#/components/schemas/{model}")
COMMIT = {
    "type": "boolean",
    "default": False,
    "description": "Store the run with its draft, handoff or hold and queue what goes out; else a dry run.",
}
_BODY = {"application/json": {"schema": {"$ref": "#/components/schemas/Case"}}}


def described_case() -> dict[str, Any]:
    """The schemas of the body, for the components of the API description."""
    return {**CASE_PARTS, "Case": {**CASE, "properties": {**CASE["properties"], "commit": COMMIT}}}


@router.post(
    "/v1/decide",
    summary="Decide one moment",
    response_model=RunLine,
    responses=problems(408, 413, 422, 503),
    openapi_extra={"requestBody": {"required": True, "content": _BODY}},
)
async def decide(request: Request, service: Running) -> Response:
    """The body is a case: customer, timeline, moment. The answer is a JourneyRun.

    A dry run unless `commit` is true; then run and effects are stored in one transaction, and the same case again
    gives the same run and no second effect.
    """
    given = await json_body(request)
    wants_commit = _commit_flag(given)
    case = in_tenant(read_case(given), DEFAULT_TENANT)
    if wants_commit:
        _check_ids(case)
    run = await service.decider.decide(case)
    line = run_line(run)
    if wants_commit:
        line = dict((await commit(service.store, run, case)).line)
    return JSONResponse(line, headers={"Cache-Control": "no-store"})


def _commit_flag(given: Any) -> bool:
    """Takes `commit` out of the body: it says what to do with the case and is no part of it."""
    flag = given.pop("commit", False) if isinstance(given, dict) else False
    if not isinstance(flag, bool):
        raise Rejected("commit: expected true or false", where="case", allowed="true, false")
    return flag


def _check_ids(case: Case) -> None:
    """What becomes a key of a row must be usable as one."""
    checked_id(case.snapshot.customer.id, "customer.id")
    checked_id(case.snapshot.case_id, "id")
