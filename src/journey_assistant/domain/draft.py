"""Draft: a row, not a paused graph. Reviewed days later, and withdrawn when its facts change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.journey_run import RunId
from journey_assistant.errors import InvalidTransition

DraftId = NewType("DraftId", str)


class DraftState(StrEnum):
    """``pending`` waits for a person; the other four are final for this version."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Draft:
    """One message in review. ``version`` counts edits; approving sends exactly the bytes of that version."""

    id: DraftId
    run_id: RunId
    customer_id: CustomerId
    channel: str
    purpose: str
    text: str
    created_at: datetime
    subject: str | None = None
    play: str | None = None
    reviewer: str | None = None
    facts: tuple[str, ...] = ()
    state: DraftState = DraftState.PENDING
    version: int = 1
    decided_by: str | None = None
    decided_at: datetime | None = None
    why: str = ""
    tenant_id: TenantId = DEFAULT_TENANT

    def approve(self, *, by: str, at: datetime) -> Draft:
        """The draft as approved; raises InvalidTransition unless it is pending."""
        return self._decided(DraftState.APPROVED, by=by, at=at, why="")

    def reject(self, *, by: str, at: datetime, why: str) -> Draft:
        """The draft as rejected, with the reviewer's reason; raises InvalidTransition unless it is pending."""
        return self._decided(DraftState.REJECTED, by=by, at=at, why=why)

    def withdraw(self, *, at: datetime, why: str) -> Draft:
        """The draft as withdrawn because its facts changed; raises InvalidTransition unless it is pending."""
        return self._decided(DraftState.WITHDRAWN, by="journey", at=at, why=why)

    def edit(self, *, text: str, subject: str | None, by: str, at: datetime) -> Draft:
        """A new version with other words, pending again for checks; raises InvalidTransition unless it is pending."""
        self._must_be_pending("edit")
        return replace(
            self,
            text=text,
            subject=subject,
            version=self.version + 1,
            decided_by=by,
            decided_at=at,
            why="edited",
        )

    def _decided(self, state: DraftState, *, by: str, at: datetime, why: str) -> Draft:
        self._must_be_pending(state.value)
        return replace(self, state=state, decided_by=by, decided_at=at, why=why)

    def _must_be_pending(self, step: str) -> None:
        if self.state is not DraftState.PENDING:
            raise InvalidTransition(f"draft {self.id} is {self.state}, so it cannot be: {step}")


@dataclass(frozen=True, slots=True)
class DraftChange:
    """One step of a draft: the words as they stood before it, and what was done, by whom, when and why."""

    draft_id: DraftId
    customer_id: CustomerId
    version: int
    state: DraftState
    subject: str | None
    text: str
    by: str
    at: datetime
    why: str
    tenant_id: TenantId = DEFAULT_TENANT

    @property
    def is_edit(self) -> bool:
        """Its words were replaced; any other step decided it."""
        return self.state is DraftState.PENDING


def change_between(before: Draft, after: Draft) -> DraftChange:
    """The step from one value of a draft to the next; ``version`` is the one that was changed."""
    return DraftChange(
        draft_id=before.id,
        customer_id=before.customer_id,
        version=before.version,
        state=after.state,
        subject=before.subject,
        text=before.text,
        by=after.decided_by or "",
        at=after.decided_at or before.created_at,
        why=after.why,
        tenant_id=before.tenant_id,
    )
