"""Anybody can be examined: a callable, a server, our agent; none of them sees the labels."""

import asyncio
from typing import Any

import pytest

from journey_assistant.errors import Rejected
from journey_assistant.evaluation.dumb_baselines import AlwaysHold, AlwaysPerson
from journey_assistant.evaluation.targets import HttpTarget, foreign_target

CASE = {
    "id": "a",
    "moment": {"kind": "message", "text": "Hi"},
    "expect": {"route": ["hold"]},
    "tags": ["x"],
    "why": "y",
}


def shows_what_it_saw(case: dict[str, Any]) -> dict[str, Any]:
    return {"route": "hold", "saw": sorted(case)}


async def waits_and_holds(case: dict[str, Any]) -> dict[str, Any]:
    await asyncio.sleep(0)
    return {"route": "hold", "saw": [case["id"]]}


def breaks(case: dict[str, Any]) -> dict[str, Any]:
    raise RuntimeError(f"cannot do {case['id']}")


async def test_that_a_callable_is_a_target_and_does_not_see_the_label() -> None:
    run = await foreign_target(f"python:{__name__}:shows_what_it_saw").decide(CASE)
    assert run == {"case_id": "a", "route": "hold", "saw": ["id", "moment"]}


async def test_that_an_async_callable_is_awaited() -> None:
    assert (await foreign_target(f"python:{__name__}:waits_and_holds").decide(CASE))["saw"] == ["a"]


async def test_that_what_breaks_in_a_target_is_its_result() -> None:
    run = await foreign_target(f"python:{__name__}:breaks").decide(CASE)
    assert run == {"case_id": "a", "error": "RuntimeError: cannot do a"}


async def test_that_a_server_that_is_not_there_is_its_result() -> None:
    run = await HttpTarget("http://127.0.0.1:9/v1/decide", timeout_s=2).decide(CASE)
    assert run["case_id"] == "a"
    assert "error" in run


@pytest.mark.parametrize("name", ["our", "python:nowhere:f", "python:json:nothing", "python:json", "ftp://x"])
def test_that_a_target_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(Rejected):
        foreign_target(name)


async def test_that_the_dumb_baselines_always_do_the_same() -> None:
    assert (await AlwaysPerson().decide(CASE))["route"] == "route_to_human"
    assert (await AlwaysHold().decide(CASE))["route"] == "hold"
