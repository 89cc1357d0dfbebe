"""``journey decide``: batch decisions, one JourneyRun a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from journey_assistant.services.read_case import Case

Cases = Annotated[Path, typer.Argument(help="Cases, one JSON object a line.", show_default=False)]
Knowledge = Annotated[
    Path | None, typer.Option(help="Folder with the help centre. Default: each case's own, else the setting's.")
]
PlaybookDir = Annotated[
    Path | None, typer.Option("--playbook", help="Folder whose YAML files override the default playbook.")
]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="Write runs here instead of stdout.")]


def decide(cases: Cases, knowledge: Knowledge = None, playbook: PlaybookDir = None, out: Out = None) -> None:
    """Decide every case of a file: one run a line, with route, reasons, outcome, findings and versions.

    A dry run: nothing is stored, nothing is sent. The case file's folder may hold company.yaml, offers.yaml and
    policy.json. Example: journey decide cases.jsonl --knowledge help/ -o runs.jsonl
    """
    from journey_assistant.cli.output import errors, write_jsonl
    from journey_assistant.services.read_case import read_cases

    given = list(read_cases(cases))
    written = write_jsonl(_decided(given, cases.parent, knowledge, playbook), out)
    if out is not None:
        errors.print(f"{written} decisions written to {out}")


def _decided(
    cases: list[Case], beside: Path, knowledge: Path | None, playbook: Path | None
) -> Iterator[dict[str, Any]]:
    """Runs in the order of the cases; cases with a help centre of their own are decided with it."""
    import asyncio

    from journey_assistant.assistant import Assistant
    from journey_assistant.cli.output import tracked

    assistants: dict[Path | None, Assistant] = {}
    with asyncio.Runner() as runner:
        for case in tracked(cases, len(cases), "deciding"):
            folder = knowledge or (beside / case.knowledge if case.knowledge else None)
            if folder not in assistants:
                assistants[folder] = Assistant.open(knowledge=folder, playbook=playbook, company=beside, in_memory=True)
            yield runner.run(assistants[folder].decide_line(case))
