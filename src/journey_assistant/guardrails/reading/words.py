"""Content words of a text in a form in which "importer" meets "imports" and "dispatched" meets "shipped"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from journey_assistant.guardrails.reading.calendar_words import MONTHS, UNITS
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.number_words import LANGUAGES, numbers_in_words
from journey_assistant.guardrails.reading.urls import without_links
from journey_assistant.guardrails.terms import by_language, entries

_TOKEN = re.compile(r"[^\W_]+(?:['’&-][^\W_]+)*")
STEM_LENGTH = 7
"""Stems are compared on this many letters."""


@dataclass(frozen=True, slots=True)
class Word:
    """One content word: its stem (or that of the words that mean the same), its place, and what it looks like."""

    stem: str
    start: int
    end: int
    shown: str
    is_name: bool = False
    is_yours: bool = False


@cache
def _words_of(name: str) -> frozenset[str]:
    return frozenset(fold(w) for words in by_language("words", name).values() for w in " ".join(words).split())


@cache
def _suffixes() -> tuple[str, ...]:
    return tuple(sorted(_words_of("suffixes"), key=lambda suffix: (-len(suffix), suffix)))


@cache
def _stop_words() -> frozenset[str]:
    small = {fold(w) for words in by_language("languages", "small_words").values() for w in " ".join(words).split()}
    return frozenset(small) | _words_of("generic")


@cache
def _same() -> dict[str, str]:
    """Every word of a class to the class's first word."""
    classes = [line.split() for line in entries("words", "same")]
    known: dict[str, str] = {}
    for words in classes:
        for word in words:
            known.setdefault(fold(word), words[0])
            known.setdefault(_stripped(fold(word)), words[0])
    return known


@cache
def _figure_words() -> frozenset[str]:
    """Months, units and number words: figures are compared as figures."""
    numbers = {w for language in LANGUAGES for w, n in numbers_in_words(language).items() if n > 1 and len(w) > 2}
    months = {month for month in MONTHS if len(month) > 3}
    return frozenset(numbers | months | {unit for unit in UNITS if unit not in ("in", "an")})


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The stem of one folded word; words that mean the same share the stem of their class."""
    plain = word.removesuffix("'s").removesuffix("'").replace("-", "")
    same = _same()
    return same.get(plain) or same.get(_stripped(plain)) or _stripped(plain)


@lru_cache(maxsize=8192)
def _stripped(word: str) -> str:
    if len(word) <= 3:
        return word
    for suffix in _suffixes():
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeious":
        word = word[:-1]
    if len(word) > 3 and word[-1] in "eaoiy":
        word = word[:-1]
    return word[:STEM_LENGTH]


@lru_cache(maxsize=2048)
def content_words(text: str) -> tuple[Word, ...]:
    """The words that carry a claim: no small words, no figures, no links; "your X" marks the customer's own things."""
    found: list[Word] = []
    after_your = False
    plain = without_links(text)
    for match in _TOKEN.finditer(plain):
        shown = match.group()
        folded = fold(shown)
        if folded in _words_of("yours"):
            after_your = True
            continue
        if folded.isdigit() or (folded[0].isdigit() and not any(c.isupper() for c in shown)):
            continue
        is_name = _looks_like_name(plain, match)
        if folded in _figure_words() or ((folded in _stop_words() or len(folded) < 2) and not is_name):
            continue
        found.append(Word(stem(folded), match.start(), match.end(), shown, is_name, after_your and not is_name))
        after_your = False
    return tuple(found)


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """The stems of all words of a text, small words included, and of the words inside its links."""
    words = [stem(fold(m.group())) for m in _TOKEN.finditer(text)]
    parts = [
        stem(part) for m in _TOKEN.finditer(text) if "-" in m.group() for part in fold(m.group()).split("-") if part
    ]
    return frozenset(words) | frozenset(parts)


def _looks_like_name(text: str, match: re.Match[str]) -> bool:
    """Capitals inside a word, or a capital that no sentence start explains."""
    shown = match.group()
    if len(shown) > 1 and any(c.isupper() for c in shown[1:]):
        return True
    if not shown[0].isupper() or shown in ("I", "A"):
        return False
    before = text[: match.start()].rstrip()
    return bool(before) and before[-1] not in '.!?:;>•\n"“„»*' and "\n" not in text[len(before) : match.start()]
