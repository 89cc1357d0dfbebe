"""The report on one suite: figures with intervals, numbers, routes, tags, baselines, every case with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from journey_assistant.evaluation.discipline import judge_of
from journey_assistant.evaluation.figures import (
    Figure,
    Judged,
    by_tag,
    failed_checks,
    figures,
    routes_taken,
)
from journey_assistant.evaluation.intervals import wilson
from journey_assistant.evaluation.numbers import Number, numbers
from journey_assistant.evaluation.scores import UNSTEADY, scores
from journey_assistant.evaluation.suite_schema import Kind

WORST_ERRORS = ("false self-resolves", "false drafts", "never_mentions")
"""Figures of which a single new case is a drop, however many others got better."""


@dataclass(frozen=True, slots=True)
class SuiteReport:
    """A suite's judged cases, with the figures over them.

    ``again`` are further repeats of the same cases; ``left_out`` were not run because a budget was used up;
    ``baselines`` are the same cases judged for the dumb baselines.
    """

    name: str
    judged: tuple[Judged, ...]
    kind: Kind = Kind.DECISIONS
    about: str = ""
    owner: str = ""
    again: tuple[tuple[Judged, ...], ...] = ()
    left_out: tuple[str, ...] = ()
    baselines: Mapping[str, tuple[Judged, ...]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Did every case pass, every time, and was none left out?"""
        return not self.left_out and all(one.judgement.right for every in (self.judged, *self.again) for one in every)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures of the suite; those of decisions only where cases are decisions."""
        found = figures(self.judged)
        return found if self.kind is Kind.DECISIONS else found[:1]

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Means of scores and the like."""
        return numbers(self.kind, self.judged)

    @property
    def wrong(self) -> list[Judged]:
        """The cases that failed: first those answered although a person was needed."""
        worst = {case for figure in self.figures if figure.name == "false self-resolves" for case in figure.against}
        failed = [one for one in self.judged if not one.judgement.right]
        return sorted(failed, key=lambda one: (one.judgement.case_id not in worst, one.judgement.case_id))

    def as_json(self, *, with_times: bool = False) -> dict[str, Any]:
        """The report as JSON. Without times it is the same again when nothing changed."""
        return {
            "suite": self.name,
            "kind": self.kind.value,
            "about": self.about,
            "owner": self.owner,
            "cases": len(self.judged),
            "passed": self.passed,
            "left_out": list(self.left_out),
            "figures": [_figure_line(figure) for figure in self.figures],
            "numbers": [_number_line(n) for n in self.numbers if n.steady or with_times],
            "worst": _worst(self.figures),
            "failed_checks": failed_checks(self.judged),
            "routes": routes_taken(self.judged) if self.kind is Kind.DECISIONS else {},
            "tags": {tag: {"passed": f.part, "of": f.whole} for tag, f in by_tag(self.judged).items()},
            "baselines": {name: [_figure_line(f) for f in figures(judged)] for name, judged in self.baselines.items()},
            "repeats": 1 + len(self.again),
            "results": [self._result(place, with_times) for place in range(len(self.judged))],
        }

    def _result(self, place: int, with_times: bool) -> dict[str, Any]:
        one = self.judged[place]
        times = [one, *(repeat[place] for repeat in self.again)]
        line = _result_line(one, with_times)
        if self.again:
            line["times_passed"] = sum(each.judgement.right for each in times)
        return line


def report(name: str, cases: Sequence[Mapping[str, Any]], runs: Iterable[dict[str, Any]]) -> SuiteReport:
    """The report on runs that are there already, matched to their cases by ``case_id``."""
    return SuiteReport(name, judged_runs(Kind.DECISIONS, cases, runs))


def judged_runs(
    kind: Kind, cases: Sequence[Mapping[str, Any]], runs: Iterable[Mapping[str, Any]]
) -> tuple[Judged, ...]:
    """Every case with its run, judged as its kind is."""
    by_case = {run.get("case_id") or run.get("id"): run for run in runs}
    judge = judge_of(kind)
    return tuple(Judged(case, run := by_case.get(case["id"]), judge(case, run)) for case in cases)


def _worst(found: Sequence[Figure]) -> dict[str, list[str]]:
    return {figure.name: list(figure.against) for figure in found if figure.name in WORST_ERRORS}


def _figure_line(figure: Figure) -> dict[str, Any]:
    share = None if figure.share is None else round(figure.share, 4)
    interval = wilson(figure.part, figure.whole)
    return {
        "name": figure.name,
        "part": figure.part,
        "whole": figure.whole,
        "share": share,
        "interval": None if interval is None else [round(edge, 4) for edge in interval],
        "means": figure.means,
        "against": list(figure.against),
    }


def _number_line(number: Number) -> dict[str, Any]:
    return {"name": number.name, "value": round(number.value, 6), "n": number.n, "means": number.means}


def _result_line(one: Judged, with_times: bool) -> dict[str, Any]:
    run, case = one.run or {}, one.case
    found = {
        name: {"value": round(score.value, 6), "why": score.why}
        for name, score in scores(case, one.run).items()
        if with_times or name not in UNSTEADY
    }
    return {
        "case": one.judgement.case_id,
        "passed": one.judgement.right,
        "route": one.got,
        "play": run.get("play"),
        "confidence": run.get("confidence"),
        "run": run.get("id"),
        "failures": [{"check": failure.check, "why": failure.why} for failure in one.judgement.failures],
        "scores": found,
        "tags": list(case.get("tags") or []),
        "why": case.get("why", ""),
    }
