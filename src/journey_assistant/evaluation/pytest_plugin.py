"""Suites as tests: ``pytest -p journey_assistant.evaluation.pytest_plugin my-evals/`` runs every case as a test.

A case that fails in the baseline too is expected to fail, so that a red test is always news. In this repository
``pytest evals/`` does it without ``-p``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from journey_assistant.evaluation.bench import Bench
from journey_assistant.evaluation.cases import ABOUT, CASES, HELP_CENTRE, Suite, read_suite
from journey_assistant.evaluation.discipline import DISCIPLINES
from journey_assistant.evaluation.scorers import Judgement
from journey_assistant.evaluation.targets import OURS

BASELINE = Path("baselines") / "default.json"
"""Looked for beside every folder above a suite, unless ``--journey-baseline`` names another."""
_BENCH = pytest.StashKey[Bench]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which target, and what is expected to fail."""
    group = parser.getgroup("journey")
    group.addoption("--journey-target", default=OURS, help="Who is examined: ours, python:…, http://…")
    group.addoption("--journey-baseline", default=None, help="Report whose failures are expected.")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A suite is a file of tests."""
    if HELP_CENTRE in file_path.parts:
        return None
    is_bare = file_path.name == CASES and not (file_path.parent / ABOUT).exists()
    if file_path.name == ABOUT or is_bare:
        collector: SuiteTests = SuiteTests.from_parent(parent, path=file_path)
        return collector
    return None


class SuiteTests(pytest.File):
    """The cases of one suite."""

    @cached_property
    def suite(self) -> Suite:
        """The suite, read once."""
        return read_suite(self.path)

    @cached_property
    def known_failures(self) -> set[str]:
        """The cases that fail in the baseline."""
        given = self.config.getoption("journey_baseline", None)
        found = [Path(given)] if given else [folder / BASELINE for folder in self.path.parents]
        file = next((one for one in found if one.is_file()), None)
        suites = json.loads(file.read_text(encoding="utf-8"))["suites"] if file else []
        results = (result for suite in suites if suite["suite"] == self.suite.name for result in suite["results"])
        return {result["case"] for result in results if not result["passed"]}

    @property
    def bench(self) -> Bench:
        """One bench for all suites of the session."""
        stash = self.config.stash
        if _BENCH not in stash:
            stash[_BENCH] = Bench(self.config.getoption("journey_target", OURS))
        return stash[_BENCH]

    def judged(self, row: Mapping[str, Any]) -> Judgement:
        """One case, performed and judged."""
        discipline = DISCIPLINES[self.suite.kind]

        async def performed() -> dict[str, Any]:
            return await discipline.perform(self.suite, self.bench)(row)

        with asyncio.Runner() as runner:
            return discipline.judge(row, runner.run(performed()))

    def collect(self) -> Iterator[pytest.Item]:
        """One test a case, marked with the kind of the suite and the case's tags as keywords."""
        for row in self.suite.rows:
            item: CaseTest = CaseTest.from_parent(self, name=str(row["id"]))
            item.row = row
            item.extra_keyword_matches.update(str(tag) for tag in row.get("tags") or ())
            yield item


class CaseFailed(Exception):
    """A case did not pass; the text says why."""


class CaseTest(pytest.Item):
    """One case."""

    row: Mapping[str, Any]
    parent: SuiteTests

    def runtest(self) -> None:
        """Fails with what is wrong and what the case says; a known failure is expected."""
        judgement = self.parent.judged(self.row)
        if judgement.right:
            return
        lines = [f"{failure.check}: {failure.why}" for failure in judgement.failures]
        told = "\n".join([*lines, f"the case says: {self.row.get('why', '')}"])
        if self.name in self.parent.known_failures:
            pytest.xfail(lines[0])
        raise CaseFailed(told)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The reasons alone: the way through our code says nothing about a case."""
        return str(excinfo.value) if isinstance(excinfo.value, CaseFailed) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands."""
        return self.path, 0, f"{self.parent.suite.name}: {self.name}"
