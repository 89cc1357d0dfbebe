"""The shorthand of labelled texts: ``@@u(HEX)`` stands for a code point, ``@@repeat(TEXT|N)`` for TEXT N times."""

from __future__ import annotations

import re

from journey_assistant.errors import Rejected

_CODE_POINT = re.compile(r"@@u\(([0-9A-Fa-f]{1,6})\)")
_REPEAT = re.compile(r"@@repeat\(([^|]{0,10000})\|(\d{1,9})\)")
MAX_EXPANDED_CHARS = 32_000_000
"""A text that expands beyond this is refused; it is above every input limit."""


def expanded(text: str) -> str:
    """The text as it was meant. Raises Rejected for a code point or a length that cannot be."""
    whole = _REPEAT.sub(_repeated, _CODE_POINT.sub(_character, text))
    if len(whole) > MAX_EXPANDED_CHARS:
        raise Rejected(f"a text of {len(whole)} characters", allowed=f"at most {MAX_EXPANDED_CHARS}")
    return whole


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1), 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise Rejected(f"@@u({match.group(1)}) is no character", allowed="a Unicode code point in hexadecimal")
    return chr(code)


def _repeated(match: re.Match[str]) -> str:
    piece, times = match.group(1), int(match.group(2))
    if len(piece) * times > MAX_EXPANDED_CHARS:
        raise Rejected(f"@@repeat of {len(piece) * times} characters", allowed=f"at most {MAX_EXPANDED_CHARS}")
    return piece * times
