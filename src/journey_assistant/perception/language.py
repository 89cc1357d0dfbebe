"""Which language a message is in, or None where the text is too short to say (then the profile decides)."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

WITH_LEXICON = ("en", "de", "es", "fr", "it", "pt", "nl")
"""Languages the product reads with its own word lists."""
ALSO_TOLD_APART = ("pl", "cs", "sv", "da", "fi", "tr", "ro", "hu", "ru", "uk", "el", "ar", "he", "hi", "zh", "ja", "ko")
"""Languages that are recognised so that a text in them is never taken for one of ours."""

FUNCTION_WORDS = Path(__file__).parent / "lexicons" / "function_words.yaml"
FEWEST_WORDS = 2
ENOUGH_WORDS = 5
SURE = 0.90
LIKELY = 0.70
FOREIGN_SCRIPT_SHARE = 0.3


class LanguageDetector:
    """Tells languages apart with py3langid and a check on function words. Opened at the first text."""

    def __init__(self, languages: Iterable[str] = (*WITH_LEXICON, *ALSO_TOLD_APART)) -> None:
        self._languages = tuple(languages)
        self._opening = threading.Lock()

    def detect(self, text: str) -> str | None:
        """ISO 639-1 code, or None: a number, a greeting, a product's name do not name a language."""
        words = [word for word in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text[:2000].casefold()) if len(word) > 1]
        if _foreign_script(text):
            return self._most_likely(text)[0]
        if len(words) < FEWEST_WORDS:
            return None
        language, probability = self._most_likely(text.lower())
        hits = {code: sum(word in listed for word in words) for code, listed in _function_words().items()}
        return _agreed(language, probability, hits, len(words))

    def detect_or(self, text: str, profile_language: str) -> str:
        """The language of the text, else the one the customer's profile names."""
        return self.detect(text) or profile_language.split("-")[0].lower()

    def _most_likely(self, text: str) -> tuple[str, float]:
        language, probability = self._identifier.classify(text[:2000])
        return str(language), float(probability)

    @cached_property
    def _identifier(self) -> Any:
        with self._opening:
            from py3langid.langid import MODEL_FILE, LanguageIdentifier

            identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
            identifier.set_languages(self._languages)
            return identifier


@cache
def _function_words() -> Mapping[str, frozenset[str]]:
    raw = yaml.safe_load(FUNCTION_WORDS.read_text(encoding="utf-8"))
    return {str(code): frozenset(words.split()) for code, words in raw.items()}


def _agreed(language: str, probability: float, hits: Mapping[str, int], words: int) -> str | None:
    """The classifier's language where it is sure enough for the length and no function word speaks against it."""
    most = max(hits.values())
    leaders = [code for code, count in hits.items() if count == most]
    contradicted = most > 0 and language not in leaders
    if not contradicted and probability >= (LIKELY if words >= ENOUGH_WORDS else SURE):
        return language
    if most >= FEWEST_WORDS and len(leaders) == 1:
        return leaders[0]
    return None


def _foreign_script(text: str) -> bool:
    """A good part of the letters is outside the Latin alphabet."""
    letters = [c for c in text[:2000] if c.isalpha()]
    return bool(letters) and sum(ord(c) > 0x24F for c in letters) / len(letters) > FOREIGN_SCRIPT_SHARE
