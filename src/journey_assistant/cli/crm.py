"""``journey crm``: customers and their timelines, in and out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from journey_assistant.cli.stored import Json, in_store

if TYPE_CHECKING:
    from journey_assistant.ports.store import Store
    from journey_assistant.services.import_crm import ImportReport

app = typer.Typer(help="Import, look at, export and erase customers.", no_args_is_help=True)

CustomerArgument = Annotated[str, typer.Argument(metavar="ID", help="The customer's id.", show_default=False)]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="Write here instead of stdout.")]
BAD_ROWS_SHOWN = 20


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV or JSONL, UTF-8 or UTF-16 with its mark.", show_default=False)],
    events: Annotated[bool, typer.Option("--events", help="The rows are events, not customers.")] = False,
    as_json: Json = False,
) -> None:
    """Import customers, or events with --events. Valid rows are kept; every other row is named by its line.

    A customer needs id; account.name, consent.email.marketing and the like are columns with dots, or objects in
    JSONL. What a file does not say about a known customer stays. An event needs customer_id, type and at (with
    its zone); other columns are its properties. Importing twice changes nothing. Exits 1 when rows were refused.
    """
    from dataclasses import asdict

    from journey_assistant.cli.output import print_json

    report = in_store(lambda store: _imported(store, file, events))
    if as_json:
        print_json(asdict(report))
    else:
        _print_report(report, file, "events" if events else "customers")
    if report.bad_total:
        raise typer.Exit(1)


async def _imported(store: Store, file: Path, events: bool) -> ImportReport:
    from rich.progress import Progress

    from journey_assistant.bootstrap import build_clock
    from journey_assistant.cli.output import errors
    from journey_assistant.services.import_crm import import_customers, import_events

    with Progress(console=errors, disable=not errors.is_terminal, transient=True) as bar:
        task = bar.add_task("importing", total=None)

        def seen(rows: int) -> None:
            bar.update(task, completed=rows, description=f"importing, {rows:,} rows read")

        if events:
            return await import_events(store, file, build_clock(), seen=seen)
        return await import_customers(store, file, seen=seen)


def _print_report(report: ImportReport, file: Path, what: str) -> None:
    from journey_assistant.cli.output import console, errors

    known = f", {report.known:,} known before" if report.known else ""
    console.print(f"{report.stored:,} {what} stored{known}, {report.bad_total:,} rows refused ({file})")
    for row in report.bad[:BAD_ROWS_SHOWN]:
        allowed = f" (allowed: {row.allowed})" if row.allowed else ""
        errors.print(f"{file}:{row.line}: {row.what}{allowed}", soft_wrap=True)
    if report.bad_total > BAD_ROWS_SHOWN:
        errors.print(f"and {report.bad_total - BAD_ROWS_SHOWN:,} more (--json lists up to a thousand)")


@app.command()
def timeline(
    customer: CustomerArgument,
    limit: Annotated[int, typer.Option(min=1, help="Newest events to show.")] = 50,
    as_json: Json = False,
) -> None:
    """Show what happened to a customer, oldest first."""
    from rich.table import Table
    from rich.text import Text

    from journey_assistant.cli.output import console, print_json

    events = in_store(lambda store: _newest(store, customer, limit))
    if as_json:
        print_json(events)
        return
    table = Table(title=customer, title_justify="left")
    for column in ("at", "type", "id", "what"):
        table.add_column(column)
    for event in events:
        what = ", ".join(f"{key} {value}" for key, value in event["properties"].items())
        table.add_row(*(Text(str(cell)) for cell in (event["at"], event["type"], event["id"], what[:120])))
    console.print(table)


async def _newest(store: Store, customer: str, limit: int) -> list[dict[str, Any]]:
    from collections import deque

    from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
    from journey_assistant.errors import NotFound
    from journey_assistant.services.export_crm import whole_timeline
    from journey_assistant.services.stored_case import event_line

    id_ = CustomerId(customer)
    last = deque([event async for event in whole_timeline(store, DEFAULT_TENANT, id_)], maxlen=limit)
    if not last and not await store.customers(DEFAULT_TENANT, ids=[id_]):
        raise NotFound(f"there is no customer {customer}")
    return [event_line(event) for event in last]


@app.command()
def export(
    customer: CustomerArgument,
    out: Out = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="The timeline as CSV; formulas are quoted.")] = False,
) -> None:
    """Export everything that is stored about a customer, as JSON: also what a request for access is answered with."""
    import json
    import sys

    text = in_store(lambda store: _timeline_csv(store, customer) if as_csv else _everything(store, customer))
    written = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False, indent=2) + "\n"
    if out is None:
        sys.stdout.write(written)
    else:
        out.write_text(written, encoding="utf-8", newline="")


async def _everything(store: Store, customer: str) -> Any:
    from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
    from journey_assistant.services.export_crm import export_customer

    return await export_customer(store, DEFAULT_TENANT, CustomerId(customer))


async def _timeline_csv(store: Store, customer: str) -> Any:
    from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
    from journey_assistant.services.export_crm import timeline_csv, whole_timeline

    return timeline_csv([event async for event in whole_timeline(store, DEFAULT_TENANT, CustomerId(customer))])


@app.command()
def names(customer: CustomerArgument, as_json: Json = False) -> None:
    """List the names that a customer came under before they said who they are."""
    from journey_assistant.cli.output import console, print_json
    from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId

    found = in_store(lambda store: store.identities(DEFAULT_TENANT, customer_id=CustomerId(customer)))
    if as_json:
        print_json([{"name": one.alias, "linked_at": one.linked_at.isoformat()} for one in found])
        return
    for one in found:
        console.print(f"{one.alias}  since {one.linked_at:%Y-%m-%d %H:%M}", markup=False)
    if not found:
        console.print(f"{customer} came under no other name", markup=False)


@app.command()
def unlink(
    customer: CustomerArgument,
    name: Annotated[str, typer.Argument(help="The name, as `journey crm names` lists it.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Undo a merge: a name that was linked to a customer by mistake goes, and what happened under it goes with it.

    Drafts are checked again without it. The name is not linked again by itself.
    """
    from journey_assistant.bootstrap import build_clock
    from journey_assistant.cli.output import console, print_json
    from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
    from journey_assistant.services.identities import take_back

    if not yes:
        typer.confirm(f"Take {name} and all that happened under it from {customer}?", abort=True, err=True)
    id_ = CustomerId(customer)
    alias, moved = in_store(lambda store: take_back(store, build_clock(), DEFAULT_TENANT, id_, name))
    if as_json:
        print_json({"name": alias, "events": moved})
    else:
        console.print(f"{alias} is not {customer} any more; {moved} events went with it", markup=False)


@app.command()
def erase(
    customer: CustomerArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Erase a customer for good: record, timeline, runs, drafts, messages waiting to go out. There is no way back."""
    from journey_assistant.cli.output import console, print_json
    from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
    from journey_assistant.errors import NotFound

    if not yes:
        typer.confirm(f"Erase everything about {customer}?", abort=True, err=True)
    gone = in_store(lambda store: store.erase_customer(DEFAULT_TENANT, CustomerId(customer)))
    if not gone:
        raise NotFound(f"there is no customer {customer}")
    if as_json:
        print_json(dict(gone))
    else:
        console.print(f"erased: {', '.join(f'{count} {table}' for table, count in gone.items())}")
