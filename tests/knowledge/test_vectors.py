from collections.abc import Sequence
from pathlib import Path

import numpy as np

from journey_assistant.adapters.encoder_hashing import HashingEncoder
from journey_assistant.adapters.vector_cache_file import FileVectorCache
from journey_assistant.domain.knowledge import Article, ArticleId, Passage
from journey_assistant.knowledge.passages import split_article
from journey_assistant.knowledge.vectors import KnowledgeVectors, RememberingEncoder, passage_text, statement_texts
from journey_assistant.ports import Vector


class CountingEncoder(HashingEncoder):
    """Remembers what it was asked to encode."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vector:
        self.asked.extend(texts)
        return super().encode(texts)


def passages() -> tuple[Passage, ...]:
    text = "The pump runs nine hours.\n\n## Filter\nWash the filter weekly. Dry it well.\n\n```\n```"
    return split_article(Article(id=ArticleId("pump"), title="Pump", text=text))


def test_that_a_statement_is_read_under_its_heading() -> None:
    assert statement_texts(passages()[1]) == ["Filter: Wash the filter weekly.", "Filter: Dry it well."]
    assert passage_text(passages()[1]) == "Pump. Filter. Wash the filter weekly. Dry it well."


def test_that_the_best_statement_is_the_nearest_of_the_passage() -> None:
    vectors = KnowledgeVectors(passages(), RememberingEncoder(HashingEncoder()))
    question = HashingEncoder().encode(["Filter: Dry it well."])[0]
    each = [vectors.statement_likeness(row, question) for row in range(2)]
    assert vectors.best_statement(np.array([1, 0]), question).tolist() == [each[1].max(), each[0].max()]
    assert each[1].argmax() == 1


def test_that_only_new_texts_are_encoded_and_a_damaged_cache_costs_time_only(tmp_path: Path) -> None:
    cache = FileVectorCache(tmp_path / "vectors")
    first, second, third = CountingEncoder(), CountingEncoder(), CountingEncoder()
    for encoder in (first, second):
        remembering = RememberingEncoder(encoder, cache)
        KnowledgeVectors(passages(), remembering)
        remembering.save()
    assert len(first.asked) == len(set(first.asked)) == 5
    assert second.asked == []
    (file,) = (tmp_path / "vectors").iterdir()
    file.write_bytes(b"damaged")
    KnowledgeVectors(passages(), RememberingEncoder(third, cache))
    assert sorted(third.asked) == sorted(first.asked)


def test_that_the_first_run_has_the_vectors_of_every_later_one(tmp_path: Path) -> None:
    cache, texts = FileVectorCache(tmp_path), [f"Wash filter number {n} weekly." for n in range(30)]
    first = RememberingEncoder(HashingEncoder(), cache)
    cold = first.encode(texts)
    first.save()
    warm = RememberingEncoder(CountingEncoder(), cache)
    assert (warm.encode(texts) == cold).all()
    assert (RememberingEncoder(HashingEncoder()).encode(texts) == cold).all()
