"""The journal of a run: every finished case is written down at once, so that a broken run goes on where it stopped.

A line counts only for the same case, target, playbook, prompts, help centre and repeat.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from journey_assistant.errors import Rejected
from journey_assistant.evaluation.targets import unlabelled
from journey_assistant.services.record import canonical


def journal_key(suite: str, row: Mapping[str, Any], repeat: int, fingerprint: str) -> str:
    """What one performance of one case is known by. A changed label does not change it."""
    content = canonical([suite, unlabelled(row), repeat, fingerprint])
    return hashlib.sha256(content.encode()).hexdigest()


class Journal:
    """Finished runs in a JSONL file; without a file nothing is kept."""

    def __init__(self, file: Path | None = None) -> None:
        """Reads what is there. Raises Rejected naming the file; a torn last line is dropped."""
        self._file = file
        self._known: dict[str, dict[str, Any]] = {}
        if file is not None and file.exists():
            self._read(file)

    def _read(self, file: Path) -> None:
        lines = file.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            try:
                entry = json.loads(line)
                self._known[entry["key"]] = entry["run"]
            except (ValueError, KeyError, TypeError) as error:
                if number < len(lines):
                    raise Rejected("is no line of a journal", where=f"{file}:{number}") from error
        if len(self._known) < len(lines):
            whole = [json.dumps({"key": k, "run": r}, ensure_ascii=False) + "\n" for k, r in self._known.items()]
            file.write_text("".join(whole), encoding="utf-8")

    @property
    def is_kept(self) -> bool:
        """Runs are written down."""
        return self._file is not None

    def __len__(self) -> int:
        return len(self._known)

    def known(self, key: str) -> dict[str, Any] | None:
        """The run of an earlier time."""
        return self._known.get(key)

    def keep(self, key: str, run: dict[str, Any]) -> None:
        """Writes a finished run down."""
        if self._file is None or key in self._known:
            return
        self._known[key] = run
        with self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps({"key": key, "run": run}, ensure_ascii=False) + "\n")
