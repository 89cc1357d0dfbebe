"""``journey demo``: the demo company's headline moments, decided here and now."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from journey_assistant.services.demo_company import HeadlineMoment

Json = Annotated[bool, typer.Option("--json", help="Print the runs as JSON instead of panels.")]
EXPLAINED = "frustrated-prospect"
"""The moment that is explained in full: the promise of the product."""


def demo(as_json: Json = False) -> None:
    """Load the demo company, decide its headline moments, and print who got what and why.

    Needs no key, no GPU and no network. Writes to ./.journey alone (JOURNEY_HOME).
    """
    from journey_assistant.cli.output import console, print_json

    began = perf_counter()
    decided = _decided()
    if as_json:
        print_json([line for _, line in decided])
        return
    _print_panels(decided)
    routes = sorted({line["route"] for _, line in decided})
    console.print(f"{len(decided)} moments, routes {', '.join(routes)}, {perf_counter() - began:.1f} s in all.")
    console.print(
        "Next: [bold]journey explain --what-if[/], [bold]journey serve[/], or your own: [bold]journey decide[/]."
    )


def _decided() -> list[tuple[HeadlineMoment, dict[str, Any]]]:
    import asyncio

    from journey_assistant.assistant import Assistant
    from journey_assistant.cli.output import tracked
    from journey_assistant.resources import resource_dir
    from journey_assistant.services.demo_company import headline_moments

    folder = resource_dir("demo")
    moments = headline_moments(folder)
    assistant = Assistant.open(company=folder, knowledge=resource_dir("knowledge_base"))
    with asyncio.Runner() as runner:
        return [(m, runner.run(assistant.decide_line(m.case))) for m in tracked(moments, len(moments), "deciding")]


def _print_panels(decided: list[tuple[HeadlineMoment, dict[str, Any]]]) -> None:
    from journey_assistant.cli.output import console
    from journey_assistant.cli.show import explanation, run_panel
    from journey_assistant.services.explain import event_names

    for moment, line in decided:
        title = f"{moment.title} · {moment.case.snapshot.customer.name}"
        console.print(run_panel(line, title, moment.question, event_names(moment.case)))
    console.rule("One decision, explained in full")
    moment, line = next((m, run) for m, run in decided if m.case.snapshot.case_id == EXPLAINED)
    console.print(explanation(line, event_names(moment.case)))
