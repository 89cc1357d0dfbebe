from __future__ import annotations

import gc
import threading

from guardrails.builders import a_context
from journey_assistant.domain.guardrail import Finding
from journey_assistant.guardrails.check import CPU_BUDGET_SECONDS, run
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.cost import OwnTime, own_cpu_seconds


class Clock:
    """A CPU clock that somebody else moves on."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_that_the_clock_stands_still_while_garbage_is_collected() -> None:
    cpu = Clock()
    own = OwnTime(cpu)
    cpu.seconds = 1.0
    own.on_collection("start", {})
    cpu.seconds = 4.0
    own.on_collection("stop", {})
    cpu.seconds = 4.5
    assert own() == 1.5


def test_that_a_stop_without_a_start_takes_nothing_off() -> None:
    cpu = Clock()
    own = OwnTime(cpu)
    cpu.seconds = 2.0
    own.on_collection("stop", {})
    assert own() == 2.0


def test_that_a_collection_in_one_thread_does_not_stop_the_clock_of_another() -> None:
    cpu = Clock()
    own = OwnTime(cpu)
    own.on_collection("start", {})
    cpu.seconds = 3.0
    seen: list[float] = []
    other = threading.Thread(target=lambda: seen.append(own()))
    other.start()
    other.join()
    own.on_collection("stop", {})
    assert (seen, own()) == ([3.0], 0.0)


def test_that_a_collection_inside_a_guardrail_is_not_charged_to_the_text() -> None:
    cpu = Clock()
    own = OwnTime(cpu)

    def interrupted(text: Checked, context: CheckContext) -> list[Finding]:
        own.on_collection("start", {})
        cpu.seconds += 2 * CPU_BUDGET_SECONDS
        own.on_collection("stop", {})
        return []

    assert run((interrupted,), Checked("hello"), a_context(), cpu_seconds=own).passes


def test_that_the_collector_reports_to_the_clock_of_the_guardrails() -> None:
    assert own_cpu_seconds.on_collection in gc.callbacks
