"""Decisions: a case goes to the target, the run is judged by the case's label."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from journey_assistant.evaluation.bench import Bench, Perform
from journey_assistant.evaluation.cases import Suite
from journey_assistant.evaluation.scorers import judge

__all__ = ["judge", "perform"]


def perform(suite: Suite, bench: Bench) -> Perform:
    """Decides a case by the bench's target."""
    cases = {str(case.raw["id"]): case for case in suite.cases}

    async def performed(row: Mapping[str, Any]) -> dict[str, Any]:
        case = cases[str(row["id"])]
        target = bench.target_for(suite, case.knowledge)
        return await target.decide(case.raw)

    return performed
