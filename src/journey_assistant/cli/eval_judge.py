"""``journey eval judge``: may a language model mark drafts beside the rules?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from journey_assistant.evaluation.cases import Suite
    from journey_assistant.evaluation.draft_judge import Marked

Drafts = Annotated[Path, typer.Argument(help="A suite of labelled drafts.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def judge(drafts: Drafts = Path("evals/suites/drafts"), json: AsJson = False) -> None:
    """Calibrate the model of the settings as a judge of drafts, on drafts that people marked: agreement, threshold.

    The rules of the rubric stay the judge; this says whether the model's marks are worth reading beside them.
    """
    import asyncio
    from dataclasses import asdict

    from rich.table import Table

    from journey_assistant.cli.output import console, print_json
    from journey_assistant.errors import Rejected
    from journey_assistant.evaluation.cases import read_suites
    from journey_assistant.evaluation.draft_judge import agreements, learned_threshold, verdict
    from journey_assistant.evaluation.suite_schema import Kind

    suites = [one for one in read_suites([drafts]) if one.kind is Kind.DRAFTS]
    if len(suites) != 1:
        raise Rejected(f"{len(suites)} suites of drafts", where=str(drafts), allowed="one")
    marked = asyncio.run(_marked(suites[0]))
    found = list(agreements(marked))
    if json:
        by_judge = [{**asdict(one), "share": one.share} for one in found]
        print_json({"drafts": len(marked), "threshold": learned_threshold(marked), "agreement": by_judge})
        return
    table = Table("judge", "points", "agrees", "kappa", "missed", "too strict")
    for one in found:
        shares = (f"{one.agreed}/{one.of}", f"{100 * one.share:.1f} %", f"{one.kappa:.2f}")
        table.add_row(one.judge, *shares, str(one.missed), str(one.too_strict))
    console.print(table)
    console.print(verdict(found[-1]))


async def _marked(suite: Suite) -> list[Marked]:
    from journey_assistant.bootstrap import build_model
    from journey_assistant.cli.output import tracked
    from journey_assistant.errors import ConfigurationError
    from journey_assistant.evaluation.bench import Bench
    from journey_assistant.evaluation.disciplines.drafts import written
    from journey_assistant.evaluation.draft_judge import Marked, marked
    from journey_assistant.evaluation.rubric import marks
    from journey_assistant.settings import load_settings

    model = build_model(load_settings())
    if model is None:
        raise ConfigurationError("there is no model: set JOURNEY_MODEL_BASE_URL and JOURNEY_MODEL_NAME")
    playbook = Bench().decider_for(suite).parts.playbook
    found = []
    for row in tracked(suite.rows, len(suite.rows), "marking"):
        draft = written(row, row["draft"], playbook)
        people = frozenset(row["expect"].get("fails") or ())
        found.append(Marked(str(row["id"]), await marked(model, draft), people, frozenset(marks(draft))))
    return found
