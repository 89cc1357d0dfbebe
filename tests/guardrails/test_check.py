from __future__ import annotations

from collections.abc import Iterator

from guardrails.builders import a_context
from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.check import CPU_BUDGET_SECONDS, check, inbound_check, run
from journey_assistant.guardrails.context import CheckContext, Checked


def broken(text: Checked, context: CheckContext) -> list[Finding]:
    raise RuntimeError("no such table")


def harmless(text: Checked, context: CheckContext) -> list[Finding]:
    return []


def fussy(text: Checked, context: CheckContext) -> list[Finding]:
    return [Finding("fussy", Severity.REPAIR, "always")]


def clock(*readings: float) -> Iterator[float]:
    yield from readings


def test_that_a_guardrail_that_crashes_objects() -> None:
    verdict = run((broken, harmless), Checked("hello"), a_context())
    assert verdict.guardrails == ("broken",)
    assert verdict.severity is Severity.BLOCK
    assert "RuntimeError" in verdict.findings[0].why


def test_that_a_guardrail_over_its_cpu_budget_objects() -> None:
    ticks = clock(0.0, CPU_BUDGET_SECONDS + 0.01)
    verdict = run((harmless,), Checked("hello"), a_context(), cpu_seconds=lambda: next(ticks))
    assert (verdict.guardrails, verdict.severity) == (("harmless",), Severity.BLOCK)


def test_that_a_guardrail_within_its_cpu_budget_does_not_object() -> None:
    ticks = clock(0.0, CPU_BUDGET_SECONDS)
    assert run((harmless,), Checked("hello"), a_context(), cpu_seconds=lambda: next(ticks)).passes


def test_that_every_guardrail_runs_and_the_gravest_stands_first() -> None:
    verdict = run((fussy, broken), Checked("hello"), a_context())
    assert verdict.guardrails == ("broken", "fussy")


def test_that_an_ordinary_answer_passes() -> None:
    context = a_context("You can change your opening hours under Settings > Hours.")
    assert check("You can change your opening hours under Settings > Hours.", context).passes


def test_that_too_long_an_input_is_refused_before_anything_reads_it() -> None:
    verdict = inbound_check("a\u200b" * 5000, "chat", a_context())
    assert verdict.guardrails == ("input_limits",)
