from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.creepy import creepy


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We noticed you looked at the big oven last night.", True),
        ("You've been on our pricing page five times this week.", True),
        ("We see you're in Porto today.", True),
        ("We saw on your LinkedIn that you moved.", True),
        ("You viewed it on your iPhone.", True),
        ("Wir haben gesehen, dass Sie die Preisseite angesehen haben.", True),
        ("Nous avons remarqué que vous avez consulté nos tarifs.", True),
        ("Hemos visto que visitó la página de precios.", True),
        ("Vimos que você abriu o e-mail.", True),
        ("Here are the prices you asked about.", False),
        ("Thanks for joining the webinar.", False),
        ("If you are choosing an oven, the big one fits 4 trays.", False),
    ],
)
def test_that_nobody_is_told_that_they_were_watched(text: str, expected: bool) -> None:
    assert objects(creepy, text, a_context()) is expected


def test_that_a_security_notice_tells_time_and_device() -> None:
    text = "You signed in at 09:14 from a new browser. If that wasn't you, please change your password."
    assert not objects(creepy, text, a_context(purpose="transactional"))
