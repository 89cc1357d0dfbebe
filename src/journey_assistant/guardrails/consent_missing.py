"""consent_missing: marketing needs a stored yes; nothing but a source and a time can set one."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.domain.policy.consent import consent_for, may_use_behaviour
from journey_assistant.guardrails.context import PROACTIVE_CHANNELS, CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.terms import pattern

NAME = "consent_missing"
_PROMOTION = pattern(NAME, "promotion")
_BEHAVIOUR = pattern(NAME, "behaviour")
_HEARSAY = pattern(NAME, "hearsay")
_PROMOTIONAL_CAMPAIGN = re.compile(
    r"sale|promo|offer|newsletter|deal|discount|win_?back|upsell|campaign|launch|black_?friday"
)
_CONSENT = re.compile(r"consent|opt_?in|subscribed|marketing_?allowed|permission")
_PROOF = re.compile(
    r"(?:consent|opt_?in|subscribed|permission)\w{0,20}_?(?:source|at|time|date|timestamp|proof)$|^source$|^(?:consented|opted_in)_at$"
)
_YES = frozenset({"true", "yes", "1", "y", "ja", "si", "oui", "sim"})


def consent_missing(text: Checked, context: CheckContext) -> list[Finding]:
    """On drafts the stored consent decides; on what comes in, nothing may claim or force a consent."""
    if text.surface != "draft":
        return [Finding(NAME, Severity.BLOCK, why, (0, len(text.text))) for why in _claimed(text)]
    return [Finding(NAME, Severity.BLOCK, why, span) for why, span in _on_draft(text, context)]


def _on_draft(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    proactive = context.channel in PROACTIVE_CHANNELS
    marketing = consent_for(context.customer, context.timeline, context.channel, "marketing", context.now_at)
    if context.purpose == "marketing" and proactive and not marketing.allowed:
        yield marketing.why, (0, 0)
    promotion = _PROMOTION.search(text.folded)
    unasked = context.purpose == "transactional" or (context.purpose == "service" and not marketing.allowed)
    if promotion and proactive and unasked:
        yield f"a promotion inside a {context.purpose} message", promotion.span()
    behaviour = _BEHAVIOUR.search(text.folded)
    if behaviour and not may_use_behaviour(context.customer, context.timeline, context.now_at).allowed:
        yield "behaviour is used although personalisation is off", behaviour.span()


def _claimed(text: Checked) -> Iterator[str]:
    if text.surface == "crm_note" and _HEARSAY.search(text.folded):
        yield "consent by hearsay"
    if text.surface not in ("event", "import"):
        return
    for row in _rows(text.text):
        yield from _claims_of(row)


def _claims_of(row: Mapping[str, Any]) -> Iterator[str]:
    flat = dict(_flattened(row))
    given = [
        name for name, value in flat.items() if _CONSENT.search(name) and not _PROOF.search(name) and _is_yes(value)
    ]
    proven = [name for name, value in flat.items() if _PROOF.search(name) and value not in ("", None)]
    if given and len(proven) < 2:
        yield "a consent without its source and time"
    if any(
        re.search(r"(?:^|\.)(?:force|override|skip_\w{1,30}|bypass\w{0,20}|ignore_\w{1,30})$", n) and _is_yes(v)
        for n, v in flat.items()
    ):
        yield "an event forces a send"
    campaign = fold(str(flat.get("campaign") or ""))
    if _PROMOTIONAL_CAMPAIGN.search(campaign) and fold(str(flat.get("purpose") or "")) in ("transactional", "service"):
        yield "the purpose of a campaign comes from the registry, never from an event"


def _is_yes(value: Any) -> bool:
    return value is True or fold(str(value)).split("(")[0].strip() in _YES


def _flattened(value: Any, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and depth < 12:
        for name, inner in value.items():
            yield from _flattened(inner, f"{prefix}.{name}".strip(".").casefold(), depth + 1)
    else:
        yield prefix, value


def _rows(text: str) -> Iterator[Mapping[str, Any]]:
    if text.lstrip()[:1] in ("{", "["):
        try:
            loaded = json.loads(text)
        except (ValueError, RecursionError):
            return
        yield from (row for row in (loaded if isinstance(loaded, list) else [loaded]) if isinstance(row, Mapping))
        return
    try:
        yield from csv.DictReader(text.splitlines(), restkey="more", restval="")
    except csv.Error:
        return
