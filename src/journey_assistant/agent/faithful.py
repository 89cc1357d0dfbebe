"""Is a model's sentence faithful to the words it names? First sieve, before the guardrails read the whole text."""

from __future__ import annotations

import re

SAME_CLAIM_AT = 0.5
"""Least share of a sentence's words that stand in a text for the two to be about the same."""
STEM = 5
"""Words are compared on this many letters."""

_WORD = re.compile(r"\w{3,}")
_KINDS = (
    r"only|solely|just|exclusively|nur|ausschließlich|seulement|uniquement|sólo|solo|solamente|soltanto|apenas|somente|alleen",
    r"at most|up to|no more than|not more than|maximum|max|höchstens|bis zu|maximal|au plus|jusqu'à|hasta|como máximo|"
    r"al massimo|fino a|no máximo|até|hoogstens|tot",
    r"at least|no less than|minimum|mindestens|au moins|al menos|por lo menos|almeno|pelo menos|minstens",
    r"unless|except|excepting|other than|apart from|but not|außer|ausgenommen|sauf|excepté|salvo|excepto|tranne|exceto|"
    r"behalve|tenzij",
    r"if|when|once|provided|as long as|in case|while|after|before|wenn|falls|sofern|solange|si|quand|lorsque|cuando|"
    r"se|quando|als|wanneer|mits",
)
_CONDITIONS = tuple(re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for words in _KINDS)


def rests_on(sentence: str, evidence: str) -> bool:
    """At least half of the sentence's words stand in the evidence that it names."""
    said = _words(sentence)
    return not said or len(said & _words(evidence)) / len(said) >= SAME_CLAIM_AT


def drops_condition(sentence: str, quote: str) -> bool:
    """The sentence says what the quote says, without a condition that the quote makes (only, at most, unless, if)."""
    if not _words(sentence) or not rests_on(sentence, quote):
        return False
    return any(kind.search(quote) and not kind.search(sentence) for kind in _CONDITIONS)


def _words(text: str) -> frozenset[str]:
    return frozenset(word[:STEM] for word in _WORD.findall(text.casefold()))
