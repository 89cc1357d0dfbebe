"""``journey user``: the colleagues who review drafts and talk to customers, and what they sign in with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from journey_assistant.cli.stored import Json, in_store

if TYPE_CHECKING:
    from journey_assistant.ports.store import Store

app = typer.Typer(help="Colleagues: who reviews drafts and answers customers.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="A short name, such as dana.", show_default=False)]
Password = Annotated[
    bool,
    typer.Option("--password", help="Ask for a password for the console; without a terminal it is read from stdin."),
]
Email = Annotated[str | None, typer.Option(help="Address for notices, and at the company's own sign-in (OpenID).")]


@app.command("add")
def add(
    colleague: Id,
    name: Annotated[str, typer.Option(help="The full name.")] = "",
    role: Annotated[str, typer.Option(help="viewer, csm, lead or admin.")] = "csm",
    password: Password = False,
    email: Email = None,
    timezone: Annotated[str | None, typer.Option(help="Where they work, such as Europe/Berlin.")] = None,
    as_json: Json = False,
) -> None:
    """Add a colleague. A viewer reads; csm, lead and admin decide drafts and answer customers."""
    from journey_assistant.cli.output import console, print_json

    given = _password() if password else None
    added = in_store(lambda store: _added(store, colleague, name, role, given, email, timezone))
    if as_json:
        print_json(added)
    else:
        console.print(f"{added['id']} ({added['name']}) is a {added['role']} from now on", markup=False)


@app.command("password")
def password(colleague: Id) -> None:
    """Give a colleague a new password; whoever is signed in as them is signed out."""
    from journey_assistant.cli.output import console

    given = _password()
    in_store(lambda store: _set_password(store, colleague, given))
    console.print(f"{colleague} signs in with the new password from now on", markup=False)


@app.command("email")
def email(colleague: Id, address: Annotated[str, typer.Argument(help="Address at the company's own sign-in.")]) -> None:
    """Let a colleague sign in by the company's own sign-in (OpenID Connect), known by this address."""
    from journey_assistant.cli.output import console

    in_store(lambda store: _set_email(store, colleague, address))
    console.print(f"{colleague} signs in as {address} from now on", markup=False)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List colleagues with their roles."""
    from dataclasses import asdict

    from rich.table import Table
    from rich.text import Text

    from journey_assistant.cli.output import console, print_json
    from journey_assistant.domain.customer import DEFAULT_TENANT
    from journey_assistant.services.record import plain

    found = [plain(asdict(row)) for row in in_store(lambda store: store.colleagues(DEFAULT_TENANT))]
    if as_json:
        print_json(found)
        return
    table = Table("id", "name", "role")
    for row in found:
        table.add_row(Text(row["id"]), Text(row["name"]), Text(row["role"]))
    console.print(table)


def _password() -> str:
    """A password that nobody sees: asked for twice, or one line of stdin. Raises Rejected when there is none."""
    from journey_assistant.errors import Rejected

    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise Rejected("there is no password", where="stdin", allowed="the password as its first line")
    return given


async def _added(
    store: Store,
    colleague: str,
    name: str,
    role: str,
    password: str | None,
    email: str | None,
    timezone: str | None,
) -> dict[str, Any]:
    from dataclasses import asdict

    from journey_assistant.bootstrap import build_clock
    from journey_assistant.domain.activity import zone_named
    from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
    from journey_assistant.domain.customer import DEFAULT_TENANT
    from journey_assistant.errors import Rejected
    from journey_assistant.services.crm_rows import checked_id
    from journey_assistant.services.login import check_password
    from journey_assistant.services.record import plain

    if role not in set(Role):
        raise Rejected(f"{role} is no role", where="--role", allowed=", ".join(Role))
    id_ = ColleagueId(checked_id(colleague, "ID"))
    if password is not None:
        check_password(password)
    if timezone is not None and zone_named(timezone) is None:
        raise Rejected(f"{timezone} is no time zone", where="--timezone", allowed="a name such as Europe/Berlin")
    added = Colleague(id_, name or colleague, Role(role), build_clock().now(), timezone)
    await store.add_colleague(DEFAULT_TENANT, added)
    if password is not None:
        await _set_password(store, id_, password)
    if email is not None:
        await _set_email(store, id_, email)
    line: dict[str, Any] = plain(asdict(added))
    return line


async def _set_password(store: Store, colleague: str, password: str) -> None:
    from journey_assistant.bootstrap import build_login
    from journey_assistant.domain.colleague import ColleagueId

    await build_login(store).set_password(ColleagueId(colleague), password)


async def _set_email(store: Store, colleague: str, email: str) -> None:
    from journey_assistant.bootstrap import build_login
    from journey_assistant.domain.colleague import ColleagueId

    await build_login(store).set_email(ColleagueId(colleague), email)
