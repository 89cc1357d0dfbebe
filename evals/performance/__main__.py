"""``python -m evals.performance``: measures the budgets in one run and writes results.md beside this file."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterable
from functools import partial
from importlib.metadata import version
from pathlib import Path

from evals.performance import beside_others, curves, peers, plays, search, stores
from evals.performance.budgets import MEASURED
from evals.performance.measure import Row
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).with_name("results.md")
LIBRARIES = ("langgraph", "onnxruntime", "numpy", "bm25s", "chromadb")


def main() -> None:
    """Measures, shows and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all-customers", action="store_true", help="sweep 100,000 customers too: minutes to fill")
    chosen = parser.parse_args()
    every = [*MEASURED, stores.recall, beside_others.overhead, peers.peers, search.lexical_baseline]
    every += [beside_others.pipeline, *([partial(plays.sweeping, plays.CUSTOMERS)] if chosen.all_customers else [])]
    rows = [row for measured in every for row in measured()]
    table = Table("what", "budget", "measured", "")
    for row in rows:
        table.add_row(row.what, row.budget, row.measured, row.verdict)
    Console().print(table)
    RESULTS.write_text("\n".join([document(rows), *curves.draw()]), encoding="utf-8")


def document(rows: Iterable[Row]) -> str:
    """results.md: the machine, the versions, and a line for each budget."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    lines = [
        "# Performance: what was measured",
        "",
        "Written by `make bench`: the embedded profile, no language model, one thread for all numbers. Milliseconds",
        "are CPU time of the process, all threads together: what a clock shows on a machine with nothing else to do.",
        "Two sizes of one thing are measured taking turns.",
        "",
        f"- machine: {os.cpu_count()} cores, {processor()}; load when it ended: {load}",
        f"- Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        "",
        "| what | budget | measured | share |",
        "|---|---|---|---|",
    ]
    lines += [f"| {row.what} | {row.budget or '–'} | {row.measured} | {row.verdict} |" for row in rows]
    return "\n".join(lines) + "\n"


def processor() -> str:
    """The processor's name, where the system tells."""
    try:
        info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
