"""``journey explain``: why a moment went where it went, and which single fact would have changed it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from journey_assistant.cli.stored import Json, in_store, named_folders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from journey_assistant.bootstrap import Folders
    from journey_assistant.ports.store import Store
    from journey_assistant.services.read_case import Case
    from journey_assistant.services.what_if import WhatIf

Run = Annotated[
    str | None, typer.Argument(metavar="RUN", help="A stored run: its id, or the beginning of it.", show_default=False)
]
Whatif = Annotated[bool, typer.Option("--what-if", help="Which single change of a fact would lead elsewhere?")]
Cases = Annotated[Path | None, typer.Option(help="Decide a case of this file instead; nothing is stored.")]
CaseName = Annotated[str | None, typer.Option("--case", help="The case's id; needless when the file has one case.")]
Knowledge = Annotated[Path | None, typer.Option(help="Help centre, if it was not the setting's.")]
PlaybookDir = Annotated[Path | None, typer.Option("--playbook", help="Playbook folder, if it was not the setting's.")]
Company = Annotated[Path | None, typer.Option(help="Company folder; for a case of a file, the file's folder.")]


@dataclass(frozen=True, slots=True)
class _Explained:
    """A run's line with the case that it was decided from, and what would have changed it."""

    line: Mapping[str, Any]
    case: Case
    changes: Sequence[WhatIf] | None = None


def explain(
    run: Run = None,
    what_if: Whatif = False,
    cases: Cases = None,
    case: CaseName = None,
    knowledge: Knowledge = None,
    playbook: PlaybookDir = None,
    company: Company = None,
    as_json: Json = False,
) -> None:
    """Explain a decision: what was seen, what was decided and why, what was rejected, what guardrails saw.

    Examples: journey explain run_4f2a --what-if; journey explain --cases cases.jsonl --case velocity-01
    """
    import asyncio

    from journey_assistant.errors import Rejected

    if (run is None) == (cases is None):
        raise Rejected("name one run or one case", where="journey explain", allowed="RUN, or --cases FILE --case ID")
    given = named_folders(knowledge=knowledge, playbook=playbook, company=company)
    if cases is not None:
        _show(asyncio.run(_of_file(cases, case, given, what_if)), as_json)
    else:
        _show(in_store(lambda store: _of_store(store, str(run), given, what_if)), as_json)


async def _of_store(store: Store, wanted: str, folders: Folders, what_if: bool) -> _Explained:
    from journey_assistant.bootstrap import demo_folders
    from journey_assistant.services.explain import find_run
    from journey_assistant.services.read_case import read_case
    from journey_assistant.settings import load_settings

    record = await find_run(store, wanted)
    case = read_case(dict(record.case), where=f"run {record.id}")
    if not what_if:
        return _Explained(record.line, case)
    folders = folders or demo_folders(load_settings(), record.line["versions"]["playbook"])
    return _Explained(record.line, case, (await _decided(case, folders, what_if)).changes)


async def _of_file(file: Path, wanted: str | None, folders: Folders, what_if: bool) -> _Explained:
    from journey_assistant.errors import NotFound, Rejected
    from journey_assistant.services.read_case import read_cases

    found = [case for case in read_cases(file) if wanted in (None, case.snapshot.case_id)]
    if not found:
        raise NotFound(f"{file}: there is no case {wanted}" if wanted else f"{file}: there is no case")
    if len(found) > 1:
        raise Rejected(f"{len(found)} cases to choose from", where=str(file), allowed="--case with the id of one case")
    return await _decided(found[0], _beside(file, found[0]) | folders, what_if)


def _beside(file: Path, case: Case) -> Folders:
    """What belongs to a case file: the company's files in its folder, and the help centre that the case names."""
    return named_folders(company=file.parent, knowledge=file.parent / case.knowledge if case.knowledge else None)


async def _decided(case: Case, folders: Folders, what_if: bool) -> _Explained:
    from journey_assistant.bootstrap import build_decider
    from journey_assistant.services.record import run_line
    from journey_assistant.services.what_if import what_if as changes_of
    from journey_assistant.settings import load_settings

    decider = build_decider(load_settings(), in_memory=True, **folders)
    decided = await decider.decide(case)
    return _Explained(run_line(decided), case, await changes_of(decider, case, decided) if what_if else None)


def _show(explained: _Explained, as_json: bool) -> None:
    from dataclasses import asdict

    from journey_assistant.cli.output import console, print_json
    from journey_assistant.cli.show import explanation, what_if_table
    from journey_assistant.services.explain import event_names

    if as_json:
        changes = None if explained.changes is None else [asdict(change) for change in explained.changes]
        print_json({"run": dict(explained.line), **({} if changes is None else {"what_if": changes})})
        return
    console.print(explanation(explained.line, event_names(explained.case)))
    if explained.changes is not None:
        console.print(what_if_table(explained.changes))
