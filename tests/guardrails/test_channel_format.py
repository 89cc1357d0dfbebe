from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.channel_format import channel_format


@pytest.mark.parametrize(
    ("channel", "text", "expected"),
    [
        ("sms", "Ovenly: " + "menus " * 60, True),
        ("sms", "Ovenly: **new** menus", True),
        ("sms", "New menus at https://ovenly.test/menus", True),
        ("sms", "Ovenly: new menus", False),
        ("push", "x" * 179, True),
        ("email", "No subject here", True),
        ("email", "Subject: Hi\n\nBody", True),
        ("email", "Subject: " + "long " * 20 + "\n\nBody", True),
        ("email", "Subject: Menus\n\nA | B | C\n--- | --- | ---\n1 | 2 | 3", True),
        ("email", "Subject: Menus\n\nSAML SSO is ready.", False),
        ("chat", "READ THIS NOW please", True),
        ("chat", "Ready! Set! Go!", True),
        ("chat", "Nice \U0001f389\U0001f389\U0001f389", True),
        ("chat", "Nice \U0001f468\u200d\U0001f469\u200d\U0001f467 well done!", False),
        ("chat", "x" * 1201, True),
    ],
)
def test_that_a_text_has_the_shape_of_its_channel(channel: str, text: str, expected: bool) -> None:
    context = a_context(channel=channel, purpose="marketing", replying=False)
    assert objects(channel_format, text, context) is expected


def test_that_a_reply_to_a_ticket_by_mail_needs_no_subject() -> None:
    assert not objects(channel_format, "Your ticket is with billing.", a_context(channel="email", replying=True))
