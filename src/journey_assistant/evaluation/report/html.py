"""The report as one HTML page that a support lead can read: what was reached, where it fails, and which cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from journey_assistant.evaluation.figures import ROUTES
from journey_assistant.evaluation.report.page import figure, page, percent, table
from journey_assistant.evaluation.report.plots import flip_bars, heatmap, histogram, reliability, risk_curve, share_bars

Suite = Mapping[str, Any]
MOST_TAGS = 30
ERRORS = {
    "false self-resolves": "answered, where a person was needed",
    "false drafts": "a draft, where none was due",
    "never_mentions": "said what must never be said",
}
VERDICTS = {"drop": "Worse than the baseline", "gain": "Better than the baseline"}
WORDS = {"always_person": "always a person", "always_hold": "always hold", "top_article": "always the top article"}


def html_report(document: Mapping[str, Any]) -> str:
    """The whole page."""
    suites = document["suites"]
    parts = [*_head(document), *_comparison(document.get("comparison")), *_overview(suites)]
    parts += [*_worst(suites), "<h2>Suite by suite</h2>", *(_suite(suite) for suite in suites)]
    parts.append(_footnote())
    return page("Evaluation report", "\n".join(parts))


def _head(document: Mapping[str, Any]) -> Iterator[str]:
    cases = sum(suite["cases"] for suite in document["suites"])
    passed = sum(result["passed"] for suite in document["suites"] for result in suite["results"])
    versions = ", ".join(f"{name} <code>{escape(str(v)[:16])}</code>" for name, v in document["versions"].items() if v)
    yield f"<h1>{passed} of {cases} cases passed</h1>"
    yield f'<p class="soft">Examined: {escape(document["target"])}. {versions}</p>'
    left_out = sum(len(suite["left_out"]) for suite in document["suites"])
    if left_out:
        yield f'<p class="bad">{left_out} cases were left out: the budget was used up.</p>'


def _comparison(found: Mapping[str, Any] | None) -> Iterator[str]:
    """What changed against the baseline, where one was given."""
    if not found:
        return
    kind = {"drop": "bad", "gain": "good"}.get(found["verdict"], "")
    because = "".join(f"<li>{escape(line)}</li>" for line in found["because"])
    yield "<h2>Against the baseline</h2>"
    verdict = VERDICTS.get(found["verdict"], "No real change")
    yield f'<div class="verdict {kind}"><b>{verdict}</b><ul>{because}</ul></div>'
    changed = [s for s in found["suites"] if s["lost"] or s["gained"]]
    if not changed:
        return
    rows = [(s["suite"], len(s["lost"]), len(s["gained"])) for s in changed]
    caption = "Cases lost (left) and gained (right)"
    yield f'<div class="plots">{figure(caption, flip_bars(rows, caption))}</div>'
    for word in ("lost", "gained"):
        names = [f"<code>{escape(s['suite'])}/{escape(case)}</code>" for s in changed for case in s[word]]
        if names:
            yield f"<p>{word.capitalize()}: {', '.join(names)}</p>"


def _overview(suites: Sequence[Suite]) -> Iterator[str]:
    rows = []
    for suite in suites:
        passed = _figure(suite, "passed")
        interval = tuple(passed["interval"]) if passed["interval"] else None
        rows.append((suite["suite"], passed["part"], passed["whole"], interval))
    caption = "Cases that passed, with the 95 % interval"
    yield f'<h2>At a glance</h2><div class="plots">{figure(caption, share_bars(rows, caption))}'
    decided = [suite for suite in suites if suite["kind"] == "decisions"]
    if decided:
        yield figure("Routes: what was right (down) and what was taken (across)", _routes(decided))
        yield from _certainty([result for suite in decided for result in suite["results"]])
    yield "</div>"
    if decided:
        yield _beside_baselines(decided)


def _routes(suites: Sequence[Suite]) -> str:
    total: dict[str, dict[str, int]] = {}
    for suite in suites:
        for wanted, taken in suite["routes"].items():
            for route, n in taken.items():
                row = total.setdefault(wanted, {})
                row[route] = row.get(route, 0) + n
    return heatmap(dict(sorted(total.items())), [*ROUTES.values()], "Routes wanted against routes taken")


def _certainty(results: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    answers = [r for r in results if r["route"] == "self_resolve" and r["confidence"] is not None]
    certain = [(float(r["confidence"]), bool(r["passed"])) for r in answers]
    if len(certain) >= 10:
        yield figure("How sure answers were, and how often they were right", reliability(certain, "Calibration"))
        yield figure("Answer only the surest: how many are wrong then", risk_curve(certain, "Risk and coverage"))
    times = [r["scores"]["latency_ms"]["value"] for r in results if "latency_ms" in r["scores"]]
    if times:
        yield figure("Time of a decision in milliseconds", histogram(times, "Time of a decision", "ms"))


def _beside_baselines(suites: Sequence[Suite]) -> str:
    names = [name for name in WORDS if any(name in suite["baselines"] for suite in suites)]
    rows = []
    for suite in suites:
        beside = [percent((_named(suite["baselines"].get(name, []), "passed") or {}).get("share")) for name in names]
        rows.append([escape(suite["suite"]), percent(_figure(suite, "passed")["share"]), *beside])
    head = ["suite", "examined", *(WORDS[name] for name in names)]
    return "<h3>Beside the dumb baselines</h3>" + table(head, rows, frozenset(range(1, len(head))))


def _worst(suites: Sequence[Suite]) -> Iterator[str]:
    """Errors that hurt customers, first."""
    why = {case["case"]: case for suite in suites for case in suite["results"]}
    found = [
        (what, suite["suite"], case) for suite in suites for what, cases in suite["worst"].items() for case in cases
    ]
    yield "<h2>The worst errors</h2>"
    if not found:
        yield '<p class="good">None: nobody was answered who needed a person, and no draft was wrong.</p>'
        return
    rows = [
        [
            escape(ERRORS.get(what, what)),
            f"<code>{escape(suite)}/{escape(case)}</code>",
            escape(_whys(why[case])),
            escape(why[case]["why"]),
        ]
        for what, suite, case in found
    ]
    yield table(["what", "case", "what happened", "the case says"], rows)


def _suite(suite: Suite) -> str:
    passed = _figure(suite, "passed")
    left = f" · {len(suite['left_out'])} left out" if suite["left_out"] else ""
    head = f"{escape(suite['suite'])} <span>{passed['part']}/{passed['whole']} passed{left}</span>"
    owner = f" Owner: {escape(suite['owner'])}." if suite["owner"] else ""
    body = [f'<p class="soft">{escape(suite["about"])}{owner}</p>', _figures(suite), _numbers(suite)]
    body += [_tags(suite), _failed(suite)]
    return f"<details><summary>{head}</summary><div>{''.join(body)}</div></details>"


def _figures(suite: Suite) -> str:
    rows = []
    for one in suite["figures"]:
        if one["whole"]:
            low, high = one["interval"]
            sure = f"{100 * low:.0f} to {100 * high:.0f} %"
            cells = [escape(one["name"]), f"{one['part']}/{one['whole']}", percent(one["share"]), sure]
            rows.append([*cells, escape(one["means"])])
    return table(["figure", "cases", "share", "95 %", "means"], rows, frozenset((1, 2, 3)))


def _numbers(suite: Suite) -> str:
    rows = [
        [escape(n["name"].replace("_", " ")), str(n["n"]), f"{n['value']:.3f}", escape(n["means"])]
        for n in suite["numbers"]
    ]
    return table(["number", "cases", "value", "means"], rows, frozenset((1, 2))) if rows else ""


def _tags(suite: Suite) -> str:
    broken = [(tag, f["passed"], f["of"], None) for tag, f in suite["tags"].items() if f["passed"] < f["of"]]
    if not broken:
        return ""
    rows = sorted(broken, key=lambda row: (row[1] / row[2], -row[2]))[:MOST_TAGS]
    caption = "Tags with failures, the worst first"
    return f'<div class="plots">{figure(caption, share_bars(rows, caption))}</div>'


def _failed(suite: Suite) -> str:
    failed = [result for result in suite["results"] if not result["passed"]]
    if not failed:
        return '<p class="good">Every case passed.</p>'
    rows = [
        [f"<code>{escape(r['case'])}</code>", escape(str(r["route"] or "")), escape(_whys(r)), escape(r["why"])]
        for r in failed
    ]
    return "<h3>Failed cases</h3>" + table(["case", "route", "what is wrong", "the case says"], rows)


def _whys(result: Mapping[str, Any]) -> str:
    return "; ".join(failure["why"] for failure in result["failures"]) or "failed in a repeat"


def _figure(suite: Suite, name: str) -> Mapping[str, Any]:
    return _named(suite["figures"], name) or {"part": 0, "whole": 0, "share": None, "interval": None}


def _named(figures: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
    return next((one for one in figures if one["name"] == name), None)


def _footnote() -> str:
    return (
        '<p class="soft">A case passes when every check of its label passes. Labels say what policy says, not what '
        "the program does. Intervals are Wilson's. Nothing was stored or sent.</p>"
    )
