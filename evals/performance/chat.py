"""``python -m evals.performance.chat``: the chat over HTTP, clients and server on this machine; writes chat.md.

Each client is a customer who asks, waits for the answer on the live connection, and asks again.
``--soak`` talks for ten minutes with a model of 800 ms; without it for a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time

import httpx2
from evals.performance.measure import p50, percentile

from journey_assistant.bootstrap import build_clock
from journey_assistant.domain.customer import CustomerId
from journey_assistant.evaluation.scripted_writers import honest
from journey_assistant.web.tokens import LONGEST, Claims, signed

RESULTS = Path(__file__).with_name("chat.md")
SITE, KID, SECRET = "http://localhost:3000", "load", "load-" + "s" * 40
QUESTIONS = (
    "How soon does a change in Google Calendar show up?",
    "How do I send a copy of an invoice to somebody else?",
    "How do I change my password?",
    "Can I export my invoices?",
)
IDLE, ASK_FOR_S, SOAK_S, SHORT_S = 1_000, 30.0, 600.0, 60.0
READS_FOR_S = 2.0
"""How long a customer reads an answer in the row that does not ask on at once."""
ANSWER_WITHIN_S = 60.0


@dataclass
class Heard:
    """What came of the turns: seconds until each answer, what went wrong, and CPU seconds of both sides."""

    seconds: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    server_s: float = 0.0
    client_s: float = 0.0

    @property
    def cpu(self) -> str:
        """CPU milliseconds a turn, of the server and of all clients (and of the stand-in for a model)."""
        turns = max(len(self.seconds), 1)
        return (
            f"CPU a turn: server {1000 * self.server_s / turns:.1f} ms, clients {1000 * self.client_s / turns:.1f} ms"
        )


@asynccontextmanager
async def a_model(delay_s: float) -> AsyncIterator[str]:
    """The address of an honest stand-in for a model that takes so long."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                size = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if b"content-length" in line)
                asked = json.loads(await reader.readexactly(size))
                await asyncio.sleep(delay_s)
                prompt = "\n".join(str(message["content"]) for message in asked["messages"])
                message = {"role": "assistant", "content": honest(prompt)}
                body = json.dumps(
                    {
                        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
                        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
                    }
                ).encode()  # fmt: skip
                said = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
                writer.write(said.encode() + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield "http://{}:{}/v1".format(*server.sockets[0].getsockname()[:2])


@asynccontextmanager
async def a_service(model: str | None = None) -> AsyncIterator[tuple[str, int]]:
    """A running `journey serve --demo` without limits of rate: its address and process id."""
    with tempfile.TemporaryDirectory() as home:
        known = {name: value for name, value in os.environ.items() if not name.startswith("JOURNEY_")}
        known |= {"JOURNEY_HOME": home, "JOURNEY_CHAT_KEYS": f"{KID}:{SECRET}", "JOURNEY_SITES": SITE}
        known |= {f"JOURNEY_{who}_PER_MINUTE": "10000000" for who in ("CHAT", "ADDRESS", "TENANT")}
        if model:
            known |= {"JOURNEY_MODEL_BASE_URL": model, "JOURNEY_MODEL_NAME": "stand-in"}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "journey_assistant.cli", "serve", "--demo", "--port", "0",
            env=known | {"PYTHONPATH": os.pathsep.join(sys.path)}, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stderr is not None
        try:
            found = None
            while not found:
                found = re.match(rb"journey serves on (\S+)", await process.stderr.readline())
            drain = asyncio.create_task(process.stderr.read())
            yield found[1].decode(), process.pid
            process.terminate()
            await asyncio.wait_for(process.wait(), 20)
            drain.cancel()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def as_customer(number: int) -> dict[str, str]:
    """Headers of one customer; tokens end after 15 minutes, so each conversation has a new one."""
    now = build_clock().now().replace(microsecond=0)
    claims = Claims(CustomerId(f"load_{number}"), secrets.token_hex(8), now + LONGEST)
    return {"Authorization": f"Bearer {signed(claims, KID, SECRET, now)}", "Origin": SITE}


async def opened(client: httpx2.AsyncClient, who: dict[str, str]) -> str:
    """The path of a new conversation."""
    answer = await client.post("/v1/chat/conversations", json={}, headers=who)
    answer.raise_for_status()
    return f"/v1/chat/conversations/{answer.json()['conversation']['id']}"


async def talk(client: httpx2.AsyncClient, number: int, ends: float, heard: Heard, reads_s: float = 0.0) -> None:
    """One customer, who asks until the time is over; a new conversation when a person is to answer."""
    turn = 0
    while perf_counter() < ends:
        who = as_customer(number)
        at = await opened(client, who)
        async with client.stream("GET", f"{at}/events", headers=who) as live:
            lines = live.aiter_lines()
            while perf_counter() < ends:
                turn += 1
                began = perf_counter()
                body, key = {"text": QUESTIONS[(number + turn) % len(QUESTIONS)]}, secrets.token_hex(8)
                try:
                    async with asyncio.timeout(ANSWER_WITHIN_S):
                        said = await client.post(f"{at}/messages", json=body, headers={**who, "Idempotency-Key": key})
                        said.raise_for_status()
                        is_handed_over = await _answer(lines)
                except (TimeoutError, httpx2.HTTPError) as error:
                    heard.lost.append(repr(error))
                    break
                heard.seconds.append(perf_counter() - began)
                await asyncio.sleep(reads_s)
                if is_handed_over:
                    break


async def _answer(lines: AsyncIterator[str]) -> bool:
    """Waits for the next words of the assistant; True when a person takes over."""
    async for line in lines:
        if line.startswith("data: ") and '"kind":"message","author":"assistant"' in line:
            return '"citations":[]' in line
    raise TimeoutError("the live connection ended")


async def talking(at_once: int, seconds: float, model_s: float | None, reads_s: float = 0.0) -> tuple[Heard, float]:
    """So many customers at once; what they heard, and how long it took in all."""
    heard = Heard()
    async with _maybe_model(model_s) as model, a_service(model) as (address, pid):
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
        async with httpx2.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
            await asyncio.gather(*(talk(client, n, perf_counter() + 5, Heard()) for n in range(4)))
            began, used, worked = perf_counter(), process_time(), _cpu_seconds(pid)
            await asyncio.gather(*(talk(client, n, began + seconds, heard, reads_s) for n in range(at_once)))
            heard.client_s, heard.server_s = process_time() - used, _cpu_seconds(pid) - worked
            return heard, perf_counter() - began


def _cpu_seconds(pid: int) -> float:
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def _maybe_model(delay_s: float | None) -> AsyncIterator[str | None]:
    if delay_s is None:
        yield None
        return
    async with a_model(delay_s) as address:
        yield address


async def idle(number: int) -> tuple[float, int]:
    """Megabytes of the server with so many silent live connections, and how many of them were there."""
    async with a_service() as (address, pid):
        limits = httpx2.Limits(max_connections=None)
        async with httpx2.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
            who = as_customer(0)
            at = await opened(client, who)
            gate, there, done = asyncio.Semaphore(50), asyncio.Event(), asyncio.Event()
            open_ones = 0

            async def listen() -> None:
                nonlocal open_ones
                async with gate:
                    live = await client.send(client.build_request("GET", f"{at}/events", headers=who), stream=True)
                    await anext(live.aiter_lines())
                open_ones += 1
                if open_ones == number:
                    there.set()
                await done.wait()
                await live.aclose()

            listening = [asyncio.create_task(listen()) for _ in range(number)]
            await asyncio.wait_for(there.wait(), 300)
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
            done.set()
            await asyncio.gather(*listening)
    resident = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert resident is not None
    return int(resident[1]) / 1024, open_ones


def rows_of(soak: bool) -> Iterator[str]:
    """The rows of chat.md, each as soon as it is measured."""
    for what, model_s in (("no model", None), ("a model of 0 ms", 0.0)):
        heard, took = asyncio.run(talking(32, ASK_FOR_S, model_s))
        rate = f"{len(heard.seconds) / took:.1f} turns / s, {len(heard.lost)} lost, p50 {p50(heard.seconds):.2f} s"
        rate += f"; {heard.cpu}"
        yield (f"| 32 conversations at once, {what} | ≥ 30 turns / s, none lost | {rate} |")
    for how, reads_s in (("asking on at once", 0.0), (f"reading an answer for {READS_FOR_S:g} s", READS_FOR_S)):
        heard, took = asyncio.run(talking(50, SOAK_S if soak and not reads_s else SHORT_S, 0.8, reads_s))
        over = (percentile(heard.seconds, 0.95) - 0.8) * 1000
        said = f"{len(heard.seconds)} turns, {len(heard.lost)} errors, p95 {over:.0f} ms beyond the model; {heard.cpu}"
        yield (
            f"| 50 conversations, a model of 800 ms, {how}, {took:.0f} s | 0 errors, p95 ≤ 300 ms of our own | {said} |"
        )
    megabytes, there = asyncio.run(idle(IDLE))
    yield (f"| {there:,} silent live connections | < 1,000 MB | {megabytes:.0f} MB |")


def main() -> None:
    """Measures, shows and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak", action="store_true", help="talk for ten minutes")
    rows = []
    for row in rows_of(parser.parse_args().soak):
        print(row, flush=True)
        rows.append(row)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    head = [
        "# The chat under load",
        "",
        "Written by `make soak` (ten minutes) or `python -m evals.performance.chat`.",
        "",
    ]
    head += [f"- {os.cpu_count()} cores with the clients on them; load when it ended: {load}", ""]
    text = "\n".join([*head, "| what | to reach | measured |", "|---|---|---|", *rows]) + "\n"
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
