"""Measures each step and tells its name as progress. Customer text never leaves the graph this way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import wraps
from time import perf_counter
from typing import Any, Protocol

from langgraph.runtime import Runtime
from langgraph.types import Command

from journey_assistant.agent.state import Parts, RunState

Step = Callable[[RunState, Runtime[Parts]], Awaitable[Any]]
Progress = Callable[[str], None]
HEARD_BY: ContextVar[Progress | None] = ContextVar("HEARD_BY", default=None)
"""Who hears the names of steps in this run. LangGraph's stream would carry them too, at half the graph's own cost."""


class TimedStep(Protocol):
    """A step as LangGraph calls it."""

    async def __call__(self, state: RunState, *, runtime: Runtime[Parts]) -> Any: ...


def timed(step: Step) -> TimedStep:
    """The step, with its milliseconds added to ``elapsed_ms`` and its name told when it begins."""
    name = step.__name__

    @wraps(step)
    async def measured(state: RunState, *, runtime: Runtime[Parts]) -> Any:
        if (progress := HEARD_BY.get()) is not None:
            progress(name)
        began = perf_counter()
        result = await step(state, runtime)
        spent = {"elapsed_ms": {name: (perf_counter() - began) * 1000}}
        if isinstance(result, Command):
            return Command(goto=result.goto, update={**(result.update or {}), **spent})
        return {**result, **spent}

    return measured
