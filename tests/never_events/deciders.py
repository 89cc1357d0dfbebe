"""The whole decider for laws: real encoder, playbook and templates, the demo company's offers, a small help centre."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from journey_assistant.agent.graph import build_graph
from journey_assistant.agent.state import Parts
from journey_assistant.bootstrap import build_parts
from journey_assistant.domain.decision import Route
from journey_assistant.domain.journey_run import JourneyRun, Versions
from journey_assistant.resources import resource_dir
from journey_assistant.services.decide import Decider
from journey_assistant.services.read_case import read_case
from journey_assistant.settings import Settings
from never_events.laws import Decide
from never_events.lives import Life
from worlds import help_centre

SENDABLE = (Route.DRAFT_MESSAGE, Route.SELF_RESOLVE)


@cache
def real_parts() -> Parts:
    """Everything as it ships; built once for all laws."""
    with tempfile.TemporaryDirectory() as folder:
        help_centre(Path(folder))
        settings = Settings(home=Path(folder) / "home")
        return build_parts(settings, knowledge=Path(folder), company=resource_dir("demo"), in_memory=True)


def deciding(parts: Parts) -> Decide:
    """Decides lives with these parts."""
    decider = Decider(build_graph(), parts, Versions("laws", "laws", "laws"))
    return lambda life: asyncio.run(decider.decide(read_case(life)))


@dataclass
class Tally:
    """Counts how many decisions something could have been sent in."""

    decide: Decide
    runs: list[JourneyRun] = field(default_factory=list)

    def __call__(self, life: Life) -> JourneyRun:
        """Decides, and remembers."""
        self.runs.append(self.decide(life))
        return self.runs[-1]

    @property
    def sendable_share(self) -> float:
        """The share of decisions that ended in an answer or a draft."""
        return sum(run.route in SENDABLE for run in self.runs) / len(self.runs)
