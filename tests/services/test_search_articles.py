import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from journey_assistant.adapters.encoder_hashing import HashingEncoder
from journey_assistant.adapters.index_memory import MemoryDenseIndex
from journey_assistant.domain.knowledge import Article, ArticleId
from journey_assistant.errors import Rejected
from journey_assistant.knowledge.index import KnowledgeBase
from journey_assistant.knowledge.retrieve import KnowledgeRetriever
from journey_assistant.services.search_articles import read_queries, search_queries

TODAY = date(2026, 3, 1)


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC)


def retriever() -> KnowledgeRetriever:
    articles = [
        Article(ArticleId("pump"), "Pump", "## Power\nThe pump runs nine hours.\n\n## Noise\nThe pump is quiet."),
        Article(ArticleId("ashley"), "Noise", "The rooms are quiet.", entity="Ashley Hotel"),
        Article(ArticleId("bedouin"), "Noise", "The rooms are quiet.", entity="Bedouin"),
    ]
    knowledge = KnowledgeBase(articles, encoder=HashingEncoder(), index=MemoryDenseIndex(256))
    return KnowledgeRetriever(knowledge=knowledge, clock=FixedClock())


def queries(tmp_path: Path, *rows: object) -> Path:
    file = tmp_path / "queries.jsonl"
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return file


def test_that_each_query_gets_distinct_articles_best_first(tmp_path: Path) -> None:
    file = queries(tmp_path, {"id": 1, "query": "is the pump quiet"}, {"id": "b", "query": "hours of the pump"})
    lines = list(search_queries(retriever(), read_queries(file, today=TODAY, k=10), 10))
    assert [line["id"] for line in lines] == ["1", "b"]
    for line in lines:
        articles = [result["article"] for result in line["results"]]
        scores = [result["score"] for result in line["results"]]
        assert articles[0] == "pump"
        assert len(articles) == len(set(articles))
        assert scores == sorted(scores, reverse=True)
        assert set(line["results"][0]) == {"article", "passage", "score"}


def test_that_entity_and_conversation_are_taken_into_account(tmp_path: Path) -> None:
    said = [{"author": "customer", "text": "what about the bedouin?"}]
    file = queries(
        tmp_path,
        {"id": "a", "query": "are the rooms quiet?", "entity": "Ashley Hotel"},
        {"id": "b", "query": "are the rooms quiet?", "conversation": said},
    )
    lines = list(search_queries(retriever(), read_queries(file, today=TODAY, k=1), 1))
    assert [[result["article"] for result in line["results"]] for line in lines] == [["ashley"], ["bedouin"]]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": "b", ', "not valid JSON"),
        ('{"id": "b"}', "'query' is missing"),
        ('["b"]', "not a JSON object"),
        ('{"id": "b", "query": "x", "conversation": ["hello"]}', "not a list of turns"),
    ],
)
def test_that_a_broken_line_is_named(tmp_path: Path, line: str, words: str) -> None:
    file = queries(tmp_path, {"id": "a", "query": "x"}, line)
    with pytest.raises(Rejected) as error:
        read_queries(file, today=TODAY, k=10)
    assert "queries.jsonl:2" in str(error.value)
    assert words in str(error.value)
