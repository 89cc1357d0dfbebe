"""``python -m tests.months [MONTHS]``: so many simulated customer-months, 10,000 by default. Exits 1 after a breach."""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

# The tests' own modules stand beside each other, as for pytest.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

WORLDS_AT_ONCE = 10
LEAST_WRITTEN_TO = 0.2


def main(wanted: int) -> int:
    """Lives them on all cores, shows each breach once it is found, and the sum."""
    from months.many import PEOPLE, Lived, lived

    console, total = Console(), Lived()
    seeds = range(-(-wanted // PEOPLE))
    parts = [seeds[begin : begin + WORLDS_AT_ONCE] for begin in seeds[::WORLDS_AT_ONCE]]
    with Progress(console=console) as progress, ProcessPoolExecutor(cpu_count(), get_context("spawn")) as pool:
        task = progress.add_task("customer-months", total=len(seeds) * PEOPLE)
        for done in as_completed([pool.submit(lived, part) for part in parts]):
            for seed, breach in done.result().broken:
                console.print(f"[red]{breach.law}[/]: {breach.how}, seed {seed}, {breach.sent}")
            total += done.result()
            progress.update(task, completed=total.months)
    laws = Counter(breach.law for _, breach in total.broken)
    console.print(f"{total.months} customer-months, {total.share:.0%} with a message, {total.sends} messages sent")
    console.print(f"forbidden: {len(total.broken)} {dict(laws) or ''}")
    return 1 if total.broken or total.share < LEAST_WRITTEN_TO else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
