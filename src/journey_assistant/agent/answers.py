"""Finds what to say without a model: the customer's own record, quotes of the help centre, or one question back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from journey_assistant.agent.extract import Extract, extract
from journey_assistant.agent.readings import ANSWER_AT, is_grounded, may_be_quoted, readings_of
from journey_assistant.agent.records import RECORD_READS, RecordRead
from journey_assistant.domain.knowledge import Retrieval
from journey_assistant.domain.perceived import Perceived

_ASK_AT = 0.2
"""Least answerability at which a question back is worth the customer's time."""
_RIVAL = 0.9
"""Share of the best score from which another article is a rival reading."""
_SHORT_QUESTION = 6
"""Words; a longer question has said enough to be found or not."""

_RECORD_FIELDS = {"subscription": ("renewal", "plan", "billing"), "invoices": ("invoice",), "orders": ("order",)}
"""Which contradicted facts silence which read."""


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """Sentences of the record, and whether it is in doubt: sources contradict each other, or it does not have it."""

    name: str
    read: RecordRead
    in_doubt: bool


def from_record(perceived: Perceived, name: str | None) -> RecordAnswer | None:
    """What the record says about the question that ``name`` reads, or None when it says nothing."""
    if name is None:
        return None
    name, _, field = name.partition("/")
    read = RECORD_READS[name](perceived.snapshot).only(field)
    if read.names_unknown:
        return RecordAnswer(name, read, in_doubt=True)
    if not read.sentences:
        return None
    conflict = perceived.signal("data_conflict")
    about = str(conflict.facts.get("fact", "")) if conflict else ""
    silenced = _RECORD_FIELDS.get(name, ())
    return RecordAnswer(name, read, conflict is not None and (not about or any(f in about for f in silenced)))


def from_knowledge(retrievals: Sequence[Retrieval]) -> Extract | None:
    """Quotes that answer every question; None when one of them has no ground (all or nothing)."""
    grounds = zip(retrievals, readings_of(retrievals), strict=True)
    if not retrievals or not all(is_grounded(retrieval, readings) for retrieval, readings in grounds):
        return None
    return extract(retrievals)


def other_plan(retrievals: Sequence[Retrieval]) -> tuple[str, ...] | None:
    """The plans that have what is asked for, when the best passage is true for other plans only."""
    best = [r.passages[0] for r in retrievals if r.passages]
    if len(best) != 1 or not best[0].other_plan or retrievals[0].answerability < ANSWER_AT:
        return None
    return best[0].passage.plans


def asked_before(perceived: Perceived) -> bool:
    """Was a question put back in this conversation, or to this issue and never answered?"""
    asked = any(turn.text.rstrip().endswith("?") for turn in perceived.conversation.assistant_turns)
    return asked or bool(perceived.issue and perceived.issue.missing)


def choices(perceived: Perceived, retrievals: Sequence[Retrieval]) -> tuple[str, str] | None:
    """Two titles to choose from: one clarifying question, asked once, and only if its answer changes the decision."""
    message = perceived.snapshot.message
    if message is None or len(message.text.split()) > _SHORT_QUESTION or len(retrievals) != 1:
        return None
    if retrievals[0].answerability < _ASK_AT:
        return None
    if asked_before(perceived):
        return None
    near = [
        p for p in retrievals[0].passages if may_be_quoted(p) and p.score >= _RIVAL * retrievals[0].passages[0].score
    ]
    titles = list(dict.fromkeys(p.passage.title for p in near))
    return (titles[0], titles[1]) if len(titles) >= 2 else None
