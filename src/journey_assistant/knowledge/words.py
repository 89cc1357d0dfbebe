"""Words as search sees them: folded, stemmed, without the little ones; and which known word a typo means."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

_WORD = re.compile(r"[^\W_]+(?:['’.,/&+-][^\W_]+)*")
_INNER = re.compile(r"['’.,/&+-]")
_STEMMERS = {
    "en": "english",
    "de": "german",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
    "sv": "swedish",
    "da": "danish",
    "fi": "finnish",
}
# Words that carry a question, not its subject. Negations and quantities stay in: they change what is asked.
_LITTLE = """
a about above after again all also am an and any anybody anyone anything are as ask at away back be because been
before being both but by came can cannot come could d dear did do does doing done don each either else etc ever
every few for from get gets getting give go goes going gone good got had happen happens has have having he hello
help her here hers hey hi him his how however i if im in into is it its itself just kind know let like ll look
lot m make makes many may maybe me mean might mine more most much must my myself need needs now of off ok okay
on once one only onto or other our ours out over own perhaps please possible put question quick quite rather re
really s said same say see shall she should since so some somebody someone something somehow soon still such
sure t take tell than thank thanks that the their theirs them then there these they thing things think this
those though through to too try under until up upon us use using ve very via want wanted wants was way we well
were what whats when where whether which while who whom whose why will wish with within wonder wondering would
yes yet you your yours
"""
LITTLE_WORDS = frozenset(_LITTLE.split())


def fold(text: str) -> str:
    """Lower case without accents or width variants."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """Folded words in order, little ones included; "sign-on" gives sign, on and signon."""
    found: list[str] = []
    for match in _WORD.findall(fold(text)):
        parts = _INNER.split(match)
        if len(parts) == 1 or (len(parts) == 2 and match[-len(parts[1]) - 1] in "'’"):
            found.append(parts[0])
        elif any(part.isdigit() for part in parts):
            found.extend([match, *parts] if not all(part.isdigit() for part in parts) else [match])
        else:
            found.extend([*parts, "".join(parts)])
    return found


@lru_cache(maxsize=200_000)
def stem(word: str, language: str = "en") -> str:
    """The stem of one folded word; words with digits and languages without a stemmer stay as they are."""
    if language not in _STEMMERS or any(char.isdigit() for char in word):
        return word
    return str(_stemmer(language).stemWord(word))


@lru_cache(maxsize=16)
def _stemmer(language: str) -> Any:
    import snowballstemmer  # type: ignore[import-untyped]

    return snowballstemmer.stemmer(_STEMMERS[language])


def rarity_in_talk(stemmed: str, language: str = "en") -> float:
    """How much a stem says in everyday talk: 0 for a word that is everywhere, 1 for one hardly ever heard.

    A small knowledge base cannot tell: there "button" may be as rare as a product's name.
    """
    return _everyday_words().get(stemmed, 1.0) if language == "en" else 1.0


@lru_cache(maxsize=1)
def _everyday_words() -> Mapping[str, float]:
    text = (files("journey_assistant.knowledge") / "everyday_words.txt").read_text(encoding="utf-8")
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {word: float(rarity) for word, rarity in lines}


def terms(text: str, language: str = "en") -> list[str]:
    """The stems of a text's content words, in order."""
    return [stem(word, language) for word in words(text) if word not in LITTLE_WORDS]


class Speller:
    """Finds the known word that an unknown one most probably means, by shared letter trigrams and edits."""

    def __init__(self, known: Mapping[str, int]) -> None:
        """`known` maps each word (as written) to how often it occurs."""
        self._known = known
        self._by_trigram: dict[str, list[str]] = {}
        for word in known:
            if len(word) >= 4 and word.isalpha():
                for trigram in trigrams(word):
                    self._by_trigram.setdefault(trigram, []).append(word)

    def meant(self, word: str) -> tuple[str, float] | None:
        """(known word, likeness 0 to 1) for a misspelt word; None when nothing is near enough."""
        if word in self._known or len(word) < 4 or not word.isalpha():
            return None
        own = trigrams(word)
        shared = Counter(candidate for gram in own for candidate in self._by_trigram.get(gram, ()))
        best: tuple[float, int, str] | None = None
        for candidate, common in shared.most_common(40):
            if common < 2 or abs(len(candidate) - len(word)) > 2:
                continue
            edits = edit_distance(word, candidate, limit=2)
            if edits <= (1 if len(word) < 7 else 2):
                likeness = 1.0 - edits / max(len(word), len(candidate))
                key = (likeness, self._known[candidate], candidate)
                best = max(best, key) if best else key
        return (best[2], best[0]) if best else None


def unslipped(word: str) -> Iterator[str]:
    """What was meant if two neighbouring letters inside a word changed places; the first letter is seldom wrong."""
    for at in range(1, len(word) - 1):
        if word[at] != word[at + 1]:
            yield f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}"


def trigrams(word: str) -> set[str]:
    """Letter trigrams of a word with its edges marked."""
    padded = f"^{word}$"
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def edit_distance(one: str, other: str, *, limit: int) -> int:
    """Insertions, deletions, changes and swaps of neighbours between two words; stops counting above `limit`."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, opposite in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != opposite))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == opposite:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def counted(texts: Iterable[str]) -> Counter[str]:
    """How many of the texts contain each folded content word."""
    return Counter(word for text in texts for word in set(words(text)) - LITTLE_WORDS)
