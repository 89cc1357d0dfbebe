"""Ownership: who answers in a conversation. One voice at a time, decided outside any prompt.

    assistant ──hand_over──> waiting ──claim──> person ──resolve──> resolved ──reopen──> assistant
        └───────claim───────────^────────────────┘ └──give_back──> assistant
                                └─ transfer, requeue, silent

No loop is endless: what nobody picks up is moved to another queue at most ``MOST_REASSIGNMENTS`` times, and after
``MOST_HANDOFFS`` handoffs a conversation is not given back any more: it stays with people until it is resolved. Who
claims and does not answer loses it again; that takes a person's claim each time, so it does not go round by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.handoff import Priority
from journey_assistant.errors import InvalidTransition

MOST_HANDOFFS = 3
MOST_REASSIGNMENTS = 3
CUSTOMER = "customer"
"""Who resolves a conversation by closing it."""


class OwnerState(StrEnum):
    """Whose turn it is to answer; nobody's once it is resolved."""

    ASSISTANT = "assistant"
    WAITING = "waiting"
    PERSON = "person"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who owns a conversation since when.

    ``colleague`` is set exactly while a person owns it. While it waits, ``queue`` says whose it is and ``pickup_by_at``
    by when somebody must have claimed it; while a person owns it, ``pickup_by_at`` is when their answer is due, None
    while none is owed. ``promised_at`` is the time that the customer was told, None once the second time told passed:
    a third is not promised. ``reassignments`` counts deadlines that passed since a person last answered.
    """

    since_at: datetime
    state: OwnerState = OwnerState.ASSISTANT
    colleague: ColleagueId | None = None
    queue: str | None = None
    priority: Priority = Priority.NORMAL
    pickup_by_at: datetime | None = None
    promised_at: datetime | None = None
    handoffs: int = 0
    reassignments: int = 0

    @property
    def assistant_answers(self) -> bool:
        """May the assistant speak? In every other state it is silent."""
        return self.state is OwnerState.ASSISTANT

    def hand_over(
        self, *, queue: str, priority: Priority, at: datetime, pickup_by_at: datetime, promised_at: datetime
    ) -> Ownership:
        """From the assistant to a queue of people, who are to claim it by ``pickup_by_at``."""
        self._must_be("handed over", OwnerState.ASSISTANT)
        return replace(
            self,
            state=OwnerState.WAITING,
            since_at=at,
            queue=queue,
            priority=priority,
            pickup_by_at=pickup_by_at,
            promised_at=promised_at,
            handoffs=self.handoffs + 1,
            reassignments=0,
        )

    def claim(self, *, by: ColleagueId, at: datetime, answer_by_at: datetime | None = None) -> Ownership:
        """A person takes it: what waits, or what the assistant was answering. They owe a first word."""
        self._must_be("claimed", OwnerState.WAITING, OwnerState.ASSISTANT)
        return replace(
            self,
            state=OwnerState.PERSON,
            since_at=at,
            colleague=by,
            pickup_by_at=answer_by_at,
            promised_at=None,
            handoffs=self.handoffs + self.assistant_answers,
        )

    def asked(self, answer_by_at: datetime | None) -> Ownership:
        """The customer wrote: a person who owns it owes an answer by this time, unless one is due already."""
        if self.state is not OwnerState.PERSON or self.pickup_by_at is not None:
            return self
        return replace(self, pickup_by_at=answer_by_at)

    def answered(self, *, by: ColleagueId) -> Ownership:
        """Its owner said something: nothing is owed any more."""
        if self.state is not OwnerState.PERSON or self.colleague != by:
            raise InvalidTransition(f"the conversation is not {by}'s: claim it first")
        return replace(self, pickup_by_at=None, reassignments=0)

    def transfer(
        self, *, by: ColleagueId, to: ColleagueId, at: datetime, answer_by_at: datetime | None = None
    ) -> Ownership:
        """From its owner to another person, who owes what was owed in their own time."""
        self._must_be_owned_by(by, "transferred")
        if to == by:
            raise InvalidTransition(f"it is already {to}'s")
        owed = answer_by_at if self.pickup_by_at is not None else None
        return replace(self, since_at=at, colleague=to, pickup_by_at=owed)

    def requeue(self, *, by: ColleagueId, queue: str, at: datetime, pickup_by_at: datetime) -> Ownership:
        """From its owner back to a queue; the customer waits for somebody else."""
        self._must_be_owned_by(by, "put back into a queue")
        return replace(
            self,
            state=OwnerState.WAITING,
            since_at=at,
            colleague=None,
            queue=queue,
            pickup_by_at=pickup_by_at,
            promised_at=pickup_by_at,
            reassignments=0,
        )

    def give_back(self, *, by: ColleagueId, at: datetime) -> Ownership:
        """From its owner to the assistant, unless people were needed too often for that."""
        self._must_be_owned_by(by, "given back")
        if self.handoffs >= MOST_HANDOFFS:
            raise InvalidTransition(f"it needed a person {self.handoffs} times already: resolve it instead")
        back = replace(self, state=OwnerState.ASSISTANT, since_at=at, colleague=None, queue=None)
        return replace(back, pickup_by_at=None, reassignments=0)

    def resolve(self, *, by: str, at: datetime) -> Ownership:
        """It is done: said by its owner, or by the customer who closes it."""
        if by == CUSTOMER:
            self._must_be("resolved", OwnerState.ASSISTANT, OwnerState.WAITING, OwnerState.PERSON)
        else:
            self._must_be_owned_by(ColleagueId(by), "resolved")
        return replace(
            self,
            state=OwnerState.RESOLVED,
            since_at=at,
            colleague=None,
            queue=None,
            pickup_by_at=None,
            promised_at=None,
        )

    def reopen(self, *, at: datetime) -> Ownership:
        """The customer writes again: the assistant answers as in a new conversation."""
        self._must_be("reopened", OwnerState.RESOLVED)
        return Ownership(since_at=at)

    def overdue(self, *, at: datetime, queue: str, pickup_by_at: datetime) -> Ownership:
        """Nobody claimed it in time: the next queue has it, more urgently, and the first time with a new promise.

        The last reassignment has no deadline any more: it waits where it is, most urgent, and is not moved again.
        """
        self._must_be("reassigned", OwnerState.WAITING)
        return self._late(at, queue, pickup_by_at, pickup_by_at if self.reassignments == 0 else None)

    def silent(self, *, at: datetime, queue: str, pickup_by_at: datetime) -> Ownership:
        """Its owner owed an answer and gave none in time: it waits for somebody else, with a new promise
        unless that happened too often to keep one."""
        self._must_be("taken from its owner", OwnerState.PERSON)
        late = self._late(at, queue, pickup_by_at, pickup_by_at)
        return replace(late, state=OwnerState.WAITING, since_at=at, colleague=None)

    def _late(self, at: datetime, queue: str, pickup_by_at: datetime, promised_at: datetime | None) -> Ownership:
        if self.pickup_by_at is None or at < self.pickup_by_at:
            raise InvalidTransition("its deadline has not passed")
        moved = min(self.reassignments + 1, MOST_REASSIGNMENTS)
        last = moved == MOST_REASSIGNMENTS
        return replace(
            self,
            queue=queue,
            priority=Priority.URGENT if last else self.priority.raised(),
            pickup_by_at=None if last else pickup_by_at,
            promised_at=None if last else promised_at,
            reassignments=moved,
        )

    def raised(self) -> Ownership:
        """The same owner, most urgent: danger was said while a person has it or is to have it."""
        self._must_be("raised", OwnerState.WAITING, OwnerState.PERSON)
        return replace(self, priority=Priority.URGENT)

    def _must_be(self, step: str, *states: OwnerState) -> None:
        if self.state not in states:
            owner = f"{self.colleague}'s" if self.colleague else self.state.value
            raise InvalidTransition(f"the conversation is {owner}, so it cannot be {step}")

    def _must_be_owned_by(self, colleague: ColleagueId, step: str) -> None:
        self._must_be(step, OwnerState.PERSON)
        if self.colleague != colleague:
            raise InvalidTransition(f"the conversation is {self.colleague}'s, so {colleague} cannot have it {step}")
