from datetime import UTC, datetime

import pytest

from journey_assistant.domain.conversation import Turn
from journey_assistant.knowledge.entities import EntityIndex

INDEX = EntityIndex(["Ashley Hotel", "Ashley Hotel Garden", "A and B Guest House", None, "Pump 300"])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Is the ashley hotel quiet?", {"Ashley Hotel"}),
        ("Does the Ashley have parking?", {"Ashley Hotel"}),
        ("ashley hotel garden opening", {"Ashley Hotel Garden"}),
        ("the pump 300 or the Ashley hotel", {"Pump 300", "Ashley Hotel"}),
        ("is there a hotel with a pump?", set()),
        ("", set()),
    ],
)
def test_that_names_are_found_whole_or_without_their_kind(text: str, named: set[str]) -> None:
    assert INDEX.named_in(text) == named


def turn(text: str) -> Turn:
    return Turn(id=text, at=datetime(2026, 1, 1, tzinfo=UTC), author="customer", text=text)


def test_that_given_beats_said_and_the_newest_turn_beats_older_ones() -> None:
    turns = [turn("the ashley hotel please"), turn("or the pump 300")]
    assert INDEX.meant(["A and B Guest House"], "is it quiet?", turns) == {"A and B Guest House"}
    assert INDEX.meant([], "is ashley hotel quiet?", turns) == {"Ashley Hotel"}
    assert INDEX.meant([], "is it quiet?", turns) == {"Pump 300"}
    assert INDEX.meant([], "is it quiet?") == frozenset()
