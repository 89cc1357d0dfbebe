"""Many months: seeds in, breaches and how much was tried out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from journey_assistant.agent.graph import build_graph
from journey_assistant.domain.journey_run import Versions
from journey_assistant.services.decide import Decider
from months.oracle import Breach, breaches
from months.world import Month
from never_events.deciders import real_parts

PEOPLE = 5
"""Customers who live through a month together; some of them work for one company."""


@dataclass
class Lived:
    """How many customer-months there were, in how many somebody was written to, and what should not have been."""

    months: int = 0
    written_to: int = 0
    sends: int = 0
    broken: list[tuple[int, Breach]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of months with a message; without one nothing is tested."""
        return self.written_to / max(self.months, 1)

    def __iadd__(self, other: Lived) -> Lived:
        self.months, self.sends = self.months + other.months, self.sends + other.sends
        self.written_to += other.written_to
        self.broken += other.broken
        return self


def real_decider() -> Decider:
    """The agent as it ships."""
    return Decider(build_graph(), real_parts(), Versions("months", "months", "months"))


def lived(seeds: Iterable[int], people: int = PEOPLE) -> Lived:
    """A world of so many customers for each seed."""
    decider, total = real_decider(), Lived()
    for seed in seeds:
        log = asyncio.run(Month(decider, seed, people).live())
        sent = [entry for entry in log if entry.what == "sent"]
        broken = [(seed, breach) for breach in breaches(log)]
        total += Lived(people, len({entry.customer for entry in sent}), len(sent), broken)
    return total
