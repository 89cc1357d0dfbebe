import json
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_assistant.adapters.encoder_hashing import HashingEncoder
from journey_assistant.adapters.index_memory import MemoryDenseIndex
from journey_assistant.domain.knowledge import Article, ArticleId
from journey_assistant.knowledge.answerability import (
    FEATURES,
    STRANGE,
    Answerability,
    Reach,
    answerability,
    answerability_features,
    shipped_model,
)
from journey_assistant.knowledge.index import KnowledgeBase
from journey_assistant.knowledge.query import Query
from journey_assistant.knowledge.rank import rank

TEXTS = {
    "pump": "The pump runs for nine hours on one charge. Loading it takes forty minutes.",
    "filter": "Wash the filter every week under cold water and dry it for a night.",
    "garden": "The garden hose is four metres long and can be made longer with a second hose.",
    "lamp": "The lamp has two bulbs of six watts each. Ask us for other bulbs.",
}
ARTICLES = [Article(ArticleId(name), name.title(), text) for name, text in TEXTS.items()]


def probability(text: str, *, encoder: bool = True) -> float:
    hashing = HashingEncoder() if encoder else None
    knowledge = KnowledgeBase(ARTICLES, encoder=hashing, index=MemoryDenseIndex(256))
    return answerability(knowledge, rank(knowledge, Query(text, date(2026, 3, 1)))).first


@pytest.mark.parametrize("encoder", [True, False])
@pytest.mark.parametrize(
    ("answered", "absent"),
    [
        ("How many hours does the pump run on one charge?", "How many kilometres does the submarine dive?"),
        ("How often do I wash the filter?", "How often do I wash the submarine?"),
        ("Which bulbs does the lamp have?", "Which subtitles does the podcast have?"),
    ],
)
def test_that_a_question_about_what_is_there_is_surer_than_its_like_about_what_is_not(
    answered: str, absent: str, encoder: bool
) -> None:
    assert probability(answered, encoder=encoder) > probability(absent, encoder=encoder)


@pytest.mark.parametrize("encoder", [True, False])
@pytest.mark.parametrize("text", ["Which subtitles does the podcast have?", "zqx", "Tell me a joke about penguins."])
def test_that_a_foreign_question_is_not_answered(text: str, encoder: bool) -> None:
    assert probability(text, encoder=encoder) < 0.3


def test_that_nothing_found_is_never_answerable() -> None:
    knowledge = KnowledgeBase([])
    nothing = rank(knowledge, Query("anything", date(2026, 3, 1)))
    assert answerability_features(knowledge, nothing) == {}
    assert answerability(knowledge, nothing) == Answerability(0.0, 0.0)


def test_that_an_unknown_subject_is_seen() -> None:
    knowledge = KnowledgeBase(ARTICLES)
    ranking = rank(knowledge, Query("does the pump support bluetooth pairing", date(2026, 3, 1)))
    features = answerability_features(knowledge, ranking)
    assert features["unknown"] > 0.3
    assert features["coverage"] < 0.7


@given(st.dictionaries(st.sampled_from(FEATURES), st.floats(-1e6, 1e6), min_size=len(FEATURES)))
def test_that_a_probability_is_one_whatever_was_seen(features: dict[str, float]) -> None:
    assert 0.0 <= shipped_model("vectors").probability(features) <= 1.0


@pytest.mark.parametrize("reach", ["first", "either"])
def test_that_the_shipped_weights_know_the_features_and_their_direction(reach: Reach) -> None:
    stored = json.loads((files("journey_assistant.knowledge") / "answerability.json").read_text(encoding="utf-8"))
    model = stored["vectors"][reach]
    assert set(model["weights"]) == set(FEATURES)
    assert model["weights"]["margin"] > 0 > model["weights"]["unknown"]
    assert all(group["auroc"] >= 0.65 for group in model["held_out"].values())


@pytest.mark.parametrize("encoder", [True, False])
@pytest.mark.parametrize("text", ["How often do I wash the filter?", "Which subtitles?", "pump or lamp"])
def test_that_one_of_two_articles_answers_at_least_as_surely_as_the_first(text: str, encoder: bool) -> None:
    hashing = HashingEncoder() if encoder else None
    knowledge = KnowledgeBase(ARTICLES, encoder=hashing, index=MemoryDenseIndex(256))
    chances = answerability(knowledge, rank(knowledge, Query(text, date(2026, 3, 1))))
    assert chances.first <= chances.either


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("How often do I wash the submarine?", STRANGE),
        ("How often do I wash the filter?", 1.0),
        ("Which bulbs does the lamp have?", 1.0),
    ],
)
def test_that_a_question_whose_most_telling_word_nobody_knows_needs_more(text: str, share: float) -> None:
    knowledge = KnowledgeBase(ARTICLES, encoder=HashingEncoder(), index=MemoryDenseIndex(256))
    shown = rank(knowledge, Query(text, date(2026, 3, 1)))
    known = shipped_model("vectors").probability(answerability_features(knowledge, shown))
    assert answerability(knowledge, shown).first == pytest.approx(known * share)
