"""Scaling curves, each as an SVG beside results.md: what a longer life, a larger help centre, more customers, more
conversations at once cost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from time import process_time

from evals.performance.measure import milliseconds, p50
from evals.performance.plays import sweep_seconds
from evals.performance.worlds import WORDS, demo_cases, demo_decider, help_centre, short_lives, with_history

from journey_assistant.adapters.clock import SystemClock
from journey_assistant.evaluation.report.plots import Point, curve
from journey_assistant.knowledge.query import Query
from journey_assistant.knowledge.retrieve import KnowledgeRetriever

FOLDER = Path(__file__).with_name("curves")
TIMES = 20


def events() -> Iterator[Point]:
    """Milliseconds of a decision on a message after so many events."""
    decider, case = demo_decider(), short_lives()["message"]
    with asyncio.Runner() as runner:
        for size in (10, 100, 1_000, 10_000, 100_000):
            longer = with_history(case, size)
            yield size, p50(milliseconds(lambda longer=longer: runner.run(decider.decide(longer)), TIMES))


def passages() -> Iterator[Point]:
    """Milliseconds of a search among so many passages."""
    draw = Random(3)
    for size in (1_000, 10_000, 30_000, 100_000):
        retriever = KnowledgeRetriever(knowledge=help_centre(size), clock=SystemClock())
        texts = iter([" ".join(draw.choices(WORDS, k=7)) for _ in range(2 * TIMES)])
        taken = milliseconds(
            lambda r=retriever, t=texts: r.search(Query(next(t), date(2026, 3, 10), plan="Team", language="en")), TIMES
        )
        yield size, p50(taken)


def customers() -> Iterator[Point]:
    """CPU seconds of a day's sweep of so many customers with 20 events each."""
    for size in (500, 2_000, 8_000):
        yield size, sweep_seconds(size)


def at_once() -> Iterator[Point]:
    """Decisions on messages a second of CPU, so many at a time."""
    decider = demo_decider()
    messages = [case for case in demo_cases() if case.snapshot.message is not None]

    async def turns(many: int) -> float:
        gate = asyncio.Semaphore(many)

        async def one(number: int) -> None:
            async with gate:
                await decider.decide(messages[number % len(messages)])

        began = process_time()
        await asyncio.gather(*(one(number) for number in range(120)))
        return 120 / (process_time() - began)

    for many in (1, 4, 16, 64):
        yield many, asyncio.run(turns(many))


CURVES: Sequence[tuple[str, Callable[[], Iterator[Point]], str, str]] = (
    ("events", events, "events of the customer", "ms a decision"),
    ("passages", passages, "passages", "ms a search"),
    ("customers", customers, "customers", "CPU s a sweep"),
    ("concurrency", at_once, "decisions at once", "decisions a CPU second"),
)


def draw() -> Iterator[str]:
    """Measures and writes each curve; its line for results.md."""
    FOLDER.mkdir(exist_ok=True)
    for name, measured, across, up in CURVES:
        points = list(measured())
        (FOLDER / f"{name}.svg").write_text(curve(points, f"{up} by {across}", across, up) + "\n", encoding="utf-8")
        said = ", ".join(f"{size:,}: {value:.1f}" for size, value in points)
        yield f"![{up} by {across}](curves/{name}.svg)\n\n{up} by {across}: {said}\n"
