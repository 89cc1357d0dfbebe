"""The real ``openai`` client against aimock, a model server nobody here wrote, with its chaos modes."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from answerable import prompts, task
from journey_assistant.adapters.model_openai import OpenAICompatibleChatModel
from journey_assistant.adapters.model_openai.limits import Breaker
from journey_assistant.agent.propose import CALLS_A_TURN, Proposed, propose
from journey_assistant.evaluation.scripted_writers import answer_json

pytestmark = pytest.mark.wire

SERVER = Path(__file__).parent / "node_modules" / ".bin" / "llmock"
SENTENCE = "You can cancel a session up to 48 hours before it begins."
GOOD: dict[str, Any] = {"content": answer_json([(SENTENCE, "P1")])}
TOOL: dict[str, Any] = {"toolCalls": [{"name": "subscription", "arguments": "{}"}]}


@asynccontextmanager
async def aimock(folder: Path, response: dict[str, Any], *options: str) -> AsyncIterator[str]:
    """The base address of a running server that gives this response to every message of ours."""
    fixture = {"fixtures": [{"match": {"userMessage": "message of the customer"}, "response": response}]}
    (folder / "fixture.json").write_text(json.dumps(fixture))
    command = (str(SERVER), "-f", str(folder), "-p", "0", "--strict", *options)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            while not (found := re.search(rb"listening on (\S+)", await process.stdout.readline())):
                assert process.returncode is None
        yield f"{found[1].decode()}/v1"
    finally:
        process.terminate()
        await process.wait()


async def proposals(address: str, turns: int = 1, **fields: Any) -> list[Proposed]:
    async def at_once(_: float) -> None:
        """No test waits for a server's Retry-After."""

    model = OpenAICompatibleChatModel(model="m", base_url=address, sleep=at_once, **fields)
    model.breaker = Breaker(failures=10_000, longest_s=0.0)
    found = [await propose(task(), model, prompts()) for _ in range(turns)]
    await model.aclose()
    return found


async def test_that_an_answer_comes_through(tmp_path: Path) -> None:
    async with aimock(tmp_path, GOOD) as address:
        [proposed] = await proposals(address)
    assert proposed.proposal is not None
    assert proposed.proposal.sentences[0].text == SENTENCE
    assert proposed.calls == 1


async def test_that_a_stream_comes_through(tmp_path: Path) -> None:
    async with aimock(tmp_path, GOOD) as address:
        model = OpenAICompatibleChatModel(model="m", base_url=address)
        pieces = [piece async for piece in model.astream("message of the customer")]
        await model.aclose()
    assert "".join(str(piece.text) for piece in pieces) == GOOD["content"]
    assert len(pieces) > 2


async def test_that_tool_calls_come_through(tmp_path: Path) -> None:
    async with aimock(tmp_path, TOOL) as address:
        model = OpenAICompatibleChatModel(model="m", base_url=address)
        answer = await model.bind_tools([{"name": "subscription", "parameters": {}}]).ainvoke("message of the customer")
        await model.aclose()
    assert [(call["name"], call["args"]) for call in answer.tool_calls] == [("subscription", {})]


CHAOS = {
    "dropped": "--chaos-drop",
    "malformed": "--chaos-malformed",
    "disconnected": "--chaos-disconnect",
    "rate-limited": "--chaos-ratelimit",
}


@pytest.mark.parametrize("option", CHAOS.values(), ids=CHAOS)
async def test_that_chaos_that_stays_ends_without_a_proposal_within_two_calls(tmp_path: Path, option: str) -> None:
    async with aimock(tmp_path, GOOD, option, "1") as address:
        [proposed] = await proposals(address)
    assert proposed.proposal is None
    assert proposed.failure == "unreachable"
    assert proposed.calls == CALLS_A_TURN


async def test_that_a_server_that_is_too_slow_is_given_up(tmp_path: Path) -> None:
    async with aimock(tmp_path, GOOD, "--chaos-latency", "20000") as address:
        [proposed] = await proposals(address, timeout_s=0.5)
    assert (proposed.proposal, proposed.failure, proposed.calls) == (None, "unreachable", CALLS_A_TURN)


async def test_that_in_mixed_chaos_every_turn_is_the_answer_or_a_failure(tmp_path: Path) -> None:
    mixed = [word for option in CHAOS.values() for word in (option, "0.2")]
    async with aimock(tmp_path, GOOD, *mixed) as address:
        turns = await proposals(address, turns=60)
    said = [turn.proposal.sentences[0].text for turn in turns if turn.proposal is not None]
    assert set(said) == {SENTENCE}
    assert 0 < len(said) < 60
    assert all((turn.proposal is None) == bool(turn.failure) for turn in turns)
    assert max(turn.calls for turn in turns) <= CALLS_A_TURN


@pytest.mark.parametrize("text", ["Just words.", "", '{"route": "approved"}', "a" * 100_000, GOOD["content"] * 2])
async def test_that_nonsense_ends_without_a_proposal(tmp_path: Path, text: str) -> None:
    async with aimock(tmp_path, {"content": text}) as address:
        [proposed] = await proposals(address)
    assert proposed.proposal is None
    assert proposed.calls <= CALLS_A_TURN
