import json
from datetime import time, timedelta
from pathlib import Path

import pytest

from journey_assistant.domain.policy.policy import DEFAULT_POLICY, Cap, read_policy
from journey_assistant.errors import Rejected

SHARED = Path(__file__).parents[3].parent / "shared" / "guardrails" / "policy.json"


def test_that_an_empty_file_is_the_built_in_policy():
    assert read_policy({}) == DEFAULT_POLICY


@pytest.mark.skipif(not SHARED.exists(), reason="the labelled cases are not here")
def test_that_the_built_in_policy_is_the_one_the_labelled_cases_assume():
    assert read_policy(json.loads(SHARED.read_text())) == DEFAULT_POLICY


def test_that_an_operator_changes_single_numbers():
    policy = read_policy(
        {
            "note": "prose passes",
            "links": {"schemes": ["https"]},
            "quiet_hours": {"start": "20:00"},
            "frequency_caps": {"email": {"max": 1}, "all_channels": {"max": 2, "days": 3}},
            "suppression": {"recent_purchase_days": 10, "stop_states": ["minor"], "open_issue": "prose"},
        }
    )
    assert policy.quiet_from == time(20)
    assert policy.quiet_until == time(8)
    assert policy.channel_caps["email"] == Cap(1, timedelta(days=7), timedelta(hours=16))
    assert policy.all_channels == Cap(2, timedelta(days=3))
    assert policy.recent_purchase == timedelta(days=10)
    assert policy.stop_states == {"minor"}


@pytest.mark.parametrize(
    ("stored", "where"),
    [
        ({"quiet_hours": {"begin": "21:00"}}, "policy.quiet_hours"),
        ({"quiet_hours": {"start": "nine"}}, "policy.quiet_hours.start"),
        ({"quiet_hours": {"start": 21}}, "policy.quiet_hours.start"),
        ({"quiet_hours": {"missing_or_invalid_timezone": "allow"}}, "policy.quiet_hours.missing_or_invalid_timezone"),
        ({"quiet_hours": ["a"]}, "policy.quiet_hours"),
        ({"frequency_caps": {"email": 2}}, "policy.frequency_caps.email"),
        ({"frequency_caps": {"email": {"max": -1}}}, "policy.frequency_caps.email.max"),
        ({"frequency_caps": {"email": {"max": True}}}, "policy.frequency_caps.email.max"),
        ({"frequency_caps": {"fax": {"max": 1}}}, "policy.frequency_caps"),
        ({"consent": {"value_required": "maybe"}}, "policy.consent.value_required"),
        ({"consent": {"unknown_is": "yes"}}, "policy.consent.unknown_is"),
        ({"suppression": {"recent_purchase_days": "30"}}, "policy.suppression.recent_purchase_days"),
        ({"suppression": {"stop_states": "minor"}}, "policy.suppression.stop_states"),
    ],
)
def test_that_a_wrong_policy_is_refused_with_the_place(stored, where):
    with pytest.raises(Rejected) as refused:
        read_policy(stored)
    assert refused.value.where == where
