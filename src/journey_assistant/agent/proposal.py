"""Proposal: what a model may answer, parsed without goodwill."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from journey_assistant.domain.decision import Route

MAX_ANSWER_CHARS = 20_000
"""Longest raw answer that is parsed at all."""
MAX_TEXT_CHARS = 900
"""Longest reply to a customer (guardrail channel_format)."""

_FENCED = re.compile(r"\A```(?:json)?\s*\n(.*?)\n?```\Z", re.DOTALL | re.IGNORECASE)
_THOUGHTS = re.compile(r"\A<think>.*?</think>", re.DOTALL)
_Text = StringConstraints(strip_whitespace=True, min_length=1)


class InvalidProposal(ValueError):
    """The answer is not a proposal; the message tells the model what to mend and repeats nothing of the answer."""


class Sentence(BaseModel):
    """One sentence or step for the customer, and the ids of the evidence it rests on."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    text: Annotated[str, _Text, Field(max_length=600)]
    evidence: tuple[str, ...] = Field(min_length=1, max_length=4, strict=False)


class Proposal(BaseModel):
    """Route and words in one. Either sentences, or two passages to ask between, or neither (a person, nothing).

    A clarifying question is only a choice: its words are ours, so that no free text of a model goes out as one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    route: Route = Field(strict=False)
    sentences: tuple[Sentence, ...] = Field((), max_length=15, strict=False)
    between: Annotated[tuple[str, str], Field(strict=False)] | None = None
    confidence: float = Field(ge=0, le=1, allow_inf_nan=False)
    reason: Annotated[str, _Text, Field(max_length=300)]

    @property
    def evidence(self) -> tuple[str, ...]:
        """All evidence ids in reading order, each once."""
        named = [id_ for sentence in self.sentences for id_ in sentence.evidence]
        return tuple(dict.fromkeys((*named, *(self.between or ()))))

    @property
    def speaks(self) -> bool:
        """Its words are meant for the customer, at once or after a colleague's review."""
        return self.route in (Route.SELF_RESOLVE, Route.DRAFT_MESSAGE)


def parse_proposal(answer: str, allowed: Collection[Route], evidence: Collection[str]) -> Proposal:
    """The one JSON object of an answer. Raises InvalidProposal for anything else, also for what is not allowed."""
    if len(answer) > MAX_ANSWER_CHARS:
        raise InvalidProposal(f"the answer is longer than {MAX_ANSWER_CHARS} characters")
    try:
        proposal = Proposal.model_validate(_json(answer))
    except ValidationError as error:
        raise InvalidProposal(_named(error)) from error
    _check(proposal, allowed, evidence)
    return proposal


def _json(answer: str) -> Any:
    text = _THOUGHTS.sub("", answer.strip()).strip()
    fenced = _FENCED.match(text)
    try:
        return json.loads(fenced.group(1) if fenced else text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidProposal(f"the answer is not exactly one JSON object: {_where(error)}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _where(error: Exception) -> str:
    return f"{error.msg} at character {error.pos}" if isinstance(error, json.JSONDecodeError) else str(error)


def _named(error: ValidationError) -> str:
    """Field and rule of each fault, without the value that broke it."""
    known = {*Proposal.model_fields, *Sentence.model_fields}
    faults = []
    for fault in error.errors(include_input=False, include_url=False, include_context=False)[:5]:
        place = ".".join(str(p) if isinstance(p, int) or p in known else "an unknown key" for p in fault["loc"])
        faults.append(f"{place or 'answer'}: {fault['msg']}")
    return "; ".join(faults)


def _check(proposal: Proposal, allowed: Collection[Route], evidence: Collection[str]) -> None:
    if proposal.route not in allowed:
        raise InvalidProposal(f"route must be one of: {', '.join(route.value for route in allowed)}")
    if set(proposal.evidence) - set(evidence):
        raise InvalidProposal("a sentence names evidence that was not given")
    if proposal.speaks and bool(proposal.sentences) == (proposal.between is not None):
        raise InvalidProposal(f"{proposal.route.value} needs either sentences or two ids to ask between")
    if proposal.between is not None and proposal.between[0] == proposal.between[1]:
        raise InvalidProposal("between needs two different ids")
    if sum(len(sentence.text) + 1 for sentence in proposal.sentences) > MAX_TEXT_CHARS:
        raise InvalidProposal(f"the sentences together are longer than {MAX_TEXT_CHARS} characters")
