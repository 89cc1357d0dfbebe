"""``journey guard``: the guardrails over labelled cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

Cases = Annotated[Path, typer.Argument(help="Labelled cases, one JSON object a line.", show_default=False)]
PolicyFile = Annotated[
    Path | None, typer.Option("--policy", help="Limits as JSON. Default: policy.json beside the cases, else built in.")
]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="Write here instead of stdout.")]


def guard(cases: Cases, policy: PolicyFile = None, out: Out = None) -> None:
    """Check every case: drafts as they would go out, notes and events as they come in, chat through the whole agent.

    One line a case: id, blocked, guardrails (most severe first), action, findings with span and reason.
    """
    from journey_assistant.cli.output import errors, write_jsonl

    beside = cases.parent / "policy.json"
    file = policy or (beside if beside.is_file() else None)
    written = write_jsonl(_checked(cases, file), out)
    if out is not None:
        errors.print(f"{written} cases checked into {out}")


def _checked(cases: Path, policy: Path | None) -> Iterator[dict[str, Any]]:
    import asyncio

    from journey_assistant.bootstrap import build_decider
    from journey_assistant.cli.output import tracked
    from journey_assistant.evaluation.guard_cases import DEFAULT_LIMITS, read_guard_case
    from journey_assistant.evaluation.guard_run import GuardRunner
    from journey_assistant.services.read_case import read_json, read_jsonl
    from journey_assistant.settings import load_settings

    limits = DEFAULT_LIMITS.changed_by(read_json(policy)) if policy else DEFAULT_LIMITS
    rows = [read_guard_case(row, limits, where=f"{cases}:{number}") for number, row in read_jsonl(cases)]
    decider = build_decider(load_settings(), in_memory=True)
    runner = GuardRunner(decider.graph, decider.parts)
    with asyncio.Runner() as loop:
        for case in tracked(rows, len(rows), "checking"):
            yield loop.run(runner.line(case))
