from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.context import Surface
from journey_assistant.guardrails.input_limits import input_limits


@pytest.mark.parametrize(
    ("surface", "text", "expected"),
    [
        ("chat", "x" * 4001, True),
        ("chat", "x" * 4000, False),
        ("crm_note", "x" * 20_001, True),
        ("event", '{"a": "' + "é" * 9000 + '"}', True),
        ("event", "[" * 13 + "]" * 13, True),
        ("event", '{"a": {"b": [1, 2]}}', False),
        ("import", "name\n" + "x\n" * 50_001, True),
        ("import", "name\nx\n", False),
    ],
)
def test_that_input_is_limited(surface: Surface, text: str, expected: bool) -> None:
    assert objects(input_limits, text, a_context(), surface) is expected
