"""Candidates: which plays and alerts are due, since when, and on which events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from journey_assistant.domain.play import Candidate, Evaluation
from journey_assistant.domain.policy.quiet_hours import waking_age
from journey_assistant.domain.timeline import Event
from journey_assistant.playbook.conditions import Condition
from journey_assistant.playbook.evaluate import evaluate, events_between, is_wanted
from journey_assistant.playbook.play_schema import Alert, Play, Trigger, TriggerSignal
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.scene import Scene

SENT = ("message_sent", "email_sent", "draft_created")
NOT_SENT = ("bounced", "failed", "rejected", "withdrawn")


def due_plays(playbook: Playbook, scene: Scene) -> list[Candidate]:
    """Every enabled play whose trigger is true, in the order of the playbook."""
    found = (_candidate(playbook, scene, play) for play in playbook.plays.values() if play.enabled and play.trigger)
    return [candidate for candidate in found if candidate is not None]


def due_alerts(playbook: Playbook, scene: Scene) -> list[Candidate]:
    """Every enabled alert whose trigger is true and fresh, and which was not raised for this cause before."""
    found: list[Candidate] = []
    for alert in playbook.alerts.alerts:
        if not alert.enabled:
            continue
        fired = _fired(alert.trigger, scene, playbook)
        if fired is None or _is_raised(alert, fired, scene):
            continue
        if alert.freshness and scene.at - fired.at > alert.freshness:
            continue
        cause = _cause(alert.trigger, fired, [e for e in _raised(scene) if e.text_of("code") == alert.code])
        found.append(Candidate(alert.code, fired.at, fired.evaluation, fired.evidence, cause=cause))
    return found


def _candidate(playbook: Playbook, scene: Scene, play: Play) -> Candidate | None:
    assert play.trigger is not None
    if not _is_for(play, scene):
        return None
    fired = _fired(play.trigger, scene, playbook)
    if fired is None or _is_handled(play, fired, scene):
        return None
    fresh = _freshness(play, fired, scene, playbook)
    if fresh == 0.0 and scene.at - fired.at > playbook.holds.arbitration.stale_for:
        return None
    fits = not play.fits or scene.perceived.stage in play.fits
    score = play.priority * play.propensity * play.value * fresh
    sent = [event for event in scene.perceived.snapshot.timeline.of(*SENT, until=scene.at) if _is_of(event, play)]
    cause = _cause(play.trigger, fired, sent)
    return Candidate(play.id, fired.at, fired.evaluation, fired.evidence, fresh, score, fits, cause)


def _cause(trigger: Trigger, fired: Candidate, before: list[Event]) -> str:
    """The completing event's time; of a state, which nothing completes, the last time that something was done."""
    if not trigger.is_state:
        return f"{fired.at:%Y-%m-%dT%H:%M:%S.%f}"
    return f"after {before[-1].id}" if before else "first"


def _is_for(play: Play, scene: Scene) -> bool:
    if play.audience is not None and not evaluate(play.audience, scene).holds:
        return False
    return play.unless is None or not evaluate(play.unless, scene).holds


def _fired(trigger: Trigger, scene: Scene, playbook: Playbook) -> Candidate | None:
    """The newest moment at which the trigger became true and is true still, or None."""
    if trigger.signal:
        return _by_signals(trigger, scene)
    if trigger.event is not None:
        return next(_by_events(trigger, scene, playbook), None)
    assert trigger.while_ is not None
    answer = evaluate(trigger.while_, scene)
    return Candidate("", scene.at, answer, answer.all_evidence) if answer.holds else None


def _by_signals(trigger: Trigger, scene: Scene) -> Candidate | None:
    found = [fired for spec in trigger.signal if (fired := _by_signal(spec, trigger, scene)) is not None]
    return max(found, key=lambda candidate: candidate.at, default=None)


def _by_signal(spec: TriggerSignal, trigger: Trigger, scene: Scene) -> Candidate | None:
    answer = evaluate(Condition(signal=spec), scene)
    signal = scene.perceived.signal(spec.name)
    if not answer.holds or signal is None:
        return None
    timeline = scene.perceived.snapshot.timeline
    completing = str(signal.facts.get(spec.at_fact)) if spec.at_fact else (signal.evidence or ("",))[-1]
    event = timeline.get(completing)
    at = event.at if spec.at_fact and event else signal.at or scene.at
    if trigger.after and scene.at - at < trigger.after:
        return None
    return _still(trigger, scene.after(event, at), [answer])


def _by_events(trigger: Trigger, scene: Scene, playbook: Playbook) -> Iterator[Candidate]:
    for event in _completing_events(trigger, scene, playbook):
        parts: list[Evaluation] = [
            Evaluation(f"{event.type} happened", True, f"{event.at:%Y-%m-%d %H:%M} UTC", (event.id,))
        ]
        if trigger.when is not None:
            answer = evaluate(trigger.when, scene.as_of(event))
            parts.append(answer)
            if not answer.holds:
                continue
        fired = _still(trigger, scene.after(event, event.at), parts)
        if fired is not None:
            yield fired


def _completing_events(trigger: Trigger, scene: Scene, playbook: Playbook) -> Iterator[Event]:
    """Events that may complete the trigger, newest first; older ones are looked at only up to a fixed number."""
    assert trigger.event is not None
    rules = playbook.holds.arbitration
    until = scene.at - (trigger.after or timedelta(0))
    events = events_between(trigger.event, scene, scene.at - 2 * rules.stale_for, scene.at)
    for event in reversed(events[-rules.look_back_events :]):
        if not is_wanted(event, trigger.event, scene.as_of(event)):
            continue
        if event.at <= until:
            yield event
        if trigger.newest_only:
            return


def _still(trigger: Trigger, scene: Scene, parts: list[Evaluation]) -> Candidate | None:
    if trigger.while_ is not None:
        answer = evaluate(trigger.while_, scene)
        if not answer.holds:
            return None
        parts = [*parts, answer]
    tree = (
        parts[0]
        if len(parts) == 1
        else Evaluation(
            "all of", True, next((part.why for part in parts if part.why), "all hold"), children=tuple(parts)
        )
    )
    assert scene.trigger_at is not None
    return Candidate("", scene.trigger_at, tree, tree.all_evidence)


def _freshness(play: Play, fired: Candidate, scene: Scene, playbook: Playbook) -> float:
    """1 when it just happened, the configured floor just before it is stale, 0 when it is."""
    if play.freshness is None:
        return 1.0
    age = scene.at - fired.at
    if not play.wall_clock and age < 10 * play.freshness + timedelta(days=2):
        age = waking_age(fired.at, scene.at, scene.perceived.snapshot.customer.timezone, playbook.policy)
    if age > play.freshness:
        return 0.0
    floor = playbook.holds.arbitration.fresh_floor
    return 1.0 - (1.0 - floor) * (age / play.freshness)


def _is_handled(play: Play, fired: Candidate, scene: Scene) -> bool:
    """Was this cause answered already by a message or a draft of this play?"""
    assert play.trigger is not None
    since = scene.at - play.trigger.every if play.trigger.every else fired.at
    if play.trigger.is_state and not play.trigger.every:
        return False
    timeline = scene.perceived.snapshot.timeline
    after = timeline.of(*SENT, since=since, until=scene.at, include_since=False)
    return any(_is_of(event, play) for event in after if event.text_of("status").casefold() not in NOT_SENT)


def _is_of(event: Event, play: Play) -> bool:
    """A message of this play, or one without a play on its topic."""
    sender = event.text_of("play")
    return sender == play.id if sender else event.text_of("topic").casefold() in (play.id, play.topic.casefold())


def _is_raised(alert: Alert, fired: Candidate, scene: Scene) -> bool:
    since = scene.at - alert.trigger.every if alert.trigger.every else fired.at
    return any(event.text_of("code") == alert.code and event.at >= since for event in _raised(scene))


def _raised(scene: Scene) -> list[Event]:
    return scene.perceived.snapshot.timeline.of("alert_raised", until=scene.at)
