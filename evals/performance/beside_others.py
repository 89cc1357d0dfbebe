"""Our parts beside what others would take for the same work, taking turns in one run."""

from __future__ import annotations

import asyncio
import importlib.util
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from evals.performance.measure import Row, milliseconds, p50
from evals.performance.worlds import WORDS, demo_cases
from langchain_core.messages import AIMessage
from langchain_core.tools import tool

from journey_assistant.adapters.model_scripted import ScriptedChatModel
from journey_assistant.bootstrap import build_decider
from journey_assistant.evaluation.scripted_writers import honest
from journey_assistant.knowledge.query import Query
from journey_assistant.perception.encoder import MODEL_FOLDER, OnnxEncoder
from journey_assistant.resources import resource_dir
from journey_assistant.services.read_case import Case
from journey_assistant.settings import Settings

TIMES = 60
PIPELINE = "encoder against the transformers pipeline in float32, about 32 tokens"


def overhead() -> Iterator[Row]:
    """A turn with a model that answers at once, less encoder and index; beside it a bare tool agent's turn."""
    home = Path(tempfile.mkdtemp(prefix="journey-bench-"))
    model = ScriptedChatModel(answers=[cache(honest)])
    decider = build_decider(Settings(home=home), company=resource_dir("demo"), model=model, in_memory=True)
    asked = next(case for case in demo_cases() if _is_answered_by_model(decider, case))
    retriever = decider.parts.retriever
    with asyncio.Runner() as runner:
        ours, agents, finds = [], [], []
        agent = _bare_agent()
        question = asked.snapshot.message.text if asked.snapshot.message else ""
        encoded = decider.parts.perception.encoder.read(question)
        query = Query(question, asked.snapshot.now_at.date(), vector=encoded.vector)
        for _ in range(TIMES):
            # The question is always the same one: its encoder pass is remembered and no part of the turn.
            finds += milliseconds(lambda: retriever.search(query), 1, warm=0)
            ours += milliseconds(lambda: runner.run(decider.decide(asked)), 1, warm=0)
            agents += milliseconds(lambda: runner.run(agent.ainvoke({"messages": [("user", question)]})), 1, warm=0)
    own, bare = p50(ours) - p50(finds), p50(agents)
    measured = f"{own:.1f} ms, the bare agent {bare:.1f} ms (whole turn {p50(ours):.1f} ms)"
    yield Row("own overhead of a turn with a model, p50", "≤ a bare LangGraph tool agent's", measured, own / bare)


def _is_answered_by_model(decider: Any, case: Case) -> bool:
    return case.snapshot.message is not None and asyncio.run(decider.decide(case)).model_calls > 0


def _bare_agent() -> Any:
    """What a tutorial builds: a model, one tool, and the loop; one call of the tool, then the answer."""
    from langgraph.prebuilt import create_react_agent

    @tool
    def subscription() -> str:
        """Plan, billing rhythm and renewal date."""
        return "The Team plan renews on 1 December 2026."

    def answer(prompt: str) -> AIMessage:
        if "renews on" in prompt:
            return AIMessage("It renews on 1 December 2026.")
        return AIMessage("", tool_calls=[{"name": "subscription", "args": {}, "id": "call"}])

    return create_react_agent(ScriptedChatModel(answers=[answer]), [subscription])


def pipeline() -> Iterator[Row]:
    """The embedded encoder beside the `transformers` pipeline of a model of the same size in float32."""
    missing = [name for name in ("torch", "transformers") if importlib.util.find_spec(name) is None]
    if missing:
        yield Row(PIPELINE, "≥ 3 × faster", f"not measured: {', '.join(missing)} is not installed (extra `torch`)")
        return
    reader, theirs, draw = OnnxEncoder(threads=1), _transformers_pipeline(), Random(1)
    own, other = [], []
    for _ in range(TIMES):
        text = " ".join(draw.choices(WORDS, k=10))[:80]
        own += milliseconds(lambda text=text: reader.read(text), 1, warm=0)
        other += milliseconds(lambda text=text: theirs(text), 1, warm=0)
    faster = p50(other) / p50(own)
    yield Row(PIPELINE, "≥ 3 × faster", f"{faster:.1f} × ({p50(own):.1f} and {p50(other):.1f} ms)", 3 / faster)


def _transformers_pipeline() -> Any:
    """Weights do not change the time: a model of the base's shape, with our tokenizer, on one thread."""
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, pipeline

    torch.set_num_threads(1)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(MODEL_FOLDER / "tokenizer.json"), pad_token="[PAD]", unk_token="[UNK]"
    )
    shape = BertConfig(
        vocab_size=len(tokenizer), hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536
    )
    return pipeline("feature-extraction", model=BertModel(shape).eval(), tokenizer=tokenizer, device="cpu")
