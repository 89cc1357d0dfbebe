"""suppression: open issues, bad moods, recent buyers, stop states and repeated offers: no marketing now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.domain.policy import suppression as rule
from journey_assistant.domain.policy.offers import offer_ruling
from journey_assistant.domain.policy.policy import Ruling
from journey_assistant.guardrails.context import CheckContext, Checked, Evidence
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.numbers import figures
from journey_assistant.guardrails.reading.words import content_words, stem, stems
from journey_assistant.guardrails.terms import pattern

NAME = "suppression"
_REACTIVATION = re.compile(r"reactivat|win-?_?back|we_?miss|come_?back|lapsed|cart|re-?engage|dormant")
_LAPSED = re.compile(r"reactivat|win-?_?back|we_?miss|come_?back|lapsed|re-?engage|dormant")
_REVIEW = re.compile(r"review|referral|testimonial|rating")
_BEGINNER = re.compile(r"beginner|getting_?started|first_?steps|basics|starter_?guide")
_OFFERED = pattern(NAME, "offered")
_REVIEW_WORDS = pattern(NAME, "asks_review")
_WIN_BACK_WORDS = pattern(NAME, "wins_back")


def suppression(text: Checked, context: CheckContext) -> list[Finding]:
    """The rules of ``domain/policy`` on the timeline and the record; only texts that we start are suppressed."""
    if text.surface != "draft" or context.replying:
        return []
    rulings = [*_always(context), *(_marketing(text, context) if context.purpose == "marketing" else ())]
    return [
        Finding(NAME, Severity.BLOCK, f"{ruling.why}; until {ruling.until}", evidence=ruling.evidence)
        for ruling in rulings
        if not ruling.allowed
    ]


def _always(context: CheckContext) -> Iterator[Ruling]:
    if context.purpose != "transactional":
        yield rule.stop_state(context.customer, purpose=context.purpose, is_reply=False, policy=context.rules)


def _marketing(text: Checked, context: CheckContext) -> Iterator[Ruling]:
    customer, timeline, now = context.customer, context.timeline, context.now_at
    yield rule.open_issue(timeline, now, policy=context.rules)
    yield rule.negative_sentiment(timeline, context.readings, now, policy=context.rules)
    if context.sentiment == "negative":
        yield Ruling(False, "negative_sentiment", "the customer is upset", until="recovered", needs_person=True)
    yield rule.incident(customer, timeline, now)
    campaign = fold(context.campaign or "")
    if _REACTIVATION.search(campaign) or _WIN_BACK_WORDS.search(text.folded):
        yield rule.recent_purchase(customer, timeline, now, policy=context.rules)
    if _LAPSED.search(campaign) or _WIN_BACK_WORDS.search(text.folded):
        yield rule.recent_activity(timeline, now, policy=context.rules)
    if _REVIEW.search(campaign) or _REVIEW_WORDS.search(text.folded):
        yield rule.review_request(customer, timeline, now)
    if _BEGINNER.search(campaign):
        yield rule.beginner_guide(customer, timeline, now)
    yield from _repeated_offers(text, context)


def _repeated_offers(text: Checked, context: CheckContext) -> Iterator[Ruling]:
    """An approved offer that was made lately, and an upgrade that the customer turned down lately."""
    stage = context.customer.lifecycle_stage or ""
    for offer in context.offers:
        named = fold(offer.code or offer.id) in text.folded
        ruling = offer_ruling(
            offer, context.customer, context.timeline, context.now_at, stage=stage, policy=context.rules
        )
        if named and ruling.code == "repeated_offer":
            yield ruling
    for fact in context.facts:
        if _OFFERED.search(fold(fact.text)) and _is_recent(fact, context) and _same_offer(fact, text, context):
            yield Ruling(False, "repeated_offer", "this was offered lately", (fact.id,), "the offer may repeat")


def _is_recent(fact: Evidence, context: CheckContext) -> bool:
    """A fact without a readable date counts as recent: asking again too early is worse than too late."""
    dates = [str(f.values[0]) for f in figures(fact.text) if f.kind == "date"]
    if not dates:
        return True
    year, month, day = dates[-1].split("-")
    on = date(int(year) if year != "?" else context.now_at.year, int(month), int(day))
    return context.now_at - datetime.combine(on, time(), UTC) < context.rules.offer_repeat


def _same_offer(fact: Evidence, text: Checked, context: CheckContext) -> bool:
    own = stems(context.customer.name) | stems(context.brand)
    ignored = own | {stem(w) for w in ("offer", "offered", "declined", "plan", "upgrade", "email", "sent")}
    subjects = {w.stem for w in content_words(fact.text) if w.is_name} - ignored
    return bool(subjects & stems(text.text)) or (not subjects and context.campaign == "upsell")
