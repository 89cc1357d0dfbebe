"""Where processes are born that die, for the tests that look at what they left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

KILLS = int(os.environ.get("KILLS", "3"))
KILLED = -9
TESTS = Path(__file__).parents[1]


@dataclass
class Nursery:
    """Where processes are born that die."""

    process: subprocess.Popen[str]

    def live(self, *jobs: dict[str, Any]) -> list[int]:
        """How each of these children ended: 0, an exit status, or minus the signal that killed it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(jobs) + "\n")
        self.process.stdin.flush()
        ends: list[int] = json.loads(self.process.stdout.readline())
        return ends


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    paths = os.pathsep.join([str(TESTS), str(TESTS.parent / "src")])
    process = subprocess.Popen(
        [sys.executable, str(TESTS / "crash" / "nursery.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield Nursery(process)
    assert process.stdin is not None
    process.stdin.close()
    process.wait(30)
