"""``journey decide``: batch decisions, one JourneyRun a line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
    from journey_assistant.cli.output import errors, tracked, write_jsonl
    from journey_assistant.evaluation.run import Deciders, decide_all
    from journey_assistant.services.read_case import read_cases

    given = list(read_cases(cases))
    deciders = Deciders(cases.parent, knowledge, playbook)
    written = write_jsonl(decide_all(tracked(given, len(given), "deciding"), deciders), out)
    if out is not None:
        errors.print(f"{written} decisions written to {out}")
