"""The store's port: everything that is kept, for one tenant at a time. Memory, SQLite and Postgres answer to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from journey_assistant.domain.audit import AuditEntry, Head
from journey_assistant.domain.colleague import Colleague, ColleagueId
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.draft import Draft, DraftChange, DraftId, DraftState
from journey_assistant.domain.effects import ActionRequest, Effects, OpenHandoff, RunRecord, StandingHold
from journey_assistant.domain.glance import Glance
from journey_assistant.domain.job import Job
from journey_assistant.domain.journey_run import RunId
from journey_assistant.domain.outbox import OutboxMessage
from journey_assistant.domain.recall import CustomerEvent, Recall, Tally
from journey_assistant.domain.timeline import Event
from journey_assistant.ports.chat import ChatStore
from journey_assistant.ports.identities import IdentityStore
from journey_assistant.ports.jobs import JobQueue
from journey_assistant.ports.logins import LoginStore
from journey_assistant.ports.relay import RelayStore

Following = Callable[[Sequence[CustomerEvent]], Sequence[Job]]
"""The jobs that follow from new events. Called inside their transaction: it may not wait for anything."""


@dataclass(frozen=True)
class CustomerRow:
    """A customer as stored: the JSON of a case's ``customer``, with its account inside."""

    id: CustomerId
    document: Mapping[str, Any]


class CustomerStore(Protocol):
    """Customers with their accounts. Every call of a store names the tenant first and sees no other tenant's rows."""

    async def put_customers(self, tenant: TenantId, rows: Sequence[CustomerRow]) -> None:
        """Adds or replaces customers and their accounts, all or none; an account with an id is shared."""
        ...

    async def customers(
        self, tenant: TenantId, *, ids: Sequence[CustomerId] | None = None, after: str = "", limit: int = 100
    ) -> list[CustomerRow]:
        """Customers by id: these, or the page after an id. Unknown ids are left out."""
        ...

    async def customers_of_email(self, tenant: TenantId, address: str) -> list[CustomerRow]:
        """The customers with this address, capitals apart; by id."""
        ...

    async def erase_customer(self, tenant: TenantId, customer_id: CustomerId) -> Mapping[str, int]:
        """Deletes every row about a customer for good, messages waiting to go out too; returns rows by table."""
        ...


class TimelineStore(Protocol):
    """Events. The same id of the same customer counts once; they may arrive late and in any order."""

    async def add_events(
        self, tenant: TenantId, events: Sequence[CustomerEvent], *, then: Following | None = None
    ) -> int:
        """Stores those that are new, all or none, with the jobs that follow from them; returns how many were new.

        An event that came under another name (``came_as``) belongs to the customer to whom the name is linked.
        """
        ...

    async def recall(self, tenant: TenantId, customer_id: CustomerId, bounds: Recall) -> list[Event]:
        """The part of a timeline that a run may see, oldest first; its cost does not grow with the timeline."""
        ...

    async def timeline(
        self, tenant: TenantId, customer_id: CustomerId, *, after: tuple[datetime, str] | None = None, limit: int = 1000
    ) -> list[Event]:
        """A page of all events by time and id, for people and exports; ``after`` is the last (at, id) seen."""
        ...

    async def account_sends(
        self, tenant: TenantId, customer_id: CustomerId, *, since: datetime, until: datetime
    ) -> list[Event]:
        """Messages that went or are to go to other people of the customer's account after ``since``, oldest first."""
        ...

    async def count_events(self, tenant: TenantId, customer_id: CustomerId, tally: Tally) -> int:
        """How many events there are of a type and topic since a time; counts no further than asked."""
        ...

    async def glances(
        self,
        tenant: TenantId,
        *,
        now: datetime,
        window: timedelta,
        words: Sequence[str] = (),
        after: str = "",
        limit: int = 1000,
    ) -> list[Glance]:
        """What is known about a page of customers without reading a timeline; ``window`` is that of their use.

        ``words``, in small letters, are those looked for in the addresses of viewed pages.
        """
        ...


class RunStore(Protocol):
    """Runs with what followed from them."""

    async def commit_run(
        self, tenant: TenantId, record: RunRecord, effects: Effects, *, of_stored_customer: bool = False
    ) -> RunRecord:
        """Writes a run and its effects in one transaction; returns the record that stands.

        A record of the same moment that was there before stands, and nothing is written. With
        ``of_stored_customer`` raises NotFound when the customer is not (or no longer) there.
        """
        ...

    async def run(self, tenant: TenantId, run_id: RunId) -> RunRecord | None:
        """One run, or None."""
        ...

    async def run_of_moment(self, tenant: TenantId, moment_key: str) -> RunRecord | None:
        """The run of a moment, or None when it was not decided yet."""
        ...

    async def runs(
        self,
        tenant: TenantId,
        *,
        customer_id: CustomerId | None = None,
        since: datetime | None = None,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
    ) -> list[RunRecord]:
        """A page of runs by time and id; ``after`` is the last (now_at, id) seen."""
        ...


class DraftStore(Protocol):
    """Drafts in review, and the other rows that wait for a person or for time."""

    async def draft(self, tenant: TenantId, draft_id: DraftId) -> Draft | None:
        """One draft in its newest version, or None."""
        ...

    async def drafts(
        self,
        tenant: TenantId,
        *,
        state: DraftState | None = None,
        customer_id: CustomerId | None = None,
        play: str | None = None,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
    ) -> list[Draft]:
        """A page of drafts, oldest first; ``after`` is the last (created_at, id) seen."""
        ...

    async def count_drafts(self, tenant: TenantId, *, states: Collection[DraftState]) -> int:
        """How many drafts are in one of these states."""
        ...

    async def change_draft(
        self,
        tenant: TenantId,
        before: Draft,
        after: Draft,
        *,
        outbox: Sequence[OutboxMessage] = (),
        events: Sequence[CustomerEvent] = (),
        jobs: Sequence[Job] = (),
    ) -> None:
        """Replaces ``before`` by ``after`` and writes what follows, and the audit entry, in one transaction.

        Compares and sets: raises Conflict, and writes nothing, unless the stored draft is still at the step of
        ``before``; NotFound when it is gone.
        """
        ...

    async def draft_changes(self, tenant: TenantId, draft_id: DraftId) -> list[DraftChange]:
        """What people and rules did with a draft, oldest first; written by ``change_draft`` in its transaction."""
        ...

    async def handoffs(
        self, tenant: TenantId, *, customer_id: CustomerId | None = None, open_only: bool = False
    ) -> list[OpenHandoff]:
        """Customers who wait for a person, or did, oldest first."""
        ...

    async def handoff(self, tenant: TenantId, handoff_id: str) -> OpenHandoff | None:
        """One of them, or None."""
        ...

    async def finish_handoff(
        self, tenant: TenantId, before: OpenHandoff, after: OpenHandoff, *, events: Sequence[CustomerEvent] = ()
    ) -> None:
        """Somebody has taken care of it; with its events and the audit entry in one transaction.

        Raises Conflict, and writes nothing, when that was said meanwhile; NotFound when it is gone.
        """
        ...

    async def holds(self, tenant: TenantId, *, customer_id: CustomerId | None = None) -> list[StandingHold]:
        """What was held, oldest first."""
        ...

    async def actions(self, tenant: TenantId, *, customer_id: CustomerId | None = None) -> list[ActionRequest]:
        """Proposed effects that nobody has confirmed, oldest first."""
        ...

    async def outbox(self, tenant: TenantId, *, customer_id: CustomerId | None = None) -> list[OutboxMessage]:
        """Messages to deliver, by the time they are due."""
        ...


class AuditStore(Protocol):
    """What was done, as a chain of hashes; entries are written with what they are about, never by themselves."""

    async def audit(self, tenant: TenantId, *, after: int = 0, limit: int = 1000) -> list[AuditEntry]:
        """A page of the chain by its numbers."""
        ...

    async def audit_head(self, tenant: TenantId) -> Head | None:
        """The last entry; None for an empty chain."""
        ...


class ColleagueStore(Protocol):
    """The operator's people."""

    async def add_colleague(self, tenant: TenantId, colleague: Colleague) -> None:
        """Adds a colleague. Raises Conflict when the id is taken."""
        ...

    async def colleague(self, tenant: TenantId, colleague_id: ColleagueId) -> Colleague | None:
        """One colleague, or None."""
        ...

    async def colleagues(self, tenant: TenantId) -> list[Colleague]:
        """All colleagues by id."""
        ...


class Store(
    CustomerStore,
    TimelineStore,
    RunStore,
    DraftStore,
    AuditStore,
    ColleagueStore,
    ChatStore,
    RelayStore,
    IdentityStore,
    JobQueue,
    LoginStore,
    Protocol,
):
    """Everything that is kept. Every call may raise PortError; each writing call is one transaction."""

    async def ping(self) -> None:
        """Answers when the store can be read; PortError otherwise."""
        ...

    async def close(self) -> None:
        """Releases what is held open."""
        ...
