"""The model card: what a language model is worth here, what it costs, and what the guardrails make of it.

First an estimate: an honest stand-in answers the same prompts, and their length says what the model would read. Then
the model itself, case by case. Last the plausible liar, who needs no model: honest answers with exactly one lie each,
and every one that reaches a customer counts.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from journey_assistant.bootstrap import build_scripted_model
from journey_assistant.evaluation.bench import Bench
from journey_assistant.evaluation.cases import Suite
from journey_assistant.evaluation.figures import Figure
from journey_assistant.evaluation.plausible_liar import MUTATIONS, lie
from journey_assistant.evaluation.runner import Plan, Runner
from journey_assistant.evaluation.scripted_writers import answer_json, honest
from journey_assistant.evaluation.suite_report import SuiteReport
from journey_assistant.settings import Settings

CHARS_A_TOKEN = 4
"""Of English text; other languages have fewer, so an estimate for them is low."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run would cost: counted on the prompts that the model would read."""

    cases: int
    calls: int
    tokens_in: int
    tokens_out: int
    usd: float | None

    @property
    def words(self) -> str:
        """The estimate in one sentence."""
        price = (
            f"about {self.usd:.2f} USD" if self.usd is not None else "no price is set (JOURNEY_MODEL_PRICE_IN, _OUT)"
        )
        return (
            f"{self.calls} model calls for {self.cases} cases, about {self.tokens_in:,} tokens in and "
            f"{self.tokens_out:,} out: {price}"
        )


@dataclass(frozen=True, slots=True)
class Release:
    """What the guardrails did with the answers of one writer."""

    writer: str
    written: int
    released: int


@dataclass
class StandIn:
    """Our agent over a suite, with a writer in the place of the model."""

    suite: Suite
    writes: Callable[[str], str] = honest

    def __post_init__(self) -> None:
        self._bench = Bench(model=build_scripted_model(lambda prompt: self.writes(prompt)))

    def run(self, row: Mapping[str, Any], writes: Callable[[str], str]) -> dict[str, Any]:
        """One case with this writer."""
        self.writes = writes
        return asyncio.run(self._bench.target_for(self.suite).decide(row))


def estimate(stand_in: StandIn, price_in: float, price_out: float) -> Estimate:
    """Counts the prompts of a suite with an honest stand-in; prices are US dollars a million tokens."""
    asked: list[str] = []
    answered: list[str] = []

    def writes(prompt: str) -> str:
        asked.append(prompt)
        answered.append(honest(prompt))
        return answered[-1]

    for row in stand_in.suite.rows:
        stand_in.run(row, writes)
    tokens_in, tokens_out = (sum(len(text) for text in texts) // CHARS_A_TOKEN for texts in (asked, answered))
    usd = (tokens_in * price_in + tokens_out * price_out) / 1e6 if price_in or price_out else None
    return Estimate(len(stand_in.suite.rows), len(asked), tokens_in, tokens_out, usd)


def releases(stand_in: StandIn) -> Iterator[Release]:
    """How many honest answers pass the guardrails, and how many answers with one lie of each kind."""
    yield _release(stand_in, "honest", lambda prompt: (honest(prompt), ""))
    for mutation in MUTATIONS:
        yield _release(stand_in, mutation, partial(lie, mutation=mutation))


def _release(stand_in: StandIn, writer: str, write: Callable[[str], tuple[str, str] | None]) -> Release:
    """Counts the cases in which the writer had occasion to write, and those in which it reached the customer."""
    written = released = 0
    for row in stand_in.suite.rows:
        sentences: list[str] = []

        def writes(prompt: str, sentences: list[str] = sentences) -> str:
            made = write(prompt)
            if made is None:
                return answer_json([], route="route_to_human")
            sentences.append(made[1])
            return made[0]

        run = stand_in.run(row, writes)
        if sentences:
            said = str((run.get("outcome") or {}).get("text") or "")
            written += 1
            released += run["route"] == "self_resolve" and sentences[-1] in said
    return Release(writer, written, released)


def card(*, model: str, report: SuiteReport, before: SuiteReport, found: Sequence[Release], estimated: Estimate) -> str:
    """The card in Markdown: the model beside the same cases without one."""
    return "\n".join(_card(model, report, before, found, estimated)) + "\n"


def _card(
    model: str, report: SuiteReport, before: SuiteReport, found: Sequence[Release], estimated: Estimate
) -> Iterator[str]:
    yield from (f"# {model}: what it is worth here", "", f"{len(report.judged)} cases of {report.name}.", "")
    yield from ("## Answers", "", "| figure | with the model | without |", "|---|---:|---:|")
    without = {figure.name: figure for figure in before.figures}
    for figure in report.figures:
        if figure.whole:
            yield f"| {figure.name} | {_share(figure)} | {_share(without[figure.name])} |"
    yield from ("", "## Cost and time", "", f"Estimated: {estimated.words}.", "")
    yield from ("| number | value | cases |", "|---|---:|---:|")
    for number in report.numbers:
        if number.name.split(" ")[0] in ("latency_ms", "model_calls", "tokens", "cost_usd"):
            yield f"| {number.name.replace('_', ' ')} | {number.value:.4g} | {number.n} |"
    yield from ("", "## Guardrails", "", "| writer | answers | reached the customer |", "|---|---:|---:|")
    yield from (f"| {one.writer.replace('_', ' ')} | {one.written} | {one.released} |" for one in found)
    lies = [one for one in found if one.writer != "honest"]
    caught = sum(one.written - one.released for one in lies)
    yield from ("", f"Of {sum(one.written for one in lies)} answers with one lie, {caught} were caught.")


def _share(figure: Figure) -> str:
    return f"{figure.part}/{figure.whole}" + (f" ({100 * figure.share:.0f} %)" if figure.share is not None else "")


def spread(suite: Suite, most: int) -> Suite:
    """The suite with only so many cases, evenly spread; those that no policy decides alone come first."""
    open_rows = [row for row in suite.rows if (row.get("moment") or {}).get("kind") == "message"]
    step = max(1, math.ceil(len(open_rows) / most))
    rows = tuple(open_rows[::step][:most])
    ids = {str(row["id"]) for row in rows}
    cases = tuple(case for case in suite.cases if str(case.raw["id"]) in ids)
    return replace(suite, rows=rows, cases=cases, file=None)


def examined(suite: Suite, settings: Settings) -> SuiteReport:
    """The suite with the model of the settings, or without one where they name none."""
    runner = Runner(Plan(with_baselines=False, jobs=1), Bench(settings=settings))
    return runner.report(suite, list(runner.perform(suite)))
