"""A run, shown to a person: what was seen, what was decided and why, what was rejected, what would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from journey_assistant.domain.signals import in_words

if TYPE_CHECKING:
    from journey_assistant.services.what_if import WhatIf

Names = Mapping[str, str]
NO_NAMES: Names = {}

ROUTE_STYLE = {
    "self_resolve": "green",
    "draft_message": "cyan",
    "route_to_human": "magenta",
    "hold": "yellow",
}
ROUTE_WORDS = {
    "self_resolve": "answered",
    "draft_message": "drafted for review",
    "route_to_human": "to a person",
    "hold": "held",
}


def run_panel(run: Mapping[str, Any], title: str = "", question: str = "", names: Names = NO_NAMES) -> Panel:
    """One run in a frame: the moment, the way it went, why, and the words."""
    style = ROUTE_STYLE[run["route"]]
    head = Text.assemble((f" {ROUTE_WORDS[run['route']]} ", f"bold reverse {style}"), "  ", headline(run))
    parts: list[RenderableType] = [head]
    if question:
        parts.insert(0, Text(f"“{question}”", style="italic"))
    parts.append(reasons_table(run, names))
    if text := run["outcome"].get("text"):
        subject = run["outcome"].get("subject")
        parts.append(Text(f"Subject: {subject}\n" if subject else "", style="bold"))
        parts.append(Text(text, style=style))
    if shadow := run.get("shadow"):
        words = f"In shadow, not sent: {ROUTE_WORDS[shadow['route']]}. {shadow['outcome'].get('text', '')}"
        parts.append(Text(words.strip(), style="dim"))
    return Panel(
        Group(*parts),
        title=Text(title or run["case_id"]),
        border_style=style,
        title_align="left",
        subtitle=Text(run["id"], style="dim"),
        subtitle_align="left",
    )


def headline(run: Mapping[str, Any]) -> str:
    """Who gets it, or until when nothing happens."""
    outcome = run["outcome"]
    match outcome["kind"]:
        case "handoff":
            return f"queue {outcome['queue']}, {outcome['priority']}"
        case "hold":
            return f"{outcome['reason']} until {outcome['until_at'] or outcome['until']}"
        case "draft":
            return f"{run['play'] or 'answer'} by {outcome['channel']} for {outcome['reviewer']}"
        case _:
            cited = ", ".join(dict.fromkeys(c["article"] for c in outcome["citations"]))
            return f"cites {cited}" if cited else f"{outcome['reason']}"


def reasons_table(run: Mapping[str, Any], names: Names = NO_NAMES) -> Table:
    """Reasons and rejected candidates, each with what it rests on."""
    table = Table.grid(padding=(0, 2))
    for reason in run["reasons"]:
        table.add_row(Text("why", style="dim"), Text(reason["code"], style="bold"), Text(reason["why"]))
        if reason["evidence"]:
            table.add_row("", "", Text("rests on " + _some(reason["evidence"], names), style="dim"))
    for candidate in run["rejected"][:4]:
        what = candidate.get("play") or candidate.get("route", "")
        table.add_row(
            Text("not", style="dim"), Text(what), Text(f"{candidate['why']}: {candidate['detail']}".rstrip(": "))
        )
    return table


def explanation(run: Mapping[str, Any], names: Names = NO_NAMES) -> Group:
    """Everything the record holds, for one run. ``names`` are the events behind their ids, in words."""
    parts: list[RenderableType] = [run_panel(run, names=names)]
    seen = Table(title="What was seen", title_justify="left", show_header=True, header_style="dim")
    for column in ("signal", "facts", "events"):
        seen.add_column(column)
    for signal in run["signals"]:
        seen.add_row(signal["name"], in_words(signal["facts"]), _some(signal["evidence"], names))
    mood, negative = run["sentiment"], run["sentiment"]["scores"]["negative"]
    parts.append(
        Text(
            f"sentiment {mood['label']} (negative {negative:.2f}, frustrated {mood['frustrated']:.2f})"
            f" · contact reason {run['contact_reason']['label']} · stage {run['lifecycle_stage']}"
        )
    )
    if run["signals"]:
        parts.append(seen)
    if run["outcome"].get("summary"):
        parts.append(summary_panel(run["outcome"]["summary"]))
    parts.append(findings_table(run["findings"]))
    versions = ", ".join(f"{name} {value}" for name, value in run["versions"].items() if value)
    spent = sum(run["elapsed_ms"].values())
    parts.append(Text(f"{run['id']} · {versions} · {spent:.0f} ms · {run['model_calls']} model calls", style="dim"))
    return Group(*parts)


def summary_panel(summary: Mapping[str, Any]) -> Panel:
    """What the colleague sees first."""
    lines = [f"Goal: {summary['goal']}", f"Next step: {summary['next_step']}", f"Why you: {summary['why_you']}"]
    for name in ("facts", "tried", "promised"):
        lines += [f"{name}: {entry['text']}" for entry in summary[name]]
    return Panel(Text("\n".join(lines)), title="handoff summary", title_align="left", border_style="dim")


def findings_table(findings: Sequence[Mapping[str, Any]]) -> RenderableType:
    """What guardrails saw."""
    if not findings:
        return Text("guardrails: nothing found", style="dim")
    table = Table(title="What guardrails saw", title_justify="left", header_style="dim")
    for column in ("guardrail", "severity", "why"):
        table.add_column(column)
    for finding in findings:
        table.add_row(finding["guardrail"], finding["severity"], finding["why"])
    return table


def what_if_table(changes: Sequence[WhatIf]) -> RenderableType:
    """Single changes of facts with where the moment would have gone."""
    if not changes:
        return Text("what if: no single fact that this decision rests on would lead elsewhere", style="dim")
    table = Table(title="What if", title_justify="left", header_style="dim")
    for column in ("with one change", "it would be", "because"):
        table.add_column(column)
    for change in changes:
        went = ROUTE_WORDS[change.route] + (f": {change.play}" if change.play else "")
        table.add_row(change.change, Text(went, style=ROUTE_STYLE[change.route]), change.reason)
    return table


def _some(ids: Sequence[str], names: Names, most: int = 5) -> str:
    more = f" and {len(ids) - most} more" if len(ids) > most else ""
    return ", ".join(names.get(id_, id_) for id_ in ids[:most]) + more
