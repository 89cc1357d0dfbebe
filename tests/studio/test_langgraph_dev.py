"""The second graph under ``langgraph dev``, driven by the official client: `make test-studio` (extra `studio`)."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from langgraph_sdk import get_client

pytestmark = pytest.mark.studio

ROOT = Path(__file__).resolve().parents[2]
VIEWS = [
    {"id": f"p{n}", "type": "page_viewed", "at": f"2026-03-10T14:{12 + 9 * n}:00Z", "properties": {"path": "/pricing"}}
    for n in range(3)
]
CASE: dict[str, Any] = {
    "id": "velocity",
    "now": "2026-03-10T15:00:00Z",
    "customer": {
        "id": "c_1",
        "name": "Ana Ruiz",
        "timezone": "America/Chicago",
        "consent": {"email": {"marketing": True}},
        "declared": {"goal": "faster invoicing", "preferred_channel": "email"},
    },
    "timeline": VIEWS,
    "moment": {"kind": "sweep"},
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """A running development server without keys and network."""
    port = free_port()
    server = shutil.which("langgraph", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert server, "the extra `studio` is not installed"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "JOURNEY_HOME": str(tmp_path / "home")}
    environment["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
    arguments = ("dev", "--no-browser", "--no-reload", "--host", "127.0.0.1", "--port", str(port))
    process = await asyncio.create_subprocess_exec(
        server, *arguments, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdout is not None
    async with asyncio.timeout(120):
        while b"Application started up" not in await process.stdout.readline():
            assert process.returncode is None
    reading = asyncio.create_task(process.stdout.read())
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()
        await reading


async def test_that_a_draft_is_found_edited_and_resumed(address: str) -> None:
    client = get_client(url=address, api_key=None)
    thread = await client.threads.create()
    await client.runs.wait(thread["thread_id"], "journey_review", input={"case": CASE})
    (waiting,) = await client.threads.search(status="interrupted")
    (asked,) = (await client.threads.get_state(waiting["thread_id"]))["interrupts"]
    assert asked["value"]["action_request"]["args"]["text"]
    edited = {
        "decisions": [{"type": "edit", "edited_action": {"name": "send_message", "args": {"text": "Hello Ana."}}}]
    }
    done = await client.runs.wait(thread["thread_id"], "journey_review", command={"resume": {asked["id"]: edited}})
    assert (done["review"]["decision"], done["review"]["text"]) == ("edit", "Hello Ana.")
    assert done["run"]["play"] == "pricing_velocity"
