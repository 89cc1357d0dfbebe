"""Personal facts: what a message to this customer may rest on, or be steered by."""

from __future__ import annotations

from journey_assistant.domain.facts import Fact
from journey_assistant.domain.known_facts import known_facts
from journey_assistant.playbook.scene import Scene


def personal_facts(scene: Scene) -> list[Fact]:
    """What the customer told us, did with us or let us see. Bought data are for colleagues only and left out."""
    return [fact for fact in known_facts(scene.perceived.snapshot) if fact.use != "internal"]


def contradicted(scene: Scene) -> set[str]:
    """Which of the customer's facts two sources tell differently."""
    conflict = scene.perceived.signal("data_conflict")
    return set(conflict.facts.get("facts", ())) if conflict else set()


def said(fact: Fact) -> str:
    """The fact's value as words."""
    if isinstance(fact.value, (list, tuple)):
        return ", ".join(str(part) for part in fact.value if part)
    return str(fact.value)
