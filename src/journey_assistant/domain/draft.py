"""Draft: a row, not a paused graph. Reviewed days later, and withdrawn when its facts change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.journey_run import RunId
from journey_assistant.domain.snooze import Snooze, WakeOn
from journey_assistant.errors import InvalidTransition

DraftId = NewType("DraftId", str)


RULES = "journey"
"""Who is named where no colleague did it."""


class DraftState(StrEnum):
    """``pending`` waits for a person, ``snoozed`` comes back by itself; the other four are final."""

    PENDING = "pending"
    SNOOZED = "snoozed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


OPEN_STATES = (DraftState.PENDING, DraftState.SNOOZED)
"""Nobody has decided it yet."""


class StepKind(StrEnum):
    """What was done with a draft."""

    EDITED = "edited"
    REASSIGNED = "reassigned"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class RejectReason(StrEnum):
    """Why a draft was not sent, for whoever improves its play."""

    BAD_TIMING = "bad timing"
    WRONG_FACTS = "wrong facts"
    WRONG_TONE = "wrong tone"
    NOT_RELEVANT = "not relevant to them"
    ALREADY_DONE = "already done another way"
    OTHER = "another reason"


def is_answer(channel: str, play: str | None, replies_to: tuple[str, ...]) -> bool:
    """Words that answer a mail, or that no play began in a chat: the customer wrote first."""
    return bool(replies_to) or (play is None and channel == "chat")


@dataclass(frozen=True, slots=True)
class Draft:
    """One message in review.

    ``version`` counts its words, ``step`` everything that was done with it; approving sends exactly the bytes of the
    version. ``words_by`` is the colleague who changed the words last.
    """

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
    step: int = 0
    words_by: str | None = None
    snoozed_until_at: datetime | None = None
    wakes_on: WakeOn | None = None
    replies_to: tuple[str, ...] = ()
    """Message-IDs of the mail thread that it answers, the newest last; empty when we begin."""
    tenant_id: TenantId = DEFAULT_TENANT

    @property
    def is_reply(self) -> bool:
        """It answers what the customer wrote."""
        return is_answer(self.channel, self.play, self.replies_to)

    @property
    def snooze_of(self) -> Snooze | None:
        """Until when or what it is put aside; None unless it is snoozed."""
        if self.state is not DraftState.SNOOZED or self.snoozed_until_at is None or self.decided_at is None:
            return None
        return Snooze(self.decided_at, self.snoozed_until_at, self.wakes_on or WakeOn.TIME)

    def approve(self, *, by: str, at: datetime) -> Draft:
        """The draft as approved; raises InvalidTransition unless it is pending."""
        return self._decided(DraftState.APPROVED, by=by, at=at, why="")

    def reject(self, *, by: str, at: datetime, why: str, reason: RejectReason | None = None) -> Draft:
        """The draft as rejected, with the reviewer's reason; raises InvalidTransition unless it is pending."""
        told = ": ".join(part for part in (reason.value if reason else "", why) if part)
        return self._decided(DraftState.REJECTED, by=by, at=at, why=told)

    def withdraw(self, *, at: datetime, why: str) -> Draft:
        """The draft as withdrawn because its facts changed; raises InvalidTransition when it was decided before."""
        self._must_be(OPEN_STATES, "withdrawn")
        return self._stepped(RULES, at, why, state=DraftState.WITHDRAWN, snoozed_until_at=None, wakes_on=None)

    def edit(self, *, text: str, subject: str | None, by: str, at: datetime, why: str = "edited") -> Draft:
        """A new version with other words, pending again for checks; raises InvalidTransition unless it is pending."""
        self._must_be((DraftState.PENDING,), "edit")
        return self._stepped(by, at, why, text=text, subject=subject, version=self.version + 1, words_by=by)

    def snooze(self, *, until_at: datetime, on: WakeOn, by: str, at: datetime) -> Draft:
        """Put aside; it is pending again at that time at the latest. Raises InvalidTransition unless it is pending."""
        self._must_be((DraftState.PENDING,), "snoozed")
        aside = {"state": DraftState.SNOOZED, "snoozed_until_at": until_at, "wakes_on": on}
        return self._stepped(by, at, "", **aside)

    def wake(self, *, at: datetime, why: str, by: str = RULES) -> Draft:
        """Pending again; raises InvalidTransition unless it is snoozed."""
        self._must_be((DraftState.SNOOZED,), "woken")
        return self._stepped(by, at, why, state=DraftState.PENDING, snoozed_until_at=None, wakes_on=None)

    def reassign(self, *, to: str, by: str, at: datetime) -> Draft:
        """Another colleague reviews it; raises InvalidTransition unless it is pending."""
        self._must_be((DraftState.PENDING,), "reassigned")
        return self._stepped(by, at, f"to {to}", reviewer=to)

    def _decided(self, state: DraftState, *, by: str, at: datetime, why: str) -> Draft:
        self._must_be((DraftState.PENDING,), state.value)
        return self._stepped(by, at, why, state=state)

    def _stepped(self, by: str, at: datetime, why: str, **changed: Any) -> Draft:
        return replace(self, step=self.step + 1, decided_by=by, decided_at=at, why=why, **changed)

    def _must_be(self, states: tuple[DraftState, ...], step: str) -> None:
        if self.state not in states:
            raise InvalidTransition(f"draft {self.id} is {self.state}, so it cannot be: {step}")


@dataclass(frozen=True, slots=True)
class DraftChange:
    """One step of a draft: the words as they stood before it, and what was done, by whom, when and why."""

    draft_id: DraftId
    customer_id: CustomerId
    step: int
    kind: StepKind
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
        """Its words were replaced."""
        return self.kind is StepKind.EDITED


def change_between(before: Draft, after: Draft) -> DraftChange:
    """The step from one value of a draft to the next; ``version`` is the one that was changed."""
    return DraftChange(
        draft_id=before.id,
        customer_id=before.customer_id,
        step=after.step,
        kind=_kind_of(before, after),
        version=before.version,
        state=after.state,
        subject=before.subject,
        text=before.text,
        by=after.decided_by or "",
        at=after.decided_at or before.created_at,
        why=after.why,
        tenant_id=before.tenant_id,
    )


def _kind_of(before: Draft, after: Draft) -> StepKind:
    if after.version != before.version:
        return StepKind.EDITED
    if after.state is DraftState.PENDING:
        return StepKind.WOKEN if before.state is DraftState.SNOOZED else StepKind.REASSIGNED
    return StepKind(after.state.value)
