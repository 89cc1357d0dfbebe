"""Answers without a model: whole sentences of reviewed passages, quoted in order, with their citations.

Nothing is rephrased. When the first article is not sure to be the right one, the next one is quoted beside it, each
under its title: whoever asked sees at a glance which is theirs. A list of steps stays a list of steps; a sentence that
begins with a condition is never separated from the one it limits; at most 900 characters and three articles (design,
guardrails section).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from journey_assistant.agent.readings import MAX_ARTICLES, Reading, readings_of
from journey_assistant.domain.knowledge import Citation, Retrieval, RetrievedPassage

MAX_CHARS = 900
_ONE_QUOTE = 520
"""Aimed length of a quote for one question, in characters."""
_LEAD = 90
"""Characters kept for the phrase that goes before two readings."""

_STEP = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s+")
_LIMITS = re.compile(
    r"^(?:but|however|unless|except|only|otherwise|if|this|that|these|those|it|they|there|older|after that|both"
    r"|in that case)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"\*\*|__|`")


@dataclass(frozen=True, slots=True)
class Extract:
    """An answer made of quotes: its text, what every part of it rests on, and whether a question has two readings."""

    text: str
    citations: tuple[Citation, ...]
    has_two_readings: bool = False


def extract(retrievals: Sequence[Retrieval], *, room: int = MAX_CHARS) -> Extract | None:
    """Quotes for every question, in their order; None when a question has nothing that may be quoted."""
    questions = readings_of(retrievals)
    if not all(questions):
        return None
    two = any(len(readings) > 1 for readings in questions)
    parts: list[str] = []
    citations: list[Citation] = []
    share = (room - (_LEAD if two else 0)) // max(len(questions), 1) - 2
    for readings in questions:
        for part, citation in _told(readings, share):
            if citation.quote not in "\n".join(parts):
                parts.append(part)
                citations.append(citation)
    if len({c.article for c in citations}) > MAX_ARTICLES:
        return None
    return Extract("\n\n".join(parts), tuple(citations), two) if parts else None


def _told(readings: Sequence[Reading], room: int) -> Iterator[tuple[str, Citation]]:
    """The quotes for one question; of two articles each under its title. Room that one leaves, the next may use."""
    share = room // len(readings) - 2 * (len(readings) - 1)
    for reading in readings:
        title = f"{plain(reading[0].passage.title)}:\n" if len(readings) > 1 else ""
        left = (min(share, _ONE_QUOTE) if len(reading) == 1 else share) - len(title)
        for number, found in enumerate(reading):
            quote = quote_of(found, left // (len(reading) - number))
            left -= len(quote) + 2
            passage = found.passage
            yield (title if number == 0 else "") + quote, Citation(passage.article_id, passage.id, quote)


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
