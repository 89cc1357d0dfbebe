"""The service as a process: it answers over a real socket, finishes what is under way, and exits 0."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from cli.conftest import Journey
from real_parts import one_article

CASE = {
    "id": "case-1",
    "now": "2026-03-10T12:00:00Z",
    "customer": {"id": "c_1", "name": "Ana"},
    "moment": {"kind": "message", "text": "I want to talk to a person"},
}


async def served_at(process: asyncio.subprocess.Process) -> str:
    """The line that says where it serves; warnings may stand before it."""
    assert process.stderr is not None
    async with asyncio.timeout(90):
        while line := (await process.stderr.readline()).decode():
            if line.startswith("journey serves"):
                return line
    raise AssertionError("it ended before it served")


@pytest.mark.slow
async def test_that_the_service_answers_over_a_socket_and_stops_gracefully(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "200"}
    environment |= {"JOURNEY_HOME": str(tmp_path / "home"), "JOURNEY_KNOWLEDGE_DIR": str(one_article(tmp_path))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "journey_assistant.cli", "serve", "--port", "0",
        env=environment, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        address = (await served_at(process)).split()[3]
        async with httpx2.AsyncClient(base_url=address, timeout=60) as client:
            assert (await client.get("/ready")).json() == {"status": "ready", "degraded": []}
            asked = asyncio.create_task(client.post("/v1/decide", json={**CASE, "commit": True}))
            answered = await asked
            assert answered.json()["route"] == "route_to_human"
            under_way = asyncio.create_task(client.post("/v1/decide", json={**CASE, "id": "case-2"}))
            await asyncio.sleep(0)
            process.send_signal(signal.SIGTERM)
            outcome = await asyncio.gather(under_way, return_exceptions=True)
            assert isinstance(outcome[0], httpx2.ConnectError | httpx2.RemoteProtocolError) or (
                getattr(outcome[0], "status_code", None) == 200
            )
        assert await asyncio.wait_for(process.wait(), 30) == 0
    finally:
        if process.returncode is None:
            process.kill()


def test_that_a_port_in_use_is_one_clear_line(journey: Journey) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = journey("serve", "--port", taken.getsockname()[1])
    assert (ran.code, "cannot listen" in ran.err) == (2, True)


def test_that_a_damaged_database_is_refused_in_one_line_until_a_backup_is_in_its_place(
    journey: Journey, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    events = "".join(f"page_viewed,c_1,2026-03-10T12:00:00Z,e{number}\n" for number in range(2000))
    (tmp_path / "events.csv").write_text(f"type,customer_id,at,id\n{events}")
    assert journey("crm", "import", tmp_path / "events.csv").code == 0
    backup = (home / "journey.db").read_bytes()
    (home / "journey.db").write_bytes(backup[:40_000] + bytes(20_000) + backup[60_000:])
    ran = journey("serve", "--port", 0)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert "journey.db is damaged" in ran.err
    assert "backup" in ran.err
    (home / "journey.db").write_bytes(backup)
    assert journey("queue", "list", "--json").code == 0
