"""approval_integrity: what is sent is byte for byte what a person approved."""

from __future__ import annotations

import hashlib

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked

NAME = "approval_integrity"


def approval_integrity(text: Checked, context: CheckContext) -> list[Finding]:
    """The SHA-256 of the text against the approved one, when an approval is given."""
    if context.approved_sha256 is None:
        return []
    if hashlib.sha256(text.text.encode("utf-8", "surrogatepass")).hexdigest() == context.approved_sha256.casefold():
        return []
    return [Finding(NAME, Severity.BLOCK, "not the text that was approved", (0, len(text.text)))]
