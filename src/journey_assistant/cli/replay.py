"""``journey replay``: the identical record again, or what a new playbook would have decided."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from journey_assistant.cli.stored import Json, in_store

if TYPE_CHECKING:
    from journey_assistant.domain.effects import RunRecord
    from journey_assistant.evaluation.replay_many import Again
    from journey_assistant.ports.store import Store
    from journey_assistant.services.replay import Replayed

Runs = Annotated[
    list[str] | None, typer.Argument(metavar="RUN…", help="Run ids, or RUNS.jsonl files.", show_default=False)
]
PLACES_SHOWN = 12


def replay(
    runs: Runs = None,
    all_: Annotated[bool, typer.Option("--all", help="Every stored run.")] = False,
    since: Annotated[datetime | None, typer.Option(help="Stored runs since this time (UTC).")] = None,
    cases: Annotated[Path | None, typer.Option(help="The cases that the runs of a file were decided from.")] = None,
    playbook: Annotated[Path | None, typer.Option(help="Decide with this playbook: what would change?")] = None,
    knowledge: Annotated[Path | None, typer.Option(help="Help centre, if it was not the setting's.")] = None,
    company: Annotated[Path | None, typer.Option(help="Company folder; for a file's runs, the cases' folder.")] = None,
    prompts: Annotated[Path | None, typer.Option(help="Decide with these prompts: what would change?")] = None,
    model: Annotated[str | None, typer.Option(help="Decide with this model: what would change?")] = None,
    base_url: Annotated[str | None, typer.Option(help="Server of --model; default: the setting's.")] = None,
    tape: Annotated[Path | None, typer.Option(help="Keep the model's answers here; those in it are reused.")] = None,
    budget_usd: Annotated[float | None, typer.Option(help="Ask the model nothing more beyond this cost.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the decision diff here as one HTML page.")] = None,
    jobs: Annotated[int, typer.Option(min=0, help="Processes; 0 = more than one once it pays.")] = 0,
    resume: Annotated[
        Path | None, typer.Option(help="Journal: finished replays are kept here, for this state.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Decide recorded moments again and compare byte for byte (times of steps aside).

    With --playbook, --prompts or --model: the decision diff instead, by route, play and tag, with examples; exits 0.

    Exits 1 when a record differs: it was edited, or deciding is not what it was. A record of other versions (say, a
    new playbook) is reported as such with what changed, and is no failure. Where a model spoke, the record is only
    checked for edits.
    """
    from journey_assistant.errors import Rejected
    from journey_assistant.evaluation.replay_many import Again

    files = [Path(run) for run in runs or [] if run.endswith(".jsonl")]
    ids = [run for run in runs or [] if not run.endswith(".jsonl")]
    if not runs and not all_ and since is None:
        raise Rejected("no run is named", where="replay", allowed="RUN ids or files, --all, or --since")
    if files and cases is None:
        raise Rejected("the cases of the runs are missing", where=str(files[0]), allowed="--cases CASES.jsonl")
    stored = None if all_ or (since is not None and not ids) else ids
    at = since.replace(tzinfo=UTC) if since and since.tzinfo is None else since
    again = Again(knowledge, playbook, company or (cases.parent if cases else None), prompts, model, base_url, tape)

    def records(store: Store) -> AsyncIterator[RunRecord]:
        return _records(store, stored, at, files, cases)

    if any(one is not None for one in (playbook, prompts, html, model, base_url, tape)):
        from journey_assistant.cli.replay_diff import show_diff

        show_diff(records, again, jobs, budget_usd, html, as_json)
        return
    _report(in_store(lambda store: _replayed(records(store), again, jobs, resume)), as_json)


async def _replayed(records: AsyncIterator[RunRecord], again: Again, jobs: int, resume: Path | None) -> list[Replayed]:
    """The comparisons. The agent is loaded once there is something to decide."""
    from journey_assistant.cli.output import counting
    from journey_assistant.evaluation.journal import Journal
    from journey_assistant.evaluation.replay_many import replayed

    found = []
    with counting("replaying") as count:
        async for one in replayed(records, again, jobs=jobs, journal=Journal(resume)):
            found.append(one)
            count()
    return found


async def _records(
    store: Store, ids: list[str] | None, since: datetime | None, files: list[Path], cases: Path | None
) -> AsyncIterator[RunRecord]:
    from journey_assistant.domain.journey_run import RunId
    from journey_assistant.services.replay import runs_of_file, stored_runs

    for file in files:
        for record in runs_of_file(file, cases or Path()):
            yield record
    if ids is None or ids:
        wanted = None if ids is None else [RunId(id_) for id_ in ids]
        async for record in stored_runs(store, ids=wanted, since=since):
            yield record


def _report(replayed: list[Replayed], as_json: bool) -> None:
    from collections import Counter

    from journey_assistant.cli.output import console, print_json
    from journey_assistant.services.replay import Sameness

    if as_json:
        print_json([_line(one) for one in replayed])
    else:
        for one in replayed:
            if one.differences:
                _print_differences(one)
        counted = Counter(one.sameness.value for one in replayed)
        told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(counted.items()))
        console.print(f"{len(replayed)} runs replayed: {told or 'nothing to do'}")
    if any(one.sameness is Sameness.DIFFERS for one in replayed):
        raise typer.Exit(1)


def _print_differences(one: Replayed) -> None:
    from rich.table import Table
    from rich.text import Text

    from journey_assistant.cli.output import console

    title = f"{one.run_id} ({one.case_id}): {one.sameness.value.replace('_', ' ')}"
    table = Table("place", "recorded", "again", title=Text(title), title_justify="left")
    for difference in one.differences[:PLACES_SHOWN]:
        table.add_row(*(Text(str(cell)[:200]) for cell in (difference.place, difference.recorded, difference.again)))
    if len(one.differences) > PLACES_SHOWN:
        table.add_row(Text(f"and {len(one.differences) - PLACES_SHOWN} more"), "", "")
    console.print(table)


def _line(one: Replayed) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(one), "sameness": one.sameness.value}
