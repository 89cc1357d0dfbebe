"""Answers conditions: every answer is a tree, explained leaf by leaf, with the ids of the events behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from journey_assistant.domain.activity import local_day
from journey_assistant.domain.pages import distinct_views, path_of
from journey_assistant.domain.paths import first_segment
from journey_assistant.domain.play import Evaluation
from journey_assistant.domain.signals import in_words
from journey_assistant.domain.timeline import Event
from journey_assistant.playbook.conditions import Condition, CountSpec, EventsSpec, SentimentSpec
from journey_assistant.playbook.facts import contradicted, personal_facts
from journey_assistant.playbook.matching import matches, properties_match
from journey_assistant.playbook.scene import Scene
from journey_assistant.playbook.spec import say_duration
from journey_assistant.playbook.states import state_of
from journey_assistant.playbook.wording import say_events, say_match

MAX_EVIDENCE = 20
"""No more event ids than a reader will look at; the newest are kept."""


def evaluate(condition: Condition, scene: Scene) -> Evaluation:
    """Does the condition hold, and why?"""
    return _ANSWERS[condition.kind](condition, scene)


def find_events(spec: EventsSpec, scene: Scene) -> list[Event]:
    """The events that a ``count`` or ``absent`` asks about, oldest first."""
    since, until = _window(spec, scene)
    wanted = events_between(spec, scene, since, until)
    if spec.since_trigger and scene.trigger is not None:
        wanted = [e for e in wanted if e.id != scene.trigger.id]
    return [e for e in wanted if is_wanted(e, spec, scene)]


def is_wanted(event: Event, spec: EventsSpec, scene: Scene) -> bool:
    """Does the event pass the tests of party and properties?"""
    return (not spec.party or event.party in spec.party) and properties_match(event.properties, spec.where, scene)


def events_between(spec: EventsSpec, scene: Scene, since: datetime | None, until: datetime) -> list[Event]:
    """Events of the types in that time, oldest first.

    Views of a list of pages are looked up by page: the cost is that of those pages, not of all that was viewed.
    """
    timeline, test = scene.perceived.snapshot.timeline, spec.where.get("path")
    if spec.of != ("page_viewed",) or test is None or test.paths is None:
        return timeline.of(*spec.of, since=since, until=until)
    found: dict[str, Event] = {}
    for root in scene.vocabulary.paths.get(test.paths, ()):
        key, value = ("leaf", root[2:]) if root.startswith("*/") else ("section", first_segment(root))
        for event in timeline.of_value("page_viewed", key, value, since=since, until=until):
            found[str(event.id)] = event
    return sorted(found.values(), key=lambda e: (e.at, e.id))


def _window(spec: EventsSpec, scene: Scene) -> tuple[datetime | None, datetime]:
    until = scene.at - spec.older_than if spec.older_than else scene.at
    if not spec.since_trigger:
        return (scene.at - spec.within if spec.within else None), until
    since = scene.trigger_at or scene.at
    return since, (min(until, since + spec.for_) if spec.for_ else until)


def _all(condition: Condition, scene: Scene) -> Evaluation:
    parts = tuple(evaluate(part, scene) for part in condition.all or ())
    missing = [part.condition for part in parts if not part.holds]
    why = f"not: {'; '.join(missing)}" if missing else next((part.why for part in parts if part.why), "all hold")
    return Evaluation("all of", not missing, why, children=parts)


def _any(condition: Condition, scene: Scene) -> Evaluation:
    parts = tuple(evaluate(part, scene) for part in condition.any or ())
    holding = [part.condition for part in parts if part.holds]
    return Evaluation("any of", bool(holding), f"holds: {'; '.join(holding)}" if holding else "none holds", (), parts)


def _not(condition: Condition, scene: Scene) -> Evaluation:
    assert condition.not_ is not None
    part = evaluate(condition.not_, scene)
    return Evaluation(f"not: {part.condition}", not part.holds, part.why, children=(part,))


def _at_least(condition: Condition, scene: Scene) -> Evaluation:
    assert condition.at_least is not None
    parts = tuple(evaluate(part, scene) for part in condition.at_least.of)
    holding = sum(part.holds for part in parts)
    asked = f"at least {condition.at_least.count} of {len(parts)}"
    return Evaluation(asked, holding >= condition.at_least.count, f"{holding} hold", children=parts)


def _count(condition: Condition, scene: Scene) -> Evaluation:
    spec = condition.count
    assert spec is not None
    events = find_events(spec, scene)
    if spec.same_view:
        events = distinct_views(events, path_of, scene.vocabulary.rules.same_view)
    number = _distinct(events, spec, scene) if spec.distinct else len(events)
    holds = number >= spec.at_least and (spec.at_most is None or number <= spec.at_most)
    limit = f"at least {spec.at_least}" if spec.at_most is None else f"{spec.at_least} to {spec.at_most}"
    what = f" different {spec.distinct}" if spec.distinct else ""
    return Evaluation(f"{limit}{what} {say_events(spec)}", holds, f"found {number}", _ids(events))


def _distinct(events: Iterable[Event], spec: CountSpec, scene: Scene) -> int:
    if spec.distinct == "day":
        customer = scene.perceived.snapshot.customer
        return len({local_day(event.at, customer) for event in events})
    values = (event.properties.get(spec.distinct or "") for event in events)
    return len({str(value).casefold() for value in values if value is not None})


def _absent(condition: Condition, scene: Scene) -> Evaluation:
    spec = condition.absent
    assert spec is not None
    events = find_events(spec, scene)
    why = f"found {len(events)}" if events else "found none"
    return Evaluation(f"no {say_events(spec)}", not events, why, _ids(events))


def _state(condition: Condition, scene: Scene) -> Evaluation:
    spec = condition.state
    assert spec is not None
    value, evidence = state_of(spec.field, scene)
    holds = matches(value, spec, scene)
    if isinstance(value, bool):
        why = f"{spec.field.replace('_', ' ')}: {'yes' if value else 'no'}"
    else:
        why = f"it is {_said(value)}"
    return Evaluation(f"{spec.field} {say_match(spec)}", holds, why, evidence)


def _fact(condition: Condition, scene: Scene) -> Evaluation:
    spec = condition.fact
    assert spec is not None
    doubtful = contradicted(scene)
    known = [fact for fact in personal_facts(scene) if fact.name in spec.any_of and fact.name not in doubtful]
    why = f"known: {', '.join(dict.fromkeys(fact.name for fact in known))}" if known else "none is known"
    evidence = tuple(dict.fromkeys(fact.source_id for fact in known))
    return Evaluation(f"a fact of {' or '.join(spec.any_of)}", bool(known), why, evidence)


def _signal(condition: Condition, scene: Scene) -> Evaluation:
    spec = condition.signal
    assert spec is not None
    own = scene.vocabulary.own_signals.get(spec.name)
    if own is not None:
        answer = evaluate(own, scene)
        return Evaluation(f"signal {spec.name}", answer.holds, answer.why, children=(answer,))
    asked = f"signal {spec.name}" + "".join(f", {name} {say_match(test)}" for name, test in spec.facts.items())
    for signal in (s for s in scene.perceived.signals if s.name == spec.name):
        recent = spec.within is None or (signal.at is not None and scene.at - signal.at <= spec.within)
        if recent and properties_match(signal.facts, spec.facts, scene):
            said = in_words(signal.facts)
            return Evaluation(asked, True, said or "it holds", signal.evidence[-MAX_EVIDENCE:])
    window = f" within {say_duration(spec.within)}" if spec.within else ""
    return Evaluation(asked + window, False, "it does not hold")


def _need(condition: Condition, scene: Scene) -> Evaluation:
    spec = condition.need
    assert spec is not None
    need = scene.perceived.need(spec.code)
    asked = f"the message needs {spec.code} (at least {spec.at_least:g})"
    if need is None:
        return Evaluation(asked, False, "not read in it")
    return Evaluation(asked, need.score >= spec.at_least, f"{need.why} ({need.score:.2f})")


def _sentiment(condition: Condition, scene: Scene) -> Evaluation:
    spec = condition.sentiment
    assert spec is not None
    return _MOODS[spec.of](spec, scene)


def _message_mood(spec: SentimentSpec, scene: Scene) -> Evaluation:
    label = scene.perceived.sentiment.label
    return Evaluation(f"this message is {spec.is_}", label == spec.is_, f"it reads {label}")


def _signalled_mood(name: str, asked: str) -> Callable[[SentimentSpec, Scene], Evaluation]:
    def answer(spec: SentimentSpec, scene: Scene) -> Evaluation:
        signal = scene.perceived.signal(name)
        holds = (signal is not None) is (spec.is_ == "negative")
        why = "an upset customer" if signal else "nobody is upset"
        return Evaluation(f"{asked} {spec.is_}", holds, why, signal.evidence if signal else ())

    return answer


def _crm_mood(spec: SentimentSpec, scene: Scene) -> Evaluation:
    labels = [reading for reading in scene.perceived.readings if reading.by_crm and reading.at <= scene.at]
    upset = (
        bool(labels) and labels[-1].sentiment.is_negative and scene.perceived.signal("negative_sentiment") is not None
    )
    why = f"its newest label is {labels[-1].sentiment.label}" if labels else "it has none"
    evidence = (str(labels[-1].event_id),) if labels else ()
    return Evaluation(f"the CRM's classification is {spec.is_}", upset is (spec.is_ == "negative"), why, evidence)


def _ids(events: Iterable[Event]) -> tuple[str, ...]:
    return tuple(str(event.id) for event in events)[-MAX_EVIDENCE:]


def _said(value: object) -> str:
    if value is None or value == "":
        return "unknown"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


_MOODS: dict[str, Callable[[SentimentSpec, Scene], Evaluation]] = {
    "message": _message_mood,
    "crm": _crm_mood,
    "conversation": _signalled_mood("sentiment_drop", "the conversation turned"),
    "customer": _signalled_mood("negative_sentiment", "the customer of the last days is"),
}

_ANSWERS: dict[str, Callable[[Condition, Scene], Evaluation]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "at_least": _at_least,
    "count": _count,
    "absent": _absent,
    "state": _state,
    "fact": _fact,
    "signal": _signal,
    "need": _need,
    "sentiment": _sentiment,
}
