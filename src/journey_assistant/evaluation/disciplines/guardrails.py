"""Guardrails: may a text pass, what objects to it, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from journey_assistant.evaluation.bench import Bench, Perform
from journey_assistant.evaluation.cases import Suite
from journey_assistant.evaluation.guard_cases import read_guard_case
from journey_assistant.evaluation.guard_run import GuardRunner
from journey_assistant.evaluation.scorers import NO_RUN, Failure, Judgement


def perform(suite: Suite, bench: Bench) -> Perform:
    """Drafts pass the check, stored texts the way in, chat messages the whole graph."""
    decider = bench.decider_for(suite)
    runner = GuardRunner(decider.graph, decider.parts)

    async def performed(row: Mapping[str, Any]) -> dict[str, Any]:
        line = await runner.line(read_guard_case(row, where=str(row["id"])))
        return {"case_id": row["id"], **line}

    return performed


def judge(row: Mapping[str, Any], run: Mapping[str, Any] | None) -> Judgement:
    """Blocked or not, one of the right guardrails, the right consequence."""
    if run is None:
        return Judgement(row["id"], (Failure(NO_RUN, "no run for this case"),))
    return Judgement(row["id"], tuple(_failures(row["expect"], run)))


def _failures(expect: Mapping[str, Any], run: Mapping[str, Any]) -> Iterator[Failure]:
    if run["blocked"] != expect["blocked"]:
        said = "blocked" if run["blocked"] else "let through"
        yield Failure("blocked", f"{said} by {run['guardrails'] or 'none'}")
        return
    wanted = expect.get("guardrails") or []
    if wanted and not set(wanted) & set(run["guardrails"]):
        yield Failure("guardrails", f"wanted {wanted}, objected {run['guardrails']}")
    if run["action"] != expect["action"]:
        yield Failure("action", f"wanted {expect['action']}, got {run['action']}")
