"""Sentences and clauses with their places in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_END = re.compile(r"[.!?…]+[\"'”’)\]]{0,2}(?=\s|$)|[。！？]|\n+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|etc|vs|no|nr|mr|mrs|ms|dr|prof|st|approx|incl|excl|ca|z\. ?b|d\. ?h|bzw|usw|"
    r"u\. ?a|inkl|"
    r"evtl|ggf|p\. ?ex|env|sr|sra|srta|dña|ej|ud|uds|sig|dott|ecc|bijv|mevr|dhr|[a-z]|\d{1,2})\.$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:()]\s|\s[-–—]\s|\s(?:and|but|or|while|und|aber|oder|et|mais|ou|y|pero|o|e|ma|mas|en|maar|of)\s"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text: its words and where they start and end in it."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=1024)
def sentences(text: str) -> tuple[Part, ...]:
    """The sentences of a text; a line break ends one, an abbreviation or a day's dot ("4. März") does not."""
    return tuple(_trimmed(text, _sentence_spans(text)))


@lru_cache(maxsize=2048)
def clauses(text: str) -> tuple[Part, ...]:
    """The sentence cut at commas, colons and joining words."""
    spans, start = [], 0
    for cut in _CLAUSE.finditer(text):
        spans.append((start, cut.start()))
        start = cut.end()
    return tuple(_trimmed(text, [*spans, (start, len(text))]))


def _sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in _END.finditer(text):
        before = text[max(start, end.start() - 12) : end.start() + 1]
        inside = end.group().startswith(".") and _ABBREVIATION.search(before) and not _starts_sentence(text, end.end())
        if inside:
            continue
        yield start, end.end()
        start = end.end()
    yield start, len(text)


def _starts_sentence(text: str, at: int) -> bool:
    """After "etc." or "4." a small letter, a digit or a month goes on with the sentence; nothing at all ends it."""
    rest = text[at : at + 3].lstrip()
    return not rest


def _trimmed(text: str, spans: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> Iterator[Part]:
    for start, end in spans:
        piece = text[start:end]
        left = len(piece) - len(piece.lstrip())
        kept = piece.strip()
        if kept:
            yield Part(kept, start + left, start + left + len(kept))
