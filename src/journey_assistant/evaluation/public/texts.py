"""Yardsticks of single texts: moods and contact reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from journey_assistant.bootstrap import build_classifier
from journey_assistant.evaluation.classification import accuracy, f1, macro_f1
from journey_assistant.evaluation.numbers import Number
from journey_assistant.evaluation.public.lab import Lab

if TYPE_CHECKING:
    from journey_assistant.perception.contact_reason import ContactReasons

LABELS = ("negative", "neutral", "positive")
PHRASES = 12
"""From so many phrases of a label it is learned: the first that the file has."""
Texts = Sequence[tuple[str, str]]


def sentiment(lab: Lab) -> Iterator[Number]:
    """GoEmotions: negative, neutral, positive; comments on which people agreed on none of them are left out."""
    rows = lab.sample.of([row for row in lab.rows("sentiment/goemotions_dev.jsonl") if row["sent3"] in LABELS])
    classifier = build_classifier(lab.settings)
    read = lab.each(rows, "sentiment")
    pairs = [(str(row["sent3"]), str(classifier.read(row["text"])["sentiment"]["label"])) for row in read]
    negative = [(right, label) for right, label in pairs if right == "negative"]
    yield Number("accuracy", accuracy(pairs) or 0.0, len(pairs), "of comments read as people read them")
    yield Number("macro F1", macro_f1(pairs) or 0.0, len(pairs), "mean of the three labels")
    yield Number("negative recall", accuracy(negative) or 0.0, len(negative), "of negative comments read as negative")
    yield Number("negative F1", f1(pairs, "negative") or 0.0, len(pairs), "of the label that gates")


def clinc(lab: Lab) -> Iterator[Number]:
    """CLINC150: contact reasons learned from twelve phrases a label; texts out of scope must be read as none."""
    train = [row for row in lab.rows("intent/clinc150_train.jsonl") if row["label"] != "oos"]
    learned, _ = _split([(row["text"], row["label"]) for row in train])
    reasons = _learned(learned, lab)
    rows = lab.rows("intent/clinc150_dev.jsonl")
    known = lab.sample.of([(str(row["text"]), str(row["label"])) for row in rows if row["label"] != "oos"])
    yield _nearest(reasons, known, lab, "clinc", f"{len(learned)} labels")
    strange = lab.sample.of([str(row["text"]) for row in rows if row["label"] == "oos"])
    if strange:
        read = [reasons.read(lab.encoder.read(text)).label for text in strange]
        share = read.count("none") / len(read)
        yield Number("out of scope noticed", share, len(read), "of texts of no label read as none")


def banking77(lab: Lab) -> Iterator[Number]:
    """BANKING77: contact reasons learned from twelve phrases a label, tried on the rows that were not learned."""
    learned, others = _split([(row["text"], row["label"]) for row in lab.rows("intent/banking77_train.jsonl")])
    reasons = _learned(learned, lab)
    yield _nearest(reasons, lab.sample.of(others), lab, "banking77", f"{len(learned)} labels")


def nlupp(lab: Lab) -> Iterator[Number]:
    """NLU++: texts with several labels; the nearest must be one of them."""
    for domain in ("banking", "hotels"):
        rows = [(str(r["text"]), list(r["label"])) for r in lab.rows(f"intent/nlupp_{domain}.jsonl") if r["label"]]
        learned, _ = _split([(text, labels[0]) for text, labels in rows])
        taken = {text for texts in learned.values() for text in texts}
        reasons = _learned(learned, lab)
        tried = lab.sample.of([row for row in rows if row[0] not in taken])
        right = [
            reasons.read(lab.encoder.read(text)).best in labels for text, labels in lab.each(tried, f"nlupp {domain}")
        ]
        share = sum(right) / len(right) if right else 0.0
        yield Number(f"nearest label right, {domain}", share, len(right), f"of texts with labels, {len(learned)} known")


def _split(texts: Sequence[tuple[Any, Any]]) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """The first phrases of each label, and the texts that are left."""
    learned: dict[str, list[str]] = defaultdict(list)
    others = []
    for text, label in texts:
        if len(learned[str(label)]) < PHRASES:
            learned[str(label)].append(str(text))
        else:
            others.append((str(text), str(label)))
    return dict(learned), others


def _learned(examples: dict[str, list[str]], lab: Lab) -> ContactReasons:
    from journey_assistant.perception.contact_reason import ContactReasons
    from journey_assistant.playbook.schema import ContactReasonSpec

    specs = (ContactReasonSpec(id=label, queue="general", examples=tuple(texts)) for label, texts in examples.items())
    return ContactReasons.learn(tuple(specs), lab.encoder)


def _nearest(reasons: ContactReasons, texts: Texts, lab: Lab, what: str, known: str) -> Number:
    pairs = [(label, reasons.read(lab.encoder.read(text)).best) for text, label in lab.each(texts, what)]
    means = f"of texts in scope, {known}, {PHRASES} phrases each"
    return Number("nearest label right", accuracy(pairs) or 0.0, len(pairs), means)
