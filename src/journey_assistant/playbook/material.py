"""Material: what the draft of a play may rest on, and whether that is enough to write anything at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from journey_assistant.domain.facts import Fact
from journey_assistant.domain.play import Candidate, Material
from journey_assistant.domain.timeline import Event, Party
from journey_assistant.playbook.evaluate import evaluate
from journey_assistant.playbook.facts import contradicted, personal_facts, said
from journey_assistant.playbook.gives import best_resource, offer_for, search_words
from journey_assistant.playbook.play_schema import Play
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.scene import Scene

MAX_FACTS = 6


def material_for(playbook: Playbook, scene: Scene, candidate: Candidate) -> Material:
    """The facts, the one resource or next step, and the approved offer (or none) for this candidate's draft."""
    play = playbook.plays[candidate.id]
    events = events_behind(scene, candidate)
    facts = _facts(play, scene, events)
    values = _values(play, scene, events, facts)
    offer, rejected = offer_for(playbook, play, scene, events)
    return Material(
        play=play.id,
        facts=facts,
        resource=best_resource(playbook.company.resources, play, scene, values),
        next_step=play.gives.next_step,
        look_for=search_words(play.gives.look_for, values),
        offer=offer,
        rejected_offers=rejected,
        details=_details(play, scene, candidate, values),
    )


def is_weak(playbook: Playbook, scene: Scene, candidate: Candidate, material: Material) -> str:
    """Why the data are too weak for a draft; empty when they are enough."""
    play = playbook.plays[candidate.id]
    events = events_behind(scene, candidate)
    if events and all(event.party is Party.THIRD for event in events):
        return "everything behind it was bought"
    if play.needs.visits > 1 and _visits(events, scene) < play.needs.visits:
        return "it is inferred from a single visit"
    if doubtful := contradicted(scene) & set(play.needs.fields):
        return f"{', '.join(sorted(doubtful))} is contradicted"
    if play.needs.facts and not any(fact.name in play.needs.facts for fact in material.facts):
        return f"nothing of their own is known ({', '.join(play.needs.facts)})"
    if not material.facts:
        return "no fact of this customer is left to write about"
    if not material.is_enough and not material.rejected_offers:
        return "no resource or next step is left to give"
    return ""


def events_behind(scene: Scene, candidate: Candidate) -> list[Event]:
    """The events that made the candidate due, oldest first."""
    timeline = scene.perceived.snapshot.timeline
    found = [event for id_ in candidate.evidence if (event := timeline.get(id_)) is not None]
    return sorted(found, key=lambda event: (event.at, event.id))


def _facts(play: Play, scene: Scene, events: list[Event]) -> tuple[Fact, ...]:
    doubtful, known = contradicted(scene), personal_facts(scene)
    kept = [fact for name in play.facts for fact in known if fact.name == name and name not in doubtful]
    unique = {(fact.name, said(fact)): fact for fact in reversed(kept)}
    cause = [_cause(event, play) for event in events[-1:] if event.party is not Party.THIRD]
    return tuple([*reversed(unique.values())][:MAX_FACTS] + cause)


def _cause(event: Event, play: Play) -> Fact:
    """The event that made the play due: what was only observed may steer, but is not written."""
    words = event.type.replace("_", " ")
    return Fact("cause", words, event.party, event.at, str(event.id), behavioural=play.behavioural)


def _values(play: Play, scene: Scene, events: list[Event], facts: Iterable[Fact]) -> dict[str, Any]:
    """What templates and searches may ask for: the signal's facts, the customer's, and the event's properties.

    Of a play that rests on what was only observed, the event's own properties (path, device, time) stay out.
    """
    found: dict[str, Any] = {}
    for name in _signals_of(play):
        signal = scene.perceived.signal(name)
        _add(found, signal.facts if signal else {})
    _add(found, {fact.name: fact.value for fact in reversed(tuple(facts)) if fact.use == "say"})
    if not play.behavioural and events:
        _add(found, events[-1].properties)
    return found


def _signals_of(play: Play) -> list[str]:
    trigger = play.trigger
    if trigger is None:
        return []
    asked = trigger.while_.every() if trigger.while_ else ()
    return [spec.name for spec in trigger.signal] + [part.signal.name for part in asked if part.signal]


def _add(found: dict[str, Any], values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if value not in (None, "", (), []) and not isinstance(value, (bool, Mapping)):
            found.setdefault(key, value)


def _details(play: Play, scene: Scene, candidate: Candidate, values: Mapping[str, Any]) -> dict[str, str]:
    """The words for the template's slots, and no others."""
    details = {slot: _words(values[name]) for slot, name in play.details.items() if name in values}
    then = scene.after(scene.trigger, candidate.at)
    for slot, choices in play.choices.items():
        for choice in choices:
            if choice.when is None or evaluate(choice.when, then).holds:
                details[slot] = choice.is_
                break
    return details


def _words(value: Any) -> str:
    """A value as a reader writes it: lists with commas, whole numbers without a point, no underscores in names."""
    if isinstance(value, (list, tuple)):
        return ", ".join(_words(part) for part in value)
    if isinstance(value, float):
        return f"{value:.0f}" if value == int(value) else f"{value:.2f}"
    text = str(value)
    return text if " " in text else text.replace("_", " ")


def _visits(events: list[Event], scene: Scene) -> int:
    gap = scene.vocabulary.rules.visit_gap
    apart = sum(later.at - earlier.at >= gap for earlier, later in pairwise(events))
    return apart + 1 if events else 0
