"""How ``journey eval`` shows a report on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from journey_assistant.evaluation.figures import Judged
    from journey_assistant.evaluation.suite_report import SuiteReport

MOST_FAILURES = 40


def show(report: SuiteReport) -> None:
    """One suite: figures with baselines, numbers, routes, tags with failures, failed cases."""
    from journey_assistant.cli.output import console
    from journey_assistant.evaluation.figures import by_tag, failed_checks

    console.rule(f"{report.name}: {len(report.judged)} cases")
    console.print(_figures_table(report))
    if report.numbers:
        console.print(_numbers_table(report))
    if report.kind.value == "decisions":
        console.print(_routes_table(report))
    broken = [f"{tag} {figure.part}/{figure.whole}" for tag, figure in by_tag(report.judged).items() if figure.against]
    if broken:
        console.print("tags with failures:", ", ".join(broken), highlight=False)
    if report.left_out:
        console.print(f"{len(report.left_out)} cases were left out: the budget is used up")
    if counts := failed_checks(report.judged):
        console.print("failed checks:", ", ".join(f"{name} {n}" for name, n in counts.items()))
        console.print(_failures_table(report.wrong))


def show_in_short(reports: Sequence[SuiteReport]) -> None:
    """One line a suite."""
    from rich.table import Table

    from journey_assistant.cli.output import console

    table = Table("suite", "cases", "passed", "share")
    for report in reports:
        passed = next(figure for figure in report.figures if figure.name == "passed")
        table.add_row(report.name, str(passed.whole), str(passed.part), percent(passed.share))
    console.print(table)


def show_comparison(found: Mapping[str, Any]) -> None:
    """Two reports compared: the verdict, what it rests on, and the cases that flipped."""
    from rich.table import Table

    from journey_assistant.cli.output import console

    table = Table("suite", "cases", "before", "after", "lost", "gained", "p", "verdict")
    for suite in found["suites"]:
        table.add_row(
            suite["suite"],
            str(suite["cases"]),
            percent(suite["before"]),
            percent(suite["after"]),
            str(len(suite["lost"])),
            str(len(suite["gained"])),
            f"{suite['p']:.3f}",
            suite["verdict"],
        )
    console.print(table)
    for word in ("lost", "gained"):
        flips = [f"{suite['suite']}/{case}" for suite in found["suites"] for case in suite[word]]
        if flips:
            console.print(f"{word}:", ", ".join(flips), highlight=False)
    for line in found["because"]:
        console.print(line)
    console.print(found["verdict"])


def percent(share: float | None) -> str:
    """A share for people."""
    return "none" if share is None else f"{100 * share:.1f} %"


def _figures_table(report: SuiteReport) -> Table:
    from rich.table import Table

    from journey_assistant.evaluation.figures import figures
    from journey_assistant.evaluation.intervals import wilson

    baselines = {name: {f.name: f for f in figures(judged)} for name, judged in report.baselines.items()}
    table = Table("figure", "cases", "share", "95 %", *(name.replace("_", " ") for name in baselines), "means")
    for figure in report.figures:
        interval = wilson(figure.part, figure.whole)
        sure = "" if interval is None else f"{100 * interval[0]:.0f} to {100 * interval[1]:.0f} %"
        beside = (percent(found[figure.name].share) for found in baselines.values())
        cases = f"{figure.part}/{figure.whole}"
        table.add_row(figure.name, cases, percent(figure.share), sure, *beside, figure.means)
    return table


def _numbers_table(report: SuiteReport) -> Table:
    from rich.table import Table

    table = Table("number", "cases", "value", "means")
    for number in report.numbers:
        table.add_row(number.name, str(number.n), f"{number.value:.3f}", number.means)
    return table


def _routes_table(report: SuiteReport) -> Table:
    from rich.table import Table

    from journey_assistant.evaluation.figures import ROUTES, routes_taken

    columns = [*ROUTES.values(), "other", "no run"]
    table = Table("wanted", *columns, title="route: wanted (down) against taken (across)", title_justify="left")
    for wanted, taken in routes_taken(report.judged).items():
        table.add_row(wanted, *(str(taken.get(column, "·")) for column in columns))
    return table


def _failures_table(wrong: Sequence[Judged]) -> Table:
    from rich.table import Table

    table = Table("failed case", "why", "the case says")
    for one in wrong[:MOST_FAILURES]:
        whys = "; ".join(failure.why for failure in one.judgement.failures)
        table.add_row(one.judgement.case_id, whys, str(one.case.get("why", "")))
    if len(wrong) > MOST_FAILURES:
        table.add_row(f"and {len(wrong) - MOST_FAILURES} more", "", "")
    return table
