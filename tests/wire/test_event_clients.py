"""Clients of Segment and RudderStack, unchanged, against the running server.

The Python ones live in an environment of their own: they want an older library than the product has.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from event_server import WRITE_KEY, EventServer, event_server

pytestmark = pytest.mark.wire

HERE = Path(__file__).parent
COMMANDS = {".py": str(HERE / "clients" / "bin" / "python"), ".cjs": "node"}


@pytest.fixture
def server() -> Iterator[EventServer]:
    with event_server() as running:
        yield running


def run(script: str, client: str, server: EventServer, key: str = WRITE_KEY) -> int:
    command = [COMMANDS[Path(script).suffix], str(HERE / script), client, server.address, key]
    return subprocess.run(command, timeout=90, cwd=HERE, check=False).returncode


@pytest.mark.parametrize(
    ("script", "client"),
    [
        ("event_clients.py", "segment"),
        ("event_clients.py", "segment-packed"),
        ("event_clients.py", "rudderstack"),
        ("event_clients.cjs", "segment"),
        ("event_clients.cjs", "rudderstack"),
    ],
)
def test_that_the_client_works_unchanged(server: EventServer, script: str, client: str) -> None:
    assert run(script, client, server) == 0
    assert sorted(one["type"] for one in server.stored("c1")) == ["order_completed", "page_viewed"]
    known = server.document("c1")
    assert (known["email"], known["plan"], known["account"]["employees"]) == ("ana@example.com", "Team", 120)


def test_that_a_retry_of_the_client_counts_once(server: EventServer) -> None:
    server.refuse = [503, 429]
    assert run("event_clients.py", "segment", server) == 0
    assert len(server.stored("c1")) == 2
    assert len(server.seen) >= 3


def test_that_a_wrong_write_key_is_told_to_the_client(server: EventServer) -> None:
    assert run("event_clients.py", "segment", server, key="wrong") == 3
    assert server.stored("c1") == []
