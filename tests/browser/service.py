"""A running `journey serve --demo` of its own: a free port, an empty home, SQLite."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread

STARTS_WITHIN_S = 120
STOPS_WITHIN_S = 20


@contextmanager
def running_demo(home: Path, **settings: str) -> Iterator[str]:
    """The address of the service, which ends with the block."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JOURNEY_")}
    environment |= {"JOURNEY_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "200"}
    environment |= {"JOURNEY_CHAT_PER_MINUTE": "1000", "JOURNEY_ADDRESS_PER_MINUTE": "100000", **settings}
    command = [sys.executable, "-m", "journey_assistant.cli", "serve", "--demo", "--port", "0"]
    process = subprocess.Popen(command, env=environment, cwd=home.parent, stderr=subprocess.PIPE, text=True)
    said: Queue[str] = Queue()
    Thread(target=_read, args=(process, said), daemon=True).start()
    try:
        yield _address(said)
    finally:
        process.terminate()
        process.wait(STOPS_WITHIN_S)


def _read(process: subprocess.Popen[str], said: Queue[str]) -> None:
    """Takes every line of the service's log, to its end: a full pipe would stop the service."""
    assert process.stderr is not None
    for line in process.stderr:
        said.put(line)
    said.put("")


def _address(said: Queue[str]) -> str:
    """What the service says when it is ready."""
    lines = []
    while line := said.get(timeout=STARTS_WITHIN_S):
        lines.append(line)
        if found := re.search(r"serves on (http://\S+)", line):
            return found[1]
    raise AssertionError(f"the service did not start:\n{''.join(lines)}")
