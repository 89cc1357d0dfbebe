"""``journey eval model``: what a language model is worth here, with the cost told first."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SuitePlace = Annotated[Path, typer.Argument(help="A suite of decisions.")]
Cases = Annotated[int, typer.Option("--cases", min=1, help="Messages of the suite, evenly spread.")]
CardFile = Annotated[Path, typer.Option("--card", help="Write the card here (Markdown).")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask after the estimate.")]
EstimateOnly = Annotated[bool, typer.Option("--estimate", help="Tell the cost and stop.")]


def model(
    suite: SuitePlace = Path("evals/suites/answers"),
    cases: Cases = 40,
    card: CardFile = Path("model-card.md"),
    yes: Yes = False,
    estimate: EstimateOnly = False,
) -> None:
    """A card for the model of the settings: answers, cost, time, and what the guardrails let through of a liar.

    The cost is estimated first, without a call. Example: journey eval model --cases 40 --card card.md
    """
    from journey_assistant.cli.output import console, errors, save_text
    from journey_assistant.errors import ConfigurationError, Rejected
    from journey_assistant.evaluation import model_card
    from journey_assistant.evaluation.cases import read_suites
    from journey_assistant.evaluation.suite_schema import Kind
    from journey_assistant.settings import load_settings

    settings = load_settings()
    chosen = [one for one in read_suites([suite]) if one.kind is Kind.DECISIONS]
    if len(chosen) != 1:
        raise Rejected(f"{len(chosen)} suites of decisions", where=str(suite), allowed="one")
    few = model_card.spread(chosen[0], cases)
    stand_in = model_card.StandIn(few)
    estimated = model_card.estimate(stand_in, settings.model_price_in, settings.model_price_out)
    console.print(estimated.words)
    if estimate:
        return
    if not settings.has_model:
        raise ConfigurationError("there is no model: set JOURNEY_MODEL_BASE_URL and JOURNEY_MODEL_NAME")
    if not yes and not typer.confirm("Ask the model now?"):
        raise typer.Exit(1)
    text = model_card.card(
        model=settings.model_name or "model",
        report=model_card.examined(few, settings),
        before=model_card.examined(few, settings.model_copy(update={"model_base_url": None})),
        found=list(model_card.releases(stand_in)),
        estimated=estimated,
    )
    save_text(text, card)
    errors.print(f"card written to {card}")
