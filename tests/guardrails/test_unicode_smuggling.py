from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.context import Surface
from journey_assistant.guardrails.unicode_smuggling import unicode_smuggling


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Opening hours\u200b are under Settings.", True),
        ("Opening hours are under Settings.\u2060", True),
        ("soft\u00adhyphen", True),
        ("pay\U000e0070\U000e0061", True),
        ("abc\u202edcba", True),
        ("title \u2066x\u2069", True),
        ("plain\ufe0f letter", True),
        ("see p\u0430yments.test/now", True),
        ("write to ana@qu\u0456ntal.test", True),
        ("Nice work \U0001f469\u200d\U0001f373", False),
        ("love it \u2764\ufe0f", False),
        ("flag \U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", False),
        ("می\u200cخواهم", False),
        ("क्\u200dष", False),
        ("مرحبا \u200fOvenly", False),
        ("Привет, вход на ovenly.test", False),
        ("Grüße aus München", False),
    ],
)
def test_that_hidden_characters_are_found_and_needed_ones_are_not(text: str, expected: bool) -> None:
    assert objects(unicode_smuggling, text, a_context()) is expected


@pytest.mark.parametrize(
    "code", [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xAD, 0xE0041]
)
@pytest.mark.parametrize("surface", ["draft", "chat", "crm_note", "kb_doc", "event", "import"])
def test_that_every_listed_code_point_is_found_on_every_surface(code: int, surface: Surface) -> None:
    assert objects(unicode_smuggling, f"pric{chr(code)}ing", a_context(), surface)
