"""What a draft gives: one resource that fits, words to look for in the help centre, an approved offer or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from journey_assistant.domain.activity import items_of
from journey_assistant.domain.company import Company, Offer, Resource
from journey_assistant.domain.policy.offers import offer_ruling, promo_ruling
from journey_assistant.domain.timeline import Event
from journey_assistant.playbook.play_schema import Play
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.scene import Scene

Fit = tuple[int, int, int, int, int]


def best_resource(
    resources: Iterable[Resource], play: Play, scene: Scene, values: Mapping[str, Any]
) -> Resource | None:
    """The company's resource that fits best: what it is about, the play's topics, the industry, its kind, the stage.

    None when nothing is about the matter: then the help centre is searched instead.
    """
    fitting = [(fit, resource) for resource in resources if (fit := _fit(resource, play, scene, values)) is not None]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _fit(resource: Resource, play: Play, scene: Scene, values: Mapping[str, Any]) -> Fit | None:
    if resource.kind not in play.gives.kinds:
        return None
    industry, industries = _industry(scene, values), {_plain(name) for name in resource.industries}
    if industries and industry not in industries:
        return None
    about = {_plain(word) for word in (*resource.topics, *resource.features)}
    text = f" {_plain(' '.join(_flat(values.values())))} "
    own = sum(f" {word} " in text for word in about)
    topics = len(about & {_plain(topic) for topic in play.gives.topics})
    if not own and not topics and not industries:
        return None
    kind = -play.gives.kinds.index(resource.kind)
    return own, topics, int(bool(industries)), kind, int(scene.perceived.stage in resource.stages)


def _industry(scene: Scene, values: Mapping[str, Any]) -> str:
    """What the customer chose in a survey, else the account's: it may choose a story, nothing deeper."""
    account = scene.perceived.snapshot.customer.account
    return _plain(str(values.get("industry") or (account.industry if account else "") or ""))


def search_words(query: str, values: Mapping[str, Any]) -> str:
    """The search words with the customer's own in place of ``{placeholders}``; unknown ones fall out."""
    words: list[str] = []
    for word in query.split():
        is_slot = word.startswith("{") and word.endswith("}")
        words += _flat([values.get(word[1:-1])]) if is_slot else [word]
    return " ".join(dict.fromkeys(" ".join(words).replace("_", " ").split()))


def offer_for(
    playbook: Playbook, play: Play, scene: Scene, events: Iterable[Event]
) -> tuple[Offer | None, tuple[tuple[str, str], ...]]:
    """The first approved offer that is theirs and about the matter, and those that are not, each with why."""
    if play.gives.offer == "none":
        return None, ()
    behind = tuple(events)
    snapshot, stage = scene.perceived.snapshot, scene.perceived.stage.value
    facts = (snapshot.customer, snapshot.timeline, scene.at)
    rejected: list[tuple[str, str]] = []
    for event in behind:
        ruling = promo_ruling(event, playbook.company, *facts, stage=stage, policy=playbook.policy)
        if not ruling.allowed:
            rejected.append((event.text_of("promo_code"), ruling.code))
    matter = _matter(play, behind, playbook.company)
    for offer in playbook.company.offers:
        if offer.applies_to and not matter & {name.casefold() for name in offer.applies_to}:
            continue
        ruling = offer_ruling(offer, *facts, stage=stage, policy=playbook.policy)
        if ruling.allowed:
            return offer, tuple(rejected)
        rejected.append((offer.id, ruling.code))
    return None, tuple(rejected)


def _matter(play: Play, events: Iterable[Event], company: Company) -> set[str]:
    """What an offer has to be about: the plans on sale, or the products looked at or left in the cart."""
    if play.gives.offer == "plans":
        return {name.casefold() for plan in company.plans for name in (plan.id, plan.name)}
    found: set[str] = set()
    for event in events:
        for item in (event.properties, *items_of(event)):
            found |= {str(item[key]).casefold() for key in ("product_id", "name") if item.get(key)}
    return found


def _flat(values: Iterable[Any]) -> list[str]:
    found: list[str] = []
    for value in values:
        found += _flat(value) if isinstance(value, (list, tuple)) else [str(value)] if value is not None else []
    return found


def _plain(text: str) -> str:
    cleaned = "".join(c if c.isalnum() else " " for c in text.casefold())
    return " ".join(cleaned.split())
