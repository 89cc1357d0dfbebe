"""pii_leak: no other person's data, and of the customer's own no full card, account, tax number or password."""

from __future__ import annotations

import re
from collections.abc import Iterator

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked, Evidence
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.identifiers import PHONE, digits_of, payment_numbers, private_numbers
from journey_assistant.guardrails.reading.people import mentions, same_name
from journey_assistant.guardrails.reading.urls import EMAIL
from journey_assistant.guardrails.terms import pattern

NAME = "pii_leak"
_SOMEBODY_ELSE = pattern(NAME, "somebody_else")
_PERSON_AFTER = re.compile(
    r"[,:]?\s\(?(?:(?:Mr|Mrs|Ms|Dr|Herr|Frau|Mme|Sra?|Sig\.?ra?)\.?\s)?(?P<who>[A-ZÀ-Ý](?:\.|"
    r"[\w'’-]{1,24})(?:\s[A-ZÀ-Ý](?:\.|[\w'’-]{1,24})){1,2})"
)


def pii_leak(text: Checked, context: CheckContext) -> list[Finding]:
    """Matches the index of other customers, validates card and account numbers, and knows whose data a fact is."""
    seen = [*_others(text, context), *_own_secrets(text, context), *_third_parties(text, context)]
    return [Finding(NAME, Severity.BLOCK, why, span) for why, span in seen]


def _others(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    numbers = digits_of(text.text)
    for other in context.other_customers:
        for what, value in (("name", other.name), ("e-mail", other.email), ("company", other.company)):
            own = value and (same_name(value, context.customer.name) or fold(value) == fold(context.brand))
            match = mentions(text.folded, value) if value and not own else None
            if match:
                yield f"another customer's {what}", match.span()
        phone = digits_of(other.phone)
        if len(phone) >= 7 and phone[-9:] in numbers:
            yield "another customer's phone", (0, len(text.text))
        for order in other.orders:
            match = mentions(text.folded, order)
            if match:
                yield "another customer's order", match.span()


def _own_secrets(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    orders = frozenset(
        digits_of(m.group(1))
        for e in context.evidence
        for m in re.finditer(r"\b(?:order|bestellung|commande|pedido|ordine|no\.?|#)\s?([\d -]{12,24}\d)", fold(e.text))
    )
    for start, end, what in (*payment_numbers(text.text, orders), *private_numbers(text.text)):
        yield what, (start, end)


def _third_parties(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    for match in EMAIL.finditer(text.text):
        if not _may_show(match.group(), context):
            yield "an e-mail address of somebody else", match.span()
    for match in PHONE.finditer(text.text):
        if 8 <= len(digits_of(match.group())) <= 15 and not _may_show(match.group(), context):
            yield "a phone number of somebody else", match.span()
    for match in _SOMEBODY_ELSE.finditer(text.folded):
        named = _PERSON_AFTER.match(text.text, match.end())
        if named and not same_name(named.group("who"), context.customer.name):
            yield "the name of somebody else", (match.start(), named.end())


def _may_show(value: str, context: CheckContext) -> bool:
    """The customer's own, the brand's, from a published passage, or from a fact that the customer stated."""
    wanted, digits = fold(value), digits_of(value)
    own = [fold(v) for v in (context.customer.email, context.customer.phone) if v]
    if wanted in own or (len(digits) >= 7 and any(digits_of(v).endswith(digits[-9:]) for v in own)):
        return True
    if "@" in wanted and wanted.rpartition("@")[2] in context.hosts:
        return True
    return any(_holds(e, wanted, digits) and _is_open(e, context) for e in context.evidence)


def _holds(evidence: Evidence, wanted: str, digits: str) -> bool:
    return wanted in fold(evidence.text) or (
        "@" not in wanted and len(digits) >= 7 and digits in digits_of(evidence.text)
    )


def _is_open(evidence: Evidence, context: CheckContext) -> bool:
    if evidence.kind == "passage":
        return True
    first = context.customer.first_name
    return evidence.declared or bool(first and mentions(fold(evidence.text), first))
