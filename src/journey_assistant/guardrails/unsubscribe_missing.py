"""unsubscribe_missing: marketing says how to stop it."""

from __future__ import annotations

import re

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.urls import links

NAME = "unsubscribe_missing"
_STOP = re.compile(r"(?<!\w)STOP(?!\w)")
_OPT_OUT = ("unsubscribe", "preferences")


def unsubscribe_missing(text: Checked, context: CheckContext) -> list[Finding]:
    """A marketing e-mail carries an allow-listed opt-out link, a marketing SMS the word STOP."""
    if context.purpose != "marketing":
        return []
    if context.channel == "sms" and not _STOP.search(text.text):
        return [Finding(NAME, Severity.REPAIR, "a marketing SMS needs STOP", (len(text.text), len(text.text)))]
    if context.channel == "email" and not _has_opt_out(text.text, context):
        return [
            Finding(NAME, Severity.REPAIR, "a marketing e-mail needs an opt-out link", (len(text.text), len(text.text)))
        ]
    return []


def _has_opt_out(text: str, context: CheckContext) -> bool:
    return any(
        link.host in context.hosts
        and link.parts is not None
        and link.parts.scheme.casefold() == "https"
        and any(word in link.path.casefold() for word in _OPT_OUT)
        for link in links(text)
    )
