"""Numbers, dates, times, prices and ids of a text in one comparable form.

``1,450.00`` equals ``1.450,00`` and ``1 450``; ``seven`` equals ``7``; ``2pm`` equals ``14:00``; ``4 March`` equals
``2026-03-04``. A figure that can be read two ways ("2.000") keeps both readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from journey_assistant.guardrails.reading.calendar_words import CLOCK_WORDS, CURRENCIES, MONTHS, PER_DAY, UNITS, WORKING
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.number_words import numbers_in_words
from journey_assistant.guardrails.reading.urls import without_links

Kind = Literal["number", "date", "time", "id"]

_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
_DATE = re.compile(
    rf"\b(\d{{4}})-(\d{{2}})-(\d{{2}})(?=t\d|\b)"
    rf"|\b{_DAY}(?:\s(?:of|de|di|del|du))?\s({_MONTH})\b\.?(?:,?(?:\sde[l]?)?\s(\d{{4}})\b)?"
    rf"|\b({_MONTH})\.?\s{_DAY}\b(?!:)(?:,?\s(\d{{4}})\b)?"
    r"|\b(\d{1,2})([./])(\d{1,2})[./](\d{4}|\d{2})\b"
    r"|\b(\d{1,2})\.(\d{1,2})\.(?=\s|$|[,)])"
)
_TIME = re.compile(
    r"(?<![\d:])(\d{1,2})[:h.](\d{2})(?::\d{2})?\s?(?:(am|pm|a\.m\.|p\.m\.)|(?:uhr|h|utc|z)\b)"
    r"|(?<![\d:])(\d{1,2}):(\d{2})(?::\d{2})?(?![\d:])|(?<![\d:h])(\d{1,2})h(\d{2})\b"
    r"|(?<![\d.,])(\d{1,2})\s?(am|pm|a\.m\.|p\.m\.)(?!\w)|(?<![\d.,])(\d{1,2})\s(uhr)\b"
)
_ID = re.compile(r"(?<![\w-])(?=[\w-]{0,40}\d)(?=[\w-]{0,40}[a-z])[a-z0-9]{1,24}(?:[-_][a-z0-9]{1,24}){0,6}(?![\w-])")
_QUANTITY_LIKE = re.compile(r"\d+(?:st|nd|rd|th|er|x|k|h|d|m|s|am|pm|cm|mm|km|kg|g|mb|gb|tb|kb|ml|l|min|hr|hrs|px|%)")
_COMPOUND = re.compile(r"\d{1,6}-[a-z][a-z-]{1,24}|[a-z]{2,20}-\d{1,4}-[a-z]{2,20}")
_LONG = re.compile(r"(?<![\w.,])\+?\(?\d(?:[\s()./-]{0,2}\d){8,24}(?![\w])")
_NUMBER = re.compile(
    r"(?<![\w.,])(r\$|[€$£¥]|eur|usd|gbp|chf)?\s?"
    r"(\d{1,3}(?:[.,' ]\d{3}){1,5}(?:[.,]\d{1,2})?(?!\d)|\d{1,15}(?:[.,]\d{1,6})?)(?!\d)"
)
_UNIT = re.compile(r"[\s-]?(%|°c|€|\$|£|¥|r\$|[a-z]{1,12})(?!\w)(?:[\s-]([a-z]{2,10}))?")
_RANGE = re.compile(r"\s?(?:-|to|bis|a|à|al|tot|and|und|et|y|e)\s?\d")
_LIST_MARK = re.compile(r"(?m)^\s{0,8}\d{1,2}[.)]\s")
_WORD = re.compile(r"[a-zà-ÿ]+(?:-[a-zà-ÿ]+)*")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. ``values`` are its possible readings: numbers, ``y-m-d`` dates, minutes, or an id's text."""

    kind: Kind
    values: tuple[float | str, ...]
    unit: str
    start: int
    end: int
    in_words: bool = False

    def agrees_with(self, other: Figure) -> bool:
        """The other figure can be read as this one, its unit included."""
        if self.kind == "date" and other.kind == "date":
            return any(_same_day(str(mine), str(theirs)) for mine in self.values for theirs in other.values)
        if self.kind != other.kind:
            return False
        if self.kind != "number":
            return not set(self.values).isdisjoint(other.values)
        return any(_same_amount(float(a), self.unit, float(b), other.unit) for a in self.values for b in other.values)


def _same_day(mine: str, theirs: str) -> bool:
    return all(a == b or "?" in (a, b) for a, b in zip(mine.split("-"), theirs.split("-"), strict=True))


def _same_amount(mine: float, unit: str, theirs: float, other: str) -> bool:
    if unit == other or not other:
        return mine == theirs and (unit == other or unit not in CURRENCIES | {"percent"})
    if not unit:
        return mine == theirs
    if unit in PER_DAY and other in PER_DAY:
        return abs(mine * PER_DAY[unit] - theirs * PER_DAY[other]) < 1e-6 or _months_of(mine, unit, theirs, other)
    return False


def _months_of(mine: float, unit: str, theirs: float, other: str) -> bool:
    """A year has twelve months, and a month may have 28 to 31 days."""
    if {unit, other} == {"year", "month"}:
        return mine * (12 if unit == "year" else 1) == theirs * (12 if other == "year" else 1)
    if {unit, other} == {"month", "day"}:
        months, days = (mine, theirs) if unit == "month" else (theirs, mine)
        return 28 * months <= days <= 31 * months
    return False


@lru_cache(maxsize=1024)
def figures(text: str, language: str = "en") -> tuple[Figure, ...]:
    """All figures of the text; number words are read in its language. Figures inside links do not count."""
    rest = fold(without_links(text))
    found: list[Figure] = []
    if any(c.isdigit() for c in rest):
        rest = _LIST_MARK.sub(lambda m: " " * len(m.group()), rest)
        for read in (_dates, _times, _long_runs, _ids, _amounts):
            fresh = list(read(rest))
            found.extend(fresh)
            rest = _blanked(rest, fresh)
    found.extend(_in_words(rest, language))
    return tuple(sorted(found, key=lambda f: f.start))


def readings(digits: str) -> tuple[float, ...]:
    """What a written figure can mean: both readings when its separator can be decimal or thousands."""
    plain = re.sub(r"['\s]", "", digits)
    separators = re.sub(r"\d", "", plain)
    if not separators:
        return (float(plain),)
    last = separators[-1]
    head, _, tail = plain.rpartition(last)
    decimal = float(re.sub(r"[.,]", "", head) + "." + tail)
    if len(set(separators)) > 1:
        return (decimal,)
    joined = float(re.sub(r"[.,]", "", plain))
    if len(separators) > 1:
        return (joined,)
    grouped = len(tail) == 3 and 1 <= len(head) <= 3 and head != "0"
    return (joined, decimal) if grouped else (decimal,)


def _blanked(text: str, found: list[Figure]) -> str:
    characters = list(text)
    for figure in found:
        characters[figure.start : figure.end] = " " * (figure.end - figure.start)
    return "".join(characters)


def _dates(text: str) -> Iterator[Figure]:
    for m in _DATE.finditer(text):
        g = m.groups()
        if g[0]:
            days = [(g[0], g[1], g[2])]
        elif g[4]:
            days = [(g[5], str(MONTHS[g[4]]), g[3])]
        elif g[6]:
            days = [(g[8], str(MONTHS[g[6]]), g[7])]
        elif g[9]:
            year = g[12] if len(g[12]) == 4 else "20" + g[12]
            days = [(year, g[11], g[9])] + ([(year, g[9], g[11])] if g[10] == "/" else [])
        else:
            days = [(None, g[14], g[13])]
        values = tuple(
            f"{y or '?'}-{int(mo)}-{int(d)}" for y, mo, d in days if 1 <= int(mo) <= 12 and 1 <= int(d) <= 31
        )
        if values:
            yield Figure("date", values, "", m.start(), m.end())


def _times(text: str) -> Iterator[Figure]:
    for m in _TIME.finditer(text):
        g = m.groups()
        hour, minute = next(
            (int(h), int(mi)) for h, mi in ((g[0], g[1]), (g[3], g[4]), (g[5], g[6]), (g[7] or g[9], "0")) if h
        )
        half = (g[2] or g[8] or "").replace(".", "")
        if hour < 25 and minute < 60:
            hour = hour % 12 + (12 if half == "pm" else 0) if half else hour % 24
            yield Figure("time", (float(hour * 60 + minute),), "", m.start(), m.end())
    for m in re.finditer(r"(?<!\w)(?:" + "|".join(CLOCK_WORDS) + r")(?!\w)", text):
        yield Figure("time", (float(CLOCK_WORDS[m.group()]),), "", m.start(), m.end())


def _long_runs(text: str) -> Iterator[Figure]:
    """Phone, card and long order numbers: their digits count, their grouping does not."""
    for m in _LONG.finditer(text):
        digits = re.sub(r"\D", "", m.group())
        if not re.fullmatch(r"\d{1,3}(?:[.,' ]\d{3}){2,5}(?:[.,]\d{2})?", m.group().strip()):
            yield Figure("id", (digits,), "", m.start(), m.end())


def _ids(text: str) -> Iterator[Figure]:
    for m in _ID.finditer(text):
        token = m.group()
        if not _QUANTITY_LIKE.fullmatch(token) and not _COMPOUND.fullmatch(token):
            yield Figure("id", (re.sub(r"[-_]", "", token),), "", m.start(), m.end())


def _amounts(text: str) -> Iterator[Figure]:
    for m in _NUMBER.finditer(text):
        values = readings(m.group(2))
        unit = _unit_of(text, m.group(1), m.end())
        yield Figure("number", values, unit, m.start(2), m.end())


def _unit_of(text: str, before: str | None, end: int) -> str:
    if before:
        return UNITS.get(before, "")
    follows = _RANGE.match(text, end)
    if follows:
        second = _NUMBER.match(text, follows.end() - 1)
        if second:
            return UNITS.get(second.group(1) or "", "") or _unit_of(text, None, second.end())
    return unit_after(text, end)


def unit_after(text: str, end: int) -> str:
    """The unit that follows a figure, canonical, or nothing; "working days" are days of their own."""
    m = _UNIT.match(text, end)
    if m is None:
        return ""
    first, second = m.group(1), m.group(2) or ""
    if first in WORKING and UNITS.get(second) == "day":
        return "working_day"
    unit = UNITS.get(first, "")
    if unit == "day" and second in WORKING:
        return "working_day"
    return unit


def _in_words(text: str, language: str) -> Iterator[Figure]:
    known = numbers_in_words(language)
    if not known:
        return
    words = list(_WORD.finditer(text))
    at = 0
    while at < len(words):
        taken = next((n for n in (4, 3, 2, 1) if at + n <= len(words) and _phrase(text, words, at, n) in known), 0)
        if taken:
            end = words[at + taken - 1].end()
            value = known[_phrase(text, words, at, taken)]
            if value != 1 and text[end : end + 1] != "-":
                yield Figure("number", (float(value),), unit_after(text, end), words[at].start(), end, in_words=True)
        at += taken or 1


def _phrase(text: str, words: list[re.Match[str]], at: int, count: int) -> str:
    return text[words[at].start() : words[at + count - 1].end()]
