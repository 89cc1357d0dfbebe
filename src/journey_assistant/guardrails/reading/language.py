"""Which language a text is in: scripts first, then the small words and letters that give a language away."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.terms import by_language

_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_SCRIPTS = {"HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CYRILLIC": "ru", "ARABIC": "ar", "HEBREW": "he"}
_SCRIPTS |= {"GREEK": "el", "DEVANAGARI": "hi", "THAI": "th", "CJK": "zh"}
_LETTERS = {
    "ß": "de",
    "ä": "de",
    "ü": "de",
    "ñ": "es",
    "¿": "es",
    "¡": "es",
    "ã": "pt",
    "õ": "pt",
    "ç": "pt",
    "è": "fr",
}
_LETTERS |= {"ê": "fr", "œ": "fr", "ò": "it", "ì": "it", "ij": "nl"}
MIN_LETTERS = 20


@cache
def _owners() -> dict[str, tuple[str, ...]]:
    owners: dict[str, list[str]] = {}
    for language, words in by_language("languages", "small_words").items():
        for word in " ".join(words).split():
            owners.setdefault(fold(word), []).append(language)
    return {word: tuple(languages) for word, languages in owners.items()}


@lru_cache(maxsize=512)
def language_of(text: str) -> str:
    """The language code of a text, "" when it cannot be told."""
    return max(scores(text).items(), key=lambda item: item[1], default=("", 0.0))[0]


@lru_cache(maxsize=512)
def scores(text: str) -> dict[str, float]:
    """How many signs of each language a text shows; a word shared by n languages counts 1/n for each."""
    script = _script(text)
    if script:
        return {script: float(len(text))}
    found: dict[str, float] = {}
    for match in _WORDS.finditer(fold(text)):
        owners = _owners().get(match.group(), ())
        for language in owners:
            found[language] = found.get(language, 0.0) + 1 / len(owners)
    lowered = text.lower()
    for letter, language in _LETTERS.items():
        if letter in lowered and found:
            found[language] = found.get(language, 0.0) + 0.6
    return found


def _script(text: str) -> str:
    foreign = [c for c in text if c.isalpha() and ord(c) > 0x36F]
    letters = sum(c.isalpha() for c in text)
    if len(foreign) * 2 < letters or not foreign:
        return ""
    names = [unicodedata.name(c, "").split()[0] for c in foreign[:80]]
    codes = [_SCRIPTS.get(name, "") for name in names]
    return "ja" if "ja" in codes else max(set(codes), key=codes.count)
