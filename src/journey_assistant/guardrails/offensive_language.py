"""offensive_language: no profanity, insult or slur; names of places and people are none."""

from __future__ import annotations

import re

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.terms import pattern

NAME = "offensive_language"
_WORDS = pattern(NAME, "words")
_EXCEPTIONS = pattern(NAME, "exceptions")
_MASKED = re.compile(
    r"(?<!\w)(?:f\*{2,3}|f[*@#$u]{1,3}(?:ck|k)\w{0,4}|sh[*!1@#]t\w{0,3}|b[*!1]tch\w{0,3}|a[*$@]{2}(?:hole)?|"
    r"c[*u]nt|"
    r"d[*!1]ck)(?!\w)"
)


def offensive_language(text: Checked, context: CheckContext) -> list[Finding]:
    """Whole words of the list, masked spellings too, outside of the exceptions and of the customer's own names."""
    harmless = [m.span() for m in _EXCEPTIONS.finditer(text.folded)]
    names = {word.casefold() for record in (context.customer.name, context.brand) for word in record.split()}
    return [
        Finding(NAME, Severity.REPAIR, "an offensive word", match.span())
        for where in (_WORDS, _MASKED)
        for match in where.finditer(text.folded)
        if match.group() not in names and not any(a <= match.start() and match.end() <= b for a, b in harmless)
    ]
