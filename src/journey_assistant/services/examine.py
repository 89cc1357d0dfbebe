"""What a doctor looks at: each part of the product with its state, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from journey_assistant.errors import JourneyError

State = Literal["ok", "degraded", "missing"]


@dataclass(frozen=True, slots=True)
class PartCheck:
    """One part: ``ok``, ``degraded`` (works in part, and how), or ``missing`` (and what to do)."""

    part: str
    state: State
    says: str


def checked(part: str, look: Callable[[], tuple[State, str]]) -> PartCheck:
    """The check of a part; what it raises is its state, never an exception of the doctor."""
    try:
        state, says = look()
    except JourneyError as error:
        return PartCheck(part, "missing", str(error))
    return PartCheck(part, state, says)
