"""Calibrates the shipped model and measures it; writes both into its manifest.

    python training/measure.py --data ../shared/data

Calibration sees the calibration lines, half of the GoEmotions dev split and plain questions; every figure is
taken on what it did not see, with the int8 file the product runs.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from calibrate import (
    OTHER_LANGUAGES_FROM,
    QUESTION_FROM,
    calibration_error,
    fit_frustrated,
    fit_labels,
    softmax,
    threshold,
)
from data import LABELS, Row, goemotions, own_lines, plain_questions
from export import MODEL_FOLDER
from sklearn.metrics import f1_score

from journey_assistant.perception.encoder import OnnxEncoder
from journey_assistant.perception.inquiry import asks_plainly
from journey_assistant.perception.sentiment import SentimentReader

SEED = 7


def logits_of(rows: list[Row], encoder: OnnxEncoder) -> np.ndarray:
    """Mood logits of every row, by the product's own encoder."""
    return np.array([encoder.read(row.text).features for row in rows])


def label_numbers(rows: list[Row]) -> np.ndarray:
    """Label of every row as a column number."""
    return np.array([LABELS.index(row.label) for row in rows])


def calibrate(encoder: OnnxEncoder, data: Path) -> dict[str, Any]:
    """The `calibration` block of the manifest."""
    lines = [row for row in own_lines("calibrate") if row.language == "en"]
    public = goemotions(data, "dev")[::2]
    plain = random.Random(SEED).sample(plain_questions(data), 600)
    rows = lines + public + plain
    shares = [(lines, 0.6), (public, 0.2), (plain, 0.2)]
    weights = np.concatenate([np.full(len(part), share / len(part)) for part, share in shares])
    logits, labels = logits_of(rows, encoder), label_numbers(rows)
    temperature, bias = fit_labels(logits[:, :3], labels, weights)
    frustrated = np.array([row.frustrated or 0 for row in rows])
    mood_temperature, mood_bias = fit_frustrated(logits[:, 3], frustrated, weights)
    judged = np.array([row.source != "goemotions" for row in rows])
    negative = softmax((logits[:, :3] + bias) / temperature)[:, 0]
    asks = np.array([asks_plainly(row.text) for row in rows])
    negative = np.where(asks & (negative < QUESTION_FROM), 0.0, negative)
    return {
        "temperature": round(temperature, 4),
        "bias": [round(b, 4) for b in bias],
        "negative_from": threshold(negative[judged], labels[judged] == 0),
        "question_from": QUESTION_FROM,
        "other_languages_from": OTHER_LANGUAGES_FROM,
        "frustrated_temperature": round(mood_temperature, 4),
        "frustrated_bias": round(mood_bias, 4),
    }


def figures(rows: list[Row], encoder: OnnxEncoder, reader: SentimentReader) -> dict[str, float]:
    """Macro-F1, accuracy, recall of negative, false alarms on calm lines, calibration error."""
    read = [reader.read(encoder.read(row.text), row.language) for row in rows]
    found, truth = np.array([LABELS.index(s.label) for s in read]), label_numbers(rows)
    probabilities = np.array([[s.negative, s.neutral, s.positive] for s in read])
    return {
        "lines": len(rows),
        "macro_f1": round(float(f1_score(truth, found, average="macro")), 3),
        "accuracy": round(float((found == truth).mean()), 3),
        "negative_recall": round(float((found[truth == 0] == 0).mean()), 3),
        "false_alarms_neutral": round(float((found[truth == 1] == 0).mean()), 3),
        "false_alarms_positive": round(float((found[truth == 2] == 0).sum() / max(1, (truth == 2).sum())), 3),
        "calibration_error": round(calibration_error(probabilities, truth), 3),
    }


def by_kind(rows: list[Row], encoder: OnnxEncoder, reader: SentimentReader) -> dict[str, float]:
    """Share of lines of each kind on the right side of negative."""
    right: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        is_negative = reader.read(encoder.read(row.text), row.language).label == "negative"
        right[f"{row.label}/{row.kind}"].append(is_negative == (row.label == "negative"))
    return {kind: round(sum(hits) / len(hits), 2) for kind, hits in sorted(right.items())}


def update_manifest(**blocks: Any) -> None:
    """Replaces blocks of the manifest."""
    path = MODEL_FOLDER / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | blocks, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with sentiment/ and intent/")
    parser.add_argument("--mistakes", action="store_true", help="also print the test lines read wrongly")
    args = parser.parse_args()
    encoder = OnnxEncoder(threads=2)
    update_manifest(calibration=calibrate(encoder, args.data))
    reader = SentimentReader()
    tests = {part: own_lines(part) for part in ("parallel", "fresh", "test")}
    measured = {
        f"{part}_{lang}": figures([r for r in rows if r.language == lang], encoder, reader)
        for part, rows in tests.items()
        for lang in sorted({row.language for row in rows})
    }
    measured["goemotions_dev"] = figures(goemotions(args.data, "dev")[1::2], encoder, reader)
    plain = random.Random(SEED + 1).sample(plain_questions(args.data), 1000)
    alarms = [reader.read(encoder.read(row.text)).label == "negative" for row in plain]
    update_manifest(
        negative_recall={
            name.removeprefix("parallel_"): block["negative_recall"]
            for name, block in measured.items()
            if name.startswith("parallel_")
        },
        figures=measured | {"plain_questions_false_alarms": float(np.mean(alarms))},
    )
    for name, block in measured.items():
        print(name, json.dumps(block))
    for part, rows in tests.items():
        print(part, json.dumps(by_kind([r for r in rows if r.language == "en"], encoder, reader)))
    if args.mistakes:
        print_mistakes([row for rows in tests.values() for row in rows], encoder, reader)


def print_mistakes(rows: list[Row], encoder: OnnxEncoder, reader: SentimentReader) -> None:
    """The lines on the wrong side of negative."""
    for row in rows:
        read = reader.read(encoder.read(row.text), row.language)
        if (read.label == "negative") != (row.label == "negative"):
            print(f"{row.language} {row.label}/{row.kind} {read.negative:.2f} {read.positive:.2f} {row.text}")


if __name__ == "__main__":
    main()
