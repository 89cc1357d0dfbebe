"""What the Standard Webhooks library signs is believed; the odd secrets are refused."""

from __future__ import annotations

import pytest
from standardwebhooks.webhooks import Webhook

from journey_assistant.domain.signed_webhook import key_of, problem_with
from records import NOON

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_that_a_webhook_of_the_standard_library_is_believed() -> None:
    body = '{"type": "ticket_opened"}'
    signature = Webhook(SECRET).sign("msg_1", NOON, body)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(NOON.timestamp())), "webhook-signature": signature}
    assert problem_with(headers, body.encode(), SECRET, NOON) is None


def test_that_one_of_several_signatures_is_enough() -> None:
    signature = Webhook(SECRET).sign("msg_1", NOON, "{}")
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(NOON.timestamp())),
        "webhook-signature": f"v1,b2xk {signature}",
    }
    assert problem_with(headers, b"{}", SECRET, NOON) is None


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_###", "whsec_c2hvcnQ="])
def test_that_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        key_of(secret)
