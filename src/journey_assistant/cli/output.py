"""How commands print: for people on a terminal, or JSON; progress bars on long work, on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, TypeVar

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TimeElapsedColumn
from rich.segment import Segment

from journey_assistant.errors import Rejected

_INERT = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


class DataConsole(Console):
    """Prints what others wrote as it stands: it is never markup, and no control character steers the terminal."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, emoji=False)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Segments whose texts hold no control characters; rich's own moves of the cursor are kept."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(inert(segment.text), segment.style)


def inert(text: str) -> str:
    """A text without control characters, line breaks and tabs excepted."""
    return text.translate(_INERT)


console = DataConsole()
errors = DataConsole(stderr=True)

Item = TypeVar("Item")


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def save_json(value: Any, path: Path) -> None:
    """One JSON document in a file; a broken write leaves no half file."""
    with _written(path) as out:
        out.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def save_text(text: str, path: Path) -> None:
    """A text in a file; a broken write leaves no half file."""
    with _written(path) as out:
        out.write(text)


def write_jsonl(rows: Iterable[Mapping[str, Any]], path: Path | None) -> int:
    """Rows as JSONL to a file, or to stdout without one; returns how many. A broken run leaves no half file."""
    if path is None:
        return sum(sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n") > 0 for row in rows)
    written = 0
    with _written(path) as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            written += 1
    return written


@contextmanager
def _written(path: Path) -> Iterator[TextIO]:
    """A file that takes its place only when it is whole. Raises Rejected before any work when it cannot be had."""
    if path.is_dir():
        raise Rejected("is a folder", where=str(path), allowed="a file to write")
    unfinished = path.with_name(path.name + ".part")
    try:
        out = unfinished.open("w", encoding="utf-8")
    except OSError as error:
        raise Rejected(f"cannot be written: {error.strerror or error}", where=str(path)) from error
    with out:
        yield out
    unfinished.replace(path)


def tracked(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    """The items, with a progress bar on stderr when that is a terminal."""
    with counting(what, total) as count:
        for item in items:
            yield item
            count()


@contextmanager
def counting(what: str, total: int | None = None) -> Iterator[Callable[[], None]]:
    """Call it once for each thing that is done; the bar is on stderr when that is a terminal."""
    with Progress(
        SpinnerColumn(),
        *Progress.get_default_columns(),
        *(() if total is not None else (MofNCompleteColumn(),)),
        TimeElapsedColumn(),
        console=errors,
        disable=not errors.is_terminal,
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
