"""The report on all suites of a run, as one document that the other reports, comparisons and gates are made from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from journey_assistant.errors import Rejected
from journey_assistant.evaluation.scores import UNSTEADY
from journey_assistant.evaluation.suite_report import SuiteReport
from journey_assistant.services.read_case import read_json

FORMAT = 1


def whole_report(
    reports: Sequence[SuiteReport], *, target: str, versions: Mapping[str, Any], with_times: bool = False
) -> dict[str, Any]:
    """All suites in one document. Without times two runs of the same thing give the same bytes."""
    return {
        "format": FORMAT,
        "target": target,
        "versions": dict(versions),
        "passed": all(report.passed for report in reports),
        "suites": [report.as_json(with_times=with_times) for report in reports],
    }


def without_times(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without what differs from run to run although nothing changed."""
    suites = [
        {
            **suite,
            "numbers": [n for n in suite["numbers"] if not _is_time(n["name"])],
            "results": [
                {**result, "scores": {k: v for k, v in result["scores"].items() if k not in UNSTEADY}}
                for result in suite["results"]
            ],
        }
        for suite in document["suites"]
    ]
    return {**document, "suites": suites}


def _is_time(name: str) -> bool:
    return name.split(" ")[0] in UNSTEADY


def read_report(file: Path) -> dict[str, Any]:
    """A report that ``journey eval run --json`` wrote. Raises Rejected for anything else."""
    found = read_json(file)
    if not isinstance(found.get("suites"), list) or not all("results" in suite for suite in found["suites"]):
        raise Rejected("is no report", where=str(file), allowed="what journey eval run --json FILE wrote")
    return found


def baseline_text(document: Mapping[str, Any]) -> str:
    """The document as a baseline: one line a case, so that a change of it reads well in a review."""
    suites = []
    for suite in without_times(document)["suites"]:
        cases = ",\n    ".join(json.dumps(_case_line(result, suite["repeats"])) for result in suite["results"])
        known = {key: suite[key] for key in ("suite", "repeats", "worst")}
        numbers = [{"name": n["name"], "value": n["value"]} for n in suite["numbers"]]
        head = json.dumps({**known, "numbers": numbers}, ensure_ascii=False)[:-1]
        suites.append(f'  {head}, "results": [\n    {cases}\n  ]}}')
    return f'{{"format": {FORMAT}, "suites": [\n' + ",\n".join(suites) + "\n]}\n"


def _case_line(result: Mapping[str, Any], repeats: int) -> dict[str, Any]:
    kept = {"case": result["case"], "passed": result["passed"]}
    return {**kept, "times_passed": result["times_passed"]} if repeats > 1 else kept
