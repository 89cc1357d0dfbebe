import pytest

from journey_assistant.domain.knowledge import Passage, PassageId
from journey_assistant.knowledge.lexical import LexicalIndex, coverage
from journey_assistant.knowledge.synonyms import Synonyms
from journey_assistant.knowledge.words import terms

SYNONYMS = Synonyms([["invoice", "bill"], ["refund", "money_back"], ["sign-on", "login"]])


def test_that_a_word_has_the_others_of_its_group_but_not_itself() -> None:
    assert SYNONYMS.of("invoic") == {"bill"}
    assert SYNONYMS.of("pump") == frozenset()


def test_that_a_phrase_stands_for_the_words_of_its_group() -> None:
    assert list(SYNONYMS.of_phrases(["i", "want", "money", "back"])) == [("money back", frozenset({"refund"}))]


def index() -> LexicalIndex:
    texts = ["An invoice has a number.", "A refund takes a week.", "The pump has a battery."]
    return LexicalIndex(
        [
            Passage(PassageId(str(i)), article_id="a", title="", heading="", text=t, position=i)
            for i, t in enumerate(texts)
        ]
    )


@pytest.mark.parametrize(
    ("question", "found"), [("my bill?", 0), ("I want my money back", 1), ("battery of the pump", 2)]
)
def test_that_other_words_find_the_passage(question: str, found: int) -> None:
    assert int(index().scores(question).argmax()) == found


def test_that_a_synonym_counts_less_than_the_word_itself() -> None:
    scores = index().scores
    assert 0 < scores("bill")[0] < scores("invoice")[0]


def test_that_coverage_takes_the_best_word_of_each_thing_and_the_unknown_covers_nothing() -> None:
    concepts = index().concepts
    there = set(terms("An invoice has a number."))
    assert coverage(concepts("invoice"), there) == pytest.approx(1.0)
    assert 0 < coverage(concepts("bill"), there) < 1
    assert coverage(concepts("submarine"), there) == 0
