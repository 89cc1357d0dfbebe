"""How commands print: for people on a terminal, or JSON; progress bars on long work, on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn

console = Console()
errors = Console(stderr=True)

Item = TypeVar("Item")


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def save_json(value: Any, path: Path) -> None:
    """One JSON document in a file; a broken write leaves no half file."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)


def write_jsonl(rows: Iterable[Mapping[str, Any]], path: Path | None) -> int:
    """Rows as JSONL to a file, or to stdout without one; returns how many. A broken run leaves no half file."""
    if path is None:
        return sum(sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n") > 0 for row in rows)
    unfinished = path.with_name(path.name + ".part")
    written = 0
    with unfinished.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            written += 1
    unfinished.replace(path)
    return written


def tracked(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    """The items, with a progress bar on stderr when that is a terminal."""
    with Progress(
        SpinnerColumn(),
        *Progress.get_default_columns(),
        TimeElapsedColumn(),
        console=errors,
        disable=not errors.is_terminal,
    ) as bar:
        task = bar.add_task(what, total=total)
        for item in items:
            yield item
            bar.advance(task)
