"""``journey replay --playbook NEW``: the decision diff on a terminal, as JSON, or as a page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from journey_assistant.cli.stored import in_store, named_folders

if TYPE_CHECKING:
    from journey_assistant.domain.effects import RunRecord
    from journey_assistant.evaluation.decision_diff import DecisionDiff, Pair
    from journey_assistant.ports.store import Store
    from journey_assistant.services.decide import Decider

KINDS_SHOWN = 12


def show_diff(
    records: Callable[[Store], AsyncIterator[RunRecord]],
    folders: Mapping[str, Path | None],
    prompts: Path | None,
    html: Path | None,
    as_json: bool,
) -> None:
    """Decides the recorded moments by the changed agent and shows what would be decided otherwise."""
    from journey_assistant.cli.output import errors, print_json, save_text
    from journey_assistant.evaluation.decision_diff import DecisionDiff, decided_again, diff_page

    decider = _changed_decider(folders, prompts)

    async def work(store: Store) -> list[Pair]:
        return [pair async for pair in decided_again(records(store), decider)]

    diff = DecisionDiff(tuple(in_store(work)))
    if as_json:
        print_json(diff.as_json())
    else:
        _print(diff)
    if html is not None:
        after = f"playbook {decider.versions.playbook[:16]}, prompts {decider.versions.prompts[:16]}"
        save_text(diff_page(diff, before="as recorded", after=after), html)
        errors.print(f"page written to {html}")


def _changed_decider(folders: Mapping[str, Path | None], prompts: Path | None) -> Decider:
    from journey_assistant.bootstrap import build_decider
    from journey_assistant.settings import load_settings

    settings = load_settings()
    if prompts is not None:
        settings = settings.model_copy(update={"prompts_dir": prompts})
    return build_decider(settings, in_memory=True, **named_folders(**folders))


def _print(diff: DecisionDiff) -> None:
    from rich.table import Table

    from journey_assistant.cli.output import console
    from journey_assistant.evaluation.figures import ROUTES

    console.print(f"{len(diff.changed)} of {len(diff.pairs)} decisions would change")
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
