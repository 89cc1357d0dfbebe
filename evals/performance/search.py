"""Retrieval beside a lexical baseline: the suite's searches, in other words than the articles'."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from evals.performance.measure import Row
from evals.performance.worlds import demo_decider

from journey_assistant.knowledge.index import KnowledgeBase
from journey_assistant.knowledge.query import Query
from journey_assistant.services.search_articles import best_articles

SEARCHES = Path(__file__).resolve().parents[1] / "suites" / "retrieval" / "cases.jsonl"
TODAY = date(2026, 3, 10)


def lexical_baseline() -> Iterator[Row]:
    """How often a right article is first, and among the first three; bm25s as it comes, over the same passages."""
    retriever = demo_decider().parts.retriever
    asked = [json.loads(line) for line in SEARCHES.read_text(encoding="utf-8").splitlines() if line]

    def ours(text: str) -> list[str]:
        return [str(hit.passage.article_id) for hit in best_articles(retriever, Query(text, TODAY, limit=30), 3)]

    for who, search in (("ours", ours), ("bm25s alone", _words_alone(retriever.knowledge))):
        found = [(set(row["expect"]["articles"]), search(row["query"])) for row in asked]
        first, three = (sum(bool(right & set(got[:k])) for right, got in found) / len(found) for k in (1, 3))
        said = f"{100 * first:.0f} % first, {100 * three:.0f} % among the first three ({len(found)} searches)"
        yield Row(f"the right article: {who}", "", said, None)


def _words_alone(knowledge: KnowledgeBase) -> Callable[[str], list[str]]:
    import bm25s

    index: Any = bm25s.BM25()
    texts = [f"{passage.title} {passage.heading} {passage.text}" for passage in knowledge.passages]
    index.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)

    def search(text: str) -> list[str]:
        words = bm25s.tokenize([text], stopwords="en", show_progress=False)
        rows: Sequence[int] = index.retrieve(words, k=30, show_progress=False)[0][0]
        return list(dict.fromkeys(str(knowledge.passages[row].article_id) for row in rows))[:3]

    return search
