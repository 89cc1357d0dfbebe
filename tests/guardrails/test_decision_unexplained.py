from __future__ import annotations

import json

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.decision_unexplained import decision_unexplained

WHOLE = {
    "reasons": [{"code": "answer", "why": "grounded", "evidence": ["KB-1"]}],
    "versions": {"playbook": "1", "prompts": "1", "encoder": "1", "model": None},
}


def test_that_a_whole_decision_passes() -> None:
    assert not objects(decision_unexplained, json.dumps(WHOLE), a_context())


@pytest.mark.parametrize(
    "change",
    [
        {"reasons": []},
        {"reasons": [{"why": "?", "evidence": []}]},
        {"reasons": [{"code": "answer"}]},
        {"versions": {"playbook": "1"}},
        {"versions": None},
    ],
)
def test_that_a_decision_without_its_grounds_is_held(change: dict[str, object]) -> None:
    assert objects(decision_unexplained, json.dumps(WHOLE | change), a_context())


def test_that_an_unreadable_record_is_held() -> None:
    assert objects(decision_unexplained, "no json", a_context())
