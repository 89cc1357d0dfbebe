from __future__ import annotations

import pytest

from journey_assistant.errors import ConfigurationError
from journey_assistant.guardrails.check import INBOUND, OUTBOUND
from journey_assistant.guardrails.policy import DEFAULT_POLICY, ON_FAIL, policy_from


def test_that_every_guardrail_says_what_happens_on_failure() -> None:
    running = {g.__name__ for g in OUTBOUND} | {g.__name__ for guards in INBOUND.values() for g in guards}
    assert running <= set(ON_FAIL)


def test_that_a_policy_file_changes_only_what_it_names() -> None:
    policy = policy_from({"channels": {"sms": {"max_chars": 160, "markup": False}}, "input": {"chat_max_chars": 100}})
    assert policy.max_chars["sms"] == 160
    assert policy.chat_max_chars == 100
    assert policy.max_chars["email"] == DEFAULT_POLICY.max_chars["email"]
    assert policy.markup_free == DEFAULT_POLICY.markup_free


def test_that_a_case_overrides_the_policy_file() -> None:
    base = policy_from({"links": {"allow_domains": {"Ovenly": ["ovenly.test"]}}})
    assert policy_from({"on_fail": {"creepy": "hold"}}, base).on_fail["creepy"] == "hold"
    assert policy_from({"on_fail": {"creepy": "hold"}}, base).domains_of("Ovenly") == ("ovenly.test",)


@pytest.mark.parametrize("document", [{"channels": []}, {"on_fail": 3}, {"links": {"allow_domains": ["x"]}}])
def test_that_a_policy_of_the_wrong_form_is_named(document: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(document))):
        policy_from(document)
