"""Live events over a real socket: in order, resumed behind the last one, ended with the token and the process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from journey_assistant.domain.moment import ConversationId
from journey_assistant.services.decide import Decider
from journey_assistant.services.live import Frame
from web.chatting import SITE, a_server, as_customer, token_for

ANA, BEN = as_customer("c_ana"), as_customer("c_ben")


async def opened(client: httpx2.AsyncClient, who: dict[str, str]) -> str:
    answer = await client.post("/v1/chat/conversations", json={}, headers=who)
    return f"/v1/chat/conversations/{answer.json()['conversation']['id']}"


async def frames(answer: httpx2.Response) -> AsyncIterator[dict[str, Any]]:
    """Events as a browser reads them, comments too."""
    frame: dict[str, Any] = {}
    async for line in answer.aiter_lines():
        if not line:
            yield frame
            frame = {}
        else:
            name, _, value = line.partition(":")
            frame[name or "comment"] = json.loads(value) if name == "data" else value.strip()


async def read(client: httpx2.AsyncClient, at: str, until: str, headers: dict[str, str] = ANA) -> list[dict[str, Any]]:
    """Frames up to and with the first whose text has ``until``."""
    found = []
    async with asyncio.timeout(30), client.stream("GET", f"{at}/events", headers=headers) as answer:
        assert answer.status_code == 200
        async for frame in frames(answer):
            found.append(frame)
            if until in json.dumps(frame):
                return found
    raise AssertionError(found)


async def test_that_an_answer_arrives_whole_once_behind_its_progress(tmp_path: Path, decider: Decider) -> None:
    async with a_server(tmp_path, decider) as (url, _, _), httpx2.AsyncClient(base_url=url) as client:
        at = await opened(client, ANA)
        reading = asyncio.create_task(read(client, at, '"assistant", "name"'))
        await asyncio.sleep(0)
        await client.post(
            f"{at}/messages", json={"text": "How do I export my invoices?"}, headers={**ANA, "Idempotency-Key": "k"}
        )
        found = await reading
    entries = [frame for frame in found if frame.get("event") == "entry"]
    assert [frame["id"] for frame in entries] == ["1", "2"]
    assert [frame["data"]["author"] for frame in entries] == ["customer", "assistant"]
    assert entries[1]["data"]["citations"]
    passing = [frame for frame in found if frame.get("event") in ("progress", "typing")]
    assert passing
    assert all("id" not in frame for frame in passing)
    assert not any("invoices" in json.dumps(frame["data"]) for frame in passing)


async def test_that_a_reader_resumes_behind_the_last_entry_it_has(tmp_path: Path, decider: Decider) -> None:
    async with a_server(tmp_path, decider) as (url, _, _), httpx2.AsyncClient(base_url=url) as client:
        at = await opened(client, ANA)
        for number in range(5):
            headers = {**ANA, "Idempotency-Key": f"k{number}"}
            await client.post(f"{at}/messages", json={"text": f"I want to talk to a person {number}"}, headers=headers)
        await client.post(f"{at}/person", json={}, headers=ANA)
        last = (await client.get(at, headers=ANA)).json()["conversation"]["last_seq"]
        whole = await read(client, at, '"conversation"')
        resumed = await read(client, at, '"conversation"', {**ANA, "Last-Event-ID": "3"})
        nothing = await read(client, at, '"conversation"', {**ANA, "Last-Event-ID": "999999"})
    assert [int(f["id"]) for f in whole if "id" in f] == list(range(1, last + 1))
    assert [int(f["id"]) for f in resumed if "id" in f] == list(range(4, last + 1))
    assert [f for f in nothing if "id" in f] == []


async def test_that_a_quiet_line_says_that_it_lives(tmp_path: Path, decider: Decider) -> None:
    async with (
        a_server(tmp_path, decider, heartbeat_s=0.05) as (url, _, _),
        httpx2.AsyncClient(base_url=url) as client,
    ):
        found = await read(client, await opened(client, ANA), "ping")
    assert found[-1] == {"comment": "ping"}


async def test_that_the_typing_of_a_person_is_shown_and_ones_own_is_not(tmp_path: Path, decider: Decider) -> None:
    async with a_server(tmp_path, decider) as (url, service, _), httpx2.AsyncClient(base_url=url) as client:
        at = await opened(client, ANA)
        reading = asyncio.create_task(read(client, at, '"person"'))
        talking = service.talking
        assert talking is not None
        async with asyncio.timeout(20):
            while not talking.notifier.is_watched:
                await asyncio.sleep(0)
        await client.post(f"{at}/typing", json={"on": True}, headers=ANA)
        conversation = ConversationId(at.rpartition("/")[2])
        talking.notifier.publish(Frame(conversation, "typing", {"by": "person", "on": True}))
        found = await reading
    assert [frame["data"] for frame in found if frame.get("event") == "typing"] == [{"by": "person", "on": True}]


@pytest.mark.parametrize("who", [BEN, {"Origin": SITE}], ids=["another customer", "nobody"])
async def test_that_nobody_else_may_listen(tmp_path: Path, decider: Decider, who: dict[str, str]) -> None:
    async with a_server(tmp_path, decider) as (url, _, _), httpx2.AsyncClient(base_url=url) as client:
        at = await opened(client, ANA)
        answer = await client.get(f"{at}/events", headers=who)
    assert answer.status_code in (401, 404)


async def test_that_a_stream_ends_with_its_token_and_with_a_revoked_one(tmp_path: Path, decider: Decider) -> None:
    async with a_server(tmp_path, decider) as (url, _, _), httpx2.AsyncClient(base_url=url, timeout=20) as client:
        at = await opened(client, ANA)
        short = {"Authorization": f"Bearer {token_for('c_ana', minutes=1 / 30)}", "Origin": SITE}
        assert (await client.get(f"{at}/events", headers=short)).status_code == 200
        leaving = as_customer("c_ana")
        listening = asyncio.create_task(client.get(f"{at}/events", headers=leaving))
        await read(client, at, '"conversation"')
        await client.post("/v1/chat/sign-out", json={}, headers=leaving)
        await client.post(
            f"{at}/messages", json={"text": "secret later words"}, headers={**ANA, "Idempotency-Key": "k"}
        )
        assert "secret later words" not in (await asyncio.wait_for(listening, 20)).text


async def test_that_live_connections_end_when_the_process_is_told_to_stop(tmp_path: Path, decider: Decider) -> None:
    async with httpx2.AsyncClient(timeout=20) as client:
        async with a_server(tmp_path, decider) as (url, _, _):
            client.base_url = httpx2.URL(url)
            at = await opened(client, ANA)
            listening = [asyncio.create_task(client.get(f"{at}/events", headers=ANA)) for _ in range(20)]
            await read(client, at, '"conversation"')
        answers = await asyncio.gather(*listening)
    assert {answer.status_code for answer in answers} == {200}
