"""number_mismatch: every figure of a text stands in the evidence, an offer, a done action or the customer's record."""

from __future__ import annotations

import re
from collections.abc import Iterable

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.language import language_of
from journey_assistant.guardrails.reading.numbers import Figure, figures

NAME = "number_mismatch"


def number_mismatch(text: Checked, context: CheckContext) -> list[Finding]:
    """Compares figures in their normal form with their units; a total counts only when a calculator recorded it."""
    told = figures(text.text, text.language or context.language)
    if not told:
        return []
    known = [figure for given in _given(context) for figure in figures(given, language_of(given) or "en")]
    written = {re.sub(r"[-_\s]", "", fold(given)) for given in _given(context)}
    return [
        Finding(NAME, Severity.REPAIR, f"{text.text[f.start : f.end]} stands in no evidence", (f.start, f.end))
        for f in told
        if not any(f.agrees_with(k) for k in known) and not _is_exempt(f, text, context, written)
    ]


def _given(context: CheckContext) -> Iterable[str]:
    yield from (e.text for e in context.evidence)
    yield from context.offer_texts
    yield from (offer.ends_at.date().isoformat() for offer in context.offers if offer.ends_at)
    yield from (detail for action in context.actions_done for detail in action.details)
    yield from context.record_texts
    yield from context.trusted_sentences


def _is_exempt(figure: Figure, text: Checked, context: CheckContext, written: set[str]) -> bool:
    """The present year; an id that the evidence writes with other punctuation; figures of hidden content."""
    if figure.kind == "number":
        return figure.values == (float(context.now_at.year),) and not figure.unit
    if figure.kind == "id":
        token = str(figure.values[0])
        return any(token in one for one in written) or any(
            token in re.sub(r"\D", "", one) for one in written if token.isdigit()
        )
    return False
