"""``journey doctor``: is everything there that a decision needs, and what works only in part?"""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")]


def doctor(as_json: Json = False) -> None:
    """Check settings, encoder, languages, playbook, prompts, knowledge and model; exits 1 when one is missing."""
    from dataclasses import asdict

    from journey_assistant.bootstrap import examine
    from journey_assistant.cli.output import console, print_json
    from journey_assistant.settings import load_settings

    checks = examine(load_settings())
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        for check in checks:
            mark = {"ok": "[green]ok[/]      ", "degraded": "[yellow]degraded[/]", "missing": "[red]missing[/] "}[
                check.state
            ]
            console.print(f"{mark}  {check.part:<10} {check.says}", highlight=False)
    raise typer.Exit(1 if any(check.state == "missing" for check in checks) else 0)
