"""The bench: everything that cases are performed with, opened once and shared by all suites that need the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from journey_assistant.bootstrap import build_classifier, build_clock, build_decider
from journey_assistant.evaluation.dumb_baselines import AlwaysHold, AlwaysPerson, TopArticle
from journey_assistant.evaluation.targets import OURS, Target, foreign_target, unlabelled
from journey_assistant.services.read_case import read_case
from journey_assistant.services.record import run_line
from journey_assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from journey_assistant.evaluation.cases import Suite
    from journey_assistant.knowledge.retrieve import KnowledgeRetriever
    from journey_assistant.services.classify import Classifier
    from journey_assistant.services.decide import Decider

Perform = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""Runs one case; the result has the case's id as ``case_id``."""


@dataclass(frozen=True)
class OurAgent:
    """This product, deciding in memory: nothing is stored or sent."""

    decider: Decider
    name: str = OURS

    async def decide(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """The line of the run."""
        run = await self.decider.decide(read_case(unlabelled(case)))
        return run_line(run)


@dataclass
class Bench:
    """What is examined (``target``) with which help centre, playbook and model; None = the suite's own, the default."""

    target: str = OURS
    knowledge: Path | None = None
    playbook: Path | None = None
    model: BaseChatModel | None = None
    settings: Settings = field(default_factory=load_settings)
    opened: dict[tuple[Path | None, Path, Path | None], Decider] = field(default_factory=dict)

    @cached_property
    def classifier(self) -> Classifier:
        """Reads single texts."""
        return build_classifier(self.settings)

    @property
    def today(self) -> date:
        """The day on which searches are made; articles past their review date are marked, not left out."""
        return build_clock().now().date()

    def decider_for(self, suite: Suite, own: str | None = None) -> Decider:
        """Our agent over the suite's company, help centre and playbook; ``own`` is the folder that a case names."""
        folder = self.knowledge or (suite.company / own if own else suite.knowledge)
        playbook = self.playbook or suite.playbook
        key = folder.resolve() if folder else None, suite.company.resolve(), playbook
        if key not in self.opened:
            self.opened[key] = build_decider(
                self.settings,
                knowledge=folder,
                playbook=playbook,
                company=suite.company,
                model=self.model,
                in_memory=True,
            )
        return self.opened[key]

    def retriever_for(self, suite: Suite) -> KnowledgeRetriever:
        """The search of the suite's help centre."""
        return self.decider_for(suite).parts.retriever

    def target_for(self, suite: Suite, own: str | None = None) -> Target:
        """The target over the suite's company. Raises Rejected for a target that is none."""
        if self.target == OURS:
            return OurAgent(self.decider_for(suite, own))
        for simple in (AlwaysPerson(), AlwaysHold()):
            if simple.name == self.target:
                return simple
        if self.target == TopArticle.name:
            return TopArticle(self.retriever_for(suite))
        return foreign_target(self.target)
