"""A turn of ours, of a plain LangGraph tool agent and of the OpenAI Agents SDK, on one scripted model server.

The server is a process of its own: what is measured is the CPU time of whoever asks it.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from typing import Any

from evals.performance.measure import Row, p50
from evals.performance.worlds import demo_cases
from langchain_core.tools import tool

from journey_assistant.adapters.model_openai import OpenAICompatibleChatModel
from journey_assistant.bootstrap import build_decider
from journey_assistant.knowledge.query import Query
from journey_assistant.resources import resource_dir
from journey_assistant.settings import Settings

TIMES = 40
SDK = "JOURNEY_BENCH_AGENTS_PYTHON"
"""Names the interpreter that has the OpenAI Agents SDK; ``make bench-agents`` sets it."""
Turn = tuple[float, int, int]
"""CPU milliseconds, model calls, tokens."""


def peers() -> Iterator[Row]:
    """The three in one run, ours and LangGraph's taking turns."""
    with _server() as address, asyncio.Runner() as runner:
        question, ours, others, beyond = runner.run(_measured(address))
        yield _row("ours, with encoder pass and index query", ours)
        yield _row("ours, beyond encoder pass and index query", [(ms - beyond, *rest) for ms, *rest in ours])
        yield _row("a plain LangGraph tool agent", others)
        python = os.environ.get(SDK)
        if python is None:
            yield Row("a turn on one model server: OpenAI Agents SDK", "", "not measured here: make bench-agents", None)
            return
        script = str(Path(__file__).with_name("agents_sdk.py"))
        found = subprocess.check_output([python, script, address, question, str(TIMES)])
        yield _row("OpenAI Agents SDK", [tuple(turn) for turn in json.loads(found)])


def _row(who: str, turns: list[Any]) -> Row:
    taken, calls, tokens = (p50([turn[place] for turn in turns]) for place in range(3))
    said = f"{taken:.1f} ms, {calls:.0f} model calls, {tokens:.0f} tokens"
    return Row(f"a turn on one model server: {who}, p50", "", said, None)


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-m", "evals.performance.model_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(
        part for part in sys.path if part)}) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


async def _measured(address: str) -> tuple[str, list[Turn], list[Turn], float]:
    """The question, our turns, the other agent's, and the milliseconds of a query that no part of it needs."""
    home = Path(tempfile.mkdtemp(prefix="journey-bench-"))
    settings = Settings(home=home, model_base_url=address, model_name="honest")
    decider = build_decider(settings, company=resource_dir("demo"), in_memory=True)
    agent = _langgraph_agent(address)
    asked = [case for case in demo_cases() if case.snapshot.message is not None]
    runs = [await decider.decide(case) for case in asked]
    case = next(case for case, run in zip(asked, runs, strict=True) if run.model_calls)
    question = case.snapshot.message.text if case.snapshot.message else ""
    vector = decider.parts.perception.encoder.read(question).vector
    query = Query(question, case.snapshot.now_at.date(), vector=vector)
    ours, others, searched = [], [], []
    for _ in range(TIMES + 5):
        began = process_time()
        run = await decider.decide(case)
        ours.append(((process_time() - began) * 1000, run.model_calls, run.tokens))
        began = process_time()
        told = (await agent.ainvoke({"messages": [("user", question)]}))["messages"]
        spent = (process_time() - began) * 1000
        used = [one.usage_metadata["total_tokens"] for one in told if getattr(one, "usage_metadata", None)]
        others.append((spent, len(used), sum(used)))
        began = process_time()
        decider.parts.retriever.search(query)
        searched.append((process_time() - began) * 1000)
    # The question is always the same one: its encoder pass is remembered and in no turn.
    return question, ours[5:], others[5:], p50(searched[5:])


def _langgraph_agent(address: str) -> Any:
    """What a tutorial builds, over the same client of the server as ours."""
    from langgraph.prebuilt import create_react_agent

    @tool
    def subscription() -> str:
        """Plan, billing rhythm and renewal date."""
        return "The Team plan renews on 1 December 2026."

    return create_react_agent(OpenAICompatibleChatModel(model="calls-a-tool", base_url=address), [subscription])
