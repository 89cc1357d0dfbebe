"""The typed parts of a playbook beside its plays: gate and hold rows, queues, autonomy, contact reasons, phrases."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from journey_assistant.domain.handoff import Priority
from journey_assistant.playbook.conditions import Condition
from journey_assistant.playbook.play_schema import Purpose
from journey_assistant.playbook.spec import Duration, Spec

AutonomyLevel = Literal["off", "shadow", "draft", "auto"]
BY_CONTACT_REASON = "by_contact_reason"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; write one such as Europe/Berlin") from error
    return name


Zone = Annotated[str, AfterValidator(_zone)]


class GateRow(Spec):
    """One row of the gate: who must get a person at once. First match wins."""

    code: str
    when: Condition
    route: Literal["route_to_human", "hold", "self_resolve"] = "route_to_human"
    queue: str = "general"
    queues: tuple[QueueChoice, ...] = ()
    priority: Priority = Priority.NORMAL
    until: str = ""
    phrase: str = ""
    why: str
    raise_for: tuple[str, ...] = Field(default=(), description="other rows that, when they match, make this one urgent")
    unless_model: bool = Field(default=False, description="does not count when a language model is configured")


class LaterRow(Spec):
    """The queue and priority of a reason that only a later step can give."""

    code: str
    queue: str
    priority: Priority = Priority.NORMAL
    why: str


class QueueChoice(Spec):
    """Another queue (and priority) of a row when a condition holds."""

    when: Condition
    queue: str
    priority: Priority | None = None


class GateFile(Spec):
    """Rows in their order, and those that later steps give."""

    rows: tuple[GateRow, ...]
    later: tuple[LaterRow, ...]


class HoldRow(Spec):
    """One row of the holds. ``check`` names the built-in rule; an operator's own row has ``when`` instead."""

    code: str
    check: str | None = None
    when: Condition | None = None
    purposes: tuple[Purpose, ...] = ("marketing", "service")
    until: str
    ends_moment: bool = False
    why: str = ""

    @model_validator(mode="after")
    def _has_one_rule(self) -> HoldRow:
        if (self.check is None) is (self.when is None):
            raise ValueError("a hold has either check (a built-in rule) or when (a condition)")
        return self


class Arbitration(Spec):
    """How candidates are ranked: ``fresh_floor`` is what is left of freshness just before a play is stale."""

    fresh_floor: float = Field(gt=0, le=1)
    stale_for: Duration
    look_back_events: int = Field(ge=1)


class GroupCap(Spec):
    """At most ``max`` messages of the plays of one group in ``within``, over all channels."""

    max: int = Field(ge=1)
    within: Duration


class HoldsFile(Spec):
    """Rows in their order, how candidates are ranked before, and the caps of groups of plays."""

    cap_groups: dict[str, GroupCap]
    arbitration: Arbitration
    nothing_due_until: str
    lost_arbitration_until: str
    most_open_drafts: int = Field(default=200, ge=1, description="drafts that may wait for review at once")
    holds: tuple[HoldRow, ...]


class Hours(Spec):
    """Working hours of one or more days of the week."""

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...]
    from_: time = Field(alias="from")
    to: time

    @model_validator(mode="before")
    @classmethod
    def _times_are_texts(cls, data: Any) -> Any:
        for key in ("from", "to"):
            # YAML reads an unquoted 09:00 as the number 540.
            if isinstance(data, dict) and isinstance(data.get(key), int):
                raise ValueError(f'{key}: write the time in quotes, such as "09:00"')
        return data

    @model_validator(mode="after")
    def _end_after_start(self) -> Hours:
        if self.to <= self.from_:
            raise ValueError(f"work ends at {self.to:%H:%M}, before it starts at {self.from_:%H:%M}")
        return self


class Queue(Spec):
    """Who picks up, when they work, by when, and who is next when nobody did."""

    zone: Zone
    hours: tuple[Hours, ...] = Field(min_length=1)
    holidays: tuple[date, ...] = ()
    skills: tuple[str, ...] = ()
    pick_up_within: Duration
    next_queue: str | None = None


class QueuesFile(Spec):
    """Queues by name."""

    queues: dict[str, Queue]


class ContactReasonSpec(Spec):
    """A contact reason: its queue, and phrases it is learned from."""

    id: str
    queue: str
    examples: tuple[str, ...] = Field(min_length=1)


class ContactReasonsFile(Spec):
    """All contact reasons. An operator's own list replaces the default's."""

    reasons: tuple[ContactReasonSpec, ...] = Field(min_length=1)


class AutonomyFile(Spec):
    """How far the assistant may go, by channel, contact reason and play; the lowest that applies wins."""

    channels: dict[str, AutonomyLevel]
    default: AutonomyLevel
    contact_reasons: dict[str, AutonomyLevel] = Field(default_factory=dict)
    plays: dict[str, AutonomyLevel] = Field(default_factory=dict)


class PhrasesFile(Spec):
    """Fixed phrases by code and language. English is complete; other languages fall back to it."""

    phrases: dict[str, dict[str, str]]

    @model_validator(mode="after")
    def _english_is_complete(self) -> PhrasesFile:
        for code, texts in self.phrases.items():
            if not texts.get("en"):
                raise ValueError(f"the phrase {code} has no English text (key en)")
        return self


class PathsFile(Spec):
    """Named lists of paths: a path and everything below it, or ``*/name`` for a last part."""

    paths: dict[str, tuple[str, ...]]


class WordsFile(Spec):
    """Named lists of phrases."""

    words: dict[str, tuple[str, ...]]


class OwnSignal(Spec):
    """A signal of the playbook's own, as a condition."""

    why: str = ""
    when: Condition


class PreferenceQuestion(Spec):
    """One question for a gap in the profile: the field, and why it would change what we do."""

    field: str
    phrase: str
    unless: Condition | None = None


class ProfilingFile(Spec):
    """Questions in their order; never two in a visit."""

    questions: tuple[PreferenceQuestion, ...]


GateRow.model_rebuild()
