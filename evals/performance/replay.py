"""``python -m evals.performance.replay``: ten thousand past runs decided again, byte for byte; writes replay.md.

The runs are made from our suites, no two alike: other people, other companies, other weeks, other words around the same
question. They are stored like a service's, then every one is replayed. Both halves go on where they were stopped.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
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
from journey_assistant.evaluation.targets import unlabelled
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
NAMES = ("Ada Lind", "Bo Marek", "Chi Okoro", "Dora Weiss", "Emil Costa", "Fay Brooks", "Gus Petit", "Hana Ito")
COMPANIES = ("Larkspur Florists", "Nordhavn Bikes", "Pinecone Crafts", "Quarry Lane Dental", "Rosehip Bakery")
BEFORE = ("", "Hi, ", "Hello! ", "Good morning. ", "Quick question: ", "One more thing. ", "Hey there, ")
AFTER = ("", " Thanks!", " Thank you in advance.", " Best wishes", " Cheers.")
_DAY = re.compile(r"\b(20\d\d-\d\d-\d\d)(?=T|\"|\b)")


def variants() -> Iterator[dict[str, Any]]:
    """Cases without end, no two alike: round after round over the suites, each round told in another way."""
    rows = [row for suite in read_suites([SUITES]) if suite.kind is Kind.DECISIONS for row in suite.rows]
    turn = 0
    while True:
        yield from (_told(row, number, turn) for number, row in enumerate(rows))
        turn += 1


def _told(row: Mapping[str, Any], number: int, turn: int) -> dict[str, Any]:
    """The same moment ``turn`` weeks later, of somebody else, in a few other words."""
    later = timedelta(weeks=turn)
    plain = json.dumps(unlabelled(row), ensure_ascii=False)
    case: dict[str, Any] = json.loads(_DAY.sub(lambda m: str(date.fromisoformat(m[1]) + later), plain))
    case["id"] = f"{row['id']}-{number}-{turn}"
    customer = case["customer"]
    customer["id"] = f"{customer['id']}-{number}-{turn}"
    if turn:
        customer["name"] = NAMES[(number + turn) % len(NAMES)]
        if customer.get("account"):
            customer["account"]["name"] = COMPANIES[(number + turn) % len(COMPANIES)]
    if text := case["moment"].get("text"):
        case["moment"]["text"] = f"{BEFORE[turn % len(BEFORE)]}{text}{AFTER[turn // len(BEFORE) % len(AFTER)]}"
    return case


@cache
def _decider() -> Decider:
    company, knowledge = resource_dir("demo"), resource_dir("knowledge_base")
    return build_decider(load_settings(), company=company, knowledge=knowledge, in_memory=True)


def decided(cases: Sequence[Mapping[str, Any]]) -> list[JourneyRun]:
    """The runs of some cases; done by worker processes."""

    async def each() -> list[JourneyRun]:
        return [await _decider().decide(read_case(dict(case))) for case in cases]

    return asyncio.run(each())


async def keep(store: Store, cases: Sequence[Mapping[str, Any]], jobs: int) -> int:
    """Decides what the store does not know yet, and commits it; how many runs that were."""
    known = {record.case_id async for record in stored_runs(store)}
    missing = [case for case in cases if case["id"] not in known]
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
        made = await keep(store, list(islice(variants(), runs)), jobs)
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
