"""Searches the knowledge base for one question or a file of them, one line an answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from journey_assistant.domain.conversation import Turn
from journey_assistant.domain.knowledge import RetrievedPassage
from journey_assistant.errors import Rejected
from journey_assistant.knowledge.query import Query

if TYPE_CHECKING:
    from journey_assistant.knowledge.retrieve import KnowledgeRetriever

# Several passages of one article may come before the next article's first.
PASSAGES_AN_ARTICLE = 8
ALLOWED = '{"id", "query", "conversation"?, "entity"?, "plan"?, "language"?}'


def best_articles(retriever: KnowledgeRetriever, query: Query, k: int) -> list[RetrievedPassage]:
    """The best passage of each of up to `k` articles, best first."""
    best: dict[str, RetrievedPassage] = {}
    for hit in retriever.retrieve(query):
        best.setdefault(hit.passage.article_id, hit)
    return list(best.values())[:k]


def search_queries(
    retriever: KnowledgeRetriever, queries: Iterable[tuple[str, Query]], k: int
) -> Iterator[dict[str, Any]]:
    """One line for each query: ``{id, results[{article, passage, score}]}``, distinct articles, best first."""
    for name, query in queries:
        hits = best_articles(retriever, query, k)
        yield {
            "id": name,
            "results": [
                {"article": hit.passage.article_id, "passage": hit.passage.id, "score": round(hit.score, 6)}
                for hit in hits
            ],
        }


def read_queries(file: Path, *, today: date, k: int) -> list[tuple[str, Query]]:
    """The queries of a JSONL file with their ids. Raises Rejected naming file, line and field."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Rejected("the file cannot be read", where=str(file), allowed="UTF-8, one query a line") from error
    return [_query(line, f"{file}:{number}", today, k) for number, line in enumerate(lines, start=1) if line.strip()]


def _query(line: str, where: str, today: date, k: int) -> tuple[str, Query]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise Rejected(f"not valid JSON: {error.msg} at column {error.colno}", where=where) from error
    if not isinstance(row, dict):
        raise Rejected("not a JSON object", where=where, allowed=ALLOWED)
    for key in ("id", "query"):
        if not isinstance(row.get(key), str | int):
            raise Rejected(f"{key!r} is missing or no text", where=where, allowed=ALLOWED)
    entity = row.get("entity") or ()
    query = Query(
        text=str(row["query"]),
        today=today,
        turns=_turns(row.get("conversation") or [], where),
        entities=(entity,) if isinstance(entity, str) else tuple(str(name) for name in entity),
        plan=row.get("plan"),
        language=row.get("language"),
        limit=k * PASSAGES_AN_ARTICLE,
    )
    return str(row["id"]), query


def _turns(rows: Any, where: str) -> tuple[Turn, ...]:
    allowed = '[{"author": "customer", "text": "…"}]'
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) and "text" in row for row in rows):
        raise Rejected("'conversation' is not a list of turns", where=where, allowed=allowed)
    # The turns are in order; when each was said does not matter to a search.
    at = datetime(1970, 1, 1, tzinfo=UTC)
    return tuple(
        Turn(id=str(number), at=at, author=str(row.get("author") or "customer"), text=str(row["text"]))
        for number, row in enumerate(rows)
    )
