from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.offensive_language import offensive_language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What a shitty oven.", True),
        ("Only an idiot would do that.", True),
        ("f*** this", True),
        ("So eine Scheiße.", True),
        ("Quelle merde.", True),
        ("Es una mierda.", True),
        ("Che cazzo.", True),
        ("Que porra.", True),
        ("Wat een klootzak.", True),
        ("Your order for Scunthorpe is ready.", False),
        ("Classic assessment of the class.", False),
        ("Spotted dick is a pudding.", False),
        ("Pull out dead leaves.", False),
    ],
)
def test_that_offensive_words_are_found_and_places_are_not(text: str, expected: bool) -> None:
    assert objects(offensive_language, text, a_context()) is expected
