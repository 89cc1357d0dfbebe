"""Folding: one comparable form of a text with every character in its place, so that spans stay true."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

_PLAIN = {"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-"}
_PLAIN |= {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2010": "-", "\u2011": "-", "−": "-"}


@cache
def _folded(character: str) -> str:
    plain = _PLAIN.get(character)
    if plain is not None:
        return plain
    base = unicodedata.normalize("NFKD", character)[:1].casefold()
    return base if len(base) == 1 else character.lower()[:1] or character


@lru_cache(maxsize=512)
def fold(text: str) -> str:
    """The text without case, accents and typographic quotes; as long as the original, character for character."""
    if text.isascii():
        return text.lower().replace("`", "'")
    return "".join(map(_folded, text))
