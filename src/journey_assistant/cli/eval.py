"""``journey eval``: labelled cases decided and judged, offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from journey_assistant.cli import eval_cases, eval_judge, eval_model, eval_public, eval_studies

if TYPE_CHECKING:
    from journey_assistant.evaluation.cases import Suite
    from journey_assistant.evaluation.runner import Plan, Runner
    from journey_assistant.evaluation.suite_report import SuiteReport

app = typer.Typer(help="The offline harness: does the agent still decide as the labelled cases say?")

Suites = Annotated[list[Path], typer.Argument(help="Case files (JSONL), or folders of suites.", show_default=False)]
Knowledge = Annotated[Path | None, typer.Option(help="Help centre for all cases. Default: the suite's own.")]
PlaybookDir = Annotated[Path | None, typer.Option("--playbook", help="Folder whose YAML files override the default.")]
Target = Annotated[str, typer.Option(help="ours, python:module:callable, http://…/v1/decide, or a dumb baseline.")]
Jobs = Annotated[int, typer.Option(min=0, help="Processes; 0 = as many as pay.")]
AtOnce = Annotated[int, typer.Option(min=1, help="Cases that wait for a server side by side.")]
Repeats = Annotated[int, typer.Option("--repeats", "-k", min=1, help="Run every case k times: pass^k, noise floor.")]
Resume = Annotated[Path | None, typer.Option(help="Journal: finished cases are kept here and not run again.")]
Record = Annotated[Path | None, typer.Option(help="Keep the model's answers in this file.")]
Replay = Annotated[Path | None, typer.Option(help="Answer from this file instead of a model.")]
Usd = Annotated[float | None, typer.Option("--budget-usd", help="Begin no further case beyond this cost.")]
Tokens = Annotated[int | None, typer.Option("--budget-tokens", help="Begin no further case beyond these tokens.")]
Minutes = Annotated[float | None, typer.Option("--budget-minutes", help="Begin no further case after this time.")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the report here as JSON.")]
Html = Annotated[Path | None, typer.Option("--html", help="Write the report here as one HTML page.")]
Junit = Annotated[Path | None, typer.Option("--junit", help="Write the report here as JUnit XML.")]
Markdown = Annotated[Path | None, typer.Option("--markdown", help="Write the report here for a pull request.")]
Times = Annotated[bool, typer.Option("--times", help="Keep times in the JSON; then no two reports are the same.")]
Baseline = Annotated[Path | None, typer.Option(help="Fail on a real drop against this report instead of any failure.")]
Write = Annotated[Path | None, typer.Option("--write-baseline", help="Keep what was reached as a baseline here.")]
Short = Annotated[bool, typer.Option("--short", help="One line a suite.")]


@app.command("run")
def run(
    suites: Suites,
    knowledge: Knowledge = None,
    playbook: PlaybookDir = None,
    target: Target = "ours",
    jobs: Jobs = 0,
    at_once: AtOnce = 1,
    repeats: Repeats = 1,
    resume: Resume = None,
    record: Record = None,
    replay: Replay = None,
    budget_usd: Usd = None,
    budget_tokens: Tokens = None,
    budget_minutes: Minutes = None,
    json: Json = None,
    html: Html = None,
    junit: Junit = None,
    markdown: Markdown = None,
    times: Times = False,
    baseline: Baseline = None,
    write_baseline: Write = None,
    short: Short = False,
) -> None:
    """Decide every case of the suites, judge it, and show the figures.

    Exits 0 when every case passed (with --baseline: when there is no real drop), 1 when a case failed, 2 on bad input.
    The same cases give the same report. Example: journey eval run evals --json report.json --html report.html
    """
    from journey_assistant.cli.eval_plan import plan_of
    from journey_assistant.evaluation.cases import read_suites
    from journey_assistant.evaluation.runner import Runner

    limits = (budget_usd, budget_tokens, budget_minutes)
    plan = plan_of(target, (knowledge, playbook), (jobs, at_once, repeats), resume, (record, replay), limits)
    runner = Runner(plan)
    reports = [_watched(suite, runner) for suite in read_suites(suites)]
    _print(reports, short)
    document = _document(reports, plan, baseline)
    _save(document, times, json=json, html=html, junit=junit, markdown=markdown, baseline=write_baseline)
    if not _is_good(document):
        raise typer.Exit(1)


def _print(reports: list[SuiteReport], short: bool) -> None:
    from journey_assistant.cli.eval_tables import show, show_in_short

    if short:
        show_in_short(reports)
    for report in () if short else reports:
        show(report)


def _is_good(document: dict[str, Any]) -> bool:
    """Against a baseline: is there no real drop? Without one: did everything pass?"""
    from journey_assistant.cli.eval_gate import gate

    return gate(document) if "comparison" in document else bool(document["passed"])


def _watched(suite: Suite, runner: Runner) -> SuiteReport:
    from journey_assistant.cli.output import tracked

    total = len(suite.rows) * runner.plan.repeats
    return runner.report(suite, list(tracked(runner.perform(suite), total, suite.name)))


def _document(reports: list[SuiteReport], plan: Plan, baseline: Path | None) -> dict[str, Any]:
    from journey_assistant.cli.eval_gate import compared_with
    from journey_assistant.evaluation.whole_report import whole_report

    runs = (one.run for report in reports for one in report.judged if one.run and one.run.get("versions"))
    versions: dict[str, Any] = next((run["versions"] for run in runs), {})
    document = whole_report(reports, target=plan.target, versions=versions, with_times=True)
    return {**document, "comparison": compared_with(document, baseline)} if baseline else document


def _save(document: dict[str, Any], times: bool, **places: Path | None) -> None:
    from journey_assistant.cli.eval_gate import keep_baseline
    from journey_assistant.cli.output import errors, save_json, save_text
    from journey_assistant.evaluation.report import WRITERS
    from journey_assistant.evaluation.whole_report import without_times

    for kind, place in places.items():
        if place is None:
            continue
        if kind == "json":
            save_json(document if times else without_times(document), place)
        elif kind == "baseline":
            keep_baseline(document, place)
        else:
            save_text(WRITERS[kind](document), place)
        errors.print(f"{kind} written to {place}")


Before = Annotated[Path, typer.Argument(help="Report before (JSON).", show_default=False)]
After = Annotated[Path, typer.Argument(help="Report after (JSON).", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("compare")
def compare(before: Before, after: After, json: AsJson = False, markdown: Markdown = None) -> None:
    """What flipped between two reports, and whether that is more than chance. Exits 1 on a real drop.

    Example: journey eval compare main.json branch.json
    """
    from journey_assistant.cli.eval_tables import show_comparison
    from journey_assistant.cli.output import print_json, save_text
    from journey_assistant.evaluation.compare import DROP
    from journey_assistant.evaluation.compare import compare as compared
    from journey_assistant.evaluation.report.markdown import comparison_markdown
    from journey_assistant.evaluation.whole_report import read_report

    found = compared(read_report(before), read_report(after))
    if json:
        print_json(found)
    else:
        show_comparison(found)
    if markdown is not None:
        save_text(comparison_markdown(found), markdown)
    if found["verdict"] == DROP:
        raise typer.Exit(1)


app.command("list")(eval_cases.list_suites)
app.command("init")(eval_cases.init)
app.command("add")(eval_cases.add)
app.command("schema")(eval_cases.schema)
app.command("meta")(eval_studies.meta)
app.command("simulate")(eval_studies.simulate)
app.command("public")(eval_public.public)
app.command("model")(eval_model.model)
app.command("judge")(eval_judge.judge)
