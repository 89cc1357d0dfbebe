"""The same case told in another way stays the same case, and a change of what was taken is noticed."""

import json
from pathlib import Path
from typing import Any

import pytest

from journey_assistant.evaluation.bench import Bench
from journey_assistant.evaluation.cases import read_suite
from journey_assistant.evaluation.metamorphic import (
    CHANGES,
    HARMLESS_EVENTS,
    Stability,
    foreign_articles,
    of_another_company,
    shuffled,
    stability,
    taken,
    tried,
    with_harmless_events,
    with_typos,
)
from journey_assistant.services.read_case import read_case

ROOT = Path(__file__).resolve().parents[2]
CASE: dict[str, Any] = {
    "id": "a",
    "now": "2026-03-10T15:00:00Z",
    "customer": {"id": "c", "name": "Ana Ruiz", "account": {"name": "Halden Print"}},
    "timeline": [
        {"id": f"e{n}", "type": "page_viewed", "at": f"2026-03-0{n}T10:00:00Z", "properties": {}} for n in range(1, 8)
    ],
    "moment": {"kind": "message", "text": "Does Halden Print need a second calendar?"},
}


def test_that_harmless_events_lie_between_the_first_event_and_now() -> None:
    events = with_harmless_events(CASE)["timeline"]
    assert len(events) == 7 + HARMLESS_EVENTS
    read_case(with_harmless_events(CASE))
    assert min(e["at"] for e in events if e["id"].startswith("harmless")) >= "2026-03-01T10:00:00"


def test_that_shuffling_keeps_every_event() -> None:
    told = shuffled(CASE)
    assert told is not None
    assert told["timeline"] != CASE["timeline"]
    assert sorted(told["timeline"], key=lambda e: e["id"]) == CASE["timeline"]


def test_that_a_typo_changes_two_letters_and_no_name() -> None:
    told = with_typos(CASE)
    assert told is not None
    text = told["moment"]["text"]
    assert "Halden" in text
    assert sorted(text) == sorted(CASE["moment"]["text"])
    assert text != CASE["moment"]["text"]


def test_that_another_company_is_named_everywhere() -> None:
    told = of_another_company(CASE)
    assert "Halden" not in json.dumps(told)
    assert "Quellmoor & Sons" in json.dumps(told)


@pytest.mark.parametrize("name", CHANGES)
def test_that_no_change_touches_the_case_it_was_given(name: str) -> None:
    before = json.dumps(CASE)
    CHANGES[name](CASE)
    assert json.dumps(CASE) == before


def test_that_foreign_articles_are_the_same_again_and_each_its_own() -> None:
    first = list(foreign_articles(50))
    assert first == list(foreign_articles(50))
    assert len({article["id"] for article in first}) == 50


def test_that_another_route_queue_or_citation_is_a_change() -> None:
    reply = {"outcome": {"kind": "reply", "citations": [{"article": "x"}]}, "route": "self_resolve"}
    runs = [{"case_id": "a", **reply}, {"case_id": "b", "route": "route_to_human", "outcome": {"queue": "billing"}}]
    other = [{**runs[0], "outcome": {"citations": []}}, {**runs[1], "outcome": {"queue": "sales"}}]
    found = stability("shuffled", [{"id": "a"}, {"id": "b"}], runs, other)
    assert [change[0] for change in found.changed] == ["a", "b"]
    assert not found.holds
    assert taken(runs[0]) == "self_resolve x"


def test_that_what_the_label_allows_too_is_no_change() -> None:
    answer = {"case_id": "a", "route": "self_resolve", "outcome": {"kind": "reply", "text": "x", "citations": []}}
    person = {"case_id": "a", "route": "route_to_human", "outcome": {"kind": "handoff", "queue": "general"}}
    asked = {"id": "a", "moment": {"kind": "message", "text": "x"}}
    allowed, wanted = (
        {**asked, "expect": {"route": route}} for route in (["self_resolve", "route_to_human"], ["self_resolve"])
    )
    assert stability("with_typos", [allowed], [answer], [person]).changed == ()
    assert len(stability("with_typos", [wanted], [answer], [person]).changed) == 1
    assert len(stability("with_typos", [asked], [answer], [person]).changed) == 1


async def test_that_slips_of_the_finger_lose_no_answer_and_no_person() -> None:
    suite = read_suite(ROOT / "evals" / "suites" / "gates" / "suite.yaml")
    agent = Bench().target_for(suite)
    slipped = [(row, told) for row in suite.rows[::8] if (told := with_typos(row)) is not None]
    before = [await agent.decide(row) for row, _ in slipped]
    after = [await agent.decide(told) for _, told in slipped]
    assert stability("with_typos", [told for _, told in slipped], before, after).holds


def test_that_nothing_changed_holds() -> None:
    assert Stability("with_harmless_events", 10, ()).holds


async def test_that_a_spread_of_our_sweeps_does_not_change() -> None:
    suite = read_suite(ROOT / "evals" / "suites" / "holds" / "suite.yaml")
    agent = Bench().target_for(suite)
    found = await tried(suite.rows[::7], agent.decide, None)
    assert {one.change: one.changed for one in found if not one.holds} == {}
