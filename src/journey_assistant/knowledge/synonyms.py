"""Other words for one thing: what a customer calls a bill, the help centre calls an invoice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from journey_assistant.knowledge.words import stem, words

LONGEST_PHRASE = 4


class Synonyms:
    """Groups of words and phrases, looked up by stem; only English is shipped."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._words_of: dict[tuple[str, ...], set[str]] = {}
        for group in groups:
            phrases = [tuple(stem(word) for word in words(entry.replace("_", " "))) for entry in group]
            single = {phrase[0] for phrase in phrases if len(phrase) == 1}
            # "sign-on" is both its parts and one word; the one word stands in every text that has the parts.
            single |= {phrase[-1] for entry, phrase in zip(group, phrases, strict=True) if "-" in entry}
            for phrase in phrases:
                self._words_of.setdefault(phrase, set()).update(single - {phrase[0]} if len(phrase) == 1 else single)

    def of(self, stemmed: str) -> frozenset[str]:
        """Stems that mean the same as a stem."""
        return frozenset(self._words_of.get((stemmed,), ()))

    def of_phrases(self, tokens: Sequence[str]) -> Iterator[tuple[str, frozenset[str]]]:
        """Each phrase of several words in a text (given as its stems, in order) with the stems that mean the same."""
        for start in range(len(tokens)):
            for length in range(2, LONGEST_PHRASE + 1):
                phrase = tuple(tokens[start : start + length])
                if len(phrase) == length and phrase in self._words_of:
                    yield " ".join(phrase), frozenset(self._words_of[phrase])


@lru_cache(maxsize=1)
def shipped_synonyms() -> Synonyms:
    """The groups in synonyms.txt beside this file."""
    text = (files("journey_assistant.knowledge") / "synonyms.txt").read_text(encoding="utf-8")
    return Synonyms([line.split() for line in text.splitlines() if line and not line.startswith("#")])
