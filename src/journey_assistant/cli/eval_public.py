"""``journey eval public``: figures on public data sets, for anybody with their own copies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from journey_assistant.evaluation.public import Measured

DataFolder = Annotated[Path, typer.Argument(help="Folder with the public data sets (JSONL).", show_default=False)]
Most = Annotated[int, typer.Option("--most", min=1, help="Rows of each set, drawn by the seed.")]
Seed = Annotated[int, typer.Option("--seed", help="Another seed draws other rows.")]
All = Annotated[bool, typer.Option("--all", help="Every row of every set.")]
Only = Annotated[list[str] | None, typer.Option("--only", help="This yardstick; may be named several times.")]
Resume = Annotated[Path | None, typer.Option(help="Journal: finished yardsticks are kept here and not run again.")]
Card = Annotated[Path | None, typer.Option("--markdown", help="Write the figures here as a table for a model card.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def public(
    folder: DataFolder,
    most: Most = 400,
    seed: Seed = 2026,
    all_: All = False,
    only: Only = None,
    resume: Resume = None,
    json: AsJson = False,
    markdown: Card = None,
) -> None:
    """Figures on public data sets: moods, contact reasons, retrieval, attacks, personal data, policies.

    A set whose files are not there is left out. Vectors of articles are kept, so that a second run is fast and a broken
    one goes on. Example: journey eval public data/ --all --resume public.jsonl --markdown figures.md
    """
    from dataclasses import asdict

    from journey_assistant.cli.output import print_json, save_text, tracked
    from journey_assistant.evaluation.journal import Journal
    from journey_assistant.evaluation.public import Lab, Sample, measured, public_markdown
    from journey_assistant.settings import load_settings

    lab = Lab(folder, load_settings(), Sample(None if all_ else most, seed), tracked)
    found = list(measured(lab, only=only or (), journal=Journal(resume)))
    if json:
        print_json(
            [{"yardstick": m.name, "means": m.means, "figures": [asdict(n) for n in m.numbers or ()]} for m in found]
        )
    else:
        _show(found)
    if markdown is not None:
        save_text(public_markdown(found), markdown)


def _show(found: Sequence[Measured]) -> None:
    from rich.table import Table

    from journey_assistant.cli.output import console

    table = Table("yardstick", "figure", "value", "cases", "means")
    for one in found:
        for number in one.numbers or ():
            table.add_row(one.name, number.name, f"{number.value:.3f}", str(number.n), number.means)
        if one.numbers is None:
            table.add_row(one.name, "its files are not there", "", "", one.means)
    console.print(table)
