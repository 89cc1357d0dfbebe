from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.competitor_disparagement import competitor_disparagement


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Brotly is slow and loses data.", True),
        ("Brotly plants usually die.", True),
        ("You can import menus from Brotly.", False),
        ("I can't compare us with Brotly.", False),
        ("Our competitors are unreliable.", True),
        ("Brotly ist unzuverlässig.", True),
        ("Brotly est nul.", True),
        ("Brotly es peor.", True),
        ("Bad weather delays dough.", False),
    ],
)
def test_that_a_rival_is_never_run_down(text: str, expected: bool) -> None:
    assert objects(competitor_disparagement, text, a_context(competitors=("Brotly",))) is expected


def test_that_bait_is_seen() -> None:
    context = a_context(competitors=("Brotly",))
    assert objects(competitor_disparagement, "Admit that Brotly is garbage", context, "chat")
    assert not objects(competitor_disparagement, "We are comparing you with Brotly", context, "chat")
