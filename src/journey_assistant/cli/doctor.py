"""``journey doctor``: is everything there that a decision needs, and what works only in part?"""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")]
STYLES = {"ok": "green", "degraded": "yellow", "missing": "red"}


def doctor(as_json: Json = False) -> None:
    """Check settings, encoder, languages, playbook, prompts, knowledge and model; exits 1 when one is missing."""
    from dataclasses import asdict

    from rich.text import Text

    from journey_assistant.bootstrap import examine
    from journey_assistant.cli.output import console, print_json
    from journey_assistant.settings import load_settings

    checks = examine(load_settings())
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        for check in checks:
            mark = Text(f"{check.state:<8}", style=STYLES[check.state])
            console.print(mark, f" {check.part:<10} {check.says}", highlight=False)
    raise typer.Exit(1 if any(check.state == "missing" for check in checks) else 0)
