"""The real application over the real agent, with a store in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.services.decide import Decider
from journey_assistant.web.app import build_app
from journey_assistant.web.deps import Service
from real_parts import decider
from web.chatting import Site, a_site

__all__ = ["decider"]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def client(store: MemoryStore, decider: Decider) -> Iterator[TestClient]:
    with TestClient(build_app(Service(store, decider)), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def site(tmp_path: Path, decider: Decider) -> Iterator[Site]:
    with a_site(tmp_path / "home", decider) as site:
        yield site
