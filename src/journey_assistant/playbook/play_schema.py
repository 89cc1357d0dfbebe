"""The typed plays and alerts of a playbook: when they are due, for whom, and what their drafts give."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.lifecycle import LifecycleStage
from journey_assistant.playbook.conditions import Condition, EventsSpec, SignalSpec
from journey_assistant.playbook.spec import Duration, Spec

Purpose = Literal["marketing", "service"]
PlayStage = Literal[
    "awareness", "consideration", "decision", "purchase", "onboarding", "support", "retention", "expansion",
    "lapsed", "advocacy", "any",
]  # fmt: skip


class TriggerSignal(SignalSpec):
    """A signal that completes a trigger; ``at_fact`` names the fact that holds the id of the completing event."""

    at_fact: str | None = None


class Trigger(Spec):
    """When a play or alert is due.

    An ``event`` or the newest of some ``signal``s completes it (its age counts from then), ``after`` waits, ``when``
    is asked at that event, ``while`` now. Without event and signal it is due while the state holds, at most once in
    ``every``.
    """

    event: EventsSpec | None = None
    signal: tuple[TriggerSignal, ...] = ()
    newest_only: bool = Field(
        default=False, description="an older event of the kind no longer counts once a newer one came"
    )
    after: Duration | None = None
    when: Condition | None = None
    while_: Condition | None = Field(default=None, alias="while")
    every: Duration | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_signal_is_enough(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("signal"), (str, dict)):
            return {**data, "signal": [data["signal"]]}
        return data

    @model_validator(mode="after")
    def _starts_somehow(self) -> Trigger:
        if self.event and self.signal:
            raise ValueError("give event or signal, not both")
        if not (self.event or self.signal or self.while_):
            raise ValueError("a trigger needs an event, a signal or a while")
        if self.when and not self.event:
            raise ValueError("when is asked at an event; without one use while")
        if self.event and (self.event.within or self.event.older_than or self.event.since_trigger):
            raise ValueError("the completing event has no window of its own; use when for a count in a window")
        return self

    @property
    def is_state(self) -> bool:
        """Due while a state holds; no event completes it."""
        return self.event is None and not self.signal


class Goal(Spec):
    """What the play is for: the event that ends it as a success, and how long it may take."""

    event: str
    within: Duration


class Gives(Spec):
    """What the draft gives: kinds of resources in order of preference, topics to look for, a fixed next step."""

    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    look_for: str = Field(default="", description="words to search the help centre for; {placeholders} are facts")
    next_step: str = ""
    offer: Literal["none", "plans", "products"] = "none"


class Choice(Spec):
    """One value of a detail, and when it holds; the last one may hold always."""

    is_: str = Field(alias="is")
    when: Condition | None = None


class Needs(Spec):
    """Without these the data are too weak to write: facts of the customer, and more than one visit behind them."""

    facts: tuple[str, ...] = ()
    visits: int = Field(default=0, ge=0)
    fields: tuple[str, ...] = Field(default=(), description="fields that may not be contradicted, such as renews_at")


class Play(Spec):
    """One proactive journey as data."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    enabled: bool = True
    stage: PlayStage
    fits: tuple[LifecycleStage, ...] = Field(default=(), description="stages of customers it fits; empty fits all")
    purpose: Purpose
    owner: str
    channels: tuple[str, ...] = Field(min_length=1, description="the customer's preferred one first, else in order")
    cap_group: str | None = None
    freshness: Duration | None = None
    wall_clock: bool = Field(default=False, description="quiet hours count for its freshness")
    goal: Goal
    template: str
    trigger: Trigger | None = None
    audience: Condition | None = None
    unless: Condition | None = None
    priority: int = Field(ge=0, le=100)
    propensity: float = Field(default=1.0, gt=0, le=1)
    value: float = Field(default=1.0, gt=0)
    experiment: str | None = None
    review_by: date
    auto_send: bool = False
    four_eyes: bool = Field(default=False, description="whoever changed the words of a draft does not approve it")
    bulk_approval: bool = Field(
        default=False, description="low risk: its drafts without findings may be approved many at once"
    )
    topic: str = Field(default="", description="what its messages are about, as stored with what was sent")
    same_topic: tuple[str, ...] = Field(
        default=(), description="plays and topics that count as the same call to action"
    )
    after_purchase: bool = Field(default=True, description="may be written within 30 days of a purchase or renewal")
    behavioural: bool = Field(
        default=False, description="rests on observed behaviour, so refused personalisation stops it"
    )
    facts: tuple[str, ...] = Field(default=(), description="facts its drafts may rest on, the best hook first")
    details: dict[str, str] = Field(
        default_factory=dict,
        description="slot of the template: the signal's or customer's fact, or property, in it",
    )
    choices: dict[str, tuple[Choice, ...]] = Field(
        default_factory=dict, description="slot of the template: the first choice that holds"
    )
    gives: Gives = Gives()
    needs: Needs = Needs()

    @model_validator(mode="after")
    def _makes_sense(self) -> Play:
        if self.trigger and self.trigger.event and not self.freshness:
            raise ValueError("a play completed by an event needs a freshness")
        if self.auto_send and self.purpose != "service":
            raise ValueError("only a service play may go without review (auto_send)")
        if self.bulk_approval and (self.four_eyes or self.gives.offer != "none"):
            raise ValueError("a play with offers or four_eyes is not approved many at once (bulk_approval)")
        return self


class Alert(Spec):
    """A moment that goes to a colleague instead of a message."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    enabled: bool = True
    queue: str
    priority: Priority
    freshness: Duration | None = None
    trigger: Trigger
    why: str


class AlertsFile(Spec):
    """The alerts in their order. ``not_for`` are the stop states in which not even a colleague is alerted."""

    not_for: tuple[str, ...]
    alerts: tuple[Alert, ...]
