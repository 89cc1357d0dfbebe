"""Reads rows of CSV and JSONL files from outside: streamed, limited before parsing, one bad row at a time."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from journey_assistant.errors import Rejected
from journey_assistant.services.strict_json import strict_json

MAX_LINE_BYTES = 1_048_576
MAX_COLUMNS = 1_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


@dataclass(frozen=True, slots=True)
class GoodRow:
    """One row with the line on which it begins."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken: where, what is wrong, what is allowed."""

    line: int
    what: str
    allowed: str = ""


class _Lines(Protocol):
    def readline(self, size: int = -1, /) -> Any: ...


def read_rows(path: Path) -> Iterator[GoodRow | BadRow]:
    """Rows of a file. Raises Rejected for a file that cannot be read at all, or a CSV header that cannot be used."""
    kind = _FORMATS.get(path.suffix.casefold())
    if kind is None:
        raise Rejected(f"is a {path.suffix or 'nameless'} file", where=str(path), allowed=", ".join(_FORMATS))
    try:
        with path.open("rb") as file:
            lines = _lines(file, path)
            yield from _csv_rows(lines, path) if kind == "csv" else _json_rows(lines)
    except OSError as error:
        raise Rejected(f"cannot be read: {error.strerror or error}", where=str(path)) from error


def _lines(file: BinaryIO, path: Path) -> Iterator[tuple[int, str] | BadRow]:
    """Lines with their numbers, decoded; one that is too long or not text is a bad row, and the next is read."""
    start = file.read(4)
    encoding, mark = next(((name, m) for m, name in _MARKS if start.startswith(m)), ("utf-8", b""))
    file.seek(len(mark))
    if not mark and b"\0" in start:
        raise Rejected("looks like UTF-16 without a mark", where=str(path), allowed="UTF-8, or UTF-16 with its mark")
    source: _Lines = file if encoding == "utf-8" else io.TextIOWrapper(file, encoding, errors="replace", newline="\n")
    number = 0
    while raw := source.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(raw) > MAX_LINE_BYTES:
            while raw and raw[-1:] not in (b"\n", "\n"):
                raw = source.readline(MAX_LINE_BYTES)
            yield BadRow(number, f"the line has more than {MAX_LINE_BYTES} bytes", f"{MAX_LINE_BYTES} bytes a line")
            continue
        yield _decoded(number, raw)


def _decoded(number: int, raw: bytes | str) -> tuple[int, str] | BadRow:
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
    except UnicodeDecodeError:
        return BadRow(number, "is not UTF-8 text", "UTF-8, or UTF-16 with its mark")
    if "\0" in text or (isinstance(raw, str) and "\ufffd" in raw):
        return BadRow(number, "holds a character that is no text", "text")
    return number, text


# --- JSONL ---------------------------------------------------------------------------------------


def _json_rows(lines: Iterator[tuple[int, str] | BadRow]) -> Iterator[GoodRow | BadRow]:
    for line in lines:
        if isinstance(line, BadRow):
            yield line
        elif line[1].strip():
            yield _json_row(*line)


def _json_row(number: int, text: str) -> GoodRow | BadRow:
    try:
        values = strict_json(text)
    except ValueError as error:
        return BadRow(number, f"not usable JSON: {error}", "one JSON object a line")
    if not isinstance(values, dict):
        return BadRow(number, "is not an object", "one JSON object a line")
    return GoodRow(number, values)


# --- CSV -----------------------------------------------------------------------------------------


def _csv_rows(lines: Iterator[tuple[int, str] | BadRow], path: Path) -> Iterator[GoodRow | BadRow]:
    source = _CsvLines(lines)
    reader = csv.reader(source, strict=True)
    header = _header(reader, source, path)
    while True:
        first = source.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            yield from source.bad
            return
        except csv.Error as error:
            yield BadRow(first, f"not usable CSV: {error}", "quotes closed, fields below 131,072 characters")
            continue
        yield from source.bad
        source.bad.clear()
        if not any(cells):
            continue
        if len(cells) != len(header):
            yield BadRow(first, f"has {len(cells)} cells", f"{len(header)}, as the header")
        else:
            yield GoodRow(first, {name: cell for name, cell in zip(header, cells, strict=True) if cell != ""})


class _CsvLines:
    """Text lines for the CSV reader; counts them, and keeps the bad ones aside."""

    def __init__(self, lines: Iterator[tuple[int, str] | BadRow]) -> None:
        self._lines = lines
        self.number = 0
        self.bad: list[BadRow] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self._lines:
            if not isinstance(line, BadRow):
                self.number, text = line
                return text
            self.number = line.line
            self.bad.append(line)
        raise StopIteration


def _header(reader: Iterator[list[str]], source: _CsvLines, path: Path) -> list[str]:
    where = f"{path}:1"
    try:
        header = [_column(name) for name in next(reader, [])]
    except csv.Error as error:
        raise Rejected(f"the header is not usable CSV: {error}", where=where) from error
    if source.bad:
        raise Rejected(f"the header {source.bad[0].what}", where=where, allowed=source.bad[0].allowed)
    if not header:
        raise Rejected("has no header", where=where, allowed="the names of the columns")
    if len(header) > MAX_COLUMNS:
        raise Rejected(f"has {len(header)} columns", where=where, allowed=f"at most {MAX_COLUMNS}")
    twins = sorted({name for name in header if header.count(name) > 1})
    if twins:
        raise Rejected(f"the column {twins[0]!r} stands twice", where=where, allowed="each column once")
    return header


def _column(name: str) -> str:
    """``Account.Renews At`` and ``account.renews_at`` are the same column."""
    return re.sub(r"\s+", "_", name.strip()).casefold()
