"""What stands in a suite, as typed bodies: the JSON Schema beside the suites is generated from here.

A decision case is what ``/v1/decide`` reads, with a label; the other kinds ask one part of the product directly.
Unknown keys in a label are errors: an expectation that nobody reads is a case that cannot fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from journey_assistant.errors import Rejected
from journey_assistant.services.read_case import case_schema

PARTS = "#/$defs/{model}"
Alternatives = list[str] | str | None


class Kind(StrEnum):
    """What a suite asks: the whole agent, a whole conversation, or one part."""

    DECISIONS = "decisions"
    CONVERSATIONS = "conversations"
    TEXTS = "texts"
    RETRIEVAL = "retrieval"
    GUARDRAILS = "guardrails"
    DRAFTS = "drafts"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SuiteFile(_Strict):
    """``suite.yaml``: what the cases beside it are about and whose they are."""

    about: str = Field(default="", description="What the suite is about, in one sentence.")
    owner: str = Field(default="", description="Who is asked when a case fails.")
    kind: Kind = Field(default=Kind.DECISIONS, description="What the cases ask.")
    company: str | None = Field(default=None, description="Folder with company.yaml, offers.yaml, policy.json.")
    knowledge: str | None = Field(
        default=None, description="Folder of the help centre; default: `knowledge` beside the cases."
    )
    playbook: str | None = Field(default=None, description="Folder whose files override the default playbook.")
    world: str | None = Field(
        default=None, description="Instead of cases: a folder of customers, timelines and moments."
    )


class HandoffParts(_Strict):
    """What a colleague must find: words of a field, how many entries of a list, or just that it is there."""

    goal: list[str] = Field(default=[], description="Words that the goal contains.")
    facts: int = Field(default=0, ge=0, description="Least number of facts.")
    tried: int = Field(default=0, ge=0, description="Least number of things that were tried or said.")
    promised: int = Field(default=0, ge=0, description="Least number of promises.")
    sentiment: list[str] | bool = False
    preferred_channel: list[str] | bool = False
    next_step: list[str] | bool = False
    why_you: list[str] | bool = False


class Expect(_Strict):
    """The label of a decision. What is absent, null or empty is not judged."""

    route: Alternatives = Field(default=None, description="Routes that a careful person would accept.")
    cites: Alternatives = Field(default=None, description="Articles of which an answer cites at least one.")
    mentions: list[str] | None = Field(default=None, description="Words of any right answer or draft.")
    never_mentions: list[str] | None = Field(default=None, description="Words that no customer may ever read.")
    queue: Alternatives = Field(default=None, description="Queues that fit a handover.")
    priority: Alternatives = Field(default=None, description="Priorities that fit a handover.")
    play: Alternatives = Field(default=None, description="Plays that fit a draft.")
    hold: Alternatives = Field(default=None, description="Reasons that fit a hold.")
    signals: list[str] | None = Field(default=None, description="Signals that must be derived.")
    findings: list[str] | None = Field(default=None, description="Guardrails that must report.")
    rejected: list[str] | None = Field(default=None, description="What must stand among the rejected.")
    handoff: HandoffParts | None = Field(default=None, description="What the summary of a handover must hold.")


class _Labelled(_Strict):
    id: str = Field(description="An id of its own within the suite.")
    tags: list[str] = Field(default=[], description="What the case is about, for figures by group.")
    why: str = Field(description="The reason for the label, in one line.")


class TurnBody(_Strict):
    """One message of the customer, and what its decision is judged by."""

    after_s: float = Field(default=0, ge=0, description="Seconds after the turn before.")
    text: str
    expect: Expect = Expect()


class FinalState(_Strict):
    """What must be true once the conversation is over."""

    owner: Literal["assistant", "person"] | None = None
    answers: int | None = Field(default=None, ge=0, description="Least number of answers with a citation.")
    handoffs: int | None = Field(default=None, ge=0, description="Exact number of handovers.")
    never: list[str] = Field(default=[], description="Words that no customer may ever read.")


class ConversationBody(_Labelled):
    """A customer who writes several messages on a simulated clock."""

    start: AwareDatetime
    customer: dict[str, Any]
    timeline: list[dict[str, Any]] = []
    turns: list[TurnBody] = Field(min_length=1)
    expect: FinalState = FinalState()


class TextExpect(_Strict):
    """How a text reads; a contact reason of ``none`` means out of scope."""

    sentiment: Literal["negative", "neutral", "positive"] | None = None
    frustrated: bool | None = None
    contact_reason: str | None = None


class TextBody(_Labelled):
    """A text to be classified."""

    text: str
    expect: TextExpect


class QueryExpect(_Strict):
    """The articles that answer a query; any of them is right."""

    articles: list[str] = Field(min_length=1)


class QueryBody(_Labelled):
    """A search in the help centre."""

    query: str
    plan: str | None = None
    expect: QueryExpect


class GuardExpect(_Strict):
    """Whether a text may pass, which guardrails object, and what follows."""

    blocked: bool
    guardrails: list[str] = []
    action: str


class GuardBody(_Labelled):
    """A text with what it is checked against."""

    category: str
    surface: str
    customer: dict[str, Any]
    context: dict[str, Any] = {}
    evidence: list[dict[str, Any]] = []
    text: str
    expect: GuardExpect


class WrittenDraft(_Strict):
    """A draft as somebody wrote it."""

    play: str
    subject: str = ""
    text: str
    channel: str = "email"
    evidence: list[str] = Field(default=[], description="Events behind it.")


Criterion = Literal[
    "relevant", "accurate", "consented", "timely", "useful", "controlled", "measurable", "maintainable"
]  # fmt: skip


class DraftExpect(_Strict):
    """The points of the rubric that a draft fails; none for a good one."""

    fails: list[Criterion] = []


class DraftBody(_Labelled):
    """A written draft for a customer, labelled by the rubric."""

    now: AwareDatetime
    customer: dict[str, Any]
    timeline: list[dict[str, Any]] = []
    draft: WrittenDraft
    expect: DraftExpect


BODIES: Mapping[Kind, type[_Labelled]] = {
    Kind.CONVERSATIONS: ConversationBody,
    Kind.TEXTS: TextBody,
    Kind.RETRIEVAL: QueryBody,
    Kind.GUARDRAILS: GuardBody,
    Kind.DRAFTS: DraftBody,
}


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of ``suite.yaml`` and of a line of each kind of suite, by file name."""
    bodies: dict[str, type[BaseModel]] = {"suite": SuiteFile, **{kind.value: body for kind, body in BODIES.items()}}
    made = {name: body.model_json_schema() for name, body in bodies.items()}
    made[Kind.DECISIONS.value] = _decision_schema()
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {f"{name}.schema.json": {"$schema": dialect, **schema} for name, schema in sorted(made.items())}


def _decision_schema() -> dict[str, Any]:
    case, parts = case_schema(PARTS)
    expect = Expect.model_json_schema(ref_template=PARTS)
    parts = {**parts, **expect.pop("$defs", {}), "Expect": expect}
    properties = {**case["properties"], "expect": {"$ref": "#/$defs/Expect"}}
    return {**case, "properties": properties, "$defs": parts}


def checked(kind: Kind, row: Any, where: str) -> dict[str, Any]:
    """A line of a suite, once its form is right; of a decision the label alone. Raises Rejected naming the field."""
    try:
        if kind is Kind.DECISIONS:
            Expect.model_validate(row.get("expect") or {})
        else:
            BODIES[kind].model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "case"
        raise Rejected(f"{place}: {first['msg']}", where=where) from error
    return dict(row)


def suite_file(stored: Any, where: str) -> SuiteFile:
    """A ``suite.yaml``. Raises Rejected naming the key."""
    try:
        return SuiteFile.model_validate(stored if stored is not None else {})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "suite"
        allowed = ", ".join(SuiteFile.model_fields)
        raise Rejected(f"{place}: {first['msg']}", where=where, allowed=allowed) from error
