"""What reading a text costs: the thread's CPU seconds without those of the garbage collector.

A full collection looks at the whole process and may take longer than a guardrail's budget; it starts in whichever
thread happens to allocate, so its time says nothing about the text that was being read.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Mapping


class OwnTime(threading.local):
    """A CPU clock for each thread that stands still while that thread collects garbage."""

    def __init__(self, cpu_seconds: Callable[[], float] = time.thread_time) -> None:
        self._cpu_seconds = cpu_seconds
        self._collecting_since: float | None = None
        self._collected = 0.0

    def __call__(self) -> float:
        """CPU seconds of this thread, those of the collector left out."""
        return self._cpu_seconds() - self._collected

    def on_collection(self, phase: str, _: Mapping[str, int]) -> None:
        """Takes note of a collection's start and stop, as ``gc.callbacks`` reports them."""
        if phase == "start":
            self._collecting_since = self._cpu_seconds()
        elif self._collecting_since is not None:
            self._collected += self._cpu_seconds() - self._collecting_since
            self._collecting_since = None


own_cpu_seconds = OwnTime()
"""The clock that guardrails are measured by."""
gc.callbacks.append(own_cpu_seconds.on_collection)
