"""invented_understanding: feelings, plans and circumstances are only told back when the customer stated them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.sentences import Part
from journey_assistant.guardrails.reading.words import content_words, stems
from journey_assistant.guardrails.terms import pattern

NAME = "invented_understanding"
_KNOWING = pattern(NAME, "claims_to_know")
_STATE = pattern(NAME, "state")
_ROLE = pattern(NAME, "role")
_TOLD = pattern(NAME, "you_told_us")
_EMPATHY = pattern(NAME, "empathy")
_CONDITIONAL = re.compile(
    r"\b(?:if|when(?:ever)?|in case|should you|wenn|falls|sobald|si|cuando|quand|se|quando|als|wanneer|"
    r"indien)\b[^.!?]{0,60}$"
)
_SUPPORTED = 0.5
_ENOUGH = 20
"""Places of one sentence that are looked at; more say nothing new."""
_LOOK_BACK = 80
_LONGEST_CLAUSE = 400
_CLAUSE_END = re.compile(r"[,.;:!]\s|$")


def invented_understanding(text: Checked, context: CheckContext) -> list[Finding]:
    """Second-person state phrases without a declared fact that says so; "if you are …" and known moods pass."""
    return [
        Finding(NAME, Severity.REPAIR, why, span)
        for sentence in text.sentences
        for why, span in _seen(sentence, context)
    ]


def _seen(sentence: Part, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    folded = fold(sentence.text)
    if folded.endswith("?"):
        return
    for match in islice(_TOLD.finditer(folded), _ENOUGH):
        if not any(_is_declared(told, context) for told in _told(folded, match.end())):
            yield "the customer did not tell us this", _span(sentence, match)
    for why, where in (("claims to know the customer", _KNOWING), ("tells a state", _STATE), ("tells a role", _ROLE)):
        for match in islice(where.finditer(folded), _ENOUGH):
            if _CONDITIONAL.search(folded[max(0, match.start() - _LOOK_BACK) : match.start()]) or _is_known_mood(
                match.group(), context
            ):
                continue
            if not _is_declared(match.group() + _clause(folded, match.end()), context):
                yield f"{why} that is not declared", _span(sentence, match)


def _clause(folded: str, start: int) -> str:
    end = _CLAUSE_END.search(folded, start)
    return folded[start : min(end.start() if end else len(folded), start + _LONGEST_CLAUSE)]


def _told(folded: str, start: int) -> tuple[str, ...]:
    """What the customer is said to have told: the clause, or after a colon the rest of the sentence."""
    clause = _clause(folded, start)
    return (
        (clause, folded[start : start + _LONGEST_CLAUSE])
        if folded[start + len(clause) : start + len(clause) + 1] == ":"
        else (clause,)
    )


def _span(sentence: Part, match: re.Match[str]) -> tuple[int, int]:
    return sentence.start + match.start(), sentence.start + match.end()


def _is_declared(claim: str, context: CheckContext) -> bool:
    words = [w.stem for w in content_words(claim)]
    if not words:
        return bool(context.declared)
    account = context.customer.account
    own = stems(" ".join((context.customer.name, context.brand, account.name if account else "")))
    rest = [w for w in words if w not in own] or words
    return any(sum(w in stems(said) for w in rest) >= _SUPPORTED * len(rest) for said in context.declared)


def _is_known_mood(phrase: str, context: CheckContext) -> bool:
    """An upset customer may be told that we see it."""
    return context.sentiment == "negative" and _EMPATHY.search(phrase) is not None
