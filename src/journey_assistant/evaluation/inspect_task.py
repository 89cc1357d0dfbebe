"""The decision suites as tasks of Inspect AI (extra ``inspect``), with the same cases and the same checks.

``inspect eval evals/inspect_task.py -T suites=suites/gates --model none/none``: our agent decides, so no model of
Inspect's is asked; with ``-T target=…`` it is somebody else.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver

from journey_assistant.evaluation.bench import Bench
from journey_assistant.evaluation.cases import Suite, read_suites
from journey_assistant.evaluation.scorers import judge
from journey_assistant.evaluation.suite_schema import Kind
from journey_assistant.evaluation.targets import OURS

SEPARATOR = "/"


def decision_task(suites: str, target: str = OURS) -> Task:
    """Every decision case of a folder of suites. Raises Rejected for what is no suite."""
    found = [suite for suite in read_suites([Path(suites)]) if suite.kind is Kind.DECISIONS]
    return Task(dataset=MemoryDataset(_samples(found)), solver=decides(found, target), scorer=checks())


def _samples(suites: list[Suite]) -> list[Sample]:
    return [
        Sample(
            id=f"{suite.name}{SEPARATOR}{row['id']}",
            input=str((row.get("moment") or {}).get("text") or "a look at the timeline"),
            target=json.dumps(row.get("expect") or {}, ensure_ascii=False),
            metadata={"case": dict(row), "suite": suite.name, "tags": list(row.get("tags") or ())},
        )
        for suite in suites
        for row in suite.rows
    ]


@solver
def decides(suites: list[Suite], target: str) -> Solver:
    """Gives the case to the target; the run stands in the state's store."""
    bench, by_name = Bench(target), {suite.name: suite for suite in suites}

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        case = state.metadata["case"]
        run = await bench.target_for(by_name[state.metadata["suite"]]).decide(case)
        state.store.set("run", run)
        state.output.completion = json.dumps(run.get("outcome") or {}, ensure_ascii=False)
        return state

    return solve


@scorer(metrics=[accuracy(), stderr()])
def checks() -> Scorer:
    """Right when every check of the case's label passes; the explanation says what is wrong."""

    async def score(state: TaskState, target: Target) -> Score:
        run: dict[str, Any] = state.store.get("run")
        judgement = judge(state.metadata["case"], run)
        whys = "; ".join(f"{failure.check}: {failure.why}" for failure in judgement.failures)
        return Score(
            value=float(judgement.right), answer=str(run.get("route")), explanation=whys or "every check passed"
        )

    return score
