"""Small talk: greetings, thanks, goodbyes and "what can you do", when nothing else is said."""

from __future__ import annotations

import re
from functools import cache

from journey_assistant.perception.needs_rules import lexicons

_WORD = re.compile(r"[^\W_]+")
_FILLERS = frozenset(
    [
        "oh",
        "ah",
        "well",
        "so",
        "and",
        "also",
        "then",
        "just",
        "now",
        "really",
        "very",
        "much",
        "you",
        "u",
        "your",
        "me",
        "my",
        "it",
        "is",
        "the",
        "a",
        "to",
        "all",
        "again",
        "for",
        "this",
        "that",
        "i",
        "we",
        "us",
        "dear",
        "sir",
        "madam",
        "mr",
        "mrs",
        "ms",
        "miss",
        "mate",
        "love",
        "team",
        "everyone",
        "everybody",
        "folks",
        "guys",
        "please",
        "xx",
        "xxx",
        "x",
        "too",
        "as",
        "here",
        "there",
        "und",
        "sehr",
        "ihr",
        "ihnen",
        "euch",
        "dir",
        "team",
        "alle",
        "noch",
        "auch",
        "y",
        "a",
        "muy",
        "usted",
        "et",
        "a",
        "vous",
        "tres",
        "e",
        "molto",
        "a",
        "tutti",
        "voi",
        "e",
        "muito",
        "en",
        "ook",
        "u",
        "je",
    ]
)
_PRODUCT_FREE = 1
"""So many words may be left over (a name: "thanks Marit")."""
_LONGEST = 220


def is_small_talk(folded: str) -> bool:
    """True when the whole (folded) message is greeting, thanks, praise, goodbye or a question about ourselves."""
    return len(folded) <= _LONGEST and bool(_WORD.search(folded) is None or not without_small_talk(folded))


def without_small_talk(folded: str) -> str:
    """What a folded text says beyond small talk; empty when that is nothing but a name or filler words."""
    remaining = _phrases().sub(" ", folded)
    words = [word for word in _WORD.findall(remaining) if word not in _FILLERS]
    said_any = remaining != folded
    if not words or (said_any and len(words) <= _PRODUCT_FREE and "?" not in remaining):
        return ""
    return remaining.strip()


@cache
def _phrases() -> re.Pattern[str]:
    return re.compile("|".join(lexicon.small_talk.pattern for lexicon in lexicons().values()))
