"""internal_disclosure: scores, segments, staff notes, traces and other people's activity stay inside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked, Evidence
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.people import same_name
from journey_assistant.guardrails.terms import pattern

NAME = "internal_disclosure"
_TERMS = pattern(NAME, "terms")
_NOTE = pattern(NAME, "note")
_ASKED = pattern(NAME, "asked")
_ACTIVITY = re.compile(
    r"\b(?P<who>[A-ZÀ-Ý][a-zà-ÿ]{1,20}(?:\s[A-ZÀ-Ý][a-zà-ÿ]{1,24})?)\s(?:has(?:n't| not)?\s|only\s|last\s){0,2}"
    r"(?:logged in|signed in|been (?:active|inactive|online|offline)|was (?:last )?(?:active|online))\b"
)
_RUN_WORDS = 3
_WORD = re.compile(r"\w+")
_SMALL = frozenset({"the", "a", "an", "is", "to", "and", "of", "in", "on", "for", "with", "internal", "note", "staff"})


def internal_disclosure(text: Checked, context: CheckContext) -> list[Finding]:
    """On drafts: the terms, and runs of words of fields flagged internal. On a chat: a request for them."""
    if text.surface != "draft":
        return [
            Finding(NAME, Severity.BLOCK, "asks for what is internal", m.span()) for m in _ASKED.finditer(text.folded)
        ]
    found = [Finding(NAME, Severity.BLOCK, "an internal reading", m.span()) for m in _TERMS.finditer(text.folded)]
    found += [
        Finding(NAME, Severity.BLOCK, "a note of the staff", m.span())
        for m in _NOTE.finditer(text.folded)
        if not _is_customers_note(context)
    ]
    found += [
        Finding(NAME, Severity.BLOCK, "words of an internal field", span, (evidence.id,))
        for evidence in context.evidence
        if evidence.internal
        for span in _runs(text, evidence)
    ]
    found += [
        Finding(NAME, Severity.BLOCK, "another person's activity", m.span())
        for m in _ACTIVITY.finditer(text.text)
        if not same_name(m.group("who"), context.customer.name)
        and fold(m.group("who")) not in ("you", "it", "they", "we")
    ]
    return found


def _is_customers_note(context: CheckContext) -> bool:
    first = fold(context.customer.first_name)
    return any(e.declared and first and first in fold(e.text) and "note" in fold(e.text) for e in context.evidence)


def _runs(text: Checked, evidence: Evidence) -> Iterator[tuple[int, int]]:
    """Runs of three words of the field, small words aside; of a shorter field its rarer words."""
    told = [(m.group(), m.span()) for m in _WORD.finditer(text.folded) if m.group() not in _SMALL]
    field = [w for w in _WORD.findall(fold(evidence.text)) if w not in _SMALL]
    runs = {tuple(field[i : i + _RUN_WORDS]) for i in range(len(field) - _RUN_WORDS + 1)}
    for i in range(len(told) - _RUN_WORDS + 1):
        if tuple(word for word, _ in told[i : i + _RUN_WORDS]) in runs:
            yield told[i][1][0], told[i + _RUN_WORDS - 1][1][1]
