"""Values and whose they are: "Team $14, Business $22" gives 14 to Team, and the annual line to annual billing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.numbers import Figure, figures
from journey_assistant.guardrails.reading.sentences import Part, sentences
from journey_assistant.guardrails.reading.words import stem, stems
from journey_assistant.guardrails.terms import entries

_CAPITALISED = re.compile(r"[^\W\d_a-zà-ÿ][\w-]{1,30}")
_PER = re.compile(
    r"(?:\d{1,3}|per|each|a|pro|par|por|al|a la|je|im|/)\s?(?:months?|monat|mois|mes|mese|maand|years?|jahr|"
    r"an|ano|anno|jaar)\b"
)


@lru_cache(maxsize=512)
def owners(text: str, names: frozenset[str]) -> tuple[tuple[Figure, str, Part], ...]:
    """Each number of a text with the name it belongs to (the last one before it in its sentence, else the next)."""
    found = []
    for sentence in sentences(text):
        named = [(m.start(), stem(fold(m.group()))) for m in _CAPITALISED.finditer(sentence.text)]
        named = [(at, name) for at, name in named if name in names]
        for figure in figures(sentence.text):
            if figure.kind == "number":
                before = [name for at, name in named if at < figure.start]
                after = [name for at, name in named if at >= figure.end]
                found.append((figure, before[-1] if before else after[0] if after else "", sentence))
    return tuple(found)


def swapped_value(text: str, evidence: Iterable[str], names: frozenset[str]) -> str:
    """A number that the evidence gives to another name or another condition of billing, or nothing."""
    given = [entry for known in evidence for entry in owners(known, names)]
    for figure, owner, sentence in owners(text, names):
        same = [(g_owner, g_sentence) for g, g_owner, g_sentence in given if figure.agrees_with(g)]
        if not same:
            continue
        elsewhere = {o for o, _ in same if o}
        if owner and elsewhere and owner not in elsewhere and any(o == owner for _, o, _ in given):
            return f"{sentence.text[figure.start : figure.end]} belongs to something else in the evidence"
        mine = _qualifiers(_around(sentence.text, figure))
        if mine and all(_opposed(mine, _qualifiers(s.text)) for _, s in same):
            return f"{sentence.text[figure.start : figure.end]} holds under another condition in the evidence"
    return ""


def _around(sentence: str, figure: Figure) -> str:
    """The clause of a figure: from the comma or "or" before it to the one after it."""
    left = max((m.end() for m in re.finditer(r",\s|;\s|\b(?:or|oder|ou|o|of)\s", sentence[: figure.start])), default=0)
    right = re.search(r",\s|;\s|\s(?:or|oder|ou|o|of|compared|versus|vs)\s", sentence[figure.end :])
    return sentence[left : figure.end + right.start() if right else len(sentence)]


def _qualifiers(text: str) -> frozenset[str]:
    known = stems(_PER.sub(" ", fold(text)))
    return frozenset(q for q in _rivals() if q in known)


def _opposed(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return any(_rivals()[q] & theirs and q not in theirs for q in mine)


@lru_cache(maxsize=1)
def _rivals() -> dict[str, frozenset[str]]:
    rivals: dict[str, set[str]] = {}
    for line in entries("claims", "rivals"):
        group = {stem(fold(w)) for w in line.split()}
        for word in group:
            rivals.setdefault(word, set()).update(group - {word})
    return {word: frozenset(others) for word, others in rivals.items()}
