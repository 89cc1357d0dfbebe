"""What commands that work on the store share: opening it, and the options they have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from journey_assistant.ports.store import Store

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

Result = TypeVar("Result")


def in_store(work: Callable[[Store], Awaitable[Result]]) -> Result:
    """The result of some work on the configured store, which is closed afterwards."""

    async def opened() -> Result:
        from journey_assistant.bootstrap_store import open_store
        from journey_assistant.settings import load_settings

        store = await open_store(load_settings())
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(opened())
