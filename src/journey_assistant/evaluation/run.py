"""Runs suites: every case decided and judged. The same suite, playbook and knowledge give the same report."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from journey_assistant.assistant import Assistant
from journey_assistant.evaluation.cases import Suite
from journey_assistant.evaluation.figures import (
    Figure,
    Judged,
    by_tag,
    failed_checks,
    figures,
    routes_taken,
)
from journey_assistant.evaluation.scorers import judge
from journey_assistant.services.read_case import Case


@dataclass
class Deciders:
    """Assistants for the cases of one company: one for each help centre, opened when it is first needed.

    All of it is in memory, so that many processes may decide at once.
    """

    company: Path
    knowledge: Path | None = None
    playbook: Path | None = None
    _opened: dict[Path | None, Assistant] = field(default_factory=dict)

    def assistant_for(self, case: Case) -> Assistant:
        """The assistant that knows this case's help centre: the one given, else the case's own, else the setting's."""
        folder = self.knowledge or (self.company / case.knowledge if case.knowledge else None)
        if folder not in self._opened:
            self._opened[folder] = Assistant.open(
                knowledge=folder, playbook=self.playbook, company=self.company, in_memory=True
            )
        return self._opened[folder]


def decide_all(cases: Iterable[Case], deciders: Deciders) -> Iterator[dict[str, Any]]:
    """One run a case as JSON, in the order of the cases. Dry: nothing is stored or sent."""
    with asyncio.Runner() as runner:
        for case in cases:
            yield runner.run(deciders.assistant_for(case).decide_line(case))


@dataclass(frozen=True, slots=True)
class SuiteReport:
    """A suite's judged cases, with the figures over them."""

    name: str
    judged: tuple[Judged, ...]

    @property
    def passed(self) -> bool:
        """Did every case pass?"""
        return all(one.judgement.right for one in self.judged)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures of the suite."""
        return figures(self.judged)

    @property
    def wrong(self) -> list[Judged]:
        """The cases that failed: first those answered although a person was needed."""
        worst = next(figure for figure in self.figures if figure.name == "false self-resolves").against
        failed = [one for one in self.judged if not one.judgement.right]
        return sorted(failed, key=lambda one: (one.judgement.case_id not in worst, one.judgement.case_id))

    def as_json(self) -> dict[str, Any]:
        """The report as JSON: figures, tags, routes, and for each case what it took and what failed."""
        return {
            "suite": self.name,
            "cases": len(self.judged),
            "passed": self.passed,
            "figures": [_figure_line(figure) for figure in self.figures],
            "failed_checks": failed_checks(self.judged),
            "routes": routes_taken(self.judged),
            "tags": {tag: {"passed": f.part, "of": f.whole} for tag, f in by_tag(self.judged).items()},
            "results": [_result_line(one) for one in self.judged],
        }


def run_suite(suite: Suite, deciders: Deciders | None = None, cases: Iterable[Case] | None = None) -> SuiteReport:
    """Decides and judges a suite. ``cases`` are its cases where the caller wants to watch them pass."""
    deciders = deciders or Deciders(suite.company, suite.knowledge)
    runs = decide_all(cases or suite.cases, deciders)
    return report(suite.name, [dict(case.raw) for case in suite.cases], list(runs))


def report(name: str, cases: Sequence[dict[str, Any]], runs: Iterable[dict[str, Any]]) -> SuiteReport:
    """The report on runs that are there already, matched to their cases by ``case_id``."""
    by_case = {run.get("case_id") or run.get("id"): run for run in runs}
    judged = (Judged(case, run := by_case.get(case["id"]), judge(case, run)) for case in cases)
    return SuiteReport(name, tuple(judged))


def _figure_line(figure: Figure) -> dict[str, Any]:
    share = None if figure.share is None else round(figure.share, 4)
    return {
        "name": figure.name,
        "part": figure.part,
        "whole": figure.whole,
        "share": share,
        "means": figure.means,
        "against": list(figure.against),
    }


def _result_line(one: Judged) -> dict[str, Any]:
    return {
        "case": one.judgement.case_id,
        "passed": one.judgement.right,
        "route": one.got,
        "run": one.run.get("id") if one.run else None,
        "failures": [{"check": failure.check, "why": failure.why} for failure in one.judgement.failures],
        "why": one.case.get("why", ""),
    }
