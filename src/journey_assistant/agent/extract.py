"""Answers without a model: whole sentences of reviewed passages, quoted in order, with their citations.

Nothing is rephrased. A list of steps stays a list of steps; a sentence that begins with a condition is never
separated from the one it limits; at most 900 characters and three articles (design, guardrails section).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from journey_assistant.domain.knowledge import Citation, Retrieval, RetrievedPassage

MAX_CHARS = 900
MAX_ARTICLES = 3
_ONE_QUOTE = 520
"""Aimed length of a quote for one question, in characters."""
_CLOSE = 0.85
"""A second passage of the same article joins when its score is at least this share of the best one's."""
_AS_GOOD = 0.93
"""A passage that may be quoted stands in for a better one that may not, when its score is at least this share."""

_STEP = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s+")
_LIMITS = re.compile(
    r"^(?:but|however|unless|except|only|otherwise|if|this|that|these|those|it|they|there|older|after that|both"
    r"|in that case)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"\*\*|__|`")


@dataclass(frozen=True, slots=True)
class Extract:
    """An answer made of quotes: its text, and what every part of it rests on."""

    text: str
    citations: tuple[Citation, ...]


def extract(retrievals: Sequence[Retrieval], *, room: int = MAX_CHARS) -> Extract | None:
    """Quotes for every question, in their order; None when a question has nothing that may be quoted."""
    parts: list[str] = []
    citations: list[Citation] = []
    share = room // max(len(retrievals), 1) - 2
    for retrieval in retrievals:
        chosen = _chosen(retrieval)
        if not chosen:
            return None
        quotes = _quotes(chosen, min(share, _ONE_QUOTE if len(chosen) == 1 else share))
        if len(retrievals) > 1 and any(q in "\n".join(parts) for q, _ in quotes):
            quotes = [(q, c) for q, c in quotes if q not in "\n".join(parts)]
        parts.extend(quote for quote, _ in quotes)
        citations.extend(citation for _, citation in quotes)
    if len({c.article for c in citations}) > MAX_ARTICLES:
        return None
    return Extract("\n\n".join(parts), tuple(citations)) if parts else None


def _chosen(retrieval: Retrieval) -> list[RetrievedPassage]:
    """The best passage, if it may be quoted, and a second one of the same article when it is as close.

    A best passage that is stale, or true for other plans only, is not replaced by a worse one: then there is no answer.
    """
    usable = [p for p in retrieval.passages if may_be_quoted(p)]
    if not usable or usable[0].score < _AS_GOOD * retrieval.passages[0].score:
        return []
    best = usable[0]
    close = [
        p for p in usable[1:4] if p.passage.article_id == best.passage.article_id and p.score >= _CLOSE * best.score
    ]
    return [best, *close[:1]]


def may_be_quoted(found: RetrievedPassage) -> bool:
    """Reviewed, for customers, and true for this customer's plan."""
    return not found.stale and not found.other_plan and found.passage.audience != "internal"


def _quotes(chosen: Sequence[RetrievedPassage], room: int) -> list[tuple[str, Citation]]:
    quotes = []
    for found in chosen:
        quote = quote_of(found, room // len(chosen))
        passage = found.passage
        quotes.append((quote, Citation(passage.article_id, passage.id, quote)))
    return quotes


def quote_of(found: RetrievedPassage, room: int) -> str:
    """The passage if it fits, else the sentences around the closest one, whole and in order."""
    lines = [plain(line) for line in found.passage.text.splitlines() if line.strip()]
    text = "\n".join(lines)
    if len(text) <= room or not found.sentences:
        return text if len(text) <= room else _whole_lines(lines, room)
    units = [plain(s.text) for s in found.sentences]
    best = max(range(len(units)), key=lambda i: found.sentences[i].score)
    first, last = _grown(units, best, room)
    separator = "\n" if any(_STEP.match(u) for u in units[first : last + 1]) else " "
    return separator.join(units[first : last + 1])


def _grown(units: Sequence[str], best: int, room: int) -> tuple[int, int]:
    """A window around the best sentence: its conditions after it first, then what it refers back to, then more."""
    first = last = best
    used = len(units[best])
    while True:
        back = first > 0 and (_LIMITS.match(units[first]) or _STEP.match(units[first]))
        order = ("back", "on") if back else ("on", "back")
        for way in order:
            at = first - 1 if way == "back" else last + 1
            if 0 <= at < len(units) and used + len(units[at]) + 1 <= room:
                used += len(units[at]) + 1
                first, last = (at, last) if way == "back" else (first, at)
                break
        else:
            return first, last


def _whole_lines(lines: Sequence[str], room: int) -> str:
    kept: list[str] = []
    for line in lines:
        if kept and len("\n".join([*kept, line])) > room:
            break
        kept.append(line)
    return "\n".join(kept)[:room]


def plain(text: str) -> str:
    """Markdown emphasis removed; everything else as it stands."""
    return _MARKUP.sub("", text).strip()
