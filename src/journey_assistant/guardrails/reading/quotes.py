"""Quotes: sentences of a text that stand word for word in what was given, markup aside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.sentences import Part, sentences

_MARKUP = re.compile(r"[*_`#>|]+|^\s*(?:[-•–]|\d{1,2}[.)])\s|\{%[^%]{0,200}%\}", re.MULTILINE)
_SPACES = re.compile(r"\s+")
_SHORTEST = 8
"""Letters that a quote has at least; less says nothing."""


def quoted(text: str, given: Iterable[str]) -> tuple[Part, ...]:
    """The sentences of the text that are whole sentences of what was given."""
    known = frozenset().union(*map(_normal_sentences, given))
    return tuple(s for s in sentences(text) if len(_normal(s.text)) >= _SHORTEST and _normal(s.text) in known)


def is_quoted(sentence: str, given: Iterable[str]) -> bool:
    """The sentence is a whole sentence of what was given."""
    wanted = _normal(sentence)
    return len(wanted) > 3 and any(wanted in _normal_sentences(text) for text in given)


@lru_cache(maxsize=1024)
def _normal_sentences(text: str) -> frozenset[str]:
    found = {_normal(s.text) for s in sentences(text)}
    plain = _MARKUP.sub(" ", text)
    return frozenset(found | {_normal(s.text) for s in sentences(plain)})


def _normal(text: str) -> str:
    return _SPACES.sub(" ", _MARKUP.sub(" ", fold(text))).replace(" ,", ",").replace(" .", ".").strip(" .!:;")
