from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.unsubscribe_missing import unsubscribe_missing


@pytest.mark.parametrize(
    ("channel", "purpose", "text", "expected"),
    [
        ("email", "marketing", "Subject: Menus\n\nNew menus.", True),
        ("email", "marketing", "Subject: Menus\n\nWrite to unsubscribe.", True),
        ("email", "marketing", "Subject: Menus\n\nhttps://evil.test/unsubscribe", True),
        ("email", "marketing", "Subject: Menus\n\nhttp://ovenly.test/unsubscribe", True),
        ("email", "marketing", "Subject: Menus\n\nhttps://ovenly.test/mail-preferences", False),
        ("email", "transactional", "Subject: Receipt\n\nYour receipt.", False),
        ("sms", "marketing", "Ovenly: new menus. stop by", True),
        ("sms", "marketing", "Ovenly: new menus. Reply STOP to opt out.", False),
        ("chat", "service", "Hello", False),
    ],
)
def test_that_marketing_says_how_to_stop_it(channel: str, purpose: str, text: str, expected: bool) -> None:
    assert objects(unsubscribe_missing, text, a_context(channel=channel, purpose=purpose)) is expected
