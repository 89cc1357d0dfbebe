import numpy as np
import pytest

from journey_assistant.adapters.encoder_hashing import HashingEncoder
from journey_assistant.domain.knowledge import Article, ArticleId
from journey_assistant.knowledge.fusion import (
    LONG_QUESTION_WORDS,
    USUAL_WEIGHT,
    WEIGHTS,
    Components,
    fuse,
    learn_lexical_weight,
    likeness_of_words,
)
from journey_assistant.knowledge.lexical import LexicalIndex
from journey_assistant.knowledge.passages import split_article
from journey_assistant.knowledge.vectors import RememberingEncoder
from journey_assistant.ports import Vector

TOPICS = ("invoice", "pump", "garden", "holiday", "camera", "tablet")


class BlindEncoder(HashingEncoder):
    """Sees nothing: every text is one and the same vector."""

    def encode(self, texts: object) -> Vector:
        return np.tile(np.eye(self.dimension, dtype=np.float32)[0], (len(list(texts)), 1))  # type: ignore[call-overload]


class KnowingEncoder(HashingEncoder):
    """Knows which topic a text is about, by whichever name."""

    def encode(self, texts: object) -> Vector:
        return np.array([self._topic(text) for text in texts], dtype=np.float32)  # type: ignore[attr-defined]

    def _topic(self, text: str) -> Vector:
        about = [bool({name, f"{name}ette"} & set(text.lower().replace(".", " ").split())) for name in TOPICS]
        return np.eye(self.dimension, dtype=np.float32)[about.index(True) if any(about) else len(TOPICS)]


def passages_of_many_names() -> list:  # type: ignore[type-arg]
    """The words of one sentence lead to the next topic; only who knows what it means finds its own."""
    passages = []
    for topic, other in zip(TOPICS, (*TOPICS[1:], TOPICS[0]), strict=True):
        text = f"The {topic}ette is listed beside every curtain of the {other}s. Please see about any {topic} or lamp."
        passages += split_article(Article(id=ArticleId(topic), title=topic, text=text))
    return passages


def passages() -> list:  # type: ignore[type-arg]
    texts = {
        topic: f"The {topic} is listed on page one. Every {topic} has its own number and colour. "
        f"Ask us when a {topic} is lost or broken. A second {topic} costs half of the first one."
        for topic in TOPICS
    }
    articles = [Article(id=ArticleId(topic), title=topic, text=text) for topic, text in texts.items()]
    return [passage for article in articles for passage in split_article(article)]


def components(*rows: tuple[float, float, float, float]) -> Components:
    return Components(*(np.array(column, dtype=np.float32) for column in zip(*rows, strict=True)))


def test_that_a_score_grows_with_each_component_and_stays_between_0_and_1() -> None:
    scores = fuse(components((0, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (1, 1, 1, 1)), 0.3)
    assert all(scores[1:] > scores[0])
    assert scores[5] == pytest.approx(1.0)
    assert fuse(components((-1, -1, -1, 0)), 0.3)[0] == 0.0


def likeness(question: str) -> Vector:
    told = passages()
    lexical = LexicalIndex(told)
    return likeness_of_words(lexical, question, np.arange(len(told)), lexical.scores(question), "en")


def test_that_the_best_of_poor_matches_is_no_full_match() -> None:
    full, poor = likeness("is a pump listed"), likeness("which wallpaper suits a marble staircase beside my pump")
    assert full.max() == pytest.approx(1.0)
    assert poor.argmax() == full.argmax()
    assert 0.5 < poor.max() < 0.75


def test_that_a_long_story_need_not_be_covered() -> None:
    story = " ".join(f"wallpaper{number}" for number in range(LONG_QUESTION_WORDS)) + " and the pump"
    assert likeness(story).max() == pytest.approx(1.0)


def test_that_nothing_in_common_is_no_likeness() -> None:
    assert likeness("xylophone zeppelin").max() == 0.0


def test_that_words_count_more_in_a_long_text() -> None:
    by_words = components((0, 0, 0, 1))
    assert fuse(by_words, 0.2, LONG_QUESTION_WORDS + 1)[0] > fuse(by_words, 0.2, 10)[0]


def test_that_an_encoder_which_sees_nothing_leaves_more_to_words() -> None:
    seeing = learn_lexical_weight(passages_of_many_names(), RememberingEncoder(KnowingEncoder()))
    blind = learn_lexical_weight(passages_of_many_names(), RememberingEncoder(BlindEncoder()))
    assert blind >= seeing
    assert {seeing, blind} <= set(WEIGHTS)


def test_that_the_weight_is_learned_the_same_every_time() -> None:
    weights = {learn_lexical_weight(passages(), RememberingEncoder(HashingEncoder())) for _ in range(2)}
    assert len(weights) == 1


def test_that_a_knowledge_base_too_small_to_learn_from_gets_the_usual_weight() -> None:
    assert learn_lexical_weight(passages()[:1], RememberingEncoder(HashingEncoder())) == USUAL_WEIGHT
    assert learn_lexical_weight([], RememberingEncoder(HashingEncoder())) == USUAL_WEIGHT
