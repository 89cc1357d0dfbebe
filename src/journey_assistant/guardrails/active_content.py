"""active_content: markup, scripts and formulas where plain text belongs."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from typing import Any

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked

NAME = "active_content"
_TAGS = (
    "script|iframe|img|svg|object|embed|style|link|meta|form|input|button|video|audio|base|body|html|math|template|a|div|span|"
    "marquee|details|table|textarea|frame|frameset|applet|isindex|b|i|u|p|br|h[1-6]"
)
_MARKUP = re.compile(
    rf"<!--|<!\[cdata\[|<\s{{0,3}}/?(?:{_TAGS})(?=[\s/>])|<\?(?:php|xml)|"
    rf"\bon[a-z]{{3,20}}\s{{0,3}}=\s{{0,3}}[\"'a-z(]|"
    r"\b(?:javascript|vbscript)\s{0,3}:\s{0,3}[a-z%(/]|\bdata:[a-z]{2,20}/[a-z0-9.+-]{1,30}[;,]|"
    r"!\[[^\]\n]{0,200}\]\(|"
    r"expression\(|@import\b|\[//\]:\s{0,3}#",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"\{\{[^{}\n]{1,200}\}\}|\{%[^{}\n]{1,200}%\}|\$\{[^{}\n]{1,200}\}|<%[^<>\n]{1,200}%>")
_FORMULA = re.compile(r"\s{0,3}(?:[=@\t\r]|[+-](?=[^\d\s])|[+-]\d[\d.]{0,12}\s{0,2}[-+*/^|(])")
_NUMBER_OR_PHONE = re.compile(r"\s{0,3}[+-]?[\d\s().-]{1,24}")
_ENTITY = re.compile(r"&(?:lt|#0{0,5}60|#x0{0,5}3c);\s{0,3}/?(?:script|iframe|img|svg|object)", re.IGNORECASE)


def active_content(text: Checked, context: CheckContext) -> list[Finding]:
    """HTML, JavaScript, data links, Markdown images and hidden comments; in stored fields also formulas and templates.

    Code that a customer pastes into a chat is their question: it is escaped on display and not an attack.
    """
    if text.surface == "chat":
        return []
    found = [_finding("markup", m.span()) for p in (_MARKUP, _ENTITY) for m in p.finditer(text.text)]
    if text.surface in ("event", "import"):
        found += [_finding("template expression", m.span()) for m in _TEMPLATE.finditer(text.text)]
        found += [_finding("formula in a cell", span) for span in _formulas(text.text)]
    elif text.surface == "draft" and any(o == "{%" for o in re.findall(r"\{%", text.text)):
        found += [_finding("template statement", m.span()) for m in _TEMPLATE.finditer(text.text)]
    return found


def _finding(what: str, span: tuple[int, int]) -> Finding:
    return Finding(NAME, Severity.BLOCK, f"{what} in a plain text", span)


def _formulas(text: str) -> Iterator[tuple[int, int]]:
    for cell in _cells(text):
        if _FORMULA.match(cell) and not _NUMBER_OR_PHONE.fullmatch(cell) and len(cell) > 1:
            at = max(0, text.find(cell.strip()[:12]))
            yield at, at + len(cell)


def _cells(text: str) -> Iterator[str]:
    if text.lstrip()[:1] in ("{", "["):
        try:
            yield from _strings(json.loads(text))
        except (ValueError, RecursionError):
            yield from ()
        return
    try:
        for row in csv.reader(text.splitlines()):
            yield from row
    except csv.Error:
        yield from text.splitlines()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
