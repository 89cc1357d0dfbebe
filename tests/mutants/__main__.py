"""``python -m tests.mutants``: takes each rule out and shows the law that breaks. Exits 1 if a rule is not missed."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from rich.console import Console
from rich.table import Table

# The tests' own modules stand beside each other, as for pytest.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def main() -> int:
    """One line a rule: what noticed that it was gone, or that nothing did."""
    from mutants.hunt import hunted
    from mutants.in_months import hunted_in_months
    from never_events.deciders import real_parts
    from never_events.laws import LAWS

    table = Table("rule taken out", "killed by the law", "checklist", "how it showed", title="Mutants")
    rows = {law.name: ", ".join(map(str, law.rows)) for law in LAWS}
    survivors, unkilled = 0, set(rows)
    for rule, broken in hunted():
        survivors += not broken
        unkilled -= {rule.law} if broken else set()
        table.add_row(
            rule.name, rule.law if broken else "[red]SURVIVED[/]", rows[rule.law], textwrap.shorten(broken, 90)
        )
    months = Table("rule taken out", "killed by the oracle", "how it showed", title="Mutants of whole months")
    for month_rule, breach in hunted_in_months(real_parts()):
        survivors += not breach
        months.add_row(month_rule.name, month_rule.law if breach else "[red]SURVIVED[/]", breach)
    console = Console()
    console.print(table)
    console.print(months)
    if unkilled:
        console.print(f"laws that no rule's absence breaks: {', '.join(sorted(unkilled))}")
    return 1 if survivors or unkilled else 0


if __name__ == "__main__":
    raise SystemExit(main())
