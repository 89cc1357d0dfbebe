"""Words and turns of phrase that are angry or scornful in a language, as data beside this file.

A lexicon only ever raises the probability of a negative reading. It carries languages in which the trained
head was not validated, and in English the few phrases that leave no doubt.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from journey_assistant.errors import ConfigurationError

LEXICON_FOLDER = Path(__file__).parent / "lexicons"
FLOORS = {"abuse": 0.95, "anger": 0.85, "scorn": 0.75}
"""Kinds of phrase in a lexicon file, and the probability of negative that one hit stands for."""
_TEXT_LIMIT = 6000


@dataclass(frozen=True, slots=True)
class MoodLexicon:
    """The phrases of one language, ready to be searched."""

    patterns: tuple[tuple[float, re.Pattern[str]], ...]
    calm: re.Pattern[str] | None = None

    def floor(self, text: str) -> float:
        """Least probability of negative that the words of `text` support; 0 when none was found."""
        if not self.patterns:
            return 0.0
        folded = fold(text[:_TEXT_LIMIT])
        if self.calm is not None:
            folded = self.calm.sub(" ", folded)
        return next((floor for floor, pattern in self.patterns if pattern.search(folded)), 0.0)


def fold(text: str) -> str:
    """Lower case, without accents, quotes straightened and dropped inside words, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(letters.split())


@cache
def load_lexicon(language: str) -> MoodLexicon:
    """The lexicon of a language; an empty one where there is no file. Raises ConfigurationError."""
    path = LEXICON_FOLDER / f"{language}.yaml"
    if not re.fullmatch(r"[a-z]{2,3}", language) or not path.is_file():
        return MoodLexicon(())
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    unknown = set(raw) - set(FLOORS) - {"calm"}
    if unknown:
        raise ConfigurationError(f"{path.name}: unknown kind {sorted(unknown)[0]} (known: {', '.join(FLOORS)}, calm)")
    found = tuple((floor, _compiled(raw[kind])) for kind, floor in FLOORS.items() if raw.get(kind))
    return MoodLexicon(found, _compiled(raw["calm"]) if raw.get("calm") else None)


def _compiled(phrases: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(_phrase(phrase) for phrase in phrases))


def _phrase(phrase: str) -> str:
    """`*` ends a word anyhow, `...` lets up to four words pass, `^` means the beginning of the text."""
    start = r"^\W*" if phrase.startswith("^") else r"(?<!\w)"
    words = [re.escape(word).replace(r"\*", r"\w*") for word in fold(phrase.lstrip("^")).split()]
    joined = r"\W+".join(words).replace(r"\W+\.\.\.\W+", r"(?:\W+\w+){0,4}?\W+")
    return f"{start}{joined}(?!\\w)"
