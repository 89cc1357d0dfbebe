"""Evaluation, Candidate and Material: why a play or alert fired, and what its draft may rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from journey_assistant.domain.company import Offer, Resource
from journey_assistant.domain.facts import Fact


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One condition answered: what was asked, whether it holds, what was found, and the events behind it.

    ``children`` are the parts of an ``all``, ``any``, ``not`` or ``at_least``; a leaf has none.
    """

    condition: str
    holds: bool
    why: str
    evidence: tuple[str, ...] = ()
    children: tuple[Evaluation, ...] = ()

    @property
    def all_evidence(self) -> tuple[str, ...]:
        """Event ids of every part that holds, each once, in the order of the tree."""
        found = list(self.evidence)
        for child in self.children:
            if child.holds:
                found.extend(child.all_evidence)
        return tuple(dict.fromkeys(found))

    def leaves(self) -> Iterator[Evaluation]:
        """The answered questions, without the words that join them."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A play or alert whose trigger is true. ``at`` is the completing event's time (a state play: now).

    ``fresh`` is 1 at the moment of the trigger and falls with its age; 0 means past the play's freshness. ``cause``
    names what made it due: whoever finds the same cause again finds the same candidate.
    """

    id: str
    at: datetime
    evaluation: Evaluation
    evidence: tuple[str, ...] = ()
    fresh: float = 1.0
    score: float = 0.0
    fits_stage: bool = True
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """What the draft of a play may rest on.

    ``details`` are words for the template's slots: only what the customer expects us to know. ``look_for`` is what
    to search the help centre for when the company lists no resource of its own; ``rejected_offers`` pairs an offer
    with ``expired_offer``, ``not_eligible`` or ``repeated_offer``.
    """

    play: str
    facts: tuple[Fact, ...] = ()
    resource: Resource | None = None
    next_step: str = ""
    look_for: str = ""
    offer: Offer | None = None
    rejected_offers: tuple[tuple[str, str], ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def writable_facts(self) -> tuple[Fact, ...]:
        """The facts whose words may stand in the message."""
        return tuple(fact for fact in self.facts if fact.use == "say")

    @property
    def is_enough(self) -> bool:
        """At least one fact of this customer, and something to give."""
        return bool(self.facts) and bool(self.resource or self.next_step or self.look_for or self.offer)
