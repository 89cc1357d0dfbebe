"""Figures count the right cases: what is in the whole, what is in the part, and who speaks against it."""

from typing import Any

from journey_assistant.evaluation.suite_report import SuiteReport, report


def case(id_: str, kind: str = "message", tags: tuple[str, ...] = (), **expect: Any) -> dict[str, Any]:
    return {"id": id_, "moment": {"kind": kind}, "expect": expect, "tags": list(tags), "why": f"because {id_}"}


def run(id_: str, route: str, **outcome: Any) -> dict[str, Any]:
    return {"id": f"run_{id_}", "case_id": id_, "route": route, "outcome": {"text": "", **outcome}, "reasons": []}


CASES = [
    case("useful", tags=("paraphrase", "checklist:17"), route=["self_resolve"], cites=["sso"]),
    case("wrong-article", tags=("paraphrase",), route=["self_resolve"], cites=["sso"]),
    case("needs-a-person", tags=("gate:danger",), route=["route_to_human"]),
    case("either-way", route=["self_resolve", "route_to_human"]),
    case("quiet", "sweep", route=["hold"], never_mentions=["discount"]),
    case("lost", "sweep", route=["draft_message"]),
]
RUNS = [
    run("useful", "self_resolve", citations=[{"article": "sso"}]),
    run("wrong-article", "self_resolve", citations=[{"article": "billing"}]),
    run("needs-a-person", "self_resolve"),
    run("either-way", "route_to_human"),
    run("quiet", "draft_message", text="A discount for you. " * 9),
]


def suite() -> SuiteReport:
    return report("small", CASES, RUNS)


def test_that_each_figure_counts_its_own_cases() -> None:
    found = {figure.name: (figure.part, figure.whole, figure.against) for figure in suite().figures}
    assert found == {
        "passed": (2, 6, ("wrong-article", "needs-a-person", "quiet", "lost")),
        "route right": (3, 6, ("needs-a-person", "quiet", "lost")),
        "messages": (2, 4, ("wrong-article", "needs-a-person")),
        "sweeps": (0, 2, ("quiet", "lost")),
        "useful deflection": (1, 2, ("wrong-article",)),
        "wrong answers": (1, 2, ("wrong-article",)),
        "false self-resolves": (1, 1, ("needs-a-person",)),
        "false drafts": (1, 1, ("quiet",)),
        "never_mentions": (1, 6, ("quiet",)),
    }


def test_that_a_figure_without_cases_has_no_share() -> None:
    shares = {figure.name: figure.share for figure in report("sweeps", CASES[4:], RUNS).figures}
    assert shares["messages"] is None
    assert shares["sweeps"] == 0.0


def test_that_the_worst_error_is_shown_first() -> None:
    assert [one.judgement.case_id for one in suite().wrong] == ["needs-a-person", "lost", "quiet", "wrong-article"]


def test_that_tags_of_the_checklist_come_last() -> None:
    assert list(suite().as_json()["tags"]) == ["gate:danger", "paraphrase", "checklist:17"]


def test_that_the_report_says_what_each_case_took_and_why_it_failed() -> None:
    lost = suite().as_json()["results"][-1]
    wanted = {
        "case": "lost",
        "passed": False,
        "route": None,
        "run": None,
        "failures": [{"check": "no_run", "why": "no run for this case"}],
        "why": "because lost",
    }
    assert {**lost, **wanted} == lost
