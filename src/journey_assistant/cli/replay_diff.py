"""``journey replay --playbook|--prompts|--model NEW``: the decision diff on a terminal, as JSON, or as a page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from journey_assistant.cli.stored import in_store

if TYPE_CHECKING:
    from journey_assistant.domain.effects import RunRecord
    from journey_assistant.evaluation.decision_diff import DecisionDiff, Pair
    from journey_assistant.evaluation.replay_many import Again, Agents
    from journey_assistant.ports.store import Store

KINDS_SHOWN = 12


def show_diff(
    records: Callable[[Store], AsyncIterator[RunRecord]],
    again: Again,
    jobs: int,
    budget_usd: float | None,
    html: Path | None,
    as_json: bool,
) -> None:
    """Decides the recorded moments by the changed agent and shows what would be decided otherwise."""
    from journey_assistant.cli.output import errors, print_json, save_text
    from journey_assistant.evaluation.decision_diff import DecisionDiff, diff_page
    from journey_assistant.evaluation.replay_many import Agents

    agents = Agents(again)
    versions = agents.changed.versions
    diff = DecisionDiff(tuple(in_store(lambda store: _pairs(records(store), agents, jobs, budget_usd))))
    if as_json:
        print_json(diff.as_json())
    else:
        _print(diff)
    if html is not None:
        model = f", model {versions.model}" if versions.model else ""
        after = f"playbook {versions.playbook[:16]}, prompts {versions.prompts[:16]}{model}"
        save_text(diff_page(diff, before="as recorded", after=after), html)
        errors.print(f"page written to {html}")


async def _pairs(records: AsyncIterator[RunRecord], agents: Agents, jobs: int, budget_usd: float | None) -> list[Pair]:
    from journey_assistant.cli.output import counting, errors
    from journey_assistant.evaluation.budget import Budget
    from journey_assistant.evaluation.decision_diff import pairs_of
    from journey_assistant.evaluation.replay_many import by_many_hands

    found, budget = [], Budget(usd=budget_usd)
    with counting("deciding") as count:
        async with aclosing(by_many_hands(records, agents, pairs_of, jobs=jobs)) as pairs:
            async for pair in pairs:
                found.append(pair)
                count()
                budget.spend({"cost_usd": pair.usd})
                if budget.used_up:
                    errors.print(f"stopped after {len(found)} runs: {budget.used_up}")
                    break
    return found


def _print(diff: DecisionDiff) -> None:
    from rich.table import Table

    from journey_assistant.cli.output import console
    from journey_assistant.evaluation.figures import ROUTES

    console.print(f"{len(diff.changed)} of {len(diff.pairs)} decisions would change")
    if diff.as_recorded:
        console.print(f"{diff.as_recorded} answers of the model were taken from the record")
    if not diff.changed:
        return
    routes = Table("before", *ROUTES.values(), title="route: before (down), after (across)", title_justify="left")
    for before, after in diff.routes.items():
        routes.add_row(before, *(str(after.get(name, "·")) for name in ROUTES.values()))
    console.print(routes)
    for title, counted in (("play", diff.plays), ("tag", diff.tags)):
        if counted:
            columns = list(next(iter(counted.values())))
            found = Table(title, *columns)
            for name, numbers in counted.items():
                found.add_row(name, *(str(numbers[column]) for column in columns))
            console.print(found)
    kinds = Table("change", "runs", "for example", "because")
    for kind, pairs in diff.kinds[:KINDS_SHOWN]:
        kinds.add_row(kind, str(len(pairs)), f"{pairs[0].case_id}: {pairs[0].asked[:80]}", pairs[0].after.why)
    console.print(kinds)
