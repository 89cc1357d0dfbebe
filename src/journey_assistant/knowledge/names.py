"""The names that articles speak of (``Google Calendar``, ``Tax Summary``): things of the product, not somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from journey_assistant.domain.knowledge import Article

_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,24}"
_NAMES = re.compile(rf"\b{_WORD}(?:[ ]{_WORD}){{1,7}}")
MOST_WORDS = 4


def names_in(articles: Iterable[Article]) -> frozenset[str]:
    """Two to four capitalised words that stand in a row in an article's title or text."""
    texts = (f"{article.title}\n{article.text}" for article in articles)
    return frozenset(name for text in texts for match in _NAMES.finditer(text) for name in _runs(match.group().split()))


def _runs(words: list[str]) -> Iterator[str]:
    """Every run of two to four of the words: a heading may have more capitals than the name in it."""
    for length in range(2, min(len(words), MOST_WORDS) + 1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])
