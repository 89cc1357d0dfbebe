"""No guardrail can be made slow by its input: pump strings of 100 kB stay within the CPU budget a guardrail has."""

from __future__ import annotations

import pytest

from guardrails.builders import a_context
from journey_assistant.guardrails.check import CATALOGUE, run
from journey_assistant.guardrails.context import Checked

SIZE = 100_000
PUMPS = [
    *("a", "a ", " ", "\n", "1", "1 ", "1,", "-", ".", "!", "a.", "A", "A ", "[", "](", "{{", "<a ", "@", "a@", "a.b@"),
    *(
        "https://a",
        "//",
        "your a ",
        "we know you ",
        "i've ",
        "=",
        "ü",
        "\u200b",
        "&lt;",
        "%41",
        "QUJD",
        "(",
        "a-",
        "_",
        "is ",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_that_pumped_inputs_stay_within_the_budget(name: str) -> None:
    context = a_context("Menus are ready.", competitors=("Brotly",), canary="CANARY-91ab")
    over = []
    for pump in PUMPS:
        text = (pump * SIZE)[:SIZE]
        for surface in ("draft", "event", "chat"):
            verdict = run((CATALOGUE[name],), Checked(text, surface), context)  # type: ignore[arg-type]
            over += [(pump, surface) for f in verdict.findings if "used more than" in f.why or "failed" in f.why]
    assert not over
