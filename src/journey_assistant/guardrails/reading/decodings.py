"""What hides behind encodings: the readings of a text that a machine could follow and a reader overlooks."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from journey_assistant.guardrails.reading.characters import without_hidden

_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{16,4000}={0,2}(?![A-Za-z0-9+/_=-])")
_HEX = re.compile(r"(?<![0-9a-fA-F])(?:0x|\\x)?(?:[0-9a-fA-F]{2}[\s:]?(?:\\x)?){8,2000}(?![0-9a-fA-F])")
_BINARY = re.compile(r"(?<![01])(?:[01]{8}\s?){6,500}(?![01])")
_SPACED = re.compile(r"(?<!\w)(?:[^\W_][\s.\-_*|/]{1,2}){5,400}[^\W_](?!\w)")
_LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "l"}
)
_TAGS = {0xE0000 + code: chr(code) for code in range(0x20, 0x7F)}
_LOOK_ALIKES = str.maketrans("аеорсухіјѕԁгքһԛԝνοραικτυ", "aeopcyxijsdrphqwvopaiktu")
_MAX_CHARS = 20_000


@lru_cache(maxsize=128)
def decodings(text: str) -> tuple[str, ...]:
    """The other readings of a text: normalised, unescaped, from base64 or hex, rot13, reversed, leet, spaced."""
    plain = text[:_MAX_CHARS]
    readings = dict.fromkeys(_whole(plain))
    for piece in _pieces(plain):
        readings.setdefault(piece, None)
    readings.pop(plain, None)
    return tuple(readings)


def _whole(text: str) -> Iterator[str]:
    normal = unicodedata.normalize("NFKC", without_hidden(text)).translate(_LOOK_ALIKES)
    yield normal
    tagged = "".join(_TAGS[ord(c)] for c in text if ord(c) in _TAGS)
    if tagged:
        yield tagged
        yield tagged[::-1]
    if "&" in normal:
        yield html.unescape(html.unescape(normal))
    if "%" in normal:
        yield unquote(unquote(normal))
    if "\\u" in normal or "\\x" in normal:
        yield re.sub(
            r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})", lambda m: chr(int(m.group(1) or m.group(2), 16)), normal
        )
    yield codecs.encode(normal, "rot13")
    yield normal[::-1]
    if any(c.isdigit() for c in normal):
        yield normal.translate(_LEET)
    for match in _SPACED.finditer(normal):
        yield re.sub(r"[\s.\-_*|/]{1,2}", "", match.group())
    if "-" in normal or "_" in normal or "+" in normal:
        yield re.sub(r"(?<=\w)[-_+](?=\w)", " ", normal)


def _pieces(text: str) -> Iterator[str]:
    for match in _BASE64.finditer(text):
        yield from _readable(_from_base64(match.group()))
    for match in _HEX.finditer(text):
        yield from _readable(_from_hex(match.group()))
    for match in _BINARY.finditer(text):
        bits = re.sub(r"\s", "", match.group())
        yield from _readable(bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits) - 7, 8)))


def _from_base64(piece: str) -> bytes:
    padded = piece.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _from_hex(piece: str) -> bytes:
    digits = re.sub(r"0x|\\x|[\s:]", "", piece)
    return bytes.fromhex(digits[: len(digits) // 2 * 2]) if digits else b""


def _readable(data: bytes) -> Iterator[str]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    letters = sum(c.isalpha() or c.isspace() for c in text)
    if len(text) >= 8 and letters >= 0.8 * len(text):
        yield text
