"""pressure_tactics: urgency needs a dated offer or a fact; no fake counters, threats or guilt."""

from __future__ import annotations

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.numbers import Figure, figures
from journey_assistant.guardrails.reading.sentences import Part
from journey_assistant.guardrails.terms import pattern

NAME = "pressure_tactics"
_URGENCY = pattern(NAME, "urgency")
_SCARCITY = pattern(NAME, "scarcity")
_THREAT = pattern(NAME, "threat")
_GUILT = pattern(NAME, "guilt")
_COUNTER = pattern(NAME, "counter")
_STOCK = pattern(NAME, "stock_fact")


def pressure_tactics(text: Checked, context: CheckContext) -> list[Finding]:
    """Threats and guilt never; scarcity with a fact of stock; urgency with the date of an offer or fact in the text."""
    seen = [
        (why, m.span())
        for why, where in (("a threat", _THREAT), ("guilt", _GUILT))
        for m in where.finditer(text.folded)
    ]
    if not _has_true_deadline(text, context):
        seen += [("urgency without a date", m.span()) for m in _URGENCY.finditer(text.folded)]
    for sentence in text.sentences:
        for why, where in (("scarcity without a fact", _SCARCITY), ("a counter without a fact", _COUNTER)):
            for match in where.finditer(fold(sentence.text)):
                if not _is_fact(sentence, context):
                    seen.append((why, (sentence.start + match.start(), sentence.start + match.end())))
    return [Finding(NAME, Severity.REPAIR, why, span) for why, span in seen]


def _has_true_deadline(text: Checked, context: CheckContext) -> bool:
    told = [f for f in figures(text.text, text.language or "en") if f.kind == "date"]
    known = [f for given in (*context.offer_texts, *(e.text for e in context.evidence)) for f in _dates(given)]
    return any(f.agrees_with(k) for f in told for k in known)


def _dates(text: str) -> list[Figure]:
    return [f for f in figures(text) if f.kind == "date"]


def _is_fact(sentence: Part, context: CheckContext) -> bool:
    """A fact of stock or of numbers with the same figures."""
    told = [f for f in figures(sentence.text) if f.kind == "number"]
    for evidence in context.evidence:
        given = figures(evidence.text)
        stock = _STOCK.search(fold(evidence.text)) is not None
        if stock and all(any(f.agrees_with(g) for g in given) for f in told):
            return True
    return False
