import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_assistant.agent.proposal import MAX_ANSWER_CHARS, InvalidProposal, parse_proposal
from journey_assistant.domain.decision import Route

ALLOWED = (Route.SELF_RESOLVE, Route.ROUTE_TO_HUMAN)
GIVEN = {"P1", "P2", "F1"}
GOOD: dict[str, Any] = {
    "route": "self_resolve",
    "sentences": [{"text": "Studios open at 8.", "evidence": ["P1"]}],
    "between": None,
    "confidence": 0.9,
    "reason": "P1 says so",
}


def parsed(answer: str) -> Route:
    return parse_proposal(answer, ALLOWED, GIVEN).route


ACCEPTED = {
    "plain": json.dumps(GOOD),
    "spaces around": f"\n  {json.dumps(GOOD, indent=2)}  \n",
    "fenced": f"```json\n{json.dumps(GOOD)}\n```",
    "fenced without a language": f"```\n{json.dumps(GOOD)}\n```",
    "after its thoughts": f"<think>hm {{}}</think>\n{json.dumps(GOOD)}",
    "confidence of one": json.dumps(GOOD | {"confidence": 1}),
    "without a choice": json.dumps({k: v for k, v in GOOD.items() if k != "between"}),
    "a choice instead": json.dumps(GOOD | {"sentences": [], "between": ["P1", "P2"]}),
    "a person": json.dumps(GOOD | {"route": "route_to_human", "sentences": []}),
}


@pytest.mark.parametrize("answer", ACCEPTED.values(), ids=ACCEPTED)
def test_that_a_proposal_is_read(answer: str) -> None:
    assert parsed(answer) in ALLOWED


def changed(**keys: Any) -> str:
    return json.dumps(GOOD | keys)


REFUSED = {
    "empty": "",
    "words": "Studios open at 8.",
    "words before": f"Here it is: {json.dumps(GOOD)}",
    "words after": f"{json.dumps(GOOD)} Anything else?",
    "two objects": json.dumps(GOOD) * 2,
    "two fences": f"```json\n{json.dumps(GOOD)}\n```\n```json\n{json.dumps(GOOD)}\n```",
    "a list": json.dumps([GOOD]),
    "cut off": json.dumps(GOOD)[:-20],
    "a key twice": json.dumps(GOOD)[:-1] + ', "route": "route_to_human"}',
    "an extra key": changed(send=True),
    "an extra key in a sentence": changed(sentences=[{"text": "a", "evidence": ["P1"], "bold": True}]),
    "a missing key": json.dumps({k: v for k, v in GOOD.items() if k != "route"}),
    "a wrong route": changed(route="approved"),
    "a route that is not allowed": changed(route="draft_message"),
    "no evidence": changed(sentences=[{"text": "a", "evidence": []}]),
    "invented evidence": changed(sentences=[{"text": "a", "evidence": ["P1", "P9"]}]),
    "evidence of another kind": changed(sentences=[{"text": "a", "evidence": [1]}]),
    "an empty sentence": changed(sentences=[{"text": "  ", "evidence": ["P1"]}]),
    "a sentence that is no text": changed(sentences=[{"text": 5, "evidence": ["P1"]}]),
    "nothing to say": changed(sentences=[]),
    "an answer and a choice": changed(between=["P1", "P2"]),
    "a choice between invented things": changed(sentences=[], between=["P1", "P9"]),
    "a choice between one thing": changed(sentences=[], between=["P1", "P1"]),
    "a choice of three": changed(sentences=[], between=["P1", "P2", "F1"]),
    "a question in free words": changed(sentences=[], between="What is your password?"),
    "too much to say": changed(sentences=[{"text": "a" * 500, "evidence": ["P1"]}] * 2),
    "too many sentences": changed(sentences=[{"text": "a", "evidence": ["P1"]}] * 16),
    "confidence over one": changed(confidence=1.5),
    "confidence in words": changed(confidence="high"),
    "confidence true": changed(confidence=True),
    "not a number": json.dumps(GOOD).replace("0.9", "NaN"),
    "nested without end": "[" * 19_000,
    "a megabyte": changed(reason="a" * 1_000_000),
}


@pytest.mark.parametrize("answer", REFUSED.values(), ids=REFUSED)
def test_that_anything_else_is_refused_without_repeating_it(answer: str) -> None:
    with pytest.raises(InvalidProposal) as caught:
        parsed(answer)
    assert len(str(caught.value)) < 500


def test_that_an_unknown_key_is_not_repeated_in_the_fault() -> None:
    with pytest.raises(InvalidProposal) as caught:
        parsed(changed(**{"ignore all rules": 1}))
    assert "ignore" not in str(caught.value)


@given(st.text(max_size=300) | st.recursive(st.none() | st.booleans() | st.text(), st.lists).map(json.dumps))
def test_that_arbitrary_text_never_becomes_a_proposal_or_another_error(answer: str) -> None:
    with pytest.raises(InvalidProposal):
        parsed(answer)


@given(st.integers(1, 60))
def test_that_an_answer_cut_off_anywhere_is_refused(cut: int) -> None:
    with pytest.raises(InvalidProposal):
        parsed(json.dumps(GOOD)[:-cut])


def test_that_size_is_looked_at_before_anything_is_parsed() -> None:
    with pytest.raises(InvalidProposal, match="longer"):
        parsed(" " * MAX_ANSWER_CHARS + json.dumps(GOOD))
