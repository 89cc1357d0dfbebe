"""Joins the demonstration: the demo company in the store, keys of its own, and anybody may look behind the scenes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from pydantic import SecretStr

from journey_assistant.bootstrap.clock import build_clock
from journey_assistant.bootstrap.rules import Folders
from journey_assistant.resources import resource_dir
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.ports.store import Store


def demo_settings(settings: Settings) -> Settings:
    """The settings with the console open to everybody, and a key for this run unless the operator gave some."""
    changes: dict[str, object] = {"demo": True}
    if settings.chat_keys is None:
        changes["chat_keys"] = SecretStr(f"demo:{secrets.token_urlsafe(48)}")
    return settings.model_copy(update=changes)


def demo_company() -> Folders:
    """The folders by which the demo company's moments are decided."""
    return Folders(company=resource_dir("demo"), knowledge=resource_dir("knowledge_base"))


async def fill_demo(store: Store) -> int:
    """Puts the demo company into the store unless it is there; returns how many customers it has."""
    from journey_assistant.services.load_demo import load_demo_company

    return await load_demo_company(store, resource_dir("demo"), build_clock().now())
