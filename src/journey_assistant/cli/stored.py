"""What commands that work on the store share: opening it, and the options they have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from journey_assistant.bootstrap import Folders
    from journey_assistant.ports.store import Store

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

Result = TypeVar("Result")


def in_store(work: Callable[[Store], Awaitable[Result]]) -> Result:
    """The result of some work on the configured store, which is closed afterwards."""

    async def opened() -> Result:
        from journey_assistant.bootstrap import open_store
        from journey_assistant.settings import load_settings

        store = await open_store(load_settings(), looks_for_damage=False)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(opened())


def named_folders(
    *, knowledge: Path | None = None, playbook: Path | None = None, company: Path | None = None
) -> Folders:
    """Those of the folders that a command named."""
    given: Folders = {}
    if knowledge is not None:
        given["knowledge"] = knowledge
    if playbook is not None:
        given["playbook"] = playbook
    if company is not None:
        given["company"] = company
    return given
