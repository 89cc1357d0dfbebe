"""People, companies and plans a text names, compared without case, accents and titles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.terms import by_language

_NAME_WORD = r"[^\W\d_a-z][\w'’-]{0,24}"
_GREETING = (
    r"(?i:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|liebe[r]?|"
    r"sehr geehrte[r]?|bonjour|"
    r"bonsoir|ch[eè]re?|hola|buenos d[ií]as|buenas tardes|estimad[oa]|querid[oa]|ciao|salve|buongiorno|"
    r"buonasera|gentile|ol[aá]|"
    r"bom dia|boa tarde|prezad[oa]|car[oa]|beste|dag|goedemorgen|goedemiddag|geachte|namaste|hej|cześć)"
)
_GREETED = re.compile(rf"(?m)(?:^|\n|[.!?]\s)\s{{0,3}}{_GREETING}\s(?P<who>{_NAME_WORD}(?:\.?\s{_NAME_WORD}){{0,3}})")
_ADDRESSED = re.compile(
    rf"(?:[Tt]hank you|[Tt]hanks|[Ss]orry|[Ww]elcome(?: back| aboard)?|[Dd]anke|[Mm]erci|[Gg]racias|"
    rf"[Gg]razie|[Oo]brigad[oa]),?\s(?P<who>{_NAME_WORD})(?=[,.!])"
)


@cache
def _list(name: str) -> frozenset[str]:
    return frozenset(fold(w) for words in by_language("people", name).values() for w in " ".join(words).split())


@dataclass(frozen=True, slots=True)
class Greeted:
    """Whom a text addresses: the title (folded, without a dot) and the names as written."""

    title: str
    names: tuple[str, ...]
    start: int
    end: int


@lru_cache(maxsize=256)
def greeted(text: str) -> tuple[Greeted, ...]:
    """Everybody whom a text greets or addresses by name; "Hi there" and "Hi team" greet nobody."""
    found = []
    for match in [*_GREETED.finditer(text), *_ADDRESSED.finditer(text)]:
        words = match.group("who").replace(".", " ").split()
        title = fold(words[0]) if fold(words[0]) in _list("titles") else ""
        names = tuple(words[1:] if title else words)
        if (names and fold(names[0]) not in _list("nobody")) or title:
            found.append(Greeted(title, names, match.start("who"), match.end("who")))
    return tuple(found)


def gendered_title(word: str) -> bool:
    """A title that says whether somebody is a man or a woman."""
    return fold(word).rstrip(".") in _list("gendered_titles")


def same_name(written: str, stored: str) -> bool:
    """The written name is (a part of) the stored one, accents and case aside."""
    mine = [fold(part).strip("'-") for part in re.split(r"[\s-]", written) if part]
    theirs = {fold(part) for part in re.split(r"[\s.-]", stored) if part}
    return bool(mine) and all(part.removesuffix("'s").rstrip("'") in theirs for part in mine)


def mentions(text: str, name: str) -> re.Match[str] | None:
    """Where a name stands in a folded text as whole words, or None. Names under three letters never match."""
    wanted = fold(name).strip()
    if len(wanted) < 3:
        return None
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text)
