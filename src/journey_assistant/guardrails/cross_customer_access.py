"""cross_customer_access: nobody reads or names another customer; whose data is read comes from the session alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.people import mentions, same_name
from journey_assistant.guardrails.reading.urls import EMAIL
from journey_assistant.guardrails.terms import pattern

NAME = "cross_customer_access"
_OTHERS_DATA = pattern(NAME, "others_data")
_OTHER_IDENTITY = pattern(NAME, "other_identity")
_BULK = pattern(NAME, "bulk")
_EXISTENCE = pattern(NAME, "existence")
_OWN_DATA = pattern(NAME, "own_data")
_LOOKS_UP = pattern(NAME, "looks_up")
_NAMED = re.compile(
    r"\b(?:of|for|from|about|by|von|fur|de|da|do|di|del|van|para|per|pour)\s(?:my (?:husband|wife|partner|"
    r"son|daughter|friend|boss|colleague|mother|father)\s)?"
    r"(?P<who>[A-ZÀ-Ý][\w'’-]{1,24}(?:\s[A-ZÀ-Ý][\w'’-]{1,24}){1,3})"
)


def cross_customer_access(text: Checked, context: CheckContext) -> list[Finding]:
    """Requests for somebody else's data, for a list of customers, or whether somebody is one."""
    return [Finding(NAME, Severity.BLOCK, why, span) for why, span in _seen(text, context)]


def _seen(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    for why, where in (
        ("asks for somebody else's data", _OTHERS_DATA),
        ("claims another identity", _OTHER_IDENTITY),
        ("asks for many customers' data", _BULK),
    ):
        for match in where.finditer(text.folded):
            yield why, match.span()
    if _EXISTENCE.search(EMAIL.sub("somebody", text.folded)):
        for match in EMAIL.finditer(text.text):
            if fold(match.group()) != fold(context.customer.email or ""):
                yield "asks whether somebody is a customer", match.span()
    if not context.identity_verified and _OWN_DATA.search(text.folded):
        yield "personal data for a session that is not verified", (0, len(text.text))
    yield from _others_named(text, context)


def _others_named(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    if not _LOOKS_UP.search(text.folded):
        return
    own = (context.customer.name, context.customer.account.name if context.customer.account else "", context.brand)
    for match in _NAMED.finditer(text.text):
        who = match.group("who")
        if who in context.article_names:
            continue
        if not any(known and (same_name(who, known) or fold(who) in fold(known)) for known in own):
            yield "asks for the data of somebody named", match.span("who")
    for other in context.other_customers:
        for value in filter(None, (other.name, other.company, other.email)):
            found = mentions(text.folded, value)
            if found:
                yield "asks for another customer's data", found.span()
