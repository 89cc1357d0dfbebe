"""Figures over judged cases: each a part of a whole, with what it means and the cases that speak against it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from journey_assistant.evaluation.scorers import NO_RUN, Judgement, Run, cited, listed

ROUTES = {"self_resolve": "self", "route_to_human": "human", "draft_message": "draft", "hold": "hold"}
"""Routes, and how tables abbreviate them."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A case, its run (None when there is none) and the judgement, as JSON values."""

    case: Mapping[str, Any]
    run: Run | None
    judgement: Judgement

    @property
    def wanted(self) -> list[str]:
        """The routes that are right."""
        return listed((self.case.get("expect") or {}).get("route"))

    @property
    def got(self) -> str | None:
        """The route that was taken."""
        return self.run.get("route") if self.run else None

    @property
    def kind(self) -> str:
        """``message`` or ``sweep``."""
        return str((self.case.get("moment") or {}).get("kind", ""))

    @property
    def right_articles(self) -> set[str]:
        """The articles that answer the question."""
        return set(listed((self.case.get("expect") or {}).get("cites")))


@dataclass(frozen=True, slots=True)
class Figure:
    """``part`` of ``whole`` cases. ``against`` names the cases to look at when it is not what it should be."""

    name: str
    part: int
    whole: int
    means: str
    against: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """The part as a number between 0 and 1; None when there was nothing to count."""
        return self.part / self.whole if self.whole else None


Test = Callable[[Judged], bool]


def figures(judged: Sequence[Judged]) -> tuple[Figure, ...]:
    """The figures of a suite, in the order in which they are shown."""
    answers = [j for j in judged if j.got == "self_resolve" and "self_resolve" in j.wanted]
    asked = [j for j in judged if j.wanted == ["self_resolve"] and j.right_articles]
    person = [j for j in judged if j.kind == "message" and j.wanted and "self_resolve" not in j.wanted]
    quiet = [j for j in judged if j.kind == "sweep" and "draft_message" not in j.wanted]
    return (
        _good("passed", judged, _right, "every check of the case passed"),
        _good("route right", judged, _route_right, "one of the expected routes was taken"),
        _good("messages", [j for j in judged if j.kind == "message"], _right, "of the moments that a customer wrote"),
        _good("sweeps", [j for j in judged if j.kind == "sweep"], _right, "of the looks at a timeline"),
        _good("useful deflection", asked, _useful, "answerable questions answered with a right citation"),
        _bad("wrong answers", answers, _wrong, "of the answers given where answering was right"),
        _bad("false self-resolves", person, _answered, "answered although a person was needed: the worst error"),
        _bad("false drafts", quiet, _drafted, "drafted although nothing or a person was right"),
        _bad("never_mentions", judged, _leaked, "said what must never be said"),
    )


def _good(name: str, group: Sequence[Judged], test: Test, means: str) -> Figure:
    against = tuple(j.judgement.case_id for j in group if not test(j))
    return Figure(name, len(group) - len(against), len(group), means, against)


def _bad(name: str, group: Sequence[Judged], test: Test, means: str) -> Figure:
    against = tuple(j.judgement.case_id for j in group if test(j))
    return Figure(name, len(against), len(group), means, against)


def _right(judged: Judged) -> bool:
    return judged.judgement.right


def _route_right(judged: Judged) -> bool:
    return not judged.judgement.failed("route", NO_RUN)


def _useful(judged: Judged) -> bool:
    return judged.run is not None and judged.got == "self_resolve" and bool(cited(judged.run) & judged.right_articles)


def _wrong(judged: Judged) -> bool:
    return judged.judgement.failed("cites", "mentions", "never_mentions")


def _answered(judged: Judged) -> bool:
    return judged.got == "self_resolve"


def _drafted(judged: Judged) -> bool:
    return judged.got == "draft_message"


def _leaked(judged: Judged) -> bool:
    return judged.judgement.failed("never_mentions")


def by_tag(judged: Sequence[Judged]) -> dict[str, Figure]:
    """How many of the cases of each tag passed; tags of the checklist come last."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        for tag in one.case.get("tags") or []:
            groups[tag].append(one)
    order = sorted(groups, key=lambda tag: (tag.startswith("checklist:"), tag))
    return {tag: _good(tag, groups[tag], _right, "passed of the cases with this tag") for tag in order}


def routes_taken(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """Wanted routes (joined by ``|``) against the route that was taken."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for one in judged:
        wanted = "|".join(ROUTES.get(route, route) for route in one.wanted) or "(any)"
        got = "no run" if one.run is None else ROUTES.get(one.got or "", "other")
        table[wanted][got] += 1
    return {wanted: dict(table[wanted]) for wanted in sorted(table)}


def failed_checks(judged: Sequence[Judged]) -> dict[str, int]:
    """In how many cases each check failed, the most frequent first."""
    counts = Counter(check for one in judged for check in {failure.check for failure in one.judgement.failures})
    return dict(sorted(counts.items(), key=lambda count: (-count[1], count[0])))
