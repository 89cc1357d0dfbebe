"""OutboxMessage: text that is to leave the house, written in the transaction that decided it; and its Delivery."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.draft import Draft, DraftId, is_answer
from journey_assistant.domain.journey_run import RunId
from journey_assistant.errors import InvalidTransition


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One message to deliver. ``key`` is unique: whoever delivers uses it so that nothing goes out twice.

    ``address`` says where to, when the channel and the customer's record do not; ``expires_at`` until when it is
    worth sending. ``replies_to`` are the Message-IDs of the mail thread that it answers, the newest last. A notice to
    colleagues that is about nobody in particular has no customer and no run.
    """

    key: str
    run_id: RunId | None
    customer_id: CustomerId | None
    kind: str
    channel: str
    text: str
    due_at: datetime
    subject: str | None = None
    purpose: str = "service"
    draft_id: DraftId | None = None
    draft_version: int | None = None
    conversation_id: str | None = None
    address: str | None = None
    play: str | None = None
    expires_at: datetime | None = None
    replies_to: tuple[str, ...] = ()
    tenant_id: TenantId = DEFAULT_TENANT

    @property
    def is_ours_to_begin(self) -> bool:
        """We write on our own initiative, so the rules of contact are asked; an answer to the customer always goes."""
        return self.kind == DRAFT and not is_answer(self.channel, self.play, self.replies_to)

    @property
    def sha256(self) -> str:
        """Hash of exactly the words that go out."""
        return sha256_of(self.subject, self.text)


DRAFT = "draft"
"""Kind of the messages that a colleague approved."""


@dataclass(frozen=True, slots=True)
class Signature:
    """In whose name a message goes out, and where answers to it go; without an address to the sender."""

    name: str
    address: str | None = None


class DeliveryState(StrEnum):
    """``claimed`` is being sent; ``held`` waits because a rule says so; ``withdrawn`` will not go out.

    ``unknown`` may have arrived and is never sent again by itself; ``dead`` was given up; ``discarded`` was put away
    by a person. People see all of them.
    """

    QUEUED = "queued"
    HELD = "held"
    CLAIMED = "claimed"
    SENT = "sent"
    UNKNOWN = "unknown"
    DEAD = "dead"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


WAITING = (DeliveryState.QUEUED, DeliveryState.HELD)
"""Not sent yet, and looked at again when due."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message so far. ``claimed_by`` holds it until ``claimed_until_at``; ``receipt`` is the id that
    the receiver gave it; ``error`` says why it did not go out (yet), ``until`` in words when it may."""

    key: str
    due_at: datetime
    state: DeliveryState = DeliveryState.QUEUED
    attempts: int = 0
    claimed_by: str | None = None
    claimed_until_at: datetime | None = None
    receipt: str = ""
    error: str = ""
    until: str = ""
    settled_at: datetime | None = None
    tenant_id: TenantId = DEFAULT_TENANT

    def claim(self, *, by: str, until_at: datetime) -> Delivery:
        """One more attempt begins."""
        return replace(
            self, state=DeliveryState.CLAIMED, attempts=self.attempts + 1, claimed_by=by, claimed_until_at=until_at
        )

    def held(self, *, due_at: datetime, why: str, until: str) -> Delivery:
        """A rule says not now; it is asked again at ``due_at``. No attempt was made."""
        return self._settled(DeliveryState.HELD, due_at=due_at, error=why, until=until)

    def withdrawn(self, *, at: datetime, why: str, until: str = "") -> Delivery:
        """A rule says no: it does not go out. ``until`` is what would have to change for a new one."""
        return self._settled(DeliveryState.WITHDRAWN, settled_at=at, error=why, until=until)

    def sent(self, *, receipt: str, at: datetime) -> Delivery:
        """It arrived."""
        return self._settled(DeliveryState.SENT, receipt=receipt, error="", until="", settled_at=at)

    def again(self, *, due_at: datetime, error: str) -> Delivery:
        """It did not arrive, and is tried again."""
        return self._settled(DeliveryState.QUEUED, due_at=due_at, error=error)

    def unknown(self, *, at: datetime, error: str) -> Delivery:
        """It may have arrived: a person decides."""
        return self._settled(DeliveryState.UNKNOWN, settled_at=at, error=error)

    def dead(self, *, at: datetime, error: str) -> Delivery:
        """It will not arrive: a person is told."""
        return self._settled(DeliveryState.DEAD, settled_at=at, error=error)

    def _settled(self, state: DeliveryState, **fields: object) -> Delivery:
        return replace(self, state=state, claimed_by=None, claimed_until_at=None, **fields)  # type: ignore[arg-type]

    def retried(self, *, at: datetime) -> Delivery:
        """A person wants it tried again, from the first attempt. Raises InvalidTransition unless it was given up."""
        self._must_be_given_up("retry")
        return self._settled(DeliveryState.QUEUED, due_at=at, attempts=0, settled_at=None, until="")

    def discarded(self, *, at: datetime) -> Delivery:
        """A person has seen it and wants nothing done. Raises InvalidTransition unless it was given up."""
        self._must_be_given_up("discard")
        return self._settled(DeliveryState.DISCARDED, settled_at=at)

    def _must_be_given_up(self, step: str) -> None:
        if self.state not in (DeliveryState.DEAD, DeliveryState.UNKNOWN):
            raise InvalidTransition(f"the delivery {self.key} is {self.state}, so it cannot be: {step}")


@dataclass(frozen=True, slots=True)
class DeliveryStep:
    """What a person did with a message that was given up: ``retry`` or ``discard``, by whom, when and why."""

    key: str
    number: int
    step: str
    by: str
    at: datetime
    why: str = ""
    customer_id: CustomerId | None = None
    tenant_id: TenantId = DEFAULT_TENANT


def sha256_of(subject: str | None, text: str) -> str:
    """Hash of a message's subject and text; no subject and an empty one differ."""
    parts = [b"" if subject is None else b"subject:" + subject.encode("utf-8", "surrogatepass")]
    return hashlib.sha256(b"\0".join([*parts, text.encode("utf-8", "surrogatepass")])).hexdigest()


def message_of_draft(draft: Draft, *, at: datetime, expires_at: datetime | None = None) -> OutboxMessage:
    """The message of an approved draft: exactly the bytes of this version, worth sending until ``expires_at``."""
    return OutboxMessage(
        key=f"draft:{draft.id}:{draft.version}",
        run_id=draft.run_id,
        customer_id=draft.customer_id,
        kind=DRAFT,
        channel=draft.channel,
        text=draft.text,
        due_at=at,
        subject=draft.subject,
        purpose=draft.purpose,
        draft_id=draft.id,
        draft_version=draft.version,
        play=draft.play,
        expires_at=expires_at,
        replies_to=draft.replies_to,
        tenant_id=draft.tenant_id,
    )
