"""template_artifact: what a template or a model leaves behind and a customer must never read."""

from __future__ import annotations

import re

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.terms import pattern

NAME = "template_artifact"
_PLACEHOLDER = re.compile(
    r"\{\{[^{}\n]{0,80}\}\}|\{%[^{}\n]{0,80}%\}|\$\{[^{}\n]{1,80}\}|\{[a-z][a-z0-9_. ]{1,40}\}|"
    r"%[A-Z][A-Z0-9_]{2,40}%|%\([a-z_]{1,40}\)s|"
    r"<%[^%\n]{1,80}%>|\*\|[A-Z_:]{2,40}\|\*|<(?:insert|your|customer|first|last|company|name|link|date|"
    r"amount|placeholder)[ _a-z-]{0,40}>|"
    r"\[(?:insert|your|customer|first|last|company|name|link|url|date|amount|placeholder|tbd|to-?do|"
    r"add|xx+|agent|product|"
    r"einfügen|ihr|kunde|name|datum|vorname|nom|prénom|insérer|lien|nombre|insertar|enlace|nome|inserire|"
    r"inserir|naam|invoegen)"
    r"[^\]\n]{0,60}\](?!\()|__[A-Z]{2,30}__|\b(?:lorem ipsum|foo ?bar|XXX+|TBD|TO[D]O|FIX[M]E)\b",
    re.IGNORECASE,
)
_CITATION = re.compile(
    r"\[(?:\d{1,3}|[A-Z]{1,6}-[A-Z0-9-]{1,24}|T\d{1,3}|source|citation)\](?!\()|【[^】\n]{1,60}】|"
    r"\bturn\d+\w+\d+\b|<cite[^>\n]{0,60}>"
)
_VALUE = re.compile(
    r"\b(?:NaN|undefined|\[object Object\]|<null>|nil)\b|\[object [A-Z]\w{2,20}\]|#(?:N/A|REF!|VALUE!|"
    r"DIV/0!|NAME\?)|\bInfinity\b|"
    r"(?<![\w.])(?:null|None|NULL)(?=[,.;:!?)]|\s(?:days?|euros?|items?|seats?|%)|$)|[$€£]\s?(?:null|None|"
    r"NaN|undefined)|1970-01-01|\b0001-01-01\b"
)
_GREETED_NOTHING = re.compile(
    r"(?i:\b(?:hi|hello|hey|dear|hallo|liebe[r]?|guten tag|bonjour|cher|chère|hola|estimad[oa]|ciao|gentile|"
    r"olá|ola|caro|cara|beste|dag)\s)"
    r"(?:None|null|NULL|undefined|NaN|N/A|(?=[,!.:]))|(?i:\b(?:hi|hello|dear|hallo|bonjour|hola|ciao|"
    r"olá)\s?,(?=\s?,))"
)
_DRAFT_LABEL = re.compile(
    r"(?im)^\s{0,4}(?:(?:draft|entwurf|brouillon|borrador|bozza|rascunho|concept|version|option|"
    r"variant)\s?(?:\d|[a-c])?\s?(?:\([^)\n]{0,40}\))?:(?:\s|$)|"
    r"(?:assistant|ai|bot|model|agent|system|user|customer|human|kunde|antwort|response|reply|answer|output|"
    r"final answer|note to (?:self|agent|reviewer))\s?:\s)"
)
_FENCE = re.compile(
    r"```|<\|[a-z_]{2,30}\|>|\[/?INST\]|</?(?:thinking|answer|response|output|draft|scratchpad)>", re.IGNORECASE
)
_MODEL_TALK = pattern(NAME, "model_talk")


def template_artifact(text: Checked, context: CheckContext) -> list[Finding]:
    """Placeholders, empty values, draft labels, citation marks and model talk, unless the evidence quotes the same."""
    quoted = [e.text for e in context.evidence]
    found = [
        Finding(NAME, Severity.REPAIR, f"{what}: {m.group().strip()[:40]}", m.span())
        for what, where in (
            ("placeholder", _PLACEHOLDER),
            ("citation mark", _CITATION),
            ("broken value", _VALUE),
            ("greeting without a name", _GREETED_NOTHING),
            ("draft label", _DRAFT_LABEL),
            ("model mark-up", _FENCE),
        )
        for m in where.finditer(text.text)
        if not any(m.group().strip() in given for given in quoted)
    ]
    found += [Finding(NAME, Severity.REPAIR, "model talk", m.span()) for m in _MODEL_TALK.finditer(text.folded)]
    return found
