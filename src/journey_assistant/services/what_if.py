"""What if: the smallest change of one fact that would have changed the decision."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.outcome import Hold
from journey_assistant.domain.timeline import EventId
from journey_assistant.services.decide import Decider
from journey_assistant.services.read_case import Case, read_case

MOST_TRIES = 24
"""Re-decisions per question; each costs one run of the graph."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One changed fact and where the moment would have gone with it."""

    change: str
    route: str
    play: str | None
    reason: str


async def what_if(decider: Decider, case: Case, run: JourneyRun) -> tuple[WhatIf, ...]:
    """Every single change, out of the facts that the run rests on, that leads to another route, play or reason."""
    found: list[WhatIf] = []
    for tried, (change, raw) in enumerate(changes(case, run)):
        if tried == MOST_TRIES:
            break
        other = await decider.decide(read_case(raw, where="what-if"))
        if _way(other) != _way(run):
            found.append(WhatIf(change, other.route.value, other.play, other.reasons[0].code))
    return tuple(found)


def _way(run: JourneyRun) -> tuple[str, str | None, str]:
    return run.route.value, run.play, run.reasons[0].code


def changes(case: Case, run: JourneyRun) -> Iterator[tuple[str, dict[str, Any]]]:
    """Cases that differ from this one in exactly one fact, the most telling first."""
    yield from _lifted_holds(case, run)
    for event_id in _evidence(run):
        event = case.snapshot.timeline.get(event_id)
        if event is not None:
            said = f"without {event.type} of {event.at:%d %B %H:%M} ({event.id})"
            yield said, _without(case.raw, event.id)


def _lifted_holds(case: Case, run: JourneyRun) -> Iterator[tuple[str, dict[str, Any]]]:
    customer = case.snapshot.customer
    if isinstance(run.outcome, Hold) and run.outcome.until_at is not None:
        later = run.outcome.until_at + timedelta(seconds=1)
        yield f"at {later:%d %B %H:%M %Z}", _changed(case.raw, ["now"], later.isoformat())
    if customer.stop_state is not None:
        yield f"without the state {customer.stop_state}", _changed(case.raw, ["customer", "stop_state"], None)
    if "holdout" in customer.experiments.values():
        yield "outside the holdout", _changed(case.raw, ["customer", "experiments"], {})
    if run.reasons[0].code == "no_consent":
        consent = {"email": {"service": True, "marketing": True}}
        yield "with consent for e-mail", _changed(case.raw, ["customer", "consent"], consent)
    if customer.timezone is None:
        yield "with a known time zone", _changed(case.raw, ["customer", "timezone"], "UTC")


def _evidence(run: JourneyRun) -> list[EventId]:
    ids = [source for reason in run.reasons for source in reason.evidence]
    ids += [source for signal in run.signals for source in signal.evidence]
    return [EventId(source) for source in dict.fromkeys(ids)]


def _without(raw: Mapping[str, Any], event_id: str) -> dict[str, Any]:
    changed = copy.deepcopy(dict(raw))
    changed["timeline"] = [e for e in changed.get("timeline", []) if e.get("id") != event_id]
    return changed


def _changed(raw: Mapping[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(dict(raw))
    place = changed
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value
    return changed
