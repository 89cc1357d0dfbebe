"""Term lists as data: one JSON file a guardrail, {list: {language: [phrases]}}, compiled to one linear pattern a list.

A phrase is written the way it is read, without accents and capitals: ``word*`` is any ending, ``..`` up to six
words between, ``#`` a number, ``(a|b)`` a choice, ``(a )?`` something that may be missing. Every repetition is
bounded, so no phrase can be slow.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

_PIECES = re.compile(r" ?\.\. ?|[ *#()|?]|[^ *#()|?.]+|\.")
_COMPILED = {" ": r"(?:[\s,]{1,3})", "*": r"\w{0,20}", "#": r"(?:\d{1,9})", "(": "(?:", ")": ")", "|": "|", "?": "?"}
_GAP = r"(?:[^\s.!?]{1,30}\s{1,3}){0,6}?"


@cache
def _lists(guardrail: str) -> dict[str, dict[str, list[str]]]:
    text = files(__package__).joinpath(f"{guardrail}.json").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, list[str]]] = json.loads(text)
    return loaded


@cache
def entries(guardrail: str, name: str) -> tuple[str, ...]:
    """The phrases of one list in all languages, as they are written in the file."""
    return tuple(dict.fromkeys(p for phrases in _lists(guardrail)[name].values() for p in phrases))


@cache
def by_language(guardrail: str, name: str) -> dict[str, tuple[str, ...]]:
    """The phrases of one list, a language each."""
    return {language: tuple(phrases) for language, phrases in _lists(guardrail)[name].items()}


@cache
def pattern(guardrail: str, *names: str) -> re.Pattern[str]:
    """One pattern for the lists; it reads folded text (``reading.folding.fold``)."""
    phrases = [p for name in names for p in entries(guardrail, name)]
    return re.compile(r"(?<![\w])(?:" + "|".join(map(_compiled, phrases)) + r")(?![\w])")


def pattern_of(guardrail: str, language: str, *names: str) -> str:
    """The lists of one language as one expression, to build a bigger pattern of; "" when the language has none."""
    return "|".join(_compiled(p) for name in names for p in by_language(guardrail, name).get(language, ()))


def _compiled(phrase: str) -> str:
    return "".join(map(_piece, _PIECES.findall(phrase)))


def _piece(piece: str) -> str:
    if piece.strip() == "..":
        return (_COMPILED[" "] if piece.startswith(" ") else "") + _GAP
    return _COMPILED.get(piece) or re.escape(piece).replace("ss", "(?:ss|ß)")
