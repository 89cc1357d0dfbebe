"""One agent for the tests of the steps: the default playbook over a small help centre."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from journey_assistant.agent.graph import build_graph
from journey_assistant.agent.run import run_graph
from journey_assistant.agent.state import Parts, RunState
from journey_assistant.bootstrap import build_parts
from journey_assistant.services.read_case import Case
from journey_assistant.settings import Settings
from worlds import help_centre


@dataclass(frozen=True)
class Here:
    """What a step is called with: the parts, as LangGraph's runtime hands them over."""

    context: Parts


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home)
    return build_parts(settings, knowledge=help_centre(tmp_path_factory.mktemp("help")), in_memory=True)


@pytest.fixture(scope="session")
def here(parts: Parts) -> Here:
    return Here(parts)


@pytest.fixture(scope="session")
def run(parts: Parts) -> Callable[[Case], Awaitable[RunState]]:
    """Runs the whole graph over a case."""
    graph = build_graph()

    async def whole(case: Case) -> RunState:
        return await run_graph(graph, parts, case.snapshot)

    return whole
