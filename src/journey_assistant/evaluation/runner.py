"""Performs suites: in parallel, resumable, within a budget, as often as wanted, and in the same order every time.

With several jobs each process opens a bench of its own. Cases do not see each other, so the order in which they finish
changes nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from journey_assistant.evaluation.bench import Bench
from journey_assistant.evaluation.budget import Budget
from journey_assistant.evaluation.cases import Suite, read_suite
from journey_assistant.evaluation.discipline import DISCIPLINES
from journey_assistant.evaluation.dumb_baselines import BASELINES
from journey_assistant.evaluation.journal import Journal, journal_key
from journey_assistant.evaluation.suite_report import SuiteReport, judged_runs
from journey_assistant.evaluation.suite_schema import Kind
from journey_assistant.evaluation.targets import OURS
from journey_assistant.services.record import canonical

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Item = TypeVar("Item")
WORTH_A_PROCESS = 150
"""Cases for which it pays to open another bench (a few seconds)."""
CHUNK = 8


@dataclass(frozen=True)
class Plan:
    """How suites are performed. ``jobs`` 0 = as many as pay; ``at_once`` cases wait for a server side by side."""

    target: str = OURS
    knowledge: Path | None = None
    playbook: Path | None = None
    model: BaseChatModel | None = None
    jobs: int = 0
    at_once: int = 1
    repeats: int = 1
    journal: Journal = field(default_factory=Journal)
    budget: Budget = field(default_factory=Budget)
    with_baselines: bool = True

    def bench(self) -> Bench:
        """A bench for this plan."""
        return Bench(self.target, self.knowledge, self.playbook, self.model)


@dataclass(frozen=True, slots=True)
class Done:
    """One performed case."""

    place: int
    repeat: int
    run: dict[str, Any]


@dataclass
class Runner:
    """Performs one suite after another with one plan; the bench stays open between them."""

    plan: Plan
    _bench: Bench | None = None

    @property
    def bench(self) -> Bench:
        """The bench of this process."""
        self._bench = self._bench or self.plan.bench()
        return self._bench

    def perform(self, suite: Suite) -> Iterator[Done]:
        """Every case of the suite, every repeat. Cases for which no budget is left do not come."""
        fingerprint = self._fingerprint(suite)
        waiting: list[tuple[int, int, str]] = []
        for repeat in range(self.plan.repeats):
            for place, row in enumerate(suite.rows):
                key = journal_key(suite.name, row, repeat, fingerprint)
                known = self.plan.journal.known(key)
                if known is not None:
                    yield Done(place, repeat, known)
                else:
                    waiting.append((place, repeat, key))
        for place, repeat, key, run in self._performed(suite, waiting):
            self.plan.journal.keep(key, run)
            self.plan.budget.spend(run)
            yield Done(place, repeat, run)

    def _performed(
        self, suite: Suite, waiting: Sequence[tuple[int, int, str]]
    ) -> Iterator[tuple[int, int, str, dict[str, Any]]]:
        jobs = self._jobs(suite, len(waiting))
        runs = self._here(suite, waiting) if jobs < 2 else self._elsewhere(suite, waiting, jobs)
        for (place, repeat, key), run in zip(waiting, runs, strict=False):
            yield place, repeat, key, run

    def _jobs(self, suite: Suite, cases: int) -> int:
        if self.plan.model is not None or suite.file is None:
            return 1
        paying = min(len(os.sched_getaffinity(0)), 8, max(1, cases // WORTH_A_PROCESS))
        return self.plan.jobs or paying

    def _here(self, suite: Suite, waiting: Sequence[tuple[int, int, str]]) -> Iterator[dict[str, Any]]:
        if not waiting:
            return
        perform = DISCIPLINES[suite.kind].perform(suite, self.bench)
        with asyncio.Runner() as runner:
            for together in _pieces(waiting, self.plan.at_once):
                if self.plan.budget.used_up:
                    return
                tasks = [perform(suite.rows[place]) for place, _, _ in together]
                yield from runner.run(_together(tasks))

    def _elsewhere(self, suite: Suite, waiting: Sequence[tuple[int, int, str]], jobs: int) -> Iterator[dict[str, Any]]:
        plan = (self.plan.target, self.plan.knowledge, self.plan.playbook, suite.file)
        chunks = [[place for place, _, _ in chunk] for chunk in _pieces(waiting, CHUNK)]
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            for runs in pool.map(_work, [plan] * len(chunks), chunks):
                yield from runs
                if self.plan.budget.used_up:
                    pool.shutdown(cancel_futures=True)
                    return

    def _fingerprint(self, suite: Suite) -> str:
        """What a run depends on besides its case; only asked for where runs are kept."""
        if self.plan.target != OURS or not self.plan.journal.is_kept:
            return self.plan.target
        decider = self.bench.decider_for(suite)
        passages = [(p.id, p.text) for p in decider.parts.retriever.knowledge.passages]
        return hashlib.sha256(canonical([asdict(decider.versions), passages]).encode()).hexdigest()

    def report(self, suite: Suite, done: Sequence[Done]) -> SuiteReport:
        """The judged cases, with the dumb baselines beside decisions."""
        by_repeat = {r: list(group) for r, group in groupby(sorted(done, key=_order), key=lambda one: one.repeat)}
        places = {one.place for one in by_repeat.get(0, [])}
        left_out = tuple(id_ for place, id_ in enumerate(suite.ids) if place not in places)
        rows = [row for place, row in enumerate(suite.rows) if place in places]
        repeats = [
            judged_runs(suite.kind, rows, [one.run for one in by_repeat.get(r, [])]) for r in range(self.plan.repeats)
        ]
        return SuiteReport(
            name=suite.name,
            judged=repeats[0],
            kind=suite.kind,
            about=suite.about,
            owner=suite.owner,
            again=tuple(repeat for repeat in repeats[1:] if len(repeat) == len(rows)),
            left_out=left_out,
            baselines=self._baselines(suite, rows) if self.plan.with_baselines else {},
        )

    def _baselines(self, suite: Suite, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        if suite.kind is not Kind.DECISIONS or not rows:
            return {}
        judged = {}
        with asyncio.Runner() as runner:
            for name in BASELINES:
                target = Bench(name, self.plan.knowledge, opened=self.bench.opened).target_for(suite)
                runs = [runner.run(target.decide(row)) for row in rows]
                judged[name] = judged_runs(suite.kind, rows, runs)
        return judged


def run_all(suites: Sequence[Suite], plan: Plan) -> list[SuiteReport]:
    """Performs and reports suites, for those who need no progress bar."""
    runner = Runner(plan)
    return [runner.report(suite, list(runner.perform(suite))) for suite in suites]


def _pieces(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[first : first + size] for first in range(0, len(items), size))


def _order(one: Done) -> tuple[int, int]:
    return one.repeat, one.place


async def _together(tasks: Sequence[Any]) -> list[dict[str, Any]]:
    return list(await asyncio.gather(*tasks))


@cache
def _bench_of_worker(target: str, knowledge: Path | None, playbook: Path | None) -> Bench:
    return Bench(target, knowledge, playbook)


@cache
def _suite_of_worker(file: Path) -> Suite:
    return read_suite(file)


def _work(plan: tuple[str, Path | None, Path | None, Path], places: list[int]) -> list[dict[str, Any]]:
    """Performs some cases of a suite in a worker process."""
    target, knowledge, playbook, file = plan
    suite, bench = _suite_of_worker(file), _bench_of_worker(target, knowledge, playbook)
    perform = DISCIPLINES[suite.kind].perform(suite, bench)
    return [asyncio.run(_one(perform, suite.rows[place])) for place in places]


async def _one(perform: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = await perform(row)
    return found
