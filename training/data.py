"""What the sentiment head learns from and is measured on: GoEmotions, plain questions, our own lines."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LABELS = ("negative", "neutral", "positive")
LINES = Path(__file__).parent / "lines"


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text; `frustrated` is None where nobody judged it, `kind` says what the line tests."""

    text: str
    label: str
    frustrated: int | None
    language: str
    kind: str
    source: str


def read_jsonl(path: Path) -> Iterator[dict[str, object]]:
    """Rows of a JSONL file, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def goemotions(data: Path, split: str) -> list[Row]:
    """GoEmotions rows of `split` (train or dev), mapped to three labels by their authors' grouping."""
    rows = read_jsonl(data / "sentiment" / f"goemotions_{split}.jsonl.gz")
    return [
        Row(str(r["text"]), str(r["sent3"]), int(str(r["frustrated"])), "en", "goemotions", "goemotions")
        for r in rows
        if r["sent3"] in LABELS
    ]


def plain_questions(data: Path) -> list[Row]:
    """Plain requests to a service desk, a guide or an assistant, neutral by their nature.

    Lines with an exclamation mark or shouting are left out: they may carry a mood nobody labelled.
    """
    sources = {
        "intent/banking77_train": "text",
        "intent/clinc150_train": "text",
        "intent/nlupp_banking": "text",
        "intent/nlupp_hotels": "text",
        "retrieval/dstc11t5_dev": "query",
    }
    texts = [str(r[field]) for name, field in sources.items() for r in read_jsonl(data / f"{name}.jsonl.gz")]
    calm = [text for text in dict.fromkeys(texts) if not MOODY.search(text) and not text.isupper()]
    return [Row(text, "neutral", 0, "en", "plain", "plain") for text in calm]


MOODY = re.compile(
    r"!|\b(?:great|thanks?|love|perfect|awesome|wonderful|sorry|angry|annoy\w*|terrible|ridiculous|hate|upset|worst)\b",
    re.IGNORECASE,
)


WHOLE_FILES = ("train", "fresh", "parallel")
"""Parts that are files of their own. `fresh` and `parallel` are never trained on: the first was written after the
training data, the second says the same things in every language."""


def own_lines(part: str) -> list[Row]:
    """Our own support lines of one part: train, calibrate, test, fresh or parallel."""
    found: list[Row] = []
    for path in sorted(LINES.glob("*.jsonl")):
        kept_whole = next((name for name in WHOLE_FILES if path.stem.endswith(f".{name}")), None)
        for r in read_jsonl(path):
            text = str(r["text"])
            if part == (kept_whole or part_of(text)):
                frustrated = int(r["label"] == "negative")
                found.append(Row(text, str(r["label"]), frustrated, str(r["language"]), str(r["kind"]), "own"))
    return found


def part_of(text: str) -> str:
    """Half of our own lines train, 15 % calibrate, 35 % test; by a hash, so that no line ever moves."""
    twentieth = zlib.crc32(text.encode()) % 20
    return "train" if twentieth < 10 else "calibrate" if twentieth < 13 else "test"
