"""unicode_smuggling: characters that a reader cannot see, or that pretend to be others."""

from __future__ import annotations

import re

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.characters import hidden_spans, mixed_script_hosts

NAME = "unicode_smuggling"
_ESCAPED = re.compile(r"\\u(?:200[b-f]|202[a-e]|206[0-9a-f]|feff|00ad)|\\udb40\\udc[0-7][0-9a-f]", re.IGNORECASE)


def unicode_smuggling(text: Checked, context: CheckContext) -> list[Finding]:
    """Tag, bidi and zero-width characters, stray variation selectors, hosts of mixed scripts; not emoji joiners."""
    found = [
        Finding(NAME, Severity.BLOCK, f"hidden {what}", (start, end)) for start, end, what in hidden_spans(text.text)
    ]
    found += [
        Finding(NAME, Severity.BLOCK, "a host mixes scripts", (start, end))
        for start, end in mixed_script_hosts(text.text)
    ]
    if text.surface != "draft":
        found += [
            Finding(NAME, Severity.BLOCK, "hidden escaped character", m.span()) for m in _ESCAPED.finditer(text.text)
        ]
    return found
