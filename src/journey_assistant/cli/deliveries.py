"""``journey deliveries``: messages on their way out, and those that could not be delivered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from journey_assistant.cli.stored import Json, in_store

if TYPE_CHECKING:
    from journey_assistant.domain.outbox import Delivery, OutboxMessage
    from journey_assistant.ports.store import Store
    from journey_assistant.services.given_up import GivenUp

app = typer.Typer(help="Messages that go out: list, retry, discard.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="KEY", help="The delivery's key.", show_default=False)]
By = Annotated[str, typer.Option(help="Your colleague id; a lead's or an admin's.", show_default=False)]
Why = Annotated[str, typer.Option(help="The reason, for whoever looks later.")]
STATES = "given-up (dead and unknown), queued, held, claimed, sent, unknown, dead, withdrawn, discarded, all"


@app.command("list")
def list_(
    state: Annotated[str, typer.Option(help=STATES)] = "given-up",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """List messages by the time they are due, with what became of them, why, and until when."""
    from rich.table import Table
    from rich.text import Text

    from journey_assistant.cli.output import console, print_json

    lines = [_line(message, delivery) for message, delivery in in_store(lambda store: _listed(store, state, limit))]
    if as_json:
        print_json(lines)
        return
    table = Table(title=f"{len(lines)} messages, {state}", title_justify="left")
    for column in ("key", "message", "state", "why"):
        table.add_column(column, overflow="fold")
    for line in lines:
        told = f"{line['kind']} by {line['channel']} for {line['customer_id'] or 'a colleague'}"
        why = f"{line['error']} (until {line['until']})" if line["until"] else line["error"]
        table.add_row(*(Text(cell) for cell in (line["key"], told, line["state"], why)))
    console.print(table)


@app.command()
def retry(key: Key, by: By, why: Why = "", as_json: Json = False) -> None:
    """Try a message again that was given up. One that is `unknown` may arrive twice: look first whether it did."""
    _decide(lambda given_up: given_up.retry(key, by=_colleague(by), why=why), as_json)


@app.command()
def discard(key: Key, by: By, why: Why = "", as_json: Json = False) -> None:
    """Put a message away that was given up: nobody needs to look again."""
    _decide(lambda given_up: given_up.discard(key, by=_colleague(by), why=why), as_json)


def _decide(step: Callable[[GivenUp], Awaitable[Delivery]], as_json: bool) -> None:
    from dataclasses import asdict

    from journey_assistant.bootstrap import build_clock
    from journey_assistant.cli.output import console, print_json
    from journey_assistant.services.given_up import GivenUp
    from journey_assistant.services.record import plain

    async def decided(store: Store) -> Delivery:
        return await step(GivenUp(store, build_clock()))

    delivery = in_store(decided)
    if as_json:
        print_json(plain(asdict(delivery)))
    else:
        console.print(f"{delivery.key} is {delivery.state}", markup=False)


async def _listed(store: Store, state: str, limit: int) -> list[tuple[OutboxMessage, Delivery]]:
    from journey_assistant.domain.customer import DEFAULT_TENANT
    from journey_assistant.domain.outbox import DeliveryState
    from journey_assistant.errors import Rejected
    from journey_assistant.services.given_up import SHOWN

    if state not in {"given-up", "all", *DeliveryState}:
        raise Rejected(f"{state} is no state", where="--state", allowed=STATES)
    named = {"given-up": SHOWN, "all": None}
    wanted = named[state] if state in named else (DeliveryState(state),)
    return await store.deliveries(DEFAULT_TENANT, states=wanted, limit=limit)


def _line(message: OutboxMessage, delivery: Delivery) -> dict[str, Any]:
    """A message with what became of it, without its words."""
    from dataclasses import asdict

    from journey_assistant.services.record import plain

    said = {name: value for name, value in asdict(message).items() if name != "text"}
    line: dict[str, Any] = plain({**said, **asdict(delivery)})
    return line


def _colleague(by: str) -> Any:
    from journey_assistant.domain.colleague import ColleagueId

    return ColleagueId(by)
