"""offer_authority: no discount, credit, refund, exception or outcome is promised but an approved offer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from journey_assistant.domain.company import Offer
from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.domain.policy.offers import offer_ruling
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.numbers import figures
from journey_assistant.guardrails.reading.sentences import Part
from journey_assistant.guardrails.reading.words import content_words, stems
from journey_assistant.guardrails.terms import pattern

NAME = "offer_authority"
_DISCOUNT = pattern(NAME, "discount")
_PROMISE = pattern(NAME, "promise")
_ROADMAP = pattern(NAME, "roadmap")
_ASKED = pattern(NAME, "asked")
_HANDED_ON = pattern(NAME, "left_to_person")
_CODE = re.compile(
    r"(?:\b(?i:code|coupon|voucher|gutscheincode|codice|código|cupón|cupom|"
    r"kortingscode)\s[\"'“]?(?P<after>[A-Z][A-Z0-9]{3,15})\b|\b(?P<alone>[A-Z]{3,12}\d{1,3})\b)"
)
_DROPPED = frozenset({"expired_offer", "not_eligible"})
_TERMS_KEPT = 0.6


def offer_authority(text: Checked, context: CheckContext) -> list[Finding]:
    """On drafts: promise grammar against the offers and the published terms. On a chat: a demand to promise."""
    if text.surface != "draft":
        return [Finding(NAME, Severity.BLOCK, "demands a promise", m.span()) for m in _ASKED.finditer(text.folded)]
    return [
        Finding(NAME, Severity.REPAIR, why, span)
        for sentence in text.sentences
        for why, span in (
            *_promises(sentence, context),
            *_discounts(sentence, text, context),
            *_codes(sentence, text, context),
        )
    ]


def _promises(sentence: Part, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    folded = fold(sentence.text)
    if folded.endswith("?"):
        return
    for why, where in (("promises what only a person decides", _PROMISE), ("promises what is not released", _ROADMAP)):
        for match in where.finditer(folded):
            if not _HANDED_ON.search(folded) and not _says_so(sentence, context):
                yield why, (sentence.start + match.start(), sentence.start + match.end())


def _says_so(sentence: Part, context: CheckContext) -> bool:
    """The evidence makes the same promise in nearly the same words."""
    words = [w.stem for w in content_words(sentence.text)]
    return any(
        sum(w in stems(e.text) for w in words) >= 0.8 * len(words) for e in context.evidence if e.trusted and words
    ) and any(_PROMISE.search(fold(e.text)) or _ROADMAP.search(fold(e.text)) for e in context.evidence)


def _discounts(sentence: Part, text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    for match in _DISCOUNT.finditer(fold(sentence.text)):
        span = sentence.start + match.start(), sentence.start + match.end()
        if _is_published(sentence, context) or _HANDED_ON.search(fold(sentence.text)):
            continue
        fitting = [offer for offer in context.offers if _covers(offer, sentence)]
        if not fitting:
            yield "a discount that no approved offer gives", span
            continue
        why = _wrong(fitting, text, context)
        if why:
            yield why, span


def _codes(sentence: Part, text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    for match in _CODE.finditer(sentence.text):
        code = match.group("after") or match.group("alone")
        span = sentence.start + match.start(), sentence.start + match.end()
        offers = [o for o in context.offers if (o.code or "").casefold() == code.casefold()]
        known = any(code in e.text for e in context.evidence) or code in " ".join(context.record_texts)
        if not offers and not known and (match.group("after") or context.offers):
            yield f"the code {code} is no approved offer", span
        why = _wrong(offers, text, context) if offers else ""
        if why:
            yield why, span


def _wrong(offers: list[Offer], text: Checked, context: CheckContext) -> str:
    """Why none of the offers may be told so: over, for others, or without its terms."""
    reasons = [_why_not(offer, text, context) for offer in offers]
    return "" if any(not reason for reason in reasons) else reasons[0]


def _why_not(offer: Offer, text: Checked, context: CheckContext) -> str:
    stage = context.customer.lifecycle_stage or ""
    ruling = offer_ruling(offer, context.customer, context.timeline, context.now_at, stage=stage, policy=context.rules)
    if not ruling.allowed and ruling.code in _DROPPED:
        return ruling.why
    terms = f"{offer.text} {offer.conditions}"
    dates = [f for f in figures(terms) if f.kind == "date"]
    told = [f for f in figures(text.text, text.language or "en") if f.kind == "date"]
    if dates and not any(d.agrees_with(t) for d in dates for t in told):
        return "the offer is told without its last day"
    words = [w.stem for w in content_words(terms)]
    kept = sum(w in stems(text.text) for w in words)
    same_language = context.language == "en" or not words
    return "the offer is told without its terms" if same_language and kept < _TERMS_KEPT * len(words) else ""


def _covers(offer: Offer, sentence: Part) -> bool:
    """Every amount of the sentence is one of the offer's."""
    given = [f for text in (offer.text, offer.value or "", offer.conditions) for f in figures(text)]
    told = [f for f in figures(sentence.text) if f.kind == "number" and f.unit]
    return all(any(f.agrees_with(g) for g in given) for f in told)


def _is_published(sentence: Part, context: CheckContext) -> bool:
    """The knowledge base gives the same discount to everybody."""
    told = [f for f in figures(sentence.text) if f.kind == "number" and f.unit]
    for evidence in context.evidence:
        if evidence.trusted and evidence.kind == "passage" and _DISCOUNT.search(fold(evidence.text)):
            given = figures(evidence.text)
            if all(any(f.agrees_with(g) for g in given) for f in told):
                return True
    return False
