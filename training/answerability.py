"""Trains src/journey_assistant/knowledge/answerability.json: may we answer from what was found?

    python training/answerability.py ../shared/data --cases ../shared/journeys/dev --write

An example is a question and a knowledge base. It is positive when the right article comes first, for the other model
when it is one of the first two. Negative are the same questions with their articles taken out (the nearest thing to
"the help centre does not have it"), questions that were never in it, and questions of other trades. Each group of
knowledge bases weighs the same; the figures are for groups that the weights were not made from.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from help_centres import help_centres
from numpy.typing import NDArray

from journey_assistant.adapters.index_memory import MemoryDenseIndex
from journey_assistant.adapters.vector_cache_file import FileVectorCache
from journey_assistant.agent.readings import ANSWER_AT, EITHER_AT
from journey_assistant.domain.knowledge import Article, ArticleId
from journey_assistant.knowledge.answerability import FEATURES, Reach, answerability_features
from journey_assistant.knowledge.articles import read_articles
from journey_assistant.knowledge.index import KnowledgeBase
from journey_assistant.knowledge.query import Query
from journey_assistant.knowledge.rank import rank
from journey_assistant.perception.encoder import OnnxEncoder
from journey_assistant.perception.questions import questions_in

HERE = Path(__file__).parent
TARGET = HERE.parent / "src/journey_assistant/knowledge/answerability.json"
TODAY = date(2026, 3, 1)
WITHOUT_VECTORS = ("margin", "agreement", "coverage", "unknown")
PENALTY = 2.0
FOLDS = 6
IN_PRACTICE = {"present": 0.7, "taken out": 0.2, "absent": 0.1}
"""How often a question is answered in the help centre, nearly so, or not at all."""
ANSWERED_AT: dict[Reach, float] = {"first": ANSWER_AT, "either": EITHER_AT}
Open = Callable[[Sequence[Article]], KnowledgeBase]
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """A question and the ids of the articles that answer it; none when nothing here does."""

    text: str
    articles: frozenset[str]


@dataclass(frozen=True)
class Example:
    """What a model sees of a question, and whether the first article answers, or one of the first two."""

    group: str
    kind: str
    features: dict[str, float]
    first: bool
    either: bool

    def right(self, reach: Reach) -> bool:
        """What the model of this reach should say."""
        return self.first if reach == "first" else self.either


def examples_of(
    group: str, articles: Sequence[Article], questions: Sequence[Question], build: Open
) -> Iterator[Example]:
    """Each question with everything there, then with its articles taken out."""
    whole = build(articles)
    for question in questions:
        yield from _example(group, "present" if question.articles else "absent", whole, question)
    for fold in range(FOLDS):
        asked = [question for question in questions[fold::FOLDS] if question.articles]
        gone = frozenset().union(*(question.articles for question in asked))
        left = [article for article in articles if article.id not in gone]
        if asked and left:
            without = build(left)
            for question in asked:
                yield from _example(group, "taken out", without, question)


def _example(group: str, kind: str, knowledge: KnowledgeBase, question: Question) -> Iterator[Example]:
    ranking = rank(knowledge, Query(question.text, TODAY, language="en"))
    shown = ranking.only(knowledge.visible("customers", "en"))
    if features := answerability_features(knowledge, shown):
        found = list(dict.fromkeys(knowledge.passages[row].article_id for row in shown.rows))
        right = [article in question.articles for article in found[:2]]
        yield Example(group, kind, features, right[0], any(right))


def demo_examples(build: Open, strangers: Sequence[Question]) -> Iterator[Example]:
    """The demo company's help centre with the questions beside this file."""
    lines = (HERE / "answerability_questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    questions = [Question(row["question"], frozenset(row["articles"])) for row in rows]
    yield from examples_of("demo", read_articles(HERE.parent / "knowledge_base"), [*questions, *strangers[::2]], build)


def case_examples(folder: Path, build: Open, strangers: Sequence[Question]) -> Iterator[Example]:
    """Labelled cases with their help centre; only questions that are answered or have no answer."""
    questions = []
    for line in (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        tags, cites = case.get("tags", []), case["expect"].get("cites")
        if case["moment"]["kind"] == "message" and ("answerable" in tags or "absent" in tags):
            asked = [question.text for question in questions_in(case["moment"]["text"])]
            text = asked[0] if len(asked) == 1 else case["moment"]["text"]
            questions.append(Question(text, frozenset(cites or ())))
    yield from examples_of("cases", read_articles(folder / "knowledge"), [*questions, *strangers], build)


def faq_examples(data: Path, build: Open, strangers: Sequence[Question], companies: int = 30) -> Iterator[Example]:
    """Small knowledge bases of one company each: the answers are the articles, their questions are asked."""
    by_company: dict[str, list[dict[str, Any]]] = {}
    for row in read_rows(data / "kb/dstc_faq_kb.jsonl.gz"):
        by_company.setdefault(row["entity"] or "", []).append(row)
    big = [name for name, rows in sorted(by_company.items()) if len(rows) >= 15]
    for number, name in enumerate(big[:: max(1, len(big) // companies)][:companies]):
        rows = by_company[name]
        articles = [Article(ArticleId(row["doc_id"]), name.title(), row["answer"]) for row in rows]
        questions = [Question(row["question"], frozenset([row["doc_id"]])) for row in rows[::2]]
        yield from examples_of("faq", articles, [*questions, *strangers[number::companies]], build)


def centre_examples(build: Open, strangers: Sequence[Question]) -> Iterator[Example]:
    """Help centres of invented companies, whole articles and sections each a group of its own."""
    for number, centre in enumerate(help_centres()):
        questions = [Question(text, frozenset([article])) for text, article in centre.asked]
        absent = [Question(text, frozenset()) for text in centre.absent]
        group = "sections" if centre.in_sections else "companies"
        yield from examples_of(group, centre.articles, [*questions, *absent, *strangers[number::30]], build)


def strangers_of(data: Path) -> list[Question]:
    """Questions of other trades."""
    out = [row["text"] for row in read_rows(data / "intent/clinc150_dev.jsonl.gz") if "oos" in str(row)]
    return [Question(text, frozenset()) for text in out]


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a packed JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def fit(examples: Sequence[Example], names: Sequence[str], reach: Reach) -> tuple[dict[str, float], float]:
    """Penalised logistic regression by Newton's method; weights for the raw features."""
    raw = np.array([[example.features[name] for name in names] for example in examples])
    mean, spread = raw.mean(axis=0), np.maximum(raw.std(axis=0), 1e-6)
    x = np.hstack([(raw - mean) / spread, np.ones((len(raw), 1))])
    y = np.array([example.right(reach) for example in examples], dtype=float)
    share = _shares(examples)
    penalty = np.diag([PENALTY] * len(names) + [0.0])
    beta = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ beta))
        gradient = x.T @ (share * (y - p)) - penalty @ beta
        beta += np.linalg.solve((x * (share * p * (1 - p))[:, None]).T @ x + penalty, gradient)
    weights = beta[:-1] / spread
    return dict(zip(names, weights.tolist(), strict=True)), float(beta[-1] - weights @ mean)


def _shares(examples: Sequence[Example]) -> Matrix:
    """Each group weighs the same, and inside it the kinds of questions as they come in practice."""
    counts = Counter((example.group, example.kind) for example in examples)
    shares = np.array([IN_PRACTICE[e.kind] / counts[e.group, e.kind] for e in examples])
    return np.asarray(shares * len(examples) / shares.sum())


def probabilities(examples: Sequence[Example], weights: dict[str, float], bias: float) -> Matrix:
    """What a model says of each example."""
    totals = [bias + sum(weight * example.features[name] for name, weight in weights.items()) for example in examples]
    return np.asarray(1 / (1 + np.exp(-np.array(totals))))


def figures(p: Matrix, examples: Sequence[Example], reach: Reach) -> dict[str, float]:
    """AUROC, precision at 90 % and 70 % recall, and what becomes of each kind of question where it is answered."""
    right = np.array([example.right(reach) for example in examples])
    kinds = np.array([example.kind for example in examples])
    order = np.argsort(-p, kind="stable")
    hits = np.cumsum(right[order])
    precision, recall = hits / np.arange(1, len(p) + 1), hits / max(int(right.sum()), 1)
    answered = p >= ANSWERED_AT[reach]
    told = {
        "auroc": auroc(p, right),
        "auroc, right against absent": auroc(*_only(p, right, (kinds == "absent") | right)),
        "precision at 90 % recall": precision[np.argmax(recall >= 0.9)],
        "precision at 70 % recall": precision[np.argmax(recall >= 0.7)],
        "answered rightly, of present": (answered & right)[kinds == "present"].mean(),
        "answered wrongly, of present": (answered & ~right)[kinds == "present"].mean(),
        "answered, of taken out": answered[kinds == "taken out"].mean(),
        "answered, of absent": answered[kinds == "absent"].mean(),
    }
    return {name: round(float(value), 3) for name, value in told.items()}


def _only(p: Matrix, right: NDArray[np.bool_], mask: NDArray[np.bool_]) -> tuple[Matrix, NDArray[np.bool_]]:
    return p[mask], right[mask]


def auroc(p: Matrix, right: NDArray[np.bool_]) -> float:
    """The chance that a right example is above a wrong one."""
    above, below = p[right][:, None], p[~right][None, :]
    return float(((above > below) + 0.5 * (above == below)).mean())


def main() -> None:
    """Builds the examples, prints held-out figures, writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(".journey/vectors"))
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    stored: dict[str, Any] = {"encoder": OnnxEncoder().id}
    for kind, names in (("vectors", FEATURES), ("words", WITHOUT_VECTORS)):
        build = with_vectors(given.cache) if kind == "vectors" else KnowledgeBase
        examples = all_examples(given.data, given.cases, build)
        stored[kind] = train(kind, examples, names)
    if given.write:
        TARGET.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


def with_vectors(cache: Path) -> Open:
    """Builds knowledge bases as the product does, with the shipped encoder."""
    encoder, kept = OnnxEncoder(threads=2), FileVectorCache(cache)

    def build(articles: Sequence[Article]) -> KnowledgeBase:
        return KnowledgeBase(articles, encoder=encoder, index=MemoryDenseIndex(encoder.dimension), cache=kept)

    return build


def all_examples(data: Path, cases: Path | None, build: Open) -> list[Example]:
    """The examples of every group."""
    strangers = strangers_of(data)
    examples = [*demo_examples(build, strangers), *faq_examples(data, build, strangers)]
    examples += centre_examples(build, strangers)
    return examples + ([*case_examples(cases, build, strangers[1::2])] if cases else [])


def train(kind: str, examples: Sequence[Example], names: Sequence[str]) -> dict[str, Any]:
    """Both models of a kind."""
    reaches: tuple[Reach, ...] = ("first", "either")
    return {reach: _trained(f"{kind}, {reach}", examples, names, reach) for reach in reaches}


def _trained(label: str, examples: Sequence[Example], names: Sequence[str], reach: Reach) -> dict[str, Any]:
    """Weights from all groups, with figures for each group from weights that never saw it."""
    held_out = {}
    for group in sorted({example.group for example in examples}):
        others = [example for example in examples if example.group != group]
        own = [example for example in examples if example.group == group]
        held_out[group] = figures(probabilities(own, *fit(others, names, reach)), own, reach)
        print(label, group, len(own), json.dumps(held_out[group]))
    weights, bias = fit(examples, names, reach)
    return {"weights": weights, "bias": bias, "held_out": held_out}


if __name__ == "__main__":
    main()
