"""``journey classify``: sentiment and contact reason of single texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

Texts = Annotated[Path, typer.Argument(help="Texts, one object {id, text} a line.", show_default=False)]
Reasons = Annotated[
    Path | None, typer.Option(help="YAML with reasons: [{id, queue, examples}]; default: the playbook's.")
]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="Write here instead of stdout.")]


def classify(texts: Texts, reasons: Reasons = None, out: Out = None) -> None:
    """Sentiment, frustration and contact reason of each text, with probabilities; one line a text."""
    from journey_assistant.cli.output import errors, write_jsonl
    from journey_assistant.services.read_case import read_jsonl

    rows = list(read_jsonl(texts))
    written = write_jsonl(_classified(rows, texts, reasons), out)
    if out is not None:
        errors.print(f"{written} texts classified into {out}")


def _classified(rows: list[tuple[int, Any]], source: Path, reasons: Path | None) -> Iterator[dict[str, Any]]:
    from journey_assistant.bootstrap import build_classifier
    from journey_assistant.cli.output import errors, tracked
    from journey_assistant.errors import Rejected
    from journey_assistant.settings import load_settings

    classifier = build_classifier(load_settings(), reasons)
    if classifier.reasons is None:
        errors.print("the encoder is down: moods are those of the words, and contact reasons are not read")
    for number, row in tracked(rows, len(rows), "classifying"):
        if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "id" not in row:
            raise Rejected("expected id and text", where=f"{source}:{number}", allowed='{"id": …, "text": "…"}')
        yield {"id": row["id"], **classifier.read(row["text"])}
