from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.builders import a_context
from journey_assistant.guardrails.check import check
from journey_assistant.guardrails.repair import repair

OPT_OUT = "https://ovenly.test/preferences"
PIECES = st.sampled_from(
    ["Menus are ready", "!", "!!", ".", " ", "\n", "\U0001f389", "\U0001f468\u200d\U0001f469", "\u200b", "\u202e",
     "https://evil.test/x", "[menus](https://evil.test/x)", "https://ovenly.test", "STOP", "Hi Inês,"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("Menus\u200b are ready.", a_context(), "Menus are ready."),
        ("See [our menus](https://evil.test/x).", a_context(), "See our menus."),
        ("See https://evil.test/x now.", a_context(), "See now."),
        ("Ready! Set! Go! Now!", a_context(), "Ready! Set! Go. Now."),
        ("Your ticket is with us! \U0001f389", a_context(sentiment="negative"), "Your ticket is with us."),
    ],
)
def test_that_what_needs_no_model_is_mended(text: str, context: object, expected: str) -> None:
    assert repair(text, context, check, OPT_OUT) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("channel", "expected"), [("sms", "Reply STOP to opt out."), ("email", f"Unsubscribe: {OPT_OUT}")]
)
def test_that_a_missing_opt_out_is_appended(channel: str, expected: str) -> None:
    context = a_context("Ovenly has new menus.", channel=channel, purpose="marketing", replying=False)
    text = "Subject: New menus\n\nOvenly has new menus." if channel == "email" else "Ovenly has new menus."
    mended = repair(text, context, check, OPT_OUT)
    assert mended.endswith(expected)
    assert "unsubscribe_missing" not in check(mended, context).guardrails


def test_that_a_clean_text_is_not_touched() -> None:
    context = a_context("Menus are ready.")
    assert repair("Menus are ready.", context, check, OPT_OUT) == "Menus are ready."


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join), st.sampled_from(["chat", "email", "sms"]), st.booleans())
def test_that_repairing_twice_is_repairing_once(text: str, channel: str, upset: bool) -> None:
    mood = "negative" if upset else "neutral"
    context = a_context(channel=channel, purpose="marketing", sentiment=mood)
    once = repair(text, context, check, OPT_OUT)
    assert repair(once, context, check, OPT_OUT) == once
