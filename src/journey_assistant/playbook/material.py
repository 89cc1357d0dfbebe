"""Material: what the draft of a play may rest on, and whether that is enough to write anything at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from journey_assistant.domain.company import Offer, Resource
from journey_assistant.domain.facts import Fact
from journey_assistant.domain.play import Candidate, Material
from journey_assistant.domain.policy.offers import eligible_offers, offer_ruling, promo_ruling
from journey_assistant.domain.timeline import Event, Party
from journey_assistant.playbook.facts import contradicted, personal_facts, said
from journey_assistant.playbook.play_schema import Play
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.scene import Scene

MAX_FACTS = 6


def material_for(playbook: Playbook, scene: Scene, candidate: Candidate) -> Material:
    """The facts, the one resource or next step, and the approved offer (or none) for this candidate's draft."""
    play = playbook.plays[candidate.id]
    facts = _facts(play, scene, candidate)
    details = _details(play, scene, candidate, facts)
    offer, rejected = _offer(playbook, play, scene, candidate)
    return Material(
        play=play.id,
        facts=facts,
        resource=_resource(playbook, play, scene, details),
        next_step=play.gives.next_step,
        look_for=_look_for(play.gives.look_for, details),
        offer=offer,
        rejected_offers=rejected,
        details=details,
    )


def is_weak(playbook: Playbook, scene: Scene, candidate: Candidate, material: Material) -> str:
    """Why the data are too weak for a draft; empty when they are enough."""
    play = playbook.plays[candidate.id]
    events = _events(scene, candidate)
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


def _facts(play: Play, scene: Scene, candidate: Candidate) -> tuple[Fact, ...]:
    doubtful, known = contradicted(scene), personal_facts(scene)
    kept = [fact for name in play.facts for fact in known if fact.name == name and name not in doubtful]
    cause = [_cause(event, play) for event in _events(scene, candidate)[-1:] if event.party is not Party.THIRD]
    unique = {(fact.name, said(fact)): fact for fact in reversed(kept)}
    return tuple([*reversed(unique.values())][:MAX_FACTS] + cause)


def _cause(event: Event, play: Play) -> Fact:
    """The event that made the play due: what was only observed may steer, but is not written."""
    words = event.type.replace("_", " ")
    return Fact("cause", words, event.party, event.at, str(event.id), behavioural=play.behavioural)


def _details(play: Play, scene: Scene, candidate: Candidate, facts: Iterable[Fact]) -> dict[str, str]:
    """Values for the template: what the signal measured and the completing event says, unless it was only observed."""
    found: dict[str, str] = {}
    for fact in facts:
        if fact.use == "say" and fact.name != "cause":
            found.setdefault(fact.name, said(fact))
    for name in _signals_of(play):
        signal = scene.perceived.signal(name)
        _add(found, signal.facts if signal else {})
    if not play.behavioural:
        for event in _events(scene, candidate)[-1:]:
            _add(found, event.properties)
    return found


def _signals_of(play: Play) -> list[str]:
    trigger = play.trigger
    if trigger is None:
        return []
    asked = trigger.while_.every() if trigger.while_ else ()
    return [spec.name for spec in trigger.signal] + [part.signal.name for part in asked if part.signal]


def _add(found: dict[str, str], values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != "":
            found.setdefault(key, f"{value:g}" if isinstance(value, float) else str(value))


def _resource(playbook: Playbook, play: Play, scene: Scene, details: Mapping[str, str]) -> Resource | None:
    """The company's best fitting resource: kind first, then feature, industry, topic and stage."""
    fitting = [r for r in playbook.company.resources if not play.gives.kinds or r.kind in play.gives.kinds]
    wanted = _wanted_words(play, details)
    industry = _industry(scene, details)
    scored = [(_fit(r, play, wanted, industry, scene), r) for r in fitting]
    if not scored:
        return None
    best, resource = max(scored, key=lambda pair: pair[0])
    return resource if best[0] > 0 or play.gives.kinds else None


def _fit(
    resource: Resource, play: Play, wanted: frozenset[str], industry: str, scene: Scene
) -> tuple[int, int, int, int]:
    about = {_plain(word) for word in (*resource.topics, *resource.features)}
    topics = len(about & wanted) * 2 + (bool(industry) and industry in {_plain(i) for i in resource.industries})
    if resource.industries and industry not in {_plain(i) for i in resource.industries}:
        topics -= 1
    kind = -play.gives.kinds.index(resource.kind) if resource.kind in play.gives.kinds else -len(play.gives.kinds)
    return (
        topics,
        len(about & {_plain(t) for t in play.gives.topics}),
        kind,
        int(scene.perceived.stage in resource.stages),
    )


def _wanted_words(play: Play, details: Mapping[str, str]) -> frozenset[str]:
    keys = (
        "feature",
        "category",
        "topic",
        "product",
        "name",
        "next",
        "step",
        "next_step",
        "title",
        "download",
        "webinar",
    )
    return frozenset(_plain(details[key]) for key in keys if details.get(key))


def _industry(scene: Scene, details: Mapping[str, str]) -> str:
    """What the customer chose in a survey, else the account's industry (an edge variant may go that far, no deeper)."""
    account = scene.perceived.snapshot.customer.account
    return _plain(details.get("industry") or (account.industry if account else "") or "")


def _look_for(query: str, details: Mapping[str, str]) -> str:
    """The search words with the customer's own in place of ``{placeholders}``; unknown ones fall out."""
    words = (details.get(word[1:-1], "") if word[0] + word[-1] == "{}" else word for word in query.split())
    return " ".join(word.replace("_", " ") for word in words if word)


def _offer(
    playbook: Playbook, play: Play, scene: Scene, candidate: Candidate
) -> tuple[Offer | None, tuple[tuple[str, str], ...]]:
    """An approved, eligible offer, and those that are not, with why."""
    if not play.gives.offer:
        return None, ()
    snapshot, stage = scene.perceived.snapshot, scene.perceived.stage.value
    args = (snapshot.customer, snapshot.timeline, scene.at)
    rejected: list[tuple[str, str]] = []
    for event in _events(scene, candidate):
        ruling = promo_ruling(event, playbook.company, *args, stage=stage, policy=playbook.policy)
        if not ruling.allowed:
            rejected.append((event.text_of("promo_code"), ruling.code))
    for offer in playbook.company.offers:
        ruling = offer_ruling(offer, *args, stage=stage, policy=playbook.policy)
        if not ruling.allowed:
            rejected.append((offer.id, ruling.code))
    eligible = eligible_offers(playbook.company, *args, stage=stage, policy=playbook.policy)
    return (eligible[0] if eligible else None), tuple(rejected)


def _events(scene: Scene, candidate: Candidate) -> list[Event]:
    timeline = scene.perceived.snapshot.timeline
    found = [event for id_ in candidate.evidence if (event := timeline.get(id_)) is not None]
    return sorted(found, key=lambda event: (event.at, event.id))


def _visits(events: list[Event], scene: Scene) -> int:
    gap = scene.vocabulary.rules.visit_gap
    apart = sum(later.at - earlier.at >= gap for earlier, later in pairwise(events))
    return apart + 1 if events else 0


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
