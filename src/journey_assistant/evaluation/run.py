"""Runs cases by our own agent. The same suite, playbook and knowledge give the same report."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from journey_assistant.assistant import Assistant
from journey_assistant.evaluation.cases import Suite
from journey_assistant.evaluation.suite_report import SuiteReport, report
from journey_assistant.services.read_case import Case


@dataclass
class Deciders:
    """Assistants for the cases of one company: one for each help centre, opened when it is first needed.

    All of it is in memory, so that many processes may decide at once.
    """

    company: Path
    knowledge: Path | None = None
    playbook: Path | None = None
    _opened: dict[Path | None, Assistant] = field(default_factory=dict)

    def assistant_for(self, case: Case) -> Assistant:
        """The assistant that knows this case's help centre: the one given, else the case's own, else the setting's."""
        folder = self.knowledge or (self.company / case.knowledge if case.knowledge else None)
        if folder not in self._opened:
            self._opened[folder] = Assistant.open(
                knowledge=folder, playbook=self.playbook, company=self.company, in_memory=True
            )
        return self._opened[folder]


def decide_all(cases: Iterable[Case], deciders: Deciders) -> Iterator[dict[str, Any]]:
    """One run a case as JSON, in the order of the cases. Dry: nothing is stored or sent."""
    with asyncio.Runner() as runner:
        for case in cases:
            yield runner.run(deciders.assistant_for(case).decide_line(case))


def run_suite(suite: Suite, deciders: Deciders | None = None, cases: Iterable[Case] | None = None) -> SuiteReport:
    """Decides and judges a suite of decisions. ``cases`` are its cases where the caller wants to watch them pass."""
    deciders = deciders or Deciders(suite.company, suite.knowledge)
    runs = decide_all(cases or suite.cases, deciders)
    return report(suite.name, [dict(case.raw) for case in suite.cases], list(runs))
