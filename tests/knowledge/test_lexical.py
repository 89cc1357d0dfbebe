import numpy as np
import pytest

from journey_assistant.domain.knowledge import Passage, PassageId
from journey_assistant.knowledge.lexical import LexicalIndex
from journey_assistant.knowledge.words import Speller, edit_distance, terms, words

TEXTS = {
    "calendar": "Outlook looks for new shifts every three hours.",
    "invoice": "An invoice is sent on the first day of the month.",
    "kiosk": "The pairing code works for fifteen minutes.",
}


def index() -> LexicalIndex:
    return LexicalIndex(
        [
            Passage(PassageId(key), article_id=key, title=key, heading="", text=text, position=0)
            for key, text in TEXTS.items()
        ]
    )


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("how often does outlook look for my shift", "calendar"),
        ("INVOICES?", "invoice"),
        ("paring code", "kiosk"),
        ("calender not updting", "calendar"),
        ("my invoce of last mounth", "invoice"),
    ],
)
def test_that_stems_and_typos_find_the_passage(question: str, found: str) -> None:
    scores = index().scores(question)
    assert list(TEXTS)[int(scores.argmax())] == found
    assert scores.max() > 0


def test_that_little_words_alone_find_nothing() -> None:
    assert not index().scores("how do I do it?").any()


def test_that_an_empty_knowledge_base_scores_nothing() -> None:
    assert LexicalIndex([]).scores("anything").shape == (0,)


def test_that_a_word_no_passage_has_is_the_rarest() -> None:
    rarity = index().rarity
    assert rarity("submarine") > rarity(terms("pairing")[0])


def test_that_the_speller_prefers_the_nearest_then_the_commoner_word() -> None:
    speller = Speller({"billing": 5, "filling": 1, "building": 1})
    assert speller.meant("biling") == ("billing", pytest.approx(1 - 1 / 7))
    assert speller.meant("billing") is None
    assert speller.meant("zeppelin") is None


@pytest.mark.parametrize(
    ("one", "other", "edits"), [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abd", 1), ("abc", "xyz", 3)]
)
def test_that_a_swap_of_neighbours_is_one_edit(one: str, other: str, edits: int) -> None:
    assert edit_distance(one, other, limit=2) == edits


def test_that_compounds_give_their_parts_and_their_whole() -> None:
    assert words("Single sign-on, at Anna's: 3.20") == ["single", "sign", "on", "signon", "at", "anna", "3.20"]


@pytest.mark.parametrize(
    "question", ["how often does outlook look for shifts", "pairing code and invoice", "zeppelin", ""]
)
def test_that_what_rows_cover_of_a_question_is_what_their_texts_cover(question: str) -> None:
    lexical, rows = index(), np.array([2, 0])
    texts = [f"{key} {TEXTS[key]}" for key in ("kiosk", "calendar")]
    assert lexical.covered(question, rows) == pytest.approx([lexical.coverage(question, text) for text in texts])
