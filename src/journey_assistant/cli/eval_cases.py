"""``journey eval list|init|add|schema``: suites as files."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import Annotated

import typer

EVALS = Path("evals")
Root = Annotated[Path, typer.Argument(help="Folder to look in.")]
ListJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def list_suites(folder: Root = EVALS, json: ListJson = False) -> None:
    """The suites in a folder, with their kind, owner, and the number of their cases and tags."""
    from rich.table import Table

    from journey_assistant.cli.output import console, print_json
    from journey_assistant.evaluation.cases import read_suite, suite_files

    found = [(file, read_suite(file)) for file in suite_files(folder)]
    if json:
        lines = [
            {"suite": s.name, "file": str(file), "cases": len(s.rows), "kind": s.kind.value, "owner": s.owner}
            for file, s in found
        ]
        print_json(lines)
        return
    table = Table("suite", "kind", "cases", "tags", "owner", "about")
    for _, suite in found:
        tags = {tag for row in suite.rows for tag in row.get("tags") or []}
        table.add_row(suite.name, suite.kind.value, str(len(suite.rows)), str(len(tags)), suite.owner, suite.about)
    table.add_row("all", "", str(sum(len(suite.rows) for _, suite in found)), "", "", "")
    console.print(table)


Folder = Annotated[Path, typer.Argument(help="A new folder for the suite.", show_default=False)]
HelpCentre = Annotated[Path, typer.Option("--knowledge", help="Your help centre.", show_default=False)]
Owner = Annotated[str, typer.Option(help="Who is asked when a case fails.")]


def init(folder: Folder, knowledge: HelpCentre, owner: Owner = "support") -> None:
    """A first suite from your own help centre: a question for each article, and what holds for every company.

    Example: journey eval init evals/suites/ours --knowledge help/
    """
    from journey_assistant.cli.output import errors
    from journey_assistant.evaluation.first_suite import write_first_suite

    cases = write_first_suite(folder, knowledge, owner)
    errors.print(f"{cases} cases written to {folder}: read them, correct the questions, add what your customers ask")


SuiteFolder = Annotated[Path, typer.Argument(help="The suite's folder, or its case file.", show_default=False)]
FromRun = Annotated[str, typer.Option("--from-run", help="Id of a stored run, or its beginning.", show_default=False)]
Expected = Annotated[
    list[str] | None, typer.Option("--expect", help="route=…, cites=…, queue=… (comma for alternatives); repeatable.")
]
Why = Annotated[str, typer.Option(help="The reason for the label.", show_default=False)]
CaseName = Annotated[str | None, typer.Option("--id", help="The new case's id; default: from the run's.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="What the case is about; repeatable.")]
KeepPerson = Annotated[bool, typer.Option("--keep-person", help="Keep name, e-mail address and phone number.")]


def add(
    suite: SuiteFolder,
    from_run: FromRun,
    why: Why,
    expect: Expected = None,
    id: CaseName = None,
    tag: Tags = None,
    keep_person: KeepPerson = False,
) -> None:
    """Turn a run that went wrong into a case. Name and addresses are replaced; look through the texts yourself.

    Example: journey eval add evals/suites/ours --from-run run_1a2b --expect hold=stale --why "…"
    """
    from journey_assistant.cli.output import errors
    from journey_assistant.cli.stored import in_store
    from journey_assistant.domain.effects import RunRecord
    from journey_assistant.evaluation.from_run import append_case, case_from_run
    from journey_assistant.ports.store import Store
    from journey_assistant.services.explain import find_run

    async def work(store: Store) -> RunRecord:
        return await find_run(store, from_run)

    record = in_store(work)
    case = case_from_run(record, expect or [], why=why, tags=tag or [], id_=id, keep_person=keep_person)
    file = append_case(suite, case)
    errors.print(f"case {case['id']} added to {file}")


SchemaFolder = Annotated[Path, typer.Argument(help="Folder to write to.")]


def schema(folder: SchemaFolder = EVALS / "schema") -> None:
    """Write the JSON Schema of suites and cases, for editors and other programs."""
    from journey_assistant.cli.output import errors, save_text
    from journey_assistant.evaluation.suite_schema import schemas

    folder.mkdir(parents=True, exist_ok=True)
    for name, content in schemas().items():
        save_text(json_text.dumps(content, ensure_ascii=False, indent=2) + "\n", folder / name)
    errors.print(f"{len(schemas())} schemas written to {folder}")
