"""A text for a reviewer, in pieces: what rests on a fact, what a guardrail objects to, and what cannot be seen.

Also what changed between two versions of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

_UNSEEN = {"Cf", "Cc", "Co", "Cs", "Zl", "Zp"}
_SEEN_ANYWAY = {"\n", "\t"}
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
SHORTEST_VALUE = 3
MOST_BY_WORD = 10_000
"""Characters; longer texts are compared line by line."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of a text with what is said of it; ``kind`` is fact, finding or hidden."""

    start: int
    end: int
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters with one set of marks. ``hidden`` are characters that no reader would see, by name."""

    text: str
    fact: str = ""
    finding: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A run of words that stayed, came or went; ``kind`` is same, added or removed."""

    kind: str
    text: str


def pieces(text: str, marks: Iterable[Mark] = ()) -> list[Piece]:
    """The text cut where a mark begins or ends; joined they are the text, but for hidden characters, named."""
    found = [mark for mark in (*marks, *_hidden(text)) if 0 <= mark.start < mark.end <= len(text)]
    cuts = sorted({0, len(text), *(m.start for m in found), *(m.end for m in found)})
    return [_piece(text, start, end, found) for start, end in pairwise(cuts)]


def has_hidden(text: str) -> bool:
    """Some of its characters cannot be seen."""
    return any(True for _ in _hidden(text))


def fact_marks(text: str, facts: Iterable[tuple[str, str]]) -> list[Mark]:
    """Where values of facts stand in a text; ``facts`` are pairs of a value and what to say of it."""
    found = []
    for value, note in facts:
        if len(value.strip()) < SHORTEST_VALUE:
            continue
        stands = re.finditer(rf"(?<!\w){re.escape(value.strip())}(?!\w)", text, re.IGNORECASE)
        found += [Mark(match.start(), match.end(), "fact", note) for match in stands]
    return found


def changes_between(before: str, after: str) -> list[Changed]:
    """What was removed and added, word by word; in very long texts line by line."""
    cut = _WORDS if len(before) + len(after) <= MOST_BY_WORD else _LINES
    old, new = cut.findall(before), cut.findall(after)
    found: list[Changed] = []
    for step, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "equal":
            found.append(Changed("same", "".join(old[i:j])))
            continue
        found += [Changed("removed", "".join(old[i:j]))] if i < j else []
        found += [Changed("added", "".join(new[k:m]))] if k < m else []
    return found


def _hidden(text: str) -> Iterable[Mark]:
    for place, character in enumerate(text):
        if unicodedata.category(character) in _UNSEEN and character not in _SEEN_ANYWAY:
            name = unicodedata.name(character, "control character").lower()
            yield Mark(place, place + 1, "hidden", f"U+{ord(character):04X} {name}")


def _piece(text: str, start: int, end: int, marks: Sequence[Mark]) -> Piece:
    here = [mark for mark in marks if mark.start <= start and end <= mark.end]
    notes = {kind: "; ".join(dict.fromkeys(m.note for m in here if m.kind == kind)) for kind in ("fact", "finding")}
    hidden = next((mark.note for mark in here if mark.kind == "hidden"), "")
    return Piece("" if hidden else text[start:end], notes["fact"], notes["finding"], hidden)
