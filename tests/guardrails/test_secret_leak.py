from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.secret_leak import secret_leak


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Use sk_live_4Tq8Zp1XvB7mKd2Ls9Wy.", True),
        ("AKIAIOSFODNN7EXAMPLE works", True),
        ("-----BEGIN RSA PRIVATE KEY-----", True),
        ("Your login code is 482913.", True),
        ("Ihr Bestätigungscode lautet 482913.", True),
        ("connect to 10.1.2.3", True),
        ("db01.prod.internal is down", True),
        ("Traceback (most recent call last):", True),
        ("see /var/log/app/errors.log", True),
        ("postgres://app:pw@db/main", True),
        ("Test keys start with sk_test_.", False),
        ("Order 482913 is on its way.", False),
        ("The discount code is MENU10.", False),
        ("Version 10.1.2 is out.", False),
        ("Settings > Security > API keys", False),
    ],
)
def test_that_secrets_are_found(text: str, expected: bool) -> None:
    assert objects(secret_leak, text, a_context()) is expected
