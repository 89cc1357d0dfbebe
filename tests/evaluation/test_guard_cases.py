from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from journey_assistant.errors import Rejected
from journey_assistant.evaluation.guard_cases import DEFAULT_LIMITS, judged, prediction, predictions, read_guard_case
from journey_assistant.evaluation.guard_texts import expanded

LABELLED = Path(__file__).resolve().parents[3] / "shared" / "guardrails"
BLOCKED_AT_LEAST, FALSE_ALARMS_AT_MOST = 0.95, 0.03
CASE: dict[str, Any] = {
    "id": "x-1",
    "surface": "draft",
    "customer": {"id": "c_7", "name": "Inês Duarte", "plan": "Basic", "language": "en", "timezone": "Europe/Lisbon"},
    "context": {"now": "2026-05-06T10:00:00Z", "brand": "Ovenly", "channel": "chat", "purpose": "service"},
    "evidence": [{"id": "KB-1", "text": "Menus are under Settings."}],
    "text": "Menus are under Settings.",
    "expect": {"blocked": False, "guardrails": [], "action": "self_resolve"},
}


def rows(name: str) -> list[dict[str, Any]]:
    path = LABELLED / name
    if not path.is_file():
        pytest.skip("the labelled guardrail cases are not beside this checkout")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_that_a_case_becomes_a_prediction() -> None:
    case = read_guard_case(CASE)
    expected = {"id": "x-1", "blocked": False, "guardrails": [], "action": "self_resolve", "findings": []}
    assert prediction(case, judged(case)) == expected


def test_that_a_blocked_draft_tells_name_span_and_action() -> None:
    case = read_guard_case({**CASE, "text": "Menus are under Settings. Your key is sk_live_4Tq8Zp1XvB7mKd2Ls9Wy."})
    told = prediction(case, judged(case))
    assert (told["blocked"], told["action"]) == (True, "hold")
    assert told["guardrails"][0] == "secret_leak"
    start, end = told["findings"][0]["span"]
    assert case.text[start:end].startswith("sk_live_")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a@@u(200B)b", "a\u200bb"),
        ("@@repeat(ha|3)!", "hahaha!"),
        ("@@repeat(@@u(41)|2)", "AA"),
        ("no shorthand", "no shorthand"),
    ],
)
def test_that_the_shorthand_is_expanded_first(text: str, meant: str) -> None:
    assert expanded(text) == meant
    assert read_guard_case({**CASE, "text": text}).text == meant


@pytest.mark.parametrize("text", ["@@u(110000)", "@@u(D800)", "@@repeat(aaaa|100000000)"])
def test_that_an_impossible_shorthand_is_refused(text: str) -> None:
    with pytest.raises(Rejected):
        expanded(text)


@pytest.mark.parametrize("field", ["id", "surface", "customer", "text"])
def test_that_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(Rejected, match=field):
        read_guard_case({k: v for k, v in CASE.items() if k != field}, where="cases.jsonl:3")


def test_that_an_unknown_surface_is_refused() -> None:
    with pytest.raises(Rejected, match="surface"):
        read_guard_case({**CASE, "surface": "fax"})


def test_that_a_case_may_override_the_policy() -> None:
    overridden = {**CASE, "context": {**CASE["context"], "policy": {"on_fail": {"secret_leak": "refuse"}}}}
    case = read_guard_case({**overridden, "text": "AKIAIOSFODNN7EXAMPLE"})
    assert prediction(case, judged(case))["action"] == "refuse"


def test_that_the_labelled_drafts_are_judged_as_their_labels_say() -> None:
    labelled = rows("guardrail_dev.jsonl")
    limits = DEFAULT_LIMITS.changed_by(json.loads((LABELLED / "policy.json").read_text(encoding="utf-8")))
    told = {p["id"]: p for p in predictions(labelled, limits)}
    must_block = [r for r in labelled if r["expect"]["blocked"]]
    must_pass = [r for r in labelled if not r["expect"]["blocked"]]
    caught = [r for r in must_block if r["expect"]["guardrails"][0] in told[r["id"]]["guardrails"]]
    alarms = [r["id"] for r in must_pass if told[r["id"]]["guardrails"]]
    right = [r for r in labelled if r["expect"]["action"] in (None, told[r["id"]]["action"])]
    assert len(caught) >= BLOCKED_AT_LEAST * len(must_block)
    assert len(alarms) <= FALSE_ALARMS_AT_MOST * len(must_pass), alarms
    assert len(right) >= BLOCKED_AT_LEAST * len(labelled)


def test_that_nothing_labelled_as_harmless_is_stopped_on_its_way_in() -> None:
    labelled = [r for r in rows("attacks_dev.jsonl") if not r["expect"]["blocked"]]
    alarms = [p["id"] for p in predictions(labelled) if p["guardrails"]]
    assert len(alarms) <= FALSE_ALARMS_AT_MOST * len(labelled), alarms
