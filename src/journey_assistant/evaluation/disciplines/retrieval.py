"""Retrieval: is the right article found, and how high."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from journey_assistant.evaluation.bench import Bench, Perform
from journey_assistant.evaluation.cases import Suite
from journey_assistant.evaluation.scorers import NO_RUN, Failure, Judgement
from journey_assistant.knowledge.query import Query
from journey_assistant.services.search_articles import PASSAGES_AN_ARTICLE, best_articles

K = 10
FOUND_WITHIN = 3
"""A case passes when a right article is among the first three: more than three are never cited."""


def perform(suite: Suite, bench: Bench) -> Perform:
    """Searches the suite's help centre."""
    retriever = bench.retriever_for(suite)
    today = bench.today

    async def performed(row: Mapping[str, Any]) -> dict[str, Any]:
        query = Query(row["query"], today, plan=row.get("plan"), limit=K * PASSAGES_AN_ARTICLE)
        hits = best_articles(retriever, query, K)
        found = [{"article": hit.passage.article_id, "score": round(hit.score, 6)} for hit in hits]
        return {"case_id": row["id"], "results": found}

    return performed


def found_by(run: Mapping[str, Any]) -> list[str]:
    """The articles that were found, best first."""
    return [str(result["article"]) for result in run.get("results") or []]


def judge(row: Mapping[str, Any], run: Mapping[str, Any] | None) -> Judgement:
    """A right article stands among the first three."""
    if run is None:
        return Judgement(row["id"], (Failure(NO_RUN, "no run for this case"),))
    wanted, first = set(row["expect"]["articles"]), found_by(run)[:FOUND_WITHIN]
    if wanted & set(first):
        return Judgement(row["id"])
    return Judgement(row["id"], (Failure("found", f"wanted {sorted(wanted)}, found {first}"),))
