"""``python -m evals.performance.replay``: ten thousand past runs decided again, byte for byte; writes replay.md.

The runs are made from our suites, no two alike: other people, other companies, other weeks, other words around the same
question. They are stored like a service's, then every one is replayed. Both halves go on where they were stopped.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from evals.performance.__main__ import processor
from rich.progress import track

from journey_assistant.bootstrap import build_decider, open_store
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.evaluation.cases import read_suites
from journey_assistant.evaluation.journal import Journal
from journey_assistant.evaluation.replay_many import Again, replayed
from journey_assistant.evaluation.suite_schema import Kind
from journey_assistant.evaluation.variants import variants
from journey_assistant.ports.store import Store
from journey_assistant.resources import resource_dir
from journey_assistant.services.commit import commit
from journey_assistant.services.decide import Decider
from journey_assistant.services.read_case import read_case
from journey_assistant.services.replay import stored_runs
from journey_assistant.settings import load_settings

RESULTS = Path(__file__).with_name("replay.md")
SUITES = Path(__file__).parents[1] / "suites"
CHUNK = 25


def cases(runs: int) -> list[dict[str, Any]]:
    """So many cases of our suites, no two alike."""
    rows = [row for suite in read_suites([SUITES]) if suite.kind is Kind.DECISIONS for row in suite.rows]
    return list(islice(variants(rows), runs))


@cache
def _decider() -> Decider:
    company, knowledge = resource_dir("demo"), resource_dir("knowledge_base")
    return build_decider(load_settings(), company=company, knowledge=knowledge, in_memory=True)


def decided(cases: Sequence[Mapping[str, Any]]) -> list[JourneyRun]:
    """The runs of some cases; done by worker processes."""

    async def each() -> list[JourneyRun]:
        return [await _decider().decide(read_case(dict(case))) for case in cases]

    return asyncio.run(each())


async def keep(store: Store, wanted: Sequence[Mapping[str, Any]], jobs: int) -> int:
    """Decides what the store does not know yet, and commits it; how many runs that were."""
    known = {record.case_id async for record in stored_runs(store)}
    missing = [case for case in wanted if case["id"] not in known]
    pieces = [missing[start : start + CHUNK] for start in range(0, len(missing), CHUNK)]
    if not pieces:
        return 0
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for piece, runs in zip(pieces, track(pool.map(decided, pieces), "deciding", len(pieces)), strict=True):
            for case, run in zip(piece, runs, strict=True):
                await commit(store, run, read_case(dict(case)))
    return len(missing)


async def measured(runs: int, jobs: int, journal: Path) -> str:
    """replay.md, and on the way the runs and their replay."""
    store = await open_store(load_settings(), looks_for_damage=False)
    try:
        began = time.perf_counter()
        made = await keep(store, cases(runs), jobs)
        between = time.perf_counter()
        again = Again(knowledge=resource_dir("knowledge_base"), company=resource_dir("demo"))
        routes: Counter[str] = Counter()

        async def records() -> AsyncIterator[Any]:
            async for record in stored_runs(store, tenant=DEFAULT_TENANT):
                routes[record.route] += 1
                yield record

        same = Counter(
            [one.sameness.value async for one in replayed(records(), again, jobs=jobs, journal=Journal(journal))]
        )
        ended = time.perf_counter()
    finally:
        await store.close()
    return document(routes, same, (made, between - began), ended - between)


def document(routes: Counter[str], same: Counter[str], made: tuple[int, float], seconds: float) -> str:
    """The report in Markdown."""
    differ = same["differs"] + same["other_versions"]
    lines = [
        "# Replay: past runs decided again",
        "",
        f"Written by `python -m evals.performance.replay` on {os.cpu_count()} cores ({processor()}).",
        "",
        f"- {sum(routes.values()):,} stored runs, no two alike: "
        + ", ".join(f"{n:,} {route}" for route, n in routes.most_common()),
        f"- replayed: {same['identical']:,} identical byte for byte, {differ} with a difference",
        f"- {made[0]:,} of them decided and stored in {made[1]:.0f} s, all replayed in {seconds:.0f} s",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Makes the runs, replays them, writes the report; exits 1 when one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    given = parser.parse_args()
    home = load_settings().home
    home.mkdir(parents=True, exist_ok=True)
    report = asyncio.run(measured(given.runs, given.jobs, home / "replay.jsonl"))
    RESULTS.write_text(report, encoding="utf-8")
    print(report)
    raise SystemExit(" 0 with a difference" not in report)


if __name__ == "__main__":
    main()
