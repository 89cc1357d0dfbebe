"""Files made to exhaust us: read by a process of its own, which hardly grows and keeps every row that is one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

pytestmark = pytest.mark.slow

MOST_GROWTH_MB = 150
GOOD = b'{"id": "c_1", "name": "Ana"}\n'
IMPORTS = """
import asyncio, json, resource, sys
from dataclasses import asdict
from pathlib import Path
from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.services.import_crm import import_customers

async def main(file):
    store = await SqlStore.open(f"sqlite+aiosqlite:///{file.parent / 'journey.db'}")
    small = file.with_name(f"small{file.suffix}")
    small.write_text("id\\nc_0\\n" if file.suffix == ".csv" else '{"id": "c_0"}\\n')
    await import_customers(store, small)
    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = await import_customers(store, file)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle) / 1024
    await store.close()
    print(json.dumps({**asdict(report), "grown_mb": grown}))

asyncio.run(main(Path(sys.argv[1])))
"""


def line_of_two_gigabytes(file: BinaryIO) -> None:
    """A hole in the file: it is read like any other bytes, and takes no room on the disk."""
    file.write(GOOD + b'{"id": "')
    file.seek(2 * 1024**3, os.SEEK_CUR)
    file.write(b'"}\n' + GOOD.replace(b"c_1", b"c_2"))


def cell_of_two_gigabytes(file: BinaryIO) -> None:
    file.write(b"id,name\nc_1,Ana\nc_3,")
    file.seek(2 * 1024**3, os.SEEK_CUR)
    file.write(b"\nc_2,Ben\n")


def two_hundred_thousand_rows(file: BinaryIO) -> None:
    for number in range(200_000):
        file.write(b'{"id": "c_%d", "name": "Ana"}\n' % number if number % 1_000 else b'{"id": }\n')


def a_thousand_deep_rows(file: BinaryIO) -> None:
    for _ in range(1_000):
        file.write(b'{"id": "c_9", "deep": ' + b"[" * 5_000 + b"]" * 5_000 + b"}\n")
    file.write(GOOD)


def rows_of_a_hundred_thousand_keys(file: BinaryIO) -> None:
    keys = b", ".join(b'"k%d": 1' % number for number in range(70_000))
    for _ in range(20):
        file.write(b'{"id": "c_9", ' + keys + b"}\n")
    file.write(GOOD)


def rows_of_a_million_cells(file: BinaryIO) -> None:
    file.write(b"id,name\n")
    for _ in range(10):
        file.write(b"x," * 500_000 + b"\n")
    file.write(b"c_1,Ana\n")


def one_quote_that_never_ends(file: BinaryIO) -> None:
    file.write(b'id,name\nc_1,Ana\nc_2,"Ben\n')
    for number in range(60_000):
        file.write(b"c_%d,somebody else altogether\n" % number)


BOMBS: list[tuple[Callable[[BinaryIO], None], str, int, int]] = [
    (line_of_two_gigabytes, "jsonl", 2, 1),
    (cell_of_two_gigabytes, "csv", 2, 1),
    (two_hundred_thousand_rows, "jsonl", 199_800, 200),
    (a_thousand_deep_rows, "jsonl", 1, 1_000),
    (rows_of_a_hundred_thousand_keys, "jsonl", 1, 20),
    (rows_of_a_million_cells, "csv", 1, 10),
]


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def written(write: Callable[[BinaryIO], None], kind: str) -> Path:
        path = tmp_path / f"bomb.{kind}"
        with path.open("wb") as out:
            write(out)
        return path

    return written


def imported(file: Path) -> dict[str, float]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-c", IMPORTS, str(file)], capture_output=True, text=True, env=environment, check=True
    )
    report: dict[str, float] = json.loads(ran.stdout)
    return report


@pytest.mark.parametrize(("write", "kind", "stored", "bad"), BOMBS, ids=lambda value: getattr(value, "__name__", ""))
def test_that_a_bomb_costs_its_own_rows_and_no_memory(
    file: Callable[..., Path], write: Callable[[BinaryIO], None], kind: str, stored: int, bad: int
) -> None:
    report = imported(file(write, kind))
    assert (report["stored"], report["bad_total"]) == (stored, bad)
    assert report["grown_mb"] < MOST_GROWTH_MB


def test_that_a_quote_without_end_takes_no_memory_either(file: Callable[..., Path]) -> None:
    report = imported(file(one_quote_that_never_ends, "csv"))
    # the row with the quote is lost with what it swallowed until it was too long; what follows is read
    assert report["stored"] > 50_000
    assert report["grown_mb"] < MOST_GROWTH_MB
