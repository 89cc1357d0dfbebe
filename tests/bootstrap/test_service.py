"""The chat as `journey serve` opens it: the real agent, a database file, and the worker in the same process."""

from __future__ import annotations

import asyncio
from pathlib import Path

from databases import sqlite_store
from journey_assistant.bootstrap import Talking, build_talking
from journey_assistant.domain.chat import Entry
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.ports.store import CustomerRow
from journey_assistant.services.decide import Decider
from journey_assistant.settings import Settings
from real_parts import decider

__all__ = ["decider"]
ANA = CustomerId("c_ana")
QUESTION = "How do I export all my invoices as a CSV file?"


async def answer_in(talking: Talking, conversation_id: ConversationId) -> Entry:
    """What the assistant says, as a customer who watches sees it."""
    async with asyncio.timeout(20):
        with talking.notifier.watching(conversation_id) as watch:
            while True:
                entries = await talking.chat.entries(ANA, conversation_id)
                if said := [entry for entry in entries if entry.author == "assistant"]:
                    return said[0]
                await watch.next(1)


async def test_that_a_question_gets_a_cited_answer(decider: Decider, tmp_path: Path) -> None:
    async with sqlite_store(tmp_path) as store:
        await store.put_customers(DEFAULT_TENANT, [CustomerRow(ANA, {"id": ANA, "name": "Ana", "language": "en"})])
        talking = build_talking(Settings(home=tmp_path), store, decider)
        opened = await talking.chat.open(ANA)
        await talking.chat.post(ANA, opened.id, key="k", text=QUESTION)
        said = await answer_in(talking, opened.id)
        (citation,) = said.payload["citations"]
        assert (citation["article"], citation["title"]) == ("export", "Export your data")
        assert citation["quote"]
        await talking.runner.stop()


async def test_that_the_worker_answers_what_a_process_left_behind(decider: Decider, tmp_path: Path) -> None:
    async with sqlite_store(tmp_path) as store:
        await store.put_customers(DEFAULT_TENANT, [CustomerRow(ANA, {"id": ANA, "name": "Ana", "language": "en"})])
        stopped = build_talking(Settings(home=tmp_path), store, decider)
        await stopped.runner.stop()
        opened = await stopped.chat.open(ANA)
        taken = await stopped.chat.post(ANA, opened.id, key="k", text=QUESTION)
        found = await store.conversation(DEFAULT_TENANT, opened.id)
        assert found is not None
        assert found.is_unanswered
        await store.release_conversation(DEFAULT_TENANT, opened.id, 1)
        running = build_talking(Settings(home=tmp_path), store, decider)
        running.rounds.start()
        said = await answer_in(running, opened.id)
        assert said.seq > taken.seq
        await running.rounds.stop()
        await running.runner.stop()
        await running.relay.close()
