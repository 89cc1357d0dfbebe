"""The report in Markdown, short enough for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MOST_FAILURES = 25


def markdown_report(document: Mapping[str, Any]) -> str:
    """Figures by suite, and what failed."""
    return "\n".join(_report(document)) + "\n"


def _report(document: Mapping[str, Any]) -> Iterator[str]:
    yield f"## Evaluation of {_cell(document['target'])}: {'passed' if document['passed'] else 'with failures'}"
    yield ""
    yield "| suite | cases | passed | 95 % | always a person | top article |"
    yield "|---|---:|---:|---|---:|---:|"
    for suite in document["suites"]:
        passed = _figure(suite["figures"], "passed")
        beside = [_figure(suite["baselines"].get(name, []), "passed") for name in ("always_person", "top_article")]
        cells = [suite["suite"], str(suite["cases"]), _percent(passed), _interval(passed), *map(_percent, beside)]
        yield f"| {' | '.join(map(_cell, cells))} |"
    yield ""
    worst = [
        f"- **{what}**: {', '.join(f'`{case}`' for case in cases)}"
        for suite in document["suites"]
        for what, cases in suite["worst"].items()
        if cases
    ]
    if worst:
        yield from ("### The worst errors", "", *worst, "")
    failed = [(suite["suite"], result) for suite in document["suites"] for result in suite["results"]
              if not result["passed"]]  # fmt: skip
    if failed:
        yield from (f"### {len(failed)} failed cases", "", "| case | why |", "|---|---|")
        for name, result in failed[:MOST_FAILURES]:
            whys = "; ".join(failure["why"] for failure in result["failures"])
            yield f"| {_cell(name)}/{_cell(result['case'])} | {_cell(whys)} |"
        if len(failed) > MOST_FAILURES:
            yield f"| and {len(failed) - MOST_FAILURES} more | |"


def comparison_markdown(found: Mapping[str, Any]) -> str:
    """A comparison for a pull request."""
    before, after = _share(found["before"]), _share(found["after"])
    lines = [
        f"## {found['verdict'].capitalize()}: {before} before, {after} after ({found['cases']} cases)",
        "",
        *(f"- {line}" for line in found["because"]),
        "",
        "| suite | cases | before | after | lost | gained | p |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for suite in found["suites"]:
        cells = [suite["suite"], suite["cases"], _share(suite["before"]), _share(suite["after"]), len(suite["lost"])]
        cells += [len(suite["gained"]), f"{suite['p']:.3f}"]
        lines.append(f"| {' | '.join(_cell(str(cell)) for cell in cells)} |")
    for word in ("lost", "gained"):
        flips = [f"`{suite['suite']}/{case}`" for suite in found["suites"] for case in suite[word]]
        if flips:
            lines += ["", f"**{word}**: {', '.join(flips)}"]
    numbers = [f"| {n['suite']} | {n['name']} | {n['before']:.4g} | {n['after']:.4g} |" for n in found["numbers"]]
    if numbers:
        lines += ["", "| suite | number | before | after |", "|---|---|---:|---:|", *numbers]
    return "\n".join(lines) + "\n"


def _figure(figures: Any, name: str) -> Mapping[str, Any] | None:
    return next((figure for figure in figures if figure["name"] == name), None)


def _percent(figure: Mapping[str, Any] | None) -> str:
    return "" if figure is None or figure["share"] is None else f"{100 * figure['share']:.1f} %"


def _interval(figure: Mapping[str, Any] | None) -> str:
    if figure is None or figure["interval"] is None:
        return ""
    low, high = figure["interval"]
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def _share(value: float | None) -> str:
    return "none" if value is None else f"{100 * value:.1f} %"


def _cell(text: str) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
