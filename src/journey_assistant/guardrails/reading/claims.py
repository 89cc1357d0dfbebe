"""Claims: the parts of a text that state a fact, with what steers their truth (negation, scope, conditions)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.sentences import Part, clauses, sentences
from journey_assistant.guardrails.terms import by_language, pattern

_LISTS = "claims"
_NO_CLAIM = pattern(_LISTS, "no_claim")
_WHOLE = pattern(_LISTS, "no_claim_sentence")
_UNIVERSAL = pattern(_LISTS, "universal")
_CONDITION = pattern(_LISTS, "condition")
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|liebe[r]?|"
    r"bonjour|bonsoir|chere?|"
    r"hola|buenos dias|buenas tardes|estimad[oa]|ciao|salve|buongiorno|gentile|ola|bom dia|boa tarde|"
    r"car[oa]|beste|dag|namaste)"
    r"(?:\s[^\s,.!:]{1,30}){0,4}[,.!:]?\s{0,2}"
)
_SIGN_OFF = re.compile(
    r"(?:best|best wishes|(?:best |kind |warm )?regards|cheers|(?:yours )?sincerely|all the best|"
    r"many thanks|thanks|"
    r"(?:viele|beste|liebe) grusse|mit freundlichen grussen|cordialement|saludos|atentamente|"
    r"cordiali saluti|atenciosamente|"
    r"abracos|met vriendelijke groet),"
)
_SUBJECT = re.compile(r"subject:[^\n]{0,200}")


@lru_cache(maxsize=512)
def claims(text: str) -> tuple[Part, ...]:
    """The sentences that state something, without greetings, questions, courtesies and words about oneself."""
    return tuple(_claims(text))


def _claims(text: str) -> Iterator[Part]:
    for sentence in sentences(text):
        folded = fold(sentence.text)
        if folded.endswith("?") or _SUBJECT.fullmatch(folded):
            continue
        greeting = _GREETING.match(folded)
        start = greeting.end() if (greeting and greeting.end() < len(folded)) or greeting else 0
        rest = folded[start:]
        if not rest.strip() or _WHOLE.match(rest.lstrip()) or _SIGN_OFF.match(rest.lstrip()):
            continue
        kept = _without_courtesies(sentence.text[start:])
        if any(c.isalnum() for c in kept):
            yield Part(kept, sentence.start + start, sentence.end)


def _without_courtesies(text: str) -> str:
    """The sentence with its courtesy clauses blanked out, every other character in its place."""
    characters = list(text)
    for clause in clauses(text):
        if _NO_CLAIM.search(fold(clause.text)):
            characters[clause.start : clause.end] = " " * (clause.end - clause.start)
    return "".join(characters)


@lru_cache(maxsize=2048)
def is_negated(text: str, language: str) -> bool:
    """The statement denies something; small words that negate in one language only count in that language."""
    return _negation(language).search(fold(text)) is not None


@lru_cache(maxsize=16)
def _negation(language: str) -> re.Pattern[str]:
    lists = by_language(_LISTS, "negation")
    phrases = [*lists["any"], *lists.get(language, ())]
    return re.compile(r"(?<!\w)(?:" + "|".join(p.replace("*", r"\w{0,6}") for p in phrases) + r")(?!\w)|n't(?!\w)")


def universal_words(text: str) -> list[re.Match[str]]:
    """Where the text speaks of all of something ("every", "always", "unlimited")."""
    return list(_UNIVERSAL.finditer(fold(text)))


def conditions(text: str) -> list[Part]:
    """The conditions of a sentence: from "only", "unless", "if", "from $", "up to" … to the end of their clause."""
    folded, found = fold(text), []
    for match in _CONDITION.finditer(folded):
        end = re.compile(r"[,.;:)]\s|[.;)]?$").search(folded, match.end())
        stop = end.start() if end else len(folded)
        found.append(Part(text[match.start() : stop], match.start(), stop))
    return found
