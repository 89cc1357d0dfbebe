"""Articles as one JSONL file: readable, and replaced in one go."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from journey_assistant.domain.knowledge import Article
from journey_assistant.errors import PortError

PORT = "article store"


class FileArticleStore:
    """The articles of one tenant in one file; a missing file is an empty store."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def load(self) -> tuple[Article, ...]:
        """The stored articles, ordered by id. Raises PortError when the file cannot be read or is damaged."""
        if not self._file.exists():
            return ()
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
            return tuple(sorted((_article(json.loads(line)) for line in lines), key=lambda article: article.id))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise PortError(f"{self._file} cannot be read", port=PORT, retryable=False) from error

    def save(self, articles: Sequence[Article]) -> None:
        """Replaces the file, all or nothing. Raises PortError when it cannot be written."""
        lines = [json.dumps(asdict(article), default=str, ensure_ascii=False) for article in articles]
        waiting = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            waiting.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            os.replace(waiting, self._file)
        except OSError as error:
            raise PortError(f"{self._file} cannot be written", port=PORT, retryable=True) from error


def _article(row: dict[str, object]) -> Article:
    days = {name: date.fromisoformat(str(row[name])) if row.get(name) else None for name in ("updated", "review_by")}
    lists: dict[str, object] = {name: tuple(row.get(name, ())) for name in ("plans", "quarantined")}  # type: ignore[arg-type]
    return Article(**{**row, **days, **lists})  # type: ignore[arg-type]  # as asdict wrote it
