"""The decision diff: what a new playbook, new prompts or another model would have decided over past traffic."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from journey_assistant.domain.effects import RunRecord
from journey_assistant.evaluation.figures import ROUTES
from journey_assistant.evaluation.replay_many import Again, Agents
from journey_assistant.evaluation.report.page import figure, page, table
from journey_assistant.evaluation.report.plots import heatmap
from journey_assistant.services.decide import Decider
from journey_assistant.services.read_case import read_case
from journey_assistant.services.record import run_line
from journey_assistant.services.stored_case import in_tenant

EXAMPLES = 3
AT_ONCE = 8
"""Moments that wait for a model's server side by side."""
NONE = "none"


@dataclass(frozen=True, slots=True)
class Decided:
    """What a run came to, in the words of a table."""

    route: str
    play: str
    about: str
    """The queue of a handover, the reason of a hold, else the first reason."""
    why: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One moment as it was decided and as it would be."""

    run_id: str
    case_id: str
    asked: str
    tags: tuple[str, ...]
    before: Decided
    after: Decided
    is_recorded: bool = False
    """Nothing was asked again: the same model had answered the same."""
    usd: float = 0.0

    @property
    def is_changed(self) -> bool:
        """Another route, play, queue or reason."""
        return (self.before.route, self.before.play, self.before.about) != (
            self.after.route,
            self.after.play,
            self.after.about,
        )

    @property
    def kind(self) -> str:
        """What changed, so that like changes stand together."""
        return f"{_short(self.before)} → {_short(self.after)}"


@dataclass(frozen=True, slots=True)
class DecisionDiff:
    """All pairs, and what they say together."""

    pairs: tuple[Pair, ...]

    @property
    def changed(self) -> list[Pair]:
        """The moments that would be decided otherwise."""
        return [pair for pair in self.pairs if pair.is_changed]

    @property
    def as_recorded(self) -> int:
        """Answers of a model that were taken from the record."""
        return sum(pair.is_recorded for pair in self.pairs)

    @property
    def routes(self) -> dict[str, dict[str, int]]:
        """Routes before (outer) against routes after (inner)."""
        return _crossed((_route(pair.before), _route(pair.after)) for pair in self.pairs)

    @property
    def plays(self) -> dict[str, dict[str, int]]:
        """Drafts by play: before, after."""
        before, after = (Counter(_play(decided) for decided in side) for side in self._sides())
        names = sorted(({*before, *after}) - {NONE})
        return {name: {"before": before[name], "after": after[name]} for name in names if before[name] != after[name]}

    @property
    def tags(self) -> dict[str, dict[str, int]]:
        """How many of the moments of each tag changed, those that did."""
        of = Counter(tag for pair in self.pairs for tag in pair.tags)
        changed = Counter(tag for pair in self.changed for tag in pair.tags)
        return {tag: {"changed": n, "of": of[tag]} for tag, n in changed.most_common()}

    @property
    def kinds(self) -> list[tuple[str, list[Pair]]]:
        """The changes by kind, the most frequent first."""
        groups: dict[str, list[Pair]] = defaultdict(list)
        for pair in self.changed:
            groups[pair.kind].append(pair)
        return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))

    def _sides(self) -> tuple[list[Decided], list[Decided]]:
        return [pair.before for pair in self.pairs], [pair.after for pair in self.pairs]

    def as_json(self) -> dict[str, Any]:
        """The diff as JSON, with examples of each kind of change."""
        return {
            "runs": len(self.pairs),
            "changed": len(self.changed),
            "as_recorded": self.as_recorded,
            "cost_usd": round(sum(pair.usd for pair in self.pairs), 6),
            "routes": self.routes,
            "plays": self.plays,
            "tags": self.tags,
            "kinds": [
                {"change": kind, "runs": len(pairs), "examples": [_example(pair) for pair in pairs[:EXAMPLES]]}
                for kind, pairs in self.kinds
            ],
        }


async def pairs_of(agents: Agents, records: Sequence[RunRecord]) -> list[Pair]:
    """Recorded moments decided by another agent; where a server is asked, side by side. Nothing is stored."""
    decider, again = agents.changed, agents.again
    if decider.parts.model is None:
        return [await _pair(record, decider, again) for record in records]
    places = asyncio.Semaphore(AT_ONCE)

    async def in_turn(record: RunRecord) -> Pair:
        async with places:
            return await _pair(record, decider, again)

    return list(await asyncio.gather(*(in_turn(record) for record in records)))


async def _pair(record: RunRecord, decider: Decider, again: Again) -> Pair:
    is_recorded = _stands(record, decider, again)
    line: Mapping[str, Any] = record.line
    if not is_recorded:
        case = in_tenant(read_case(dict(record.case), where=f"run {record.id}"), record.tenant_id)
        line = run_line(await decider.decide(case))
    return Pair(
        str(record.id),
        str(record.case_id),
        str((record.case.get("moment") or {}).get("text") or "a look at the timeline"),
        tuple(str(tag) for tag in record.case.get("tags") or ()),
        _decided(record.line),
        _decided(line),
        is_recorded,
        0.0 if is_recorded else float(line.get("cost_usd") or 0),
    )


def _stands(record: RunRecord, decider: Decider, again: Again) -> bool:
    """The recorded model's answer is what would be asked for again: same versions, same help centre."""
    same = dict(record.line.get("versions") or {}) == asdict(decider.versions)
    return bool(record.line.get("model_calls")) and same and again.knowledge is None


def _decided(line: Mapping[str, Any]) -> Decided:
    outcome, reasons = line.get("outcome") or {}, line.get("reasons") or [{}]
    about = outcome.get("queue") or outcome.get("reason") or reasons[0].get("code") or ""
    return Decided(str(line.get("route")), str(line.get("play") or NONE), str(about), str(reasons[0].get("why") or ""))


def _crossed(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    table_: dict[str, Counter[str]] = defaultdict(Counter)
    for before, after in pairs:
        table_[before][after] += 1
    return {before: dict(sorted(table_[before].items())) for before in sorted(table_)}


def _route(decided: Decided) -> str:
    return ROUTES.get(decided.route, decided.route)


def _play(decided: Decided) -> str:
    return decided.play if decided.route == "draft_message" else NONE


def _short(decided: Decided) -> str:
    return f"{_route(decided)} ({decided.play if decided.route == 'draft_message' else decided.about})"


def _example(pair: Pair) -> dict[str, str]:
    return {
        "run": pair.run_id,
        "case": pair.case_id,
        "asked": pair.asked[:200],
        "before": pair.before.why,
        "after": pair.after.why,
    }


def diff_page(diff: DecisionDiff, *, before: str, after: str) -> str:
    """The diff as one HTML page."""
    share = f"{100 * len(diff.changed) / len(diff.pairs):.1f} %" if diff.pairs else "none"
    parts = [
        f"<h1>{len(diff.changed)} of {len(diff.pairs)} decisions would change ({share})</h1>",
        f'<p class="soft">Before: <code>{escape(before)}</code>. After: <code>{escape(after)}</code>.</p>',
    ]
    if diff.pairs:
        plot = heatmap(diff.routes, [*ROUTES.values()], "Routes before and after")
        parts.append(f'<div class="plots">{figure("Routes before (down) and after (across)", plot)}</div>')
    if diff.plays:
        rows = [[escape(name), str(n["before"]), str(n["after"])] for name, n in diff.plays.items()]
        parts += ["<h2>Drafts by play</h2>", table(["play", "before", "after"], rows, frozenset((1, 2)))]
    if diff.tags:
        rows = [[escape(tag), str(n["changed"]), str(n["of"])] for tag, n in diff.tags.items()]
        parts += ["<h2>By tag</h2>", table(["tag", "changed", "of"], rows, frozenset((1, 2)))]
    parts += ["<h2>What would change</h2>", *(_kind(kind, pairs) for kind, pairs in diff.kinds)]
    return page("Decision diff", "\n".join(parts))


def _kind(kind: str, pairs: Sequence[Pair]) -> str:
    rows = [
        [f"<code>{escape(one['case'])}</code>", *(escape(one[key]) for key in ("asked", "before", "after"))]
        for one in (_example(pair) for pair in pairs[:EXAMPLES])
    ]
    body = table(["case", "asked", "why before", "why after"], rows)
    return f"<details open><summary>{escape(kind)} <span>{len(pairs)}</span></summary><div>{body}</div></details>"
