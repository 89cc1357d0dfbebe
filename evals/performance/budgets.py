"""The budgets of the embedded profile that can be measured: no language model, one core."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from evals.performance.measure import Row, milliseconds, p50, percentile, side_by_side
from evals.performance.plays import arriving, sweeping
from evals.performance.worlds import WORDS, demo_cases, demo_decider, help_centre, short_lives, with_history

from journey_assistant.adapters.clock import SystemClock
from journey_assistant.adapters.encoder_hashing import HashingEncoder
from journey_assistant.adapters.index_memory import MemoryDenseIndex
from journey_assistant.domain.customer import Customer, CustomerId
from journey_assistant.guardrails.check import check
from journey_assistant.guardrails.context import CheckContext, Evidence
from journey_assistant.knowledge.articles import read_articles
from journey_assistant.knowledge.index import KnowledgeBase
from journey_assistant.knowledge.query import Query
from journey_assistant.knowledge.retrieve import KnowledgeRetriever
from journey_assistant.perception.encoder import OnnxEncoder
from journey_assistant.resources import resource_dir
from journey_assistant.services.decide import Decider
from journey_assistant.services.read_case import Case

SENTENCE = "Your invoices are sent on the first of the month, and up to five people can get a copy of each one. "
FEW, MANY = 10, 100_000
SMALL, LARGE = 1_000, 100_000
TURNS, AT_ONCE = 320, 32


def encoder() -> Iterator[Row]:
    """One text of 32 tokens, never seen before."""
    reader, draw = OnnxEncoder(threads=1), Random(1)
    taken = milliseconds(lambda: reader.read(" ".join(draw.choices(WORDS, k=10))[:80]), 200)
    yield Row("encoder, a new text of about 32 tokens, p50", "≤ 7 ms", f"{p50(taken):.1f} ms", p50(taken) / 7)


def guardrails() -> Iterator[Row]:
    """All output guardrails on an answer that passes."""
    now = demo_cases()[0].snapshot.now_at
    for chars, name, share, budget in ((300, "p50", 0.5, 8), (1_200, "p95", 0.95, 50)):
        text = (SENTENCE * 12)[:chars]
        context = CheckContext(now_at=now, customer=Customer(CustomerId("c")), evidence=(Evidence("p1", text),))
        taken = milliseconds(lambda text=text, context=context: check(text, context), 150)
        value = percentile(taken, share)
        yield Row(f"all guardrails on {chars} characters, {name}", f"≤ {budget} ms", f"{value:.1f} ms", value / budget)


def decision() -> Iterator[Row]:
    """The demo's moments one after the other, as a service would decide them."""
    decider, cases = demo_decider(), demo_cases()
    with asyncio.Runner() as runner:
        taken = [
            one
            for case in cases
            for one in milliseconds(lambda case=case: runner.run(decider.decide(case)), 25, warm=3)
        ]
    yield Row("a whole decision, p50", "≤ 25 ms", f"{p50(taken):.1f} ms", p50(taken) / 25)
    slow = percentile(taken, 0.99)
    yield Row("a whole decision, p99", "≤ 60 ms", f"{slow:.1f} ms", slow / 60)


def long_history() -> Iterator[Row]:
    """Short lives and the same after many events, taking turns; timelines stand ready, as from the store."""
    decider = demo_decider()
    with asyncio.Runner() as runner:
        for name, case in short_lives().items():
            short, long = (_deciding(runner, decider, with_history(case, events)) for events in (FEW, MANY))
            few, many = side_by_side(short, long, 40)
            measured = f"{many / few:.2f} × ({few:.1f} and {many:.1f} ms)"
            yield Row(f"{name}: decision at {MANY:,} events / at {FEW}", "≤ 1.3 ×", measured, many / few / 1.3)


def _deciding(runner: asyncio.Runner, decider: Decider, case: Case) -> Callable[[], object]:
    return lambda: runner.run(decider.decide(case))


def retrieval() -> Iterator[Row]:
    """Questions to a small and a large help centre, taking turns; filtered by plan, audience and language."""
    retrievers = [KnowledgeRetriever(knowledge=help_centre(size), clock=SystemClock()) for size in (SMALL, LARGE)]
    draw = Random(2)
    questions = [" ".join(draw.choices(WORDS, k=7)) for _ in range(60)]

    def searching(retriever: KnowledgeRetriever) -> Callable[[], object]:
        texts = iter(questions)
        return lambda: retriever.search(Query(next(texts), date(2026, 3, 10), plan="Team", language="en"))

    small, large = side_by_side(searching(retrievers[0]), searching(retrievers[1]), len(questions))
    what = f"retrieval at {LARGE:,} passages / at {SMALL:,}, with filters"
    yield Row(what, "≤ 3 ×", f"{large / small:.2f} ×", large / small / 3)
    yield Row(f"retrieval at {LARGE:,} passages, p50", "≤ 30 ms", f"{large:.1f} ms", large / 30)


def concurrency() -> Iterator[Row]:
    """Chat turns, 32 at a time, each a whole decision; one that is lost or raises would not be counted."""
    decider = demo_decider()
    messages = [case for case in demo_cases() if case.snapshot.message is not None]

    async def turns() -> int:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> bool:
            async with gate:
                run = await decider.decide(messages[number % len(messages)])
                return bool(run.outcome)

        return sum(await asyncio.gather(*(one(number) for number in range(TURNS))))

    asyncio.run(turns())
    began, used = perf_counter(), process_time()
    done = asyncio.run(turns())
    rate, worked = done / (perf_counter() - began), done / (process_time() - used)
    measured = f"{rate:.0f} / s by the clock, {worked:.0f} per second of CPU, {TURNS - done} lost"
    yield Row(f"chat turns, {AT_ONCE} at a time", "≥ 30 / s, none lost", measured, 30 / rate + (TURNS - done))


def ingest() -> Iterator[Row]:
    """The demo's help centre from files to a searchable index; with the real encoder, and without its time."""
    articles = read_articles(resource_dir("knowledge_base"))
    for name, reader in (("with the encoder", OnnxEncoder(threads=1)), ("all but the encoder", HashingEncoder(384))):
        began = process_time()
        knowledge = KnowledgeBase(articles, encoder=reader, index=MemoryDenseIndex(384))
        taken = process_time() - began
        measured = f"{len(knowledge.passages) / taken:.0f} passages / s"
        yield Row(f"ingest, {name}", "", f"{measured} ({len(knowledge.passages)} in {taken:.1f} s)")


def imports() -> Iterator[Row]:
    """What every command pays before it begins."""
    code = "import time; t = time.process_time(); import journey_assistant.cli.app; print(time.process_time() - t)"
    with tempfile.TemporaryDirectory() as elsewhere:
        command = [sys.executable, "-c", code]
        source = {"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")}
        times = [float(subprocess.check_output(command, cwd=elsewhere, env=source)) for _ in range(7)]
    yield Row("import of journey_assistant.cli.app, p50", "≤ 0.3 s", f"{p50(times):.2f} s", p50(times) / 0.3)


MEASURED = (imports, encoder, guardrails, decision, long_history, arriving, sweeping, retrieval, concurrency, ingest)
