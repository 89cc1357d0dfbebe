"""Exhibits: the evidence that a model is given, under short ids of this run alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from journey_assistant.domain.knowledge import Citation, Passage, Retrieval

MOST_PASSAGES = 6
"""Passages a prompt shows for one message, best first and shared among its questions."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One passage (P1, P2 …) or fact of the record (F1, F2 …). ``source`` is its real id, which no model sees."""

    id: str
    text: str
    source: str
    title: str = ""
    passage: Passage | None = None


def passages_given(retrievals: Sequence[Retrieval]) -> tuple[Exhibit, ...]:
    """What may be quoted: reviewed, public and true for the customer's plan; the best of each question first."""
    usable = [
        [p.passage for p in retrieval.passages if not p.stale and not p.other_plan and p.passage.audience != "internal"]
        for retrieval in retrievals
    ]
    longest = max((len(found) for found in usable), default=0)
    in_turn = [found[rank] for rank in range(longest) for found in usable if rank < len(found)]
    chosen = list({passage.id: passage for passage in in_turn}.values())[:MOST_PASSAGES]
    return tuple(
        Exhibit(f"P{n}", passage.text, passage.id, _title(passage), passage) for n, passage in enumerate(chosen, 1)
    )


def facts_given(facts: Iterable[tuple[str, str]], before: int = 0) -> tuple[Exhibit, ...]:
    """Facts of the record from (sentence, source) pairs, numbered after ``before`` earlier ones."""
    return tuple(Exhibit(f"F{before + n}", text, source) for n, (text, source) in enumerate(facts, 1))


def citation(exhibit: Exhibit, sentence: str) -> Citation | None:
    """The words of a passage that a sentence rests on; None for a fact of the record."""
    passage = exhibit.passage
    if passage is None:
        return None
    wanted = _words(sentence)
    quotes = re.split(r"(?<=[.!?])(?<!\d\.)\s+|\n+", passage.text)
    quote = max(quotes, key=lambda text: len(wanted & _words(text)) / (len(_words(text)) + 5))
    return Citation(passage.article_id, passage.id, quote.strip())


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _title(passage: Passage) -> str:
    return " / ".join(part for part in dict.fromkeys((passage.title, passage.heading)) if part)
