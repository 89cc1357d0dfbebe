"""Scorers: small pure checks of one run against what its case expects. Each says why it objects, or nothing.

An expectation that is absent, null or empty is not judged. Of ``route``, ``cites``, ``queue``, ``hold`` and ``play``
one alternative is enough; of ``mentions``, ``never_mentions``, ``signals``, ``findings``, ``rejected`` and of the
parts of a ``handoff`` all count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LONGEST_ANSWER_CHARS = 900
MOST_ARTICLES = 3
SHORTEST_DRAFT_CHARS = 80
SAYS_SOMETHING = ("self_resolve", "draft_message")
NO_RUN, BROKE = "no_run", "error"

Expect = Mapping[str, Any]
Run = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that a run did not pass, and why."""

    check: str
    why: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """A case's run, judged: right when nothing failed."""

    case_id: str
    failures: tuple[Failure, ...] = ()

    @property
    def right(self) -> bool:
        """Did every check pass?"""
        return not self.failures

    def failed(self, *checks: str) -> bool:
        """Did one of these checks fail?"""
        return any(failure.check in checks for failure in self.failures)


def judge(case: Mapping[str, Any], run: Run | None) -> Judgement:
    """Every check of one run against its case (both as JSON); a case without a run is wrong."""
    if run is None:
        return Judgement(case["id"], (Failure(NO_RUN, "no run for this case"),))
    if BROKE in run:
        return Judgement(case["id"], (Failure(BROKE, str(run[BROKE])),))
    expect = {**(case.get("expect") or {}), "sweep": (case.get("moment") or {}).get("kind") == "sweep"}
    failures = [Failure(check, why) for check, scorer in SCORERS.items() for why in scorer(expect, run)]
    return Judgement(case["id"], tuple(failures))


def listed(value: Any) -> list[Any]:
    """Alternatives as a list; a single one may be written without brackets."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def facing(run: Run) -> str:
    """What the customer would read, without case."""
    outcome = run.get("outcome") or {}
    return "\n".join(str(outcome.get(part) or "") for part in ("subject", "text")).lower()


def cited(run: Run) -> set[str]:
    """The articles that a run cites."""
    citations = (run.get("outcome") or {}).get("citations") or []
    return {name_of(citation, "article", "id") for citation in citations}


def name_of(value: Any, *keys: str) -> str:
    """A thing's name: itself, or the first of these keys that it has."""
    if isinstance(value, Mapping):
        return next((str(value[key]) for key in keys if value.get(key)), "")
    return "" if value is None else str(value)


def route_fits(expect: Expect, run: Run) -> bool:
    """Went the run one of the expected ways? The checks of what it said or did count only then."""
    routes = listed(expect.get("route"))
    return not routes or run.get("route") in routes


def route(expect: Expect, run: Run) -> Iterator[str]:
    """The way that was chosen."""
    if not route_fits(expect, run):
        yield f"wanted {_any_of(listed(expect.get('route')))}, got {run.get('route')}"


def cites(expect: Expect, run: Run) -> Iterator[str]:
    """An answer rests on one of the right articles."""
    wanted = listed(expect.get("cites"))
    if wanted and run.get("route") == "self_resolve" and route_fits(expect, run) and not cited(run) & set(wanted):
        yield f"wanted one of {wanted}, cited {sorted(cited(run)) or 'nothing'}"


def mentions(expect: Expect, run: Run) -> Iterator[str]:
    """An answer or draft says what matters."""
    if run.get("route") in SAYS_SOMETHING and route_fits(expect, run):
        text = facing(run)
        yield from (
            f"does not say {word!r}" for word in listed(expect.get("mentions")) if str(word).lower() not in text
        )


def never_mentions(expect: Expect, run: Run) -> Iterator[str]:
    """No text says what must never be said, whatever the route."""
    text = facing(run)
    yield from (f"says {word!r}" for word in listed(expect.get("never_mentions")) if str(word).lower() in text)


def queue(expect: Expect, run: Run) -> Iterator[str]:
    """A handover lands with the right people."""
    if run.get("route") == "route_to_human":
        yield from _one_of(expect, "queue", run, (run.get("outcome") or {}).get("queue"))


def priority(expect: Expect, run: Run) -> Iterator[str]:
    """A handover is as urgent as it is."""
    if run.get("route") == "route_to_human":
        yield from _one_of(expect, "priority", run, (run.get("outcome") or {}).get("priority"))


def handoff(expect: Expect, run: Run) -> Iterator[str]:
    """A colleague finds what the summary must hold: words of a field, entries of a list, or that it is there."""
    if run.get("route") != "route_to_human" or not route_fits(expect, run):
        return
    summary = (run.get("outcome") or {}).get("summary") or {}
    for part, wanted in (expect.get("handoff") or {}).items():
        found = summary.get(part)
        if isinstance(wanted, list):
            yield from (f"{part} does not say {w!r}" for w in wanted if str(w).lower() not in str(found or "").lower())
        elif isinstance(wanted, bool):
            yield from ([f"{part} is empty"] if wanted and not found else [])
        elif len(found or ()) < wanted:
            yield f"{part}: {len(found or ())} of at least {wanted}"


def hold(expect: Expect, run: Run) -> Iterator[str]:
    """Nothing was done for the right reason."""
    if run.get("route") == "hold":
        first = next((name_of(reason, "code") for reason in run.get("reasons") or []), None)
        yield from _one_of(expect, "hold", run, (run.get("outcome") or {}).get("reason") or first)


def play(expect: Expect, run: Run) -> Iterator[str]:
    """The right play was drafted, or answered by itself in a sweep."""
    if run.get("route") == "draft_message" or (run.get("route") == "self_resolve" and expect.get("sweep")):
        yield from _one_of(expect, "play", run, name_of(run.get("play"), "id", "play", "name") or None)


def _one_of(expect: Expect, what: str, run: Run, got: Any) -> Iterator[str]:
    wanted = listed(expect.get(what))
    if wanted and route_fits(expect, run) and got not in wanted:
        yield f"wanted {_any_of(wanted)}, got {got}"


def _any_of(alternatives: list[Any]) -> str:
    return "|".join(map(str, alternatives))


def signals(expect: Expect, run: Run) -> Iterator[str]:
    """Every expected signal was derived."""
    derived = {name_of(signal, "name", "signal") for signal in run.get("signals") or []}
    yield from (f"signal {name!r} was not derived" for name in listed(expect.get("signals")) if name not in derived)


def rejected(expect: Expect, run: Run) -> Iterator[str]:
    """Every expected candidate or reason stands among the rejected."""
    known = {name_of(r, key) for r in run.get("rejected") or [] for key in ("route", "play", "why", "code")}
    yield from (f"{name!r} is not among the rejected" for name in listed(expect.get("rejected")) if name not in known)


def size(expect: Expect, run: Run) -> Iterator[str]:
    """Pasting a page is not answering."""
    length = len(str((run.get("outcome") or {}).get("text") or ""))
    if run.get("route") == "self_resolve" and (length > LONGEST_ANSWER_CHARS or len(cited(run)) > MOST_ARTICLES):
        yield f"{length} characters, {len(cited(run))} articles cited"


def evidence(expect: Expect, run: Run) -> Iterator[str]:
    """A draft says something, and its reasons rest on something."""
    says = len(str((run.get("outcome") or {}).get("text") or "")) >= SHORTEST_DRAFT_CHARS
    rests = any(listed(reason.get("evidence")) for reason in run.get("reasons") or [])
    if run.get("route") == "draft_message" and not (says and rests):
        yield "the draft says nothing, or its reasons name no evidence"


def findings(expect: Expect, run: Run) -> Iterator[str]:
    """Every expected guardrail reported."""
    reported = {name_of(finding, "guardrail", "name") for finding in run.get("findings") or []}
    yield from (f"finding {name!r} was not reported" for name in listed(expect.get("findings")) if name not in reported)


Scorer = Callable[[Expect, Run], Iterator[str]]
SCORERS: dict[str, Scorer] = {
    scorer.__name__: scorer
    for scorer in (
        route,
        cites,
        mentions,
        never_mentions,
        queue,
        priority,
        handoff,
        hold,
        play,
        signals,
        rejected,
        size,
        evidence,
        findings,
    )
}
