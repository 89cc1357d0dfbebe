"""The writer's own words in a mail: without the mail that they quote and without their signature."""

from __future__ import annotations

import re

_INTRODUCTION = re.compile(
    r"^\s*(?:On|Am|Le|El|Il|Op|Em)\b.{4,200}"
    r"\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu)\b.{0,80}:\s*$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^\s*-{2,}\s*(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|"
    r"Messaggio originale|Oorspronkelijk bericht|Mensagem original)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_HEADER = re.compile(r"^\s*\*?(?:From|Von|De|Da|Van)\s*:\*?\s.*@", re.IGNORECASE)
_RULE = re.compile(r"^\s*_{10,}\s*$")
_SIGNATURE = re.compile(r"^--\s?$")
LONGEST_LINE = 2_000


def own_words(text: str) -> str:
    """What is new in a mail. Somebody who writes between the quoted lines is kept; a mail of quotes alone is whole."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines):
        short = line[:LONGEST_LINE]
        # An introduction is sometimes broken into two lines.
        joined = f"{short} {lines[number + 1][:LONGEST_LINE]}" if number + 1 < len(lines) else short
        if _ORIGINAL.match(short) or _RULE.match(short) or _HEADER.match(short) or _SIGNATURE.match(line):
            break
        if _INTRODUCTION.match(short) or (short.strip() and _INTRODUCTION.match(joined)):
            if not _goes_on(lines[number + 1 :]):
                break
            continue
        if not short.lstrip().startswith(">"):
            kept.append(line)
    found = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return found or text.strip()


def _goes_on(rest: list[str]) -> bool:
    """The writer answers below or between quoted lines."""
    quoted = [number for number, line in enumerate(rest) if line.lstrip().startswith(">")]
    if not quoted:
        return False
    after = rest[quoted[0] + 1 :]
    return any(line.strip() and not line.lstrip().startswith(">") for line in after)
