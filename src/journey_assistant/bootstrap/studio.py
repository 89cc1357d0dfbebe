"""What ``langgraph dev`` loads (langgraph.json): the agent as the settings make it, with a review by interrupt."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from journey_assistant.bootstrap.decider import build_decider
from journey_assistant.settings import load_settings

if TYPE_CHECKING:
    from journey_assistant.services.decide import Decider


async def review_graph() -> Any:
    """The second graph over the real agent; its parts are loaded with the first case."""
    from journey_assistant.agent.review_graph import build_review_graph
    from journey_assistant.services.read_case import read_case
    from journey_assistant.services.record import run_line

    async def decide(case: Mapping[str, Any]) -> dict[str, Any]:
        decider = await asyncio.to_thread(_decider)
        return run_line(await decider.decide(read_case(dict(case))))

    return build_review_graph(decide)


@lru_cache(maxsize=1)
def _decider() -> Decider:
    return build_decider(load_settings(), in_memory=True)
