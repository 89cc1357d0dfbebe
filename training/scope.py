"""Fits and measures what tells texts in scope from texts out of scope of an operator's contact reasons.

    PYTHONPATH=src python training/scope.py fit     --data DATA   # prints SCOPE_WEIGHTS of contact_reason.py
    PYTHONPATH=src python training/scope.py measure --data DATA

`fit` sees tasks with labels, numbers of labels and of examples drawn at random from BANKING77 and CLINC150 train;
`measure` takes 12 examples a label and CLINC150 dev with its out-of-scope rows, or BANKING77 rows not drawn.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from data import read_jsonl
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from journey_assistant.perception.contact_reason import ContactReasons, scope_evidence
from journey_assistant.perception.encoder import OnnxEncoder

SEED = 11
EXAMPLES = 12


@dataclass(frozen=True, slots=True)
class Reason:
    """A label with example phrases."""

    id: str
    examples: tuple[str, ...]


Rows = dict[str, list[str]]


def by_label(data: Path, name: str) -> Rows:
    """Texts of an intent file, grouped by label."""
    rows: Rows = {}
    for row in read_jsonl(data / "intent" / f"{name}.jsonl.gz"):
        rows.setdefault(str(row["label"]), []).append(str(row["text"]))
    return rows


def task(rows: Rows, elsewhere: list[str], chance: random.Random) -> tuple[list[Reason], list[str], list[str]]:
    """Some labels with a few examples; texts of these labels; texts of other labels and of other domains."""
    labels = chance.sample(sorted(set(rows) - {"oos"}), chance.choice((5, 8, 12, 20, 30, 60)))
    count = chance.choice((5, 8, 12, 16, 25))
    drawn = {label: some_of(rows[label], count, chance) for label in labels}
    inside = [text for label in labels for text in rows[label] if text not in drawn[label]]
    others = [text for label, texts in rows.items() if label not in labels for text in texts]
    outside = chance.sample(others, 100) + chance.sample(elsewhere, 60)
    return [Reason(label, tuple(texts)) for label, texts in drawn.items()], chance.sample(inside, 160), outside


def some_of(texts: list[str], count: int, chance: random.Random) -> list[str]:
    """Examples drawn at random, or neighbours in the file, which are written alike as an operator's own are."""
    count = min(count, len(texts) - 5)
    if chance.random() < 0.5:
        return chance.sample(texts, count)
    start = chance.randrange(len(texts) - count)
    return texts[start : start + count]


def evidence(reasons: list[Reason], texts: list[str], encoder: OnnxEncoder) -> list[list[float]]:
    """What the scope decision reads of every text."""
    learned = ContactReasons.learn(reasons, encoder)
    return [list(scope_evidence(learned, encoder.read(text).vector)[1].values()) for text in texts]


def fit(data: Path, encoder: OnnxEncoder) -> None:
    """Prints the weights and what they reach on tasks they did not see."""
    chance = random.Random(SEED)
    bank, clinc = by_label(data, "banking77_train"), by_label(data, "clinc150_train")
    columns: list[list[float]] = []
    inside: list[bool] = []
    ends = []
    for _ in range(24):
        rows, other = chance.choice(((bank, clinc), (clinc, bank)))
        elsewhere = [text for texts in other.values() for text in texts] + 20 * clinc["oos"]
        reasons, near, far = task(rows, elsewhere, chance)
        columns += evidence(reasons, near + far, encoder)
        inside += [True] * len(near) + [False] * len(far)
        ends.append(len(inside))
    cut = ends[15]
    x, y = np.array(columns), np.array(inside)
    model = LogisticRegression(C=100, max_iter=1000).fit(x[:cut], y[:cut])
    print("weights", model.coef_.round(3).tolist(), "bias", model.intercept_.round(3).tolist())
    print("AUROC on unseen tasks", round(float(roc_auc_score(y[cut:], model.predict_proba(x[cut:])[:, 1])), 3))


def measure(data: Path, encoder: OnnxEncoder) -> None:
    """Prints accuracy at 12 examples a label, and in scope against out of scope."""
    chance = random.Random(SEED)
    clinc, dev = by_label(data, "clinc150_train"), by_label(data, "clinc150_dev")
    labels = sorted(set(clinc) - {"oos"})
    report("CLINC150 dev, 150 labels", clinc, labels, {k: v for k, v in dev.items() if k != "oos"}, dev["oos"], encoder)
    some = chance.sample(labels, 20)
    others = [text for label, texts in dev.items() if label not in some for text in texts]
    report("CLINC150 dev, 20 labels", clinc, some, {k: dev[k] for k in some}, chance.sample(others, 400), encoder)
    bank = by_label(data, "banking77_train")
    rest = {label: texts[EXAMPLES : EXAMPLES + 25] for label, texts in bank.items()}
    report("BANKING77 rows not drawn, 77 labels", bank, sorted(bank), rest, dev["oos"], encoder)
    some = chance.sample(sorted(bank), 20)
    others = [text for label, texts in rest.items() if label not in some for text in texts]
    report("BANKING77, 20 labels", bank, some, {k: rest[k] for k in some}, chance.sample(others, 400), encoder)


def report(name: str, rows: Rows, labels: list[str], inside: Rows, outside: list[str], encoder: OnnxEncoder) -> None:
    """One line of figures."""
    learned = ContactReasons.learn([Reason(label, tuple(rows[label][:EXAMPLES])) for label in labels], encoder)
    near = [(label, learned.read(encoder.read(text))) for label, texts in inside.items() for text in texts]
    far = [learned.read(encoder.read(text)) for text in outside]
    right = np.mean([read.best == label for label, read in near])
    truth = [1] * len(near) + [0] * len(far)
    auroc = roc_auc_score(truth, [read.score for _, read in near] + [read.score for read in far])
    kept = np.mean([read.label != "none" for _, read in near])
    refused = np.mean([read.label == "none" for read in far])
    print(f"{name}: accuracy {right:.3f}, AUROC {auroc:.3f}, kept in scope {kept:.3f}, refused {refused:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("fit", "measure"))
    parser.add_argument("--data", type=Path, required=True, help="folder with intent/")
    args = parser.parse_args()
    encoder = OnnxEncoder(threads=1)
    (fit if args.what == "fit" else measure)(args.data, encoder)


if __name__ == "__main__":
    main()
