"""``journey eval``: labelled cases decided and judged, offline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from journey_assistant.evaluation.cases import Suite
    from journey_assistant.evaluation.figures import Judged
    from journey_assistant.evaluation.run import SuiteReport

app = typer.Typer(help="The offline harness: does the agent still decide as the labelled cases say?")

Suites = Annotated[list[Path], typer.Argument(help="Case files (JSONL), or folders of suites.", show_default=False)]
Root = Annotated[Path, typer.Argument(help="Folder to look in.")]
Knowledge = Annotated[Path | None, typer.Option(help="Help centre for all cases. Default: the one beside the cases.")]
PlaybookDir = Annotated[Path | None, typer.Option("--playbook", help="Folder whose YAML files override the default.")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the report here as JSON.")]
ListJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
EVALS = Path("evals")


@app.command("run")
def run(suites: Suites, knowledge: Knowledge = None, playbook: PlaybookDir = None, json: Json = None) -> None:
    """Decide every case of the suites, judge it, and show the figures.

    Exits 0 when every case passed, 1 when a case failed, 2 on bad input. The same cases give the same report.
    Example: journey eval run evals --json report.json
    """
    from journey_assistant.cli.output import errors, save_json
    from journey_assistant.evaluation.cases import read_suites

    reports = [_judged(suite, knowledge, playbook) for suite in read_suites(suites)]
    for report in reports:
        _show(report)
    if json is not None:
        save_json({"suites": [report.as_json() for report in reports]}, json)
        errors.print(f"report written to {json}")
    if not all(report.passed for report in reports):
        raise typer.Exit(1)


@app.command("list")
def list_suites(folder: Root = EVALS, json: ListJson = False) -> None:
    """The suites in a folder, with the number of their cases and of their tags."""
    from rich.table import Table

    from journey_assistant.cli.output import console, print_json
    from journey_assistant.evaluation.cases import read_suite, suite_files

    found = [(file, read_suite(file)) for file in suite_files(folder)]
    if json:
        print_json([{"suite": s.name, "file": str(file), "cases": len(s.cases)} for file, s in found])
        return
    table = Table("suite", "cases", "tags", "file")
    for file, suite in found:
        tags = {tag for case in suite.cases for tag in case.tags}
        table.add_row(suite.name, str(len(suite.cases)), str(len(tags)), str(file))
    console.print(table)


def _judged(suite: Suite, knowledge: Path | None, playbook: Path | None) -> SuiteReport:
    from journey_assistant.cli.output import tracked
    from journey_assistant.evaluation.run import Deciders, run_suite

    deciders = Deciders(suite.company, knowledge or suite.knowledge, playbook)
    return run_suite(suite, deciders, tracked(suite.cases, len(suite.cases), suite.name))


def _show(report: SuiteReport) -> None:
    from journey_assistant.cli.output import console
    from journey_assistant.evaluation.figures import by_tag, failed_checks

    console.rule(f"{report.name}: {len(report.judged)} cases")
    console.print(_figures_table(report))
    console.print(_routes_table(report))
    broken = [f"{tag} {figure.part}/{figure.whole}" for tag, figure in by_tag(report.judged).items() if figure.against]
    if broken:
        console.print("tags with failures:", ", ".join(broken), highlight=False)
    if counts := failed_checks(report.judged):
        console.print("failed checks:", ", ".join(f"{name} {n}" for name, n in counts.items()))
        console.print(_failures_table(report.wrong))


def _figures_table(report: SuiteReport) -> Table:
    from rich.table import Table

    table = Table("figure", "cases", "share", "means")
    for figure in report.figures:
        share = "none" if figure.share is None else f"{100 * figure.share:.1f} %"
        table.add_row(figure.name, f"{figure.part}/{figure.whole}", share, figure.means)
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
    for one in wrong:
        whys = "; ".join(failure.why for failure in one.judgement.failures)
        table.add_row(one.judgement.case_id, whys, str(one.case.get("why", "")))
    return table
