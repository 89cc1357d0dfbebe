"""The suites of the repository: well formed, whole, each case a case of its own."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from journey_assistant.bootstrap import build_encoder, build_playbook
from journey_assistant.evaluation.cases import Suite, read_suites
from journey_assistant.evaluation.likeness import too_alike
from journey_assistant.evaluation.suite_schema import Kind, schemas
from journey_assistant.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "evals" / "schema"
FREE = {Kind.DECISIONS, Kind.CONVERSATIONS, Kind.TEXTS, Kind.RETRIEVAL}
"""Kinds whose cases must not be alike. Labelled drafts and guarded texts are minimal pairs on purpose."""


@pytest.fixture(scope="module")
def suites() -> list[Suite]:
    return read_suites([ROOT / "evals" / "suites"])


def decisions(suites: list[Suite]) -> list[dict[str, Any]]:
    return [dict(row) for suite in suites if suite.kind is Kind.DECISIONS for row in suite.rows]


def expected(suites: list[Suite], what: str) -> Counter[str]:
    return Counter(
        one for row in decisions(suites) for one in (row.get("expect") or {}).get(what) or [] if isinstance(one, str)
    )


def test_that_the_written_schemas_are_those_of_the_code() -> None:
    written = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in SCHEMA.glob("*.json")}
    assert written == schemas(), "write them again: journey eval schema"


def test_that_every_case_fits_the_schema_of_its_kind(suites: list[Suite]) -> None:
    for suite in suites:
        validator = jsonschema.Draft202012Validator(schemas()[f"{suite.kind.value}.schema.json"])
        for row in suite.rows:
            errors = [f"{suite.name}/{row['id']}: {error.message}" for error in validator.iter_errors(dict(row))]
            assert not errors


@pytest.mark.parametrize("wrong", [{"expect": {"routes": ["hold"]}}, {"expect": {"handoff": {"gaol": ["x"]}}}])
def test_that_the_schema_refuses_a_label_that_nobody_reads(suites: list[Suite], wrong: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(schemas()["decisions.schema.json"])
    assert not validator.is_valid({**decisions(suites)[0], **wrong})


def test_that_there_are_at_least_250_decisions_and_every_suite_has_an_owner(suites: list[Suite]) -> None:
    assert len(decisions(suites)) >= 250
    assert all(suite.owner and suite.about for suite in suites)
    assert {suite.kind for suite in suites} == set(Kind)


def test_that_every_case_says_why_and_is_tagged(suites: list[Suite]) -> None:
    bare = [f"{suite.name}/{row['id']}" for suite in suites for row in suite.rows if not (row["why"] and row["tags"])]
    assert not bare


def test_that_no_two_cases_are_alike(suites: list[Suite]) -> None:
    rows = [row for suite in suites if suite.kind in FREE for row in suite.rows]
    assert list(too_alike(rows, build_encoder(1))) == []


def test_that_the_same_question_in_other_words_is_noticed(suites: list[Suite]) -> None:
    row = decisions(suites)[0]
    again = {"id": "again", "moment": {"kind": "message", "text": "How do I add a second shop to our account?"}}
    other = {"id": "other", "moment": {"kind": "message", "text": "How can I add a second shop to our account?"}}
    assert [pair[:2] for pair in too_alike([row, again, other], build_encoder(1))] == [("again", "other")]


def test_that_every_route_gate_hold_alert_and_play_has_a_case(suites: list[Suite]) -> None:
    playbook = build_playbook(Settings())
    tags = {tag for row in decisions(suites) for tag in row["tags"]}
    gates = {row.code for row in playbook.gate} - {"small_talk", "out_of_scope", "danger"}
    assert set(expected(suites, "route")) == {"self_resolve", "route_to_human", "draft_message", "hold"}
    missing = [f"gate:{code}" for code in gates if not _named(code, tags)]
    missing += [f"alert:{alert.code}" for alert in playbook.alerts.alerts if f"alert:{alert.code}" not in tags]
    missing += [
        f"play:{play}" for play in playbook.plays if f"play:{play}" not in tags and play != "preference_question"
    ]
    held = expected(suites, "hold") + Counter(tag.removeprefix("hold:") for tag in tags if tag.startswith("hold:"))
    missing += [f"hold:{hold.code}" for hold in playbook.holds.holds if hold.code not in held]
    assert missing == []
    assert {"small_talk", "out_of_scope", "gate:danger"} <= tags


def _named(code: str, tags: set[str]) -> bool:
    return any(tag in tags for tag in (f"gate:{code}", code, f"near:{code}"))


def test_that_the_languages_and_industries_vary(suites: list[Suite]) -> None:
    customers = [row["customer"] for row in decisions(suites)]
    assert len({(customer.get("account") or {}).get("industry") for customer in customers}) >= 25
    tags = {tag for row in decisions(suites) for tag in row["tags"]}
    assert {f"language:{code}" for code in ("de", "es", "fr", "it", "pt", "nl")} <= tags
