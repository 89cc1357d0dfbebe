"""The condition language of the playbook, as typed values. ``evaluate`` answers them.

A condition is a mapping with exactly one key:

``count``      events of a type in a window:
               ``{of: page_viewed, where: {path: {paths: pricing}}, within: 1 h, at_least: 3}``
``absent``     none of them: ``{of: order_completed, since_trigger: true}``
``state``      a field of customer, account or moment: ``{field: customer.tier, is: key}``
``fact``       a personal fact of the customer: ``goal``, or ``{any_of: [goal, question]}``
``signal``     a signal (derived, or the playbook's own), with tests of what it measured:
               ``{name: usage_gap, facts: {days: {at_least: 30}}}``
``need``       what the message asks for: ``{code: legal_threat, at_least: 0.5}``
``sentiment``  how the customer feels: ``{is: negative, of: customer}``
``all`` ``any`` ``not`` ``at_least``  join conditions; ``at_least`` is ``{count: 2, of: [...]}``
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from journey_assistant.domain.needs import NeedCode
from journey_assistant.domain.timeline import Party
from journey_assistant.playbook.spec import Duration, Spec

Scalar = str | int | float | bool


def _listed(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else [value]


class Match(Spec):
    """A test of one value. All that is given must hold; texts are compared without case."""

    is_: Scalar | None = Field(default=None, alias="is")
    one_of: tuple[Scalar, ...] = ()
    not_one_of: tuple[Scalar, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    exists: bool | None = None
    paths: str | None = Field(default=None, description="name of a list in paths.yaml")
    not_paths: str | None = Field(default=None, description="name of a list in paths.yaml that it is not on")
    words: str | None = Field(default=None, description="name of a list in words.yaml; one of its phrases occurs")
    share_of: str | None = Field(default=None, description="divide by this property of the event before comparing")
    same_as_trigger: str | None = Field(default=None, description="equals this property of the completing event")
    not_own_plan: bool = Field(default=False, description="a path whose last part is not the customer's plan")
    days_until: bool = Field(default=False, description="compare the days until this date in the customer's time zone")

    @model_validator(mode="before")
    @classmethod
    def _plain_value_means_is(cls, data: Any) -> Any:
        return data if isinstance(data, dict) else {"is": data}

    @model_validator(mode="after")
    def _tests_something(self) -> Match:
        if not self.model_fields_set - {"share_of", "days_until", "field"}:
            raise ValueError("a test has to compare with something, such as {at_least: 3}")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"at_least {self.at_least:g} is above at_most {self.at_most:g}")
        return self


class EventsSpec(Spec):
    """Which events: type (or several), property tests, party, and a rolling window that ends at the evaluation."""

    of: tuple[str, ...]
    where: dict[str, Match] = Field(default_factory=dict)
    party: tuple[Party, ...] = ()
    within: Duration | None = None
    older_than: Duration | None = None
    since_trigger: bool = False
    for_: Duration | None = Field(default=None, alias="for", description="with since_trigger: only this long after it")

    @model_validator(mode="before")
    @classmethod
    def _one_type_is_enough(cls, data: Any) -> Any:
        return {**data, "of": _listed(data["of"])} if isinstance(data, dict) and "of" in data else data

    @model_validator(mode="after")
    def _window_is_possible(self) -> EventsSpec:
        if self.within and self.older_than and self.older_than >= self.within:
            raise ValueError("older_than has to be shorter than within, else no event can ever match")
        if self.within and self.since_trigger:
            raise ValueError("give within or since_trigger, not both")
        if self.for_ and not self.since_trigger:
            raise ValueError("for needs since_trigger: true")
        return self


class CountSpec(EventsSpec):
    """``at_least`` and ``at_most`` how many; ``distinct`` counts values of a property, or ``day`` (customer-local)."""

    at_least: int = Field(default=1, ge=0)
    at_most: int | None = Field(default=None, ge=0)
    distinct: str | None = None
    same_view: bool = Field(default=False, description="views of one path within the configured seconds count once")

    @model_validator(mode="after")
    def _limits_are_possible(self) -> CountSpec:
        if self.at_most is not None and self.at_most < self.at_least:
            raise ValueError(f"at_most {self.at_most} is below at_least {self.at_least}")
        return self


class StateSpec(Match):
    """A field of the moment, such as ``customer.plan``, ``account.renews_at``, ``active``; then a test."""

    field: str


class FactSpec(Spec):
    """A personal fact with one of these keys, not bought and not contradicted."""

    any_of: tuple[str, ...]

    @model_validator(mode="before")
    @classmethod
    def _names(cls, data: Any) -> Any:
        return data if isinstance(data, dict) else {"any_of": _listed(data)}


class SignalSpec(Spec):
    """A signal by name, with tests of its facts; ``within`` limits how long ago it came true."""

    name: str
    facts: dict[str, Match] = Field(default_factory=dict)
    within: Duration | None = None

    @model_validator(mode="before")
    @classmethod
    def _name(cls, data: Any) -> Any:
        return {"name": data} if isinstance(data, str) else data


class NeedSpec(Spec):
    """A need that was read in the message, at least this sure (0 to 1)."""

    code: NeedCode
    at_least: float = Field(default=0.5, ge=0, le=1)

    @model_validator(mode="before")
    @classmethod
    def _code(cls, data: Any) -> Any:
        return {"code": data} if isinstance(data, str) else data


class SentimentSpec(Spec):
    """How this ``message`` feels, whether the ``conversation`` dropped to negative, or the ``customer``'s last days.

    ``crm`` is the CRM's newest classification, as long as the customer has not recovered. But for the message,
    ``neutral`` and ``positive`` both mean: nobody is upset.
    """

    is_: Literal["negative", "neutral", "positive"] = Field(alias="is")
    of: Literal["message", "conversation", "customer", "crm"] = "message"


class AtLeastSpec(Spec):
    """At least ``count`` of the conditions hold."""

    count: int = Field(ge=1)
    of: tuple[Condition, ...]

    @model_validator(mode="after")
    def _enough_to_choose_from(self) -> AtLeastSpec:
        if len(self.of) < self.count:
            raise ValueError(f"{self.count} of {len(self.of)} conditions can never hold")
        return self


class Condition(Spec):
    """One question, or several joined. Exactly one key."""

    all: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    any: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    not_: Condition | None = Field(default=None, alias="not")
    at_least: AtLeastSpec | None = None
    count: CountSpec | None = None
    absent: EventsSpec | None = None
    state: StateSpec | None = None
    fact: FactSpec | None = None
    signal: SignalSpec | None = None
    need: NeedSpec | None = None
    sentiment: SentimentSpec | None = None

    @model_validator(mode="after")
    def _exactly_one_question(self) -> Condition:
        if len(self.model_fields_set) != 1:
            kinds = ", ".join(info.alias or name for name, info in type(self).model_fields.items())
            raise ValueError(f"a condition has exactly one of: {kinds}")
        return self

    @property
    def kind(self) -> str:
        """The one key, as it stands in the YAML."""
        return next(iter(self.model_fields_set)).rstrip("_")

    def parts(self) -> tuple[Condition, ...]:
        """The conditions inside this one; none for a leaf."""
        if self.not_ is not None:
            return (self.not_,)
        if self.at_least is not None:
            return self.at_least.of
        return self.all or self.any or ()

    def every(self) -> tuple[Condition, ...]:
        """This condition and all inside it."""
        return (self, *(deeper for part in self.parts() for deeper in part.every()))


AtLeastSpec.model_rebuild()
Condition.model_rebuild()
