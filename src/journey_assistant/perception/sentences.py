"""Sentences of a message, with their places in it: whoever reads a long message reads it piece by piece."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

Span = tuple[int, int]

_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "no",
        "nr",
        "vs",
        "etc",
        "approx",
        "dept",
        "inc",
        "ltd",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "p.s",
        "bzw",
        "ca",
        "usw",
        "evtl",
        "ggf",
        "z.b",
        "d.h",
        "u.a",
        "inkl",
        "sra",
        "sr",
        "ud",
        "uds",
        "p.ej",
        "av",
        "m",
        "mme",
        "mlle",
        "sig",
        "dott",
        "art",
        "min",
        "max",
        "tel",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
    ]
)
_BREAK = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|[。！？]+|\n+")
_LAST_WORD = re.compile(r"[\w.]+$")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "ı": "i"})


def sentences_of(text: str) -> tuple[Span, ...]:
    """The spans of the sentences, outer white space left out; abbreviations and list numbers do not end one."""
    spans: list[Span] = []
    start = 0
    for found in _BREAK.finditer(text):
        if _is_abbreviation(text, start, found):
            continue
        _add(spans, text, start, found.end())
        start = found.end()
    _add(spans, text, start, len(text))
    return tuple(spans)


def _is_abbreviation(text: str, start: int, found: re.Match[str]) -> bool:
    if found.group() != ".":
        return False
    word = _LAST_WORD.search(text[max(start, found.start() - 12) : found.start()])
    if word is None:
        return False
    last = word.group().casefold()
    starts_a_list = last.isdigit() and not text[start : found.start()].replace(last, "", 1).strip()
    return last in _ABBREVIATIONS or starts_a_list


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    if piece.strip():
        spans.append((start + lead, start + len(piece.rstrip())))


def fold(text: str) -> str:
    """The text in small letters without accents, character for character, so that spans stay true."""
    return "".join(map(_folded, text.translate(_APOSTROPHES)))


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character.isascii():
        return character.lower()
    return unicodedata.normalize("NFKD", character)[:1].lower()[:1] or character
