"""``journey eval meta|simulate``: studies that need no labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from journey_assistant.evaluation.cases import Suite
    from journey_assistant.evaluation.metamorphic import Stability

Suites = Annotated[list[Path], typer.Argument(help="Case files, or folders of suites.", show_default=False)]
Few = Annotated[int | None, typer.Option("--cases", min=1, help="Only so many cases of each suite, evenly spread.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Articles = Annotated[bool, typer.Option(help="Also among 2,000 foreign articles (opens another help centre).")]


def meta(suites: Suites, cases: Few = None, foreign: Articles = True, json: AsJson = False) -> None:
    """What must not change does not: harmless events, another order, typos, another company name, foreign articles.

    Exits 1 when more changed than may. Example: journey eval meta evals/suites --cases 20
    """
    from dataclasses import asdict

    from rich.table import Table

    from journey_assistant.cli.output import console, print_json, tracked
    from journey_assistant.evaluation.cases import read_suites
    from journey_assistant.evaluation.suite_schema import Kind

    chosen = [suite for suite in read_suites(suites) if suite.kind is Kind.DECISIONS]
    found = [
        (suite, one) for suite in tracked(chosen, len(chosen), "changing") for one in _tried(suite, cases, foreign)
    ]
    if json:
        print_json([{"suite": suite.name, **asdict(one), "holds": one.holds} for suite, one in found])
    else:
        table = Table("suite", "change", "cases", "changed", "which")
        for suite, one in found:
            which = "; ".join(f"{case}: {before} → {after}" for case, before, after in one.changed[:5])
            mark = "" if one.holds else "  too many"
            table.add_row(suite.name, one.change.replace("_", " "), str(one.cases), f"{len(one.changed)}{mark}", which)
        console.print(table)
    if not all(one.holds for _, one in found):
        raise typer.Exit(1)


def _tried(suite: Suite, few: int | None, foreign: bool) -> list[Stability]:
    import asyncio
    import tempfile

    from journey_assistant.evaluation.bench import Bench
    from journey_assistant.evaluation.metamorphic import tried, with_foreign_articles
    from journey_assistant.resources import resource_dir

    rows = _spread([dict(row) for row in suite.rows], few)
    ours = Bench().target_for(suite)
    with tempfile.TemporaryDirectory() as place:
        among = None
        if foreign:
            folder = with_foreign_articles(suite.knowledge or resource_dir("knowledge_base"), Path(place))
            among = Bench(knowledge=folder).target_for(suite).decide
        return asyncio.run(tried(rows, ours.decide, among))


def _spread(rows: list[dict[str, Any]], few: int | None) -> list[dict[str, Any]]:
    if few is None or few >= len(rows):
        return rows
    return [rows[n * len(rows) // few] for n in range(few)]


Personas = Annotated[Path, typer.Argument(help="YAML file of personas.")]
Company = Annotated[Path | None, typer.Option(help="Folder with company.yaml, offers.yaml, policy.json.")]
ByModel = Annotated[bool, typer.Option("--by-model", help="The model of the settings plays the customers.")]
HelpCentre = Annotated[Path | None, typer.Option("--knowledge", help="Help centre; default: the setting's.")]


def simulate(
    personas: Personas = Path("evals/simulation/personas.yaml"),
    company: Company = None,
    knowledge: HelpCentre = None,
    by_model: ByModel = False,
    json: AsJson = False,
) -> None:
    """Scripted customers (patient, terse, angry, confused …) talk to the services; the state at the end is graded.

    The chat's own turn runner answers, in simulated time: bursts join, newer messages supersede, colleagues take over.
    Nothing is stored or sent. Exits 1 when a conversation ended badly.
    """
    import asyncio
    from dataclasses import asdict

    from rich.table import Table

    from journey_assistant.bootstrap import build_decider, build_model
    from journey_assistant.cli.output import console, print_json, tracked
    from journey_assistant.errors import ConfigurationError
    from journey_assistant.evaluation.model_persona import played_by
    from journey_assistant.evaluation.simulate import read_personas
    from journey_assistant.evaluation.simulate import simulate as simulated
    from journey_assistant.resources import resource_dir
    from journey_assistant.settings import load_settings

    given = read_personas(personas)
    folder = company or (resource_dir("demo") if knowledge is None else None)
    settings = load_settings()
    player = build_model(settings) if by_model else None
    if by_model and player is None:
        raise ConfigurationError("no model to play: set JOURNEY_MODEL_BASE_URL and JOURNEY_MODEL_NAME")
    decider = build_decider(settings, knowledge=knowledge, company=folder, in_memory=True)
    ended = [
        asyncio.run(simulated(persona, decider, played_by(player, persona) if player else None))
        for persona in tracked(given, len(given), "talking")
    ]
    if json:
        print_json([{**asdict(one), "good": one.is_good} for one in ended])
    else:
        table = Table("persona", "turns", "goals reached", "ended with", "wrong")
        for one in ended:
            reached = f"{sum(one.reached)}/{len(one.reached)}"
            table.add_row(one.persona, str(len(one.turns)), reached, str(one.state["owner"]), "; ".join(one.wrong))
        console.print(table)
    if not all(one.is_good for one in ended):
        raise typer.Exit(1)
