"""The identity of a run: equal moments share it, whatever their spelling; any other fact makes another run."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deciding import VERSIONS
from journey_assistant.services.record import run_id

CASE: dict[str, Any] = {
    "id": "a",
    "now": "2026-03-10T12:00:00Z",
    "customer": {"id": "c_1", "name": "Ana"},
    "timeline": [{"id": "e1", "type": "page_viewed", "at": "2026-03-10T11:00:00Z", "properties": {"path": "/pricing"}}],
    "moment": {"kind": "sweep"},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=4), inside, max_size=3),
    max_leaves=8,
)


def reordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(list(value))}
    return [reordered(inside) for inside in value] if isinstance(value, list) else value


def with_property(value: Any) -> dict[str, Any]:
    return {**CASE, "timeline": [{**CASE["timeline"][0], "properties": {"x": value}}]}


@given(JSON)
def test_that_the_order_of_keys_changes_nothing(value: Any) -> None:
    case = with_property(value)
    assert run_id(case, VERSIONS) == run_id(reordered(case), VERSIONS)


@pytest.mark.parametrize("value", [10**40, "half \ud83d", 1e300, "\u0000", {"deep": [[[{}]]]}])
def test_that_odd_values_have_an_identity_too(value: Any) -> None:
    assert run_id(with_property(value), VERSIONS) == run_id(with_property(value), VERSIONS)
    assert run_id(with_property(value), VERSIONS) != run_id(CASE, VERSIONS)


@pytest.mark.parametrize(
    "other",
    [
        {"now": "2026-03-10T12:00:01Z"},
        {"customer": {"id": "c_1", "name": "Eva"}},
        {"timeline": []},
        {"moment": {"kind": "message", "text": "hello"}},
    ],
    ids=["time", "customer", "timeline", "moment"],
)
def test_that_another_fact_is_another_run(other: dict[str, Any]) -> None:
    assert run_id({**CASE, **other}, VERSIONS) != run_id(CASE, VERSIONS)


def test_that_another_version_is_another_run_and_expectations_are_no_part_of_it() -> None:
    assert run_id(CASE, replace(VERSIONS, playbook="other")) != run_id(CASE, VERSIONS)
    assert run_id({**CASE, "expect": {"route": ["hold"]}, "tags": ["x"], "why": "y"}, VERSIONS) == run_id(
        CASE, VERSIONS
    )
