"""creepy: what we observed may steer a message, but its details never show that somebody was watched."""

from __future__ import annotations

import re
from collections.abc import Iterator

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked, Evidence
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.numbers import figures
from journey_assistant.guardrails.reading.sentences import Part
from journey_assistant.guardrails.reading.words import content_words, stem
from journey_assistant.guardrails.terms import pattern

NAME = "creepy"
_WATCHING = pattern(NAME, "watching")
_TRACKING = pattern(NAME, "tracking")
_PLACE = pattern(NAME, "live_location")
_OUTSIDE = pattern(NAME, "outside_sources")
_SECURITY = pattern(NAME, "security_notice")
_ASKED = pattern(NAME, "asked_for")
_DEVICE = re.compile(
    r"\b(?:on|from|using|via|with|auf|mit|von|sur|depuis|avec|en|desde|con|su|da|dal|dallo|no|do|pelo|op|met)\s"
    r"(?:your|ihrem|deinem|votre|su|tu|suo|tuo|seu|teu|uw|je)\s"
    r"(?:iphone|ipad|android|laptop|macbook|tablet|safari|chrome|firefox)\b"
)
_DEVICES = frozenset({"iphone", "ipad", "android", "macbook", "safari", "chrome", "firefox"})


def creepy(text: Checked, context: CheckContext) -> list[Finding]:
    """Watching words, page and open tracking, devices, live places, outside sources, and details of behavioural facts.

    Security notices must say time and device, and what the customer asked for is no surprise to them.
    """
    if context.purpose == "transactional" and _SECURITY.search(text.folded):
        return []
    return [
        Finding(NAME, Severity.REPAIR, why, span, evidence)
        for sentence in text.sentences
        for why, span, evidence in _seen(sentence, context)
    ]


def _seen(sentence: Part, context: CheckContext) -> Iterator[tuple[str, tuple[int, int], tuple[str, ...]]]:
    folded = fold(sentence.text)
    asked = _ASKED.search(folded) is not None
    lists = (
        ("says that we watch", _WATCHING),
        ("tells page or open tracking", _TRACKING),
        ("tells a live location", _PLACE),
        ("uses a source the customer does not expect", _OUTSIDE),
        ("names a device", _DEVICE),
    )
    for why, where in lists:
        for match in where.finditer(folded):
            if not asked and not _is_declared_place(why, folded, match, context):
                yield why, (sentence.start + match.start(), sentence.start + match.end()), ()
    if not asked:
        yield from _behavioural_details(sentence, context)


def _is_declared_place(why: str, folded: str, match: re.Match[str], context: CheckContext) -> bool:
    if why != "tells a live location":
        return False
    place = folded[match.start() : match.end() + 40]
    return any(
        w.is_name and w.stem in {stem(p) for p in re.findall(r"\w+", place)}
        for e in context.evidence
        if not e.behavioural
        for w in content_words(e.text)
    )


def _behavioural_details(
    sentence: Part, context: CheckContext
) -> Iterator[tuple[str, tuple[int, int], tuple[str, ...]]]:
    """An exact time, a count or a device of a behavioural fact."""
    told = [
        f for f in figures(sentence.text) if f.kind == "time" or (f.kind == "number" and _counts(sentence.text, f.end))
    ]
    devices = _DEVICES & {fold(w.shown) for w in content_words(sentence.text)}
    for evidence in context.evidence:
        if not evidence.behavioural:
            continue
        shared = [f for f in told if any(f.agrees_with(g) for g in figures(evidence.text))]
        if (shared and _shares_subject(sentence, evidence)) or devices & {
            fold(w.shown) for w in content_words(evidence.text)
        }:
            yield "details of something we observed", (sentence.start, sentence.end), (evidence.id,)


def _counts(text: str, end: int) -> bool:
    return (
        re.match(
            r"\s?(?:times|x\b|mal\b|fois|veces|volte|vezes|keer|visits|views|sessions|minutes|seconds|"
            r"minuten|minutos|minuti)",
            fold(text[end : end + 12]),
        )
        is not None
    )


def _shares_subject(sentence: Part, evidence: Evidence) -> bool:
    mine = {w.stem for w in content_words(sentence.text)}
    return bool(mine & {w.stem for w in content_words(evidence.text)})
