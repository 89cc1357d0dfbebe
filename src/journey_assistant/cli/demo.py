"""``journey demo``: the demo company's headline moments, decided here and now."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from journey_assistant.cli.stored import in_store

if TYPE_CHECKING:
    from journey_assistant.ports.store import Store
    from journey_assistant.services.demo_company import HeadlineMoment

Json = Annotated[bool, typer.Option("--json", help="Print the runs as JSON instead of panels.")]
EXPLAINED = "frustrated-prospect"
"""The moment that is explained in full: the promise of the product."""


def demo(as_json: Json = False) -> None:
    """Load the demo company, decide its headline moments, and print who got what and why.

    Needs no key, no GPU and no network. Customers and runs are stored in ./.journey (JOURNEY_HOME), nothing is written
    elsewhere; running it again doubles nothing.
    """
    from journey_assistant.cli.output import console, print_json

    began = perf_counter()
    decided = in_store(_decided)
    if as_json:
        print_json([line for _, line in decided])
        return
    _print_panels(decided)
    routes = sorted({line["route"] for _, line in decided})
    console.print(f"{len(decided)} moments, routes {', '.join(routes)}, {perf_counter() - began:.1f} s in all.")
    promise = next(line["id"] for moment, line in decided if moment.case.snapshot.case_id == EXPLAINED)
    console.print(f"Next: journey explain {promise} --what-if", highlight=False, soft_wrap=True)
    customer = decided[0][0].case.snapshot.customer.id
    console.print(f"      journey crm timeline {customer}, journey queue list, journey replay --all", highlight=False)
    console.print("      or your own: journey decide --help", highlight=False)


async def _decided(store: Store) -> list[tuple[HeadlineMoment, dict[str, Any]]]:
    """The company stored, and every moment decided and committed; what was there before stays as it is."""
    from journey_assistant.assistant import Assistant
    from journey_assistant.bootstrap import build_clock
    from journey_assistant.cli.output import tracked
    from journey_assistant.resources import resource_dir
    from journey_assistant.services.commit import commit
    from journey_assistant.services.demo_company import headline_moments
    from journey_assistant.services.load_demo import load_demo_company
    from journey_assistant.services.record import run_line

    folder = resource_dir("demo")
    await load_demo_company(store, folder, build_clock().now())
    moments = headline_moments(folder)
    assistant = Assistant.open(company=folder, knowledge=resource_dir("knowledge_base"))
    decided = []
    for moment in tracked(moments, len(moments), "deciding"):
        run = await assistant.decide(moment.case)
        await commit(store, run, moment.case)
        decided.append((moment, run_line(run)))
    return decided


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
