"""Each scorer objects to exactly what it is for, and all of them together agree with the contract's own judge."""

import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from journey_assistant.evaluation.scorers import judge
from journey_assistant.evaluation.suite_report import SuiteReport, report

JOURNEYS = Path(__file__).resolve().parents[3] / "shared" / "journeys"
REPLY = {"kind": "reply", "text": "Open Reports and press Export.", "citations": [{"article": "export"}]}
DRAFT = {"kind": "draft", "subject": "Prices", "text": "You asked which plan fits. " * 4, "citations": []}
HANDOFF = {"kind": "handoff", "queue": "billing", "text": "A colleague will answer here."}
HOLD = {"kind": "hold", "reason": "quiet_hours"}
WHY = [{"code": "x", "evidence": ["e1"]}]


def run(route: str, outcome: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"case_id": "c", "route": route, "outcome": outcome, "reasons": WHY, **more}


def failed(expect: dict[str, Any], line: dict[str, Any] | None, kind: str = "message") -> list[str]:
    judgement = judge({"id": "c", "moment": {"kind": kind}, "expect": expect}, line)
    return [failure.check for failure in judgement.failures]


ANSWERED, DRAFTED = run("self_resolve", REPLY), run("draft_message", DRAFT, play="pricing_velocity")
HANDED, HELD = run("route_to_human", HANDOFF), run("hold", HOLD)


@pytest.mark.parametrize(
    ("expect", "line", "checks"),
    [
        ({"route": ["self_resolve"]}, ANSWERED, []),
        ({"route": "self_resolve"}, ANSWERED, []),
        ({}, ANSWERED, []),
        ({"route": ["hold", "draft_message"]}, DRAFTED, []),
        ({"route": ["hold"]}, ANSWERED, ["route"]),
        ({"route": ["hold"]}, None, ["no_run"]),
        ({"cites": ["export", "sso"]}, ANSWERED, []),
        ({"cites": ["sso"]}, ANSWERED, ["cites"]),
        ({"cites": ["sso"]}, HANDED, []),
        ({"cites": ["sso"], "route": ["hold"]}, ANSWERED, ["route"]),
        ({"mentions": ["REPORTS", "export"]}, ANSWERED, []),
        ({"mentions": ["reports", "invoice"]}, ANSWERED, ["mentions"]),
        ({"mentions": ["prices"]}, DRAFTED, []),
        ({"mentions": ["invoice"]}, HANDED, []),
        ({"never_mentions": ["discount"]}, ANSWERED, []),
        ({"never_mentions": ["Colleague"]}, HANDED, ["never_mentions"]),
        ({"never_mentions": ["export"], "route": ["hold"]}, ANSWERED, ["route", "never_mentions"]),
        ({"queue": ["billing"]}, HANDED, []),
        ({"queue": ["sales"]}, HANDED, ["queue"]),
        ({"queue": ["sales"]}, HELD, []),
        ({"hold": ["quiet_hours"]}, HELD, []),
        ({"hold": ["stale"]}, HELD, ["hold"]),
        ({"hold": ["x"]}, run("hold", {"kind": "hold"}), []),
        ({"play": ["pricing_velocity"]}, DRAFTED, []),
        ({"play": ["welcome"]}, DRAFTED, ["play"]),
        ({"play": ["welcome"]}, HELD, []),
        ({"signals": ["open_ticket"]}, run("hold", HOLD, signals=[{"name": "open_ticket"}]), []),
        ({"signals": ["open_ticket", "usage_gap"]}, HELD, ["signals", "signals"]),
        ({"rejected": ["stale"]}, run("hold", HOLD, rejected=[{"play": "welcome", "why": "stale"}]), []),
        ({"rejected": ["stale"]}, HELD, ["rejected"]),
        ({"findings": ["creepy"]}, run("hold", HOLD, findings=[{"guardrail": "creepy"}]), []),
        ({"findings": ["creepy"]}, HELD, ["findings"]),
        ({}, run("self_resolve", {**REPLY, "text": "a" * 900}), []),
        ({}, run("self_resolve", {**REPLY, "text": "a" * 901}), ["size"]),
        ({}, run("self_resolve", {**REPLY, "citations": [{"article": a} for a in "abc"]}), []),
        ({}, run("self_resolve", {**REPLY, "citations": [{"article": a} for a in "abcd"]}), ["size"]),
        ({}, run("draft_message", {**DRAFT, "text": "Just checking in"}), ["evidence"]),
        ({}, {**DRAFTED, "reasons": [{"code": "x", "evidence": []}]}, ["evidence"]),
    ],
)
def test_that_a_check_fails_for_what_it_is_about_and_for_nothing_else(expect, line, checks) -> None:
    assert failed(expect, line) == checks


def test_that_the_play_of_an_answer_is_judged_in_a_sweep_alone() -> None:
    expect = {"play": ["payment_failed"]}
    assert failed(expect, ANSWERED, "sweep") == ["play"]
    assert failed(expect, ANSWERED, "message") == []


@pytest.fixture(scope="module")
def judge_of_the_contract() -> ModuleType:
    if not JOURNEYS.is_dir():
        pytest.skip("there is no ../shared/journeys beside the repository")
    spec = importlib.util.spec_from_file_location("score_cases", JOURNEYS / "score_cases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", range(5))
def test_that_judgements_and_figures_are_those_of_the_contracts_judge(judge_of_the_contract, capsys, seed) -> None:
    cases = [json.loads(line) for line in (JOURNEYS / "dev" / "cases.jsonl").read_text("utf-8").splitlines()]
    runs = guessed_runs(cases, random.Random(seed))
    judge_of_the_contract.report(cases, runs)
    printed = capsys.readouterr().out
    ours = report("dev", cases, runs)

    by_case = {line["case_id"]: line for line in runs}
    for one in ours.judged:
        theirs = judge_of_the_contract.judge(one.case, by_case.get(one.case["id"]))
        assert sorted((f.check, f.why) for f in one.judgement.failures) == sorted(theirs)
    for line in lines_of_the_contract(ours):
        assert line in printed, f"{line!r} is not in the output of the contract's judge"


def lines_of_the_contract(ours: SuiteReport) -> list[str]:
    """Our figures in the words of the contract's judge."""
    names = {"messages": "  messages", "sweeps": "  sweeps"}
    lines = []
    for figure in ours.figures:
        share = f"{figure.part}/{figure.whole} ({100 * figure.part / figure.whole:.1f} %)" if figure.whole else "none"
        value = f"{figure.part} violated" if figure.name == "never_mentions" else share
        lines.append(f"{names.get(figure.name, figure.name):<20} {value}")
    written = ours.as_json()
    lines += [f"  {tag:<32} {t['passed']:>3}/{t['of']:<3}" for tag, t in written["tags"].items()]
    lines += [f"{check} {cases}" for check, cases in written["failed_checks"].items()]
    columns = ("self", "human", "draft", "hold", "other", "no run")
    for wanted, taken in written["routes"].items():
        lines.append(f"  {wanted:<18}" + "".join(f"{taken.get(column) or '.':>8}" for column in columns))
    return lines


def guessed_runs(cases: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    """Runs that are right, half right, wrong or missing, in every way that a judge has to tell apart."""
    runs = []
    for case in cases:
        if chance.random() < 0.05:
            continue
        expect = case.get("expect") or {}
        routes = expect.get("route") or ["hold"]
        route = chance.choice([*routes, *routes, *routes, "self_resolve", "route_to_human", "draft_message", "odd"])
        said = chance.sample(["Reports.", *map(str, expect.get("mentions") or [])], 1)
        said += map(str, chance.choice([[], [], expect.get("never_mentions") or []]))
        cites = chance.choice([expect.get("cites") or ["a"], ["other"], list("abcd")])
        outcome = {
            "subject": chance.choice([None, "Prices"]),
            "text": " ".join(said) * chance.choice([1, 9, 90]),
            "citations": [{"article": article} for article in cites],
            "queue": chance.choice([*(expect.get("queue") or []), "general"]),
            "reason": chance.choice([*(expect.get("hold") or []), "stale", None]),
        }
        runs.append(
            run(route, outcome)
            | {
                "case_id": case["id"],
                "play": chance.choice([*(expect.get("play") or []), "welcome", None]),
                "signals": [{"name": name} for name in chance.choice([expect.get("signals") or [], []])],
                "rejected": [{"play": name, "why": "x"} for name in chance.choice([expect.get("rejected") or [], []])],
                "findings": [{"guardrail": name} for name in chance.choice([expect.get("findings") or [], []])],
                "reasons": chance.choice([WHY, []]),
            }
        )
    return runs
