"""The issues of a customer as a case carries them: so that a decision knows what was said before, and replays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from journey_assistant.domain.case_state import CaseState, CaseStateId, case_state_line, with_line
from journey_assistant.domain.customer import CustomerId


class QuotedBody(BaseModel):
    """Words of a message, and the message's id."""

    text: str
    source: str


class CaseStateBody(BaseModel):
    """One issue; every entry quotes a message."""

    model_config = ConfigDict(extra="allow")

    id: str
    reason: str = "none"
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    goal: QuotedBody | None = None
    facts: list[QuotedBody] = []
    missing: list[QuotedBody] = []
    tried: list[QuotedBody] = []
    promised: list[QuotedBody] = []
    pending: list[QuotedBody] = []


def case_state_of(body: CaseStateBody, customer_id: str) -> CaseState:
    """The issue as decisions read it."""
    state = CaseState(CaseStateId(body.id), CustomerId(customer_id), body.reason, body.opened_at, body.updated_at)
    return with_line(state, body.model_dump())


def case_state_lines(states: Iterable[CaseState], now: datetime) -> list[dict[str, Any]]:
    """The live issues as lines of a case, the oldest first."""
    live = sorted((s for s in states if s.is_live(now)), key=lambda state: (state.updated_at, state.id))
    return [
        {
            "id": state.id,
            "reason": state.reason,
            "opened_at": state.opened_at.isoformat(),
            "updated_at": state.updated_at.isoformat(),
            **{name: value for name, value in case_state_line(state).items() if value},
        }
        for state in live
    ]
