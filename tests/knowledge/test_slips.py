"""Two letters that changed places are read as the word that was meant; other words are left as they are."""

import pytest

from journey_assistant.domain.knowledge import ArticleId, Passage, PassageId
from journey_assistant.knowledge.lexical import SLIP_WEIGHT, LexicalIndex
from journey_assistant.knowledge.words import unslipped


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    text = "A deposit is taken for an appointment. Reminders go out by e-mail. The charger is sold apart."
    return LexicalIndex([Passage(PassageId("p"), ArticleId("a"), "Deposits", "", text, 0)])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("How small may a fixed depsoit be?", "How small may a fixed deposit be?"),
        ("no remidners for this appoitnment", "no reminders for this appointment"),
        ("Can I chagne it?", "Can I change it?"),
        ("A deposit for an appointment", "A deposit for an appointment"),
        ("Do you rent charters?", "Do you rent charters?"),
        ("Orvalis 4711 xyz", "Orvalis 4711 xyz"),
    ],
)
def test_that_a_slip_is_mended_and_nothing_else(index: LexicalIndex, written: str, meant: str) -> None:
    assert index.spelled(written) == meant


def test_that_a_mended_text_is_as_long_as_it_was_so_that_places_in_it_stay(index: LexicalIndex) -> None:
    text = "Depsoit? REMIDNERS! äöü chagne"
    assert len(index.spelled(text)) == len(text)


def test_that_a_slip_counts_nearly_as_much_as_the_word(index: LexicalIndex) -> None:
    (concept,) = index.concepts("depsoit")
    assert concept.stems == {"deposit": SLIP_WEIGHT}


def test_that_the_first_letter_stays() -> None:
    assert list(unslipped("abca")) == ["acba", "abac"]
