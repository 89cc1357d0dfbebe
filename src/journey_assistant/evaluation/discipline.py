"""Which kind of suite is performed and judged how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from journey_assistant.evaluation.bench import Bench, Perform
from journey_assistant.evaluation.cases import Suite
from journey_assistant.evaluation.disciplines import conversations, decisions, drafts, guardrails, retrieval, texts
from journey_assistant.evaluation.scorers import Judgement
from journey_assistant.evaluation.suite_schema import Kind

Judge = Callable[[Mapping[str, Any], Mapping[str, Any] | None], Judgement]


@dataclass(frozen=True, slots=True)
class Discipline:
    """How a case is performed, and how its result is judged."""

    perform: Callable[[Suite, Bench], Perform]
    judge: Judge


DISCIPLINES: Mapping[Kind, Discipline] = {
    Kind.DECISIONS: Discipline(decisions.perform, decisions.judge),
    Kind.CONVERSATIONS: Discipline(conversations.perform, conversations.judge),
    Kind.TEXTS: Discipline(texts.perform, texts.judge),
    Kind.RETRIEVAL: Discipline(retrieval.perform, retrieval.judge),
    Kind.GUARDRAILS: Discipline(guardrails.perform, guardrails.judge),
    Kind.DRAFTS: Discipline(drafts.perform, drafts.judge),
}


def judge_of(kind: Kind) -> Judge:
    """How results of this kind are judged."""
    return DISCIPLINES[kind].judge
