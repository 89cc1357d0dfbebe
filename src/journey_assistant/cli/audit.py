"""``journey audit``: is the trail of what was decided whole?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from journey_assistant.cli.stored import Json, in_store

if TYPE_CHECKING:
    from journey_assistant.domain.audit import Head
    from journey_assistant.ports.store import Store

app = typer.Typer(help="The audit trail: verify it, note its head elsewhere.", no_args_is_help=True)
Anchor = Annotated[
    Path | None, typer.Option("--anchor", help="A file with noted heads: without one a cut-off end is not noticed.")
]


@app.command()
def head(
    append: Annotated[Path | None, typer.Option("--append", help="Note it at the end of this file.")] = None,
    as_json: Json = False,
) -> None:
    """Show the head of the trail; keep it where whoever can write the database cannot write."""
    from journey_assistant.cli.output import console, print_json
    from journey_assistant.services.audit_trail import head_line

    found = in_store(_head)
    if found is not None and append is not None:
        with append.open("a", encoding="utf-8") as file:
            file.write(head_line(found) + "\n")
    if as_json:
        print_json({"seq": found.seq, "sha256": found.sha256} if found else {"seq": 0, "sha256": None})
    else:
        console.print(f"entry {found.seq}: {found.sha256}" if found else "the trail is empty")


@app.command()
def verify(anchor: Anchor = None, as_json: Json = False) -> None:
    """Verify the trail against itself, what is stored, and noted heads; exits 1 when something was changed."""
    from journey_assistant.cli.output import console, print_json
    from journey_assistant.services.audit_trail import read_heads

    noted = read_heads(anchor) if anchor else ()
    count, wrong = in_store(lambda store: _verified(store, noted))
    if as_json:
        print_json({"entries": count, "noted_heads": len(noted), "wrong": list(wrong)})
    elif wrong:
        for line in wrong:
            console.print(line, markup=False)
    else:
        against = f" and {len(noted)} noted heads" if noted else "; no noted head was given (--anchor)"
        console.print(f"{count} entries are whole, checked against what is stored{against}")
    if wrong:
        raise typer.Exit(1)


async def _head(store: Store) -> Head | None:
    from journey_assistant.domain.customer import DEFAULT_TENANT

    return await store.audit_head(DEFAULT_TENANT)


async def _verified(store: Store, noted: tuple[Head, ...]) -> tuple[int, tuple[str, ...]]:
    from journey_assistant.domain.customer import DEFAULT_TENANT
    from journey_assistant.services.audit_trail import verify_audit

    return await verify_audit(store, DEFAULT_TENANT, noted)
