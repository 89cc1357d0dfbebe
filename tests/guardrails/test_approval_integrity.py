from __future__ import annotations

import hashlib

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.approval_integrity import approval_integrity

TEXT = "Subject: Menus\n\nYour menus are ready."


def test_that_only_the_approved_bytes_are_sent() -> None:
    approved = a_context(approved_sha256=hashlib.sha256(TEXT.encode()).hexdigest())
    assert not objects(approval_integrity, TEXT, approved)
    assert objects(approval_integrity, TEXT + " ", approved)


def test_that_a_text_without_an_approval_is_judged_elsewhere() -> None:
    assert not objects(approval_integrity, TEXT, a_context())
