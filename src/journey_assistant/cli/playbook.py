"""``journey playbook lint``: what is wrong with a playbook, before it goes live."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The policy as data.", no_args_is_help=True)

Folder = Annotated[Path | None, typer.Argument(help="Folder whose YAML files override the default playbook.")]
Company = Annotated[Path | None, typer.Option(help="Folder with company.yaml, offers.yaml, policy.json.")]
Json = Annotated[bool, typer.Option("--json", help="Print findings as JSON.")]


@app.callback()
def playbook() -> None:
    """Plays, gates, holds, queues, phrases and caps are YAML; a folder of your own overrides what it names."""


@app.command("lint")
def lint(folder: Folder = None, company: Company = None, as_json: Json = False) -> None:
    """Contradictions, unreachable or uncapped plays, missing templates, stale review dates; exits 1 if any."""
    from dataclasses import asdict

    from journey_assistant.bootstrap import build_clock, build_playbook, build_prompts
    from journey_assistant.cli.output import console, print_json
    from journey_assistant.playbook.lint import lint as findings_of
    from journey_assistant.settings import load_settings

    settings = load_settings()
    templates = [name.removeprefix("plays/") for name in build_prompts(settings).names if name.startswith("plays/")]
    found = findings_of(build_playbook(settings, folder, company), build_clock().now().date(), templates)
    if as_json:
        print_json([asdict(finding) for finding in found])
    else:
        for finding in found:
            console.print(f"{finding.file}:{finding.line}: {finding.code}: {finding.message}")
        console.print("nothing found" if not found else f"{len(found)} findings")
    raise typer.Exit(1 if found else 0)
