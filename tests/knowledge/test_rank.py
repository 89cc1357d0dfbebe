from datetime import UTC, date, datetime

import numpy as np
import pytest

from journey_assistant.adapters.encoder_hashing import HashingEncoder
from journey_assistant.adapters.index_memory import MemoryDenseIndex
from journey_assistant.domain.conversation import Turn
from journey_assistant.domain.knowledge import Article, ArticleId, Audience
from journey_assistant.errors import PortError
from journey_assistant.knowledge.index import KnowledgeBase
from journey_assistant.knowledge.query import Query
from journey_assistant.knowledge.rank import best_rows, full_question, rank
from journey_assistant.ports import DenseIndex, EncodedText, Encoder, IndexEntry, IndexHit

ARTICLES = (
    Article(id=ArticleId("yearly"), title="Leaving, yearly", text="With yearly billing tell us 30 days before."),
    Article(id=ArticleId("monthly"), title="Leaving, monthly", text="With monthly billing you can leave any day."),
    Article(id=ArticleId("ashley"), title="Parking", text="Parking is free.", entity="Ashley Hotel"),
    Article(id=ArticleId("bedouin"), title="Parking", text="Parking is free.", entity="Bedouin"),
)
TODAY = date(2026, 3, 10)


class BrokenEncoder(HashingEncoder):
    """Encodes articles, and fails when a question comes."""

    def read(self, text: str) -> EncodedText:
        raise PortError("gone", port="encoder", retryable=False)


class BrokenIndex(MemoryDenseIndex):
    """Fails at every search."""

    def query(self, *args: object, **kwargs: object) -> list[IndexHit]:
        raise PortError("gone", port="dense index", retryable=True)


def turn(text: str, author: str = "customer") -> Turn:
    return Turn(id=text, at=datetime(2026, 1, 1, tzinfo=UTC), author=author, text=text)


def best(query: Query, encoder: Encoder | None = None, index: DenseIndex | None = None) -> str:
    encoder = encoder or HashingEncoder()
    knowledge = KnowledgeBase(ARTICLES, encoder=encoder, index=index or MemoryDenseIndex(encoder.dimension))
    return knowledge.passages[int(rank(knowledge, query).rows[0])].article_id


@pytest.mark.parametrize(
    ("text", "names_entity", "taken"),
    [
        ("And yearly?", False, True),
        ("what about the bigger one?", False, True),
        ("is it loud?", False, True),
        ("is it loud?", True, False),
        ("Where do I change the invoice address?", False, False),
        ("And how long are photos kept on the tablet?", False, False),
    ],
)
def test_that_only_a_question_without_a_subject_takes_the_one_before(
    text: str, names_entity: bool, taken: bool
) -> None:
    before = [turn("How do I leave with monthly billing?"), turn("Any day.", "assistant"), turn("thanks")]
    asked = full_question(text, before, names_entity=names_entity)
    assert asked == (f"How do I leave with monthly billing? {text}" if taken else text)


def test_that_a_short_follow_up_finds_what_the_conversation_is_about() -> None:
    assert best(Query("and yearly?", TODAY, turns=(turn("How can I leave my billing early?"),))) == "yearly"


def test_that_the_entity_of_the_conversation_decides_between_equals() -> None:
    assert best(Query("is there parking?", TODAY, turns=(turn("tell me about the Bedouin"),))) == "bedouin"
    assert best(Query("is there parking?", TODAY, entities=("ashley hotel",))) == "ashley"


def test_that_words_still_find_it_when_the_encoder_or_the_index_fails() -> None:
    query = Query("leave with monthly billing", TODAY)
    assert best(query, encoder=BrokenEncoder()) == "monthly"
    assert best(query, index=BrokenIndex(256)) == "monthly"


@pytest.mark.parametrize(("encoder", "index"), [(BrokenEncoder(), MemoryDenseIndex(256)), (None, BrokenIndex(256))])
def test_that_a_failure_is_told(encoder: Encoder | None, index: DenseIndex) -> None:
    knowledge = KnowledgeBase(ARTICLES, encoder=encoder or HashingEncoder(), index=index)
    assert rank(knowledge, Query("billing", TODAY)).degraded
    whole = KnowledgeBase(ARTICLES, encoder=HashingEncoder(), index=MemoryDenseIndex(256))
    assert not rank(whole, Query("billing", TODAY)).degraded


def test_that_what_another_tenant_left_in_the_index_is_never_a_candidate() -> None:
    index = MemoryDenseIndex(256)
    knowledge = KnowledgeBase(ARTICLES, encoder=HashingEncoder(), index=index)
    stray = HashingEncoder().encode(["monthly billing"])[0]
    index.upsert([IndexEntry("stray", stray, {"tenant": "default", "audience": "customers"})])
    rows = rank(knowledge, Query("monthly billing", TODAY)).rows
    assert np.all(rows < len(knowledge.passages))


def test_that_only_what_changed_is_written_to_the_index() -> None:
    class CountingIndex(MemoryDenseIndex):
        written = 0

        def upsert(self, entries: list[IndexEntry]) -> None:  # type: ignore[override]
            CountingIndex.written += len(entries)
            super().upsert(entries)

    index = CountingIndex(256)
    KnowledgeBase(ARTICLES, encoder=HashingEncoder(), index=index)
    KnowledgeBase(ARTICLES[1:], encoder=HashingEncoder(), index=index)
    assert (CountingIndex.written, index.count()) == (len(ARTICLES), len(ARTICLES) - 1)


@pytest.mark.parametrize(("audience", "first"), [("customers", "deposits"), ("prospects", "story")])
def test_that_a_story_for_prospects_gives_way_to_an_article_for_customers(audience: Audience, first: str) -> None:
    text = "A deposit is paid when the table is booked."
    articles = (
        Article(id=ArticleId("story"), title="Deposit", text=text, audience="prospects"),
        Article(id=ArticleId("deposits"), title="Deposit", text=text),
    )
    knowledge = KnowledgeBase(
        articles, encoder=(encoder := HashingEncoder()), index=MemoryDenseIndex(encoder.dimension)
    )
    ranking = rank(knowledge, Query("when is a deposit paid?", TODAY, audience=audience))
    assert knowledge.passages[int(ranking.rows[0])].article_id == first
    assert len(ranking.rows) == 2


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 1.0])
@pytest.mark.parametrize("count", [0, 3, 99, 5_000])
def test_that_the_best_rows_are_those_of_a_whole_comparison(count: int, share: float) -> None:
    draw = np.random.default_rng(count)
    scores = np.where(draw.random(count) < share, draw.random(count), 0.0).astype(np.float32)
    mask = draw.random(count) < 0.8
    wanted = [row for row in np.argsort(-scores * mask, kind="stable")[:100] if scores[row] * mask[row] > 0]
    assert sorted(best_rows(scores, mask, 100).tolist()) == sorted(int(row) for row in wanted)
