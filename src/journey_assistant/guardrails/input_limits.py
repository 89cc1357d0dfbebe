"""input_limits: input that is too long, too deep or too many rows is refused before anything reads it."""

from __future__ import annotations

import re

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.policy import GuardPolicy

NAME = "input_limits"
_BRACKET = re.compile(r"[\[\]{}]")


def input_limits(text: Checked, context: CheckContext) -> list[Finding]:
    """Characters of chats and notes, bytes and depth of events, bytes and rows of imports, against the policy."""
    why = _objection(text, context.policy)
    return [Finding(NAME, Severity.BLOCK, why, (0, len(text.text)))] if why else []


def _objection(text: Checked, policy: GuardPolicy) -> str:
    length, content = len(text.text), text.text
    match text.surface:
        case "chat" if length > policy.chat_max_chars:
            return f"{length} characters, at most {policy.chat_max_chars}"
        case "crm_note" | "kb_doc" if length > policy.note_max_chars:
            return f"{length} characters, at most {policy.note_max_chars}"
        case "event":
            size = len(content.encode("utf-8", "surrogatepass"))
            if size > policy.event_max_bytes:
                return f"{size} bytes, at most {policy.event_max_bytes}"
            return _too_deep(content, policy)
        case "import":
            size, rows = len(content.encode("utf-8", "surrogatepass")), content.count("\n")
            if size > policy.import_max_bytes or rows > policy.import_max_rows:
                return f"{rows} rows and {size} bytes, at most {policy.import_max_rows} and {policy.import_max_bytes}"
            return _too_deep(content, policy) if content.lstrip()[:1] in ("{", "[") else ""
    return ""


def _too_deep(content: str, policy: GuardPolicy) -> str:
    depth = deepest = 0
    for bracket in _BRACKET.finditer(content):
        depth += 1 if bracket.group() in "[{" else -1
        deepest = max(deepest, depth)
    return f"nested {deepest} deep, at most {policy.json_max_depth}" if deepest > policy.json_max_depth else ""
