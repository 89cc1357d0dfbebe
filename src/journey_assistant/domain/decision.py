"""Route, Reason and Decision: the one choice of a run, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.play import Material


class Route(StrEnum):
    """The four ways a moment can go. Autonomy falls from left to right and is never raised."""

    SELF_RESOLVE = "self_resolve"
    DRAFT_MESSAGE = "draft_message"
    ROUTE_TO_HUMAN = "route_to_human"
    HOLD = "hold"

    @property
    def autonomy(self) -> int:
        """2 = answers alone, 1 = writes for a person, 0 = a person or nobody acts."""
        return {"self_resolve": 2, "draft_message": 1}.get(self.value, 0)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a stable code, one plain sentence, and the ids of events, passages or facts it rests on."""

    code: str
    why: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectedCandidate:
    """A route or play that was considered and not taken, with the code of the rule that rejected it."""

    why: str
    route: Route | None = None
    play: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Route, confidence (0 to 1, calibrated where a score exists), reasons, and what was rejected."""

    route: Route
    reasons: tuple[Reason, ...]
    confidence: float = 1.0
    rejected: tuple[RejectedCandidate, ...] = ()
    play: str | None = None


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """What the playbook alone answers: a forced decision, or the routes that are allowed.

    ``decision`` set: the moment is decided without retrieval or model (``queue``/``priority`` for a person,
    ``until`` for a hold, ``reply_reason`` for a fixed phrase such as small talk). Otherwise ``allowed`` lists
    the routes that ``decide`` may choose from, and ``play`` the play whose draft is to be written
    and ``material`` what that draft may rest on. ``cause`` names what made a play or alert due.
    """

    decision: Decision | None = None
    allowed: tuple[Route, ...] = ()
    queue: str = "general"
    priority: Priority = Priority.NORMAL
    until: str = ""
    until_at: datetime | None = None
    reply_reason: str | None = None
    play: str | None = None
    material: Material | None = None
    reasons: tuple[Reason, ...] = ()
    rejected: tuple[RejectedCandidate, ...] = ()
    cause: str = ""
