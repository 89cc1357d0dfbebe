"""The gate of ``make eval``: was something lost that a baseline had?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def compared_with(document: Mapping[str, Any], baseline: Path) -> dict[str, Any]:
    """The comparison of a report with a baseline. Raises Rejected when the file is none."""
    from journey_assistant.evaluation.compare import compare
    from journey_assistant.evaluation.whole_report import read_report

    return compare(read_report(baseline), document)


def gate(document: Mapping[str, Any]) -> bool:
    """Says what changed against the baseline, and whether that is no drop."""
    from journey_assistant.cli.eval_tables import show_comparison
    from journey_assistant.cli.output import console
    from journey_assistant.evaluation.compare import DROP

    found = document["comparison"]
    show_comparison(found)
    new = [f"{suite['suite']}/{case}" for suite in found["suites"] for case in suite["new_cases"]]
    if new or found["only_after"]:
        console.print(f"not in the baseline yet: {', '.join([*found['only_after'], *new])}", highlight=False)
    left_out = sum(len(suite["left_out"]) for suite in document["suites"])
    if left_out:
        console.print(f"{left_out} cases were left out")
    return found["verdict"] != DROP and not left_out


def keep_baseline(document: Mapping[str, Any], place: Path) -> None:
    """Writes what a later run is compared with: passes, the worst errors, and steady numbers."""
    from journey_assistant.cli.output import save_text
    from journey_assistant.evaluation.whole_report import baseline_text

    save_text(baseline_text(document), place)
