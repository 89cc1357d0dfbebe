"""``journey queue``: drafts in review."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from journey_assistant.cli.stored import Json, in_store

if TYPE_CHECKING:
    from journey_assistant.domain.draft import Draft, DraftChange
    from journey_assistant.ports.store import Store
    from journey_assistant.services.review_draft import DraftReview

app = typer.Typer(help="Review drafts: list, show, approve, edit, reject, put aside, give on.", no_args_is_help=True)

DraftArgument = Annotated[str, typer.Argument(metavar="DRAFT", help="The draft's id.", show_default=False)]
By = Annotated[str, typer.Option(help="Your colleague id (`journey user add`).", show_default=False)]
Version = Annotated[int | None, typer.Option(min=1, help="The version you read; another one is refused.")]
TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]
STATES = "pending, snoozed, approved, rejected, withdrawn, expired, all"


@app.command("list")
def list_(
    state: Annotated[str, typer.Option(help=STATES)] = "pending",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """List drafts, oldest first."""
    from rich.table import Table
    from rich.text import Text

    from journey_assistant.cli.output import console, print_json

    drafts = [_line(draft) for draft in in_store(lambda store: _listed(store, state, limit))]
    if as_json:
        print_json(drafts)
        return
    table = Table(title=f"{len(drafts)} drafts, {state}", title_justify="left")
    table.add_column("id", no_wrap=True)
    for column in ("draft", "reviewer", "written"):
        table.add_column(column, overflow="fold")
    for draft in drafts:
        told = f"{draft['play'] or 'answer'} by {draft['channel']} for {draft['customer_id']}"
        written = draft["created_at"][:16].replace("T", " ")
        table.add_row(*(Text(cell) for cell in (draft["id"], told, draft["reviewer"] or "", written)))
    console.print(table)


async def _listed(store: Store, state: str, limit: int) -> list[Draft]:
    from journey_assistant.domain.customer import DEFAULT_TENANT
    from journey_assistant.domain.draft import DraftState
    from journey_assistant.errors import Rejected

    if state != "all" and state not in set(DraftState):
        raise Rejected(f"{state} is no state", where="--state", allowed=STATES)
    wanted = None if state == "all" else DraftState(state)
    return await store.drafts(DEFAULT_TENANT, state=wanted, limit=limit)


@app.command()
def show(draft: DraftArgument, as_json: Json = False) -> None:
    """Show a draft with its words, who changed what of them when, and the decision behind it."""
    from journey_assistant.cli.output import console, print_json
    from journey_assistant.cli.show import run_panel

    found, steps, run = in_store(lambda store: _shown(store, draft))
    if as_json:
        print_json({**_line(found), "history": [_line(step) for step in steps], "run": run})
        return
    _print_draft(found)
    for step, after in zip(steps, [*(later.text for later in steps[1:]), found.text], strict=True):
        _print_step(step, after)
    if run is not None:
        console.print(run_panel({**run, "outcome": {**run["outcome"], "text": None}}, "the decision behind it"))


async def _shown(store: Store, draft: str) -> tuple[Draft, list[DraftChange], dict[str, Any] | None]:
    from journey_assistant.domain.customer import DEFAULT_TENANT
    from journey_assistant.domain.draft import DraftId
    from journey_assistant.errors import NotFound

    found = await store.draft(DEFAULT_TENANT, DraftId(draft))
    if found is None:
        raise NotFound(f"there is no draft {draft}")
    record = await store.run(DEFAULT_TENANT, found.run_id)
    steps = await store.draft_changes(DEFAULT_TENANT, found.id)
    return found, steps, dict(record.line) if record else None


@app.command()
def approve(draft: DraftArgument, by: By, version: Version = None, as_json: Json = False) -> None:
    """Approve a draft: exactly its words are queued, once. Its facts are checked again first."""
    _decide(lambda review: review.approve(_id(draft), by=_colleague(by), version=version), as_json)


@app.command()
def edit(
    draft: DraftArgument,
    by: By,
    text: Annotated[str | None, typer.Option(help="The new words.")] = None,
    file: Annotated[Path | None, typer.Option("-f", "--file", help="A file with the new words.")] = None,
    subject: Annotated[str | None, typer.Option(help="A new subject; the old one stays otherwise.")] = None,
    version: Version = None,
    as_json: Json = False,
) -> None:
    """Edit a draft: a new version, guarded like the first, that still has to be approved."""
    from journey_assistant.errors import Rejected

    if (text is None) == (file is None):
        raise Rejected("the new words are missing or given twice", where="queue edit", allowed="--text or --file")
    words = text if text is not None else _words_of(file or Path())
    _decide(
        lambda review: review.edit(_id(draft), by=_colleague(by), text=words, subject=subject, version=version), as_json
    )


@app.command()
def reject(
    draft: DraftArgument,
    by: By,
    why: Annotated[str, typer.Option(help="The reason, for whoever improves the play.", show_default=False)],
    version: Version = None,
    as_json: Json = False,
) -> None:
    """Reject a draft: nothing goes out."""
    _decide(lambda review: review.reject(_id(draft), by=_colleague(by), why=why, version=version), as_json)


@app.command()
def snooze(
    draft: DraftArgument,
    by: By,
    until: Annotated[
        datetime,
        typer.Option(help="UTC time at which it is back at the latest.", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    ],
    when: Annotated[str, typer.Option(help="What brings it back before: time, ticket_closed, activity.")] = "time",
    version: Version = None,
    as_json: Json = False,
) -> None:
    """Put a draft aside; the worker brings it back."""
    from journey_assistant.domain.snooze import WakeOn
    from journey_assistant.errors import Rejected

    if when not in set(WakeOn):
        raise Rejected(f"{when} brings nothing back", where="--when", allowed=", ".join(WakeOn))
    at, on = until.replace(tzinfo=UTC), WakeOn(when)
    _decide(lambda review: review.snooze(_id(draft), by=_colleague(by), until_at=at, on=on, version=version), as_json)


@app.command()
def reassign(
    draft: DraftArgument,
    by: By,
    to: Annotated[str, typer.Option(help="The colleague who gets it.", show_default=False)],
    version: Version = None,
    as_json: Json = False,
) -> None:
    """Give a draft to a colleague: one's own or nobody's; a lead gives anybody's."""
    _decide(lambda review: review.reassign(_id(draft), by=_colleague(by), to=_colleague(to), version=version), as_json)


def _decide(step: Callable[[DraftReview], Awaitable[Draft]], as_json: bool) -> None:
    from journey_assistant.bootstrap import build_review
    from journey_assistant.cli.output import print_json
    from journey_assistant.settings import load_settings

    async def decided(store: Store) -> Draft:
        return await step(build_review(load_settings(), store))

    draft = in_store(decided)
    if as_json:
        print_json(_line(draft))
    else:
        _print_draft(draft)


def _print_draft(draft: Draft) -> None:
    from rich.panel import Panel
    from rich.text import Text

    from journey_assistant.cli.output import console

    words = Text(f"Subject: {draft.subject}\n\n{draft.text}" if draft.subject else draft.text)
    decided = f" by {draft.decided_by}" if draft.decided_by else ""
    title = f"{draft.id} · version {draft.version} · {draft.state}{decided}"
    told = f"{draft.channel} to {draft.customer_id}" + (f" · {draft.why}" if draft.why else "")
    console.print(Panel(words, title=Text(title), subtitle=Text(told), title_align="left", subtitle_align="left"))


def _print_step(step: DraftChange, after: str) -> None:
    """One step of a draft's history; of an edit the lines that went (-) and came (+)."""
    from difflib import unified_diff

    from rich.text import Text

    from journey_assistant.cli.output import console

    done = "edited" if step.is_edit else step.state.value
    why = f": {step.why}" if step.why and step.why != done else ""
    console.print(Text(f"version {step.version} · {done} by {step.by} · {step.at:%Y-%m-%d %H:%M} UTC{why}", "dim"))
    for line in list(unified_diff(step.text.splitlines(), after.splitlines(), lineterm="", n=0))[2:]:
        if not line.startswith("@@"):
            console.print(Text(f"  {line}", "red" if line.startswith("-") else "green"))


def _line(draft: Draft | DraftChange) -> dict[str, Any]:
    from dataclasses import asdict

    from journey_assistant.services.record import plain

    line: dict[str, Any] = plain(asdict(draft))
    return line


def _id(draft: str) -> Any:
    from journey_assistant.domain.draft import DraftId

    return DraftId(draft)


def _colleague(by: str) -> Any:
    from journey_assistant.domain.colleague import ColleagueId

    return ColleagueId(by)


def _words_of(file: Path) -> str:
    from journey_assistant.errors import Rejected

    try:
        return file.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Rejected("cannot be read as UTF-8 text", where=str(file)) from error
