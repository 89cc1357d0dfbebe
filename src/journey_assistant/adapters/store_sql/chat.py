"""Conversations in SQL: messages accepted once, changes by compare-and-set."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from journey_assistant.adapters.store_sql.chat_rows import (
    case_state_of,
    case_state_row,
    conversation_of,
    conversation_row,
    entry_of,
    entry_row,
)
from journey_assistant.adapters.store_sql.chat_schema import case_states, conversations, entries
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.events import insert_events
from journey_assistant.adapters.store_sql.rows import insert_new, of_tenant, put, row_of
from journey_assistant.adapters.store_sql.runs import write_effects
from journey_assistant.adapters.store_sql.schema import runs
from journey_assistant.domain.case_state import CaseState
from journey_assistant.domain.chat import ChatConversation, Entry, Said, accepted, message_event
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.errors import Conflict, NotFound
from journey_assistant.ports.chat import Accepted, Change, LeaseWish

KEPT_APART = ("tenant_id", "id", "read_seq", "seen_seq", "customer_id", "visitor")
"""Columns that have calls of their own: a change decided before one of them must not undo it."""

# Made once: most of a short statement's cost is putting it together.
_OF = (conversations.c.tenant_id == bindparam("of_tenant"), conversations.c.id == bindparam("of_id"))
_ONE = select(conversations).where(*_OF)
_ONE_TO_CHANGE = _ONE.with_for_update()
_CHANGED = update(conversations).where(*_OF)
_UNCHANGED = _CHANGED.where(conversations.c.version == bindparam("of_version"))
_UNCHANGED_LEASED = _UNCHANGED.where(conversations.c.lease_fence == bindparam("of_fence"))
_SENT = select(entries).where(
    entries.c.tenant_id == bindparam("of_tenant"),
    entries.c.conversation_id == bindparam("of_id"),
    entries.c.sent_key == bindparam("of_key"),
)
_BEHIND = (
    select(entries)
    .where(
        entries.c.tenant_id == bindparam("of_tenant"),
        entries.c.conversation_id == bindparam("of_id"),
        entries.c.seq > bindparam("after"),
    )
    .order_by(entries.c.seq)
    .limit(bindparam("most", type_=Integer))
)
_ISSUES = (
    select(case_states)
    .where(case_states.c.tenant_id == bindparam("of_tenant"), case_states.c.customer_id == bindparam("of_id"))
    .order_by(case_states.c.updated_at, case_states.c.id)
)


class SqlChat:
    """Answers the conversations' part of ChatStore."""

    _db: Database

    async def open_conversation(self, tenant: TenantId, conversation: ChatConversation) -> ChatConversation:
        """Adds a conversation, or finds the customer's own with this id."""
        async with self._db.write() as connection:
            row = conversation_row(tenant, conversation) | {"lease_fence": 0}
            await insert_new(connection, conversations, [row])
            stands = await _conversation(connection, tenant, conversation.id)
        if stands.customer_id != conversation.customer_id:
            raise Conflict(f"the conversation {conversation.id} is somebody else's")
        return stands

    async def conversation(self, tenant: TenantId, conversation_id: ConversationId) -> ChatConversation | None:
        """One conversation, or None."""
        async with self._db.glance() as connection:
            row = (await connection.execute(_ONE, _of(tenant, conversation_id))).one_or_none()
        return conversation_of(row) if row else None

    async def conversations(
        self,
        tenant: TenantId,
        *,
        customer_id: CustomerId | None = None,
        states: Collection[OwnerState] | None = None,
        queue: str | None = None,
        colleague: ColleagueId | None = None,
        changed_since: datetime | None = None,
        limit: int = 100,
    ) -> list[ChatConversation]:
        """Those that match, the one that changed last first."""
        wanted = of_tenant(conversations, tenant)
        table = conversations.c
        for column, value in ((table.customer_id, customer_id), (table.queue, queue), (table.colleague, colleague)):
            if value is not None:
                wanted = wanted.where(column == value)
        if states is not None:
            wanted = wanted.where(table.state.in_(list(states)))
        if changed_since is not None:
            wanted = wanted.where(table.updated_at >= changed_since)
        return await self._listed(wanted.order_by(table.updated_at.desc(), table.id).limit(limit))

    async def _listed(self, wanted: Select[Any]) -> list[ChatConversation]:
        async with self._db.read() as connection:
            return [conversation_of(row) for row in await connection.execute(wanted)]

    async def entries(
        self, tenant: TenantId, conversation_id: ConversationId, *, after_seq: int = 0, limit: int = 200
    ) -> list[Entry]:
        """Entries in their order, behind a number."""
        given = {**_of(tenant, conversation_id), "after": after_seq, "most": limit}
        async with self._db.glance() as connection:
            return [entry_of(row) for row in await connection.execute(_BEHIND, given)]

    async def accept_message(
        self, tenant: TenantId, conversation_id: ConversationId, said: Said, lease: LeaseWish | None = None
    ) -> Accepted:
        """Stores a customer's message once, and takes the lease if it is free."""
        async with self._db.write() as connection:
            row = (await connection.execute(_ONE_TO_CHANGE, _of(tenant, conversation_id))).one_or_none()
            if row is None:
                raise NotFound(f"there is no conversation {conversation_id}")
            before = conversation_of(row)
            known = await _sent_before(connection, tenant, conversation_id, said)
            if known is not None:
                return Accepted(known, before, is_new=False)
            after, new = accepted(before, said)
            fence = None
            changed = conversation_row(tenant, after)
            if lease is not None and after.ownership.assistant_answers and _is_free(row, lease):
                fence = row.lease_fence + 1
                changed |= {"lease_owner": lease.owner, "lease_until_at": lease.until_at, "lease_fence": fence}
            await connection.execute(_CHANGED, changed | _of(tenant, conversation_id))
            message = new[-1]
            rows = [entry_row(tenant, after.customer_id, e, said if e is message else None) for e in new]
            await connection.execute(insert(entries), rows)
            await insert_events(connection, tenant, [message_event(after, message)])
            return Accepted(message, after, is_new=True, fence=fence, is_alone=not before.is_unanswered)

    async def change_conversation(
        self, tenant: TenantId, before: ChatConversation, after: ChatConversation, change: Change
    ) -> None:
        """Replaces a conversation that nobody changed meanwhile, with all that belongs to the change."""
        own = _of(tenant, before.id)
        stands = {**own, "of_version": before.version}
        if change.fence is not None:
            stands["of_fence"] = change.fence
        changed: dict[str, Any] = {k: v for k, v in conversation_row(tenant, after).items() if k not in KEPT_APART}
        if change.release:
            changed |= {"lease_owner": None, "lease_until_at": None}
        async with self._db.write() as connection:
            unchanged = _UNCHANGED if change.fence is None else _UNCHANGED_LEASED
            done = await connection.execute(unchanged, changed | stands)
            if done.rowcount != 1:
                if (await connection.execute(_ONE, own)).one_or_none() is None:
                    raise NotFound(f"there is no conversation {before.id}")
                raise Conflict(f"the conversation {before.id} went on meanwhile")
            await _write(connection, tenant, after, change)

    async def mark_read(self, tenant: TenantId, conversation_id: ConversationId, seq: int) -> None:
        """Moves what the customer has seen forward, never beyond the last entry."""
        older = _CHANGED.where(conversations.c.read_seq < seq, conversations.c.last_seq >= seq)
        async with self._db.write() as connection:
            await connection.execute(older, {"read_seq": seq, **_of(tenant, conversation_id)})

    async def mark_seen(self, tenant: TenantId, conversation_id: ConversationId, seq: int) -> bool:
        """Moves what its person has seen forward, never beyond the last entry."""
        older = _CHANGED.where(conversations.c.seen_seq < seq, conversations.c.last_seq >= seq)
        async with self._db.write() as connection:
            done = await connection.execute(older, {"seen_seq": seq, **_of(tenant, conversation_id)})
        return done.rowcount == 1

    async def case_states(self, tenant: TenantId, customer_id: CustomerId) -> list[CaseState]:
        """All issues of a customer."""
        async with self._db.glance() as connection:
            rows = await connection.execute(_ISSUES, {"of_tenant": tenant, "of_id": customer_id})
            return [case_state_of(row) for row in rows]


def _of(tenant: TenantId, conversation_id: ConversationId) -> dict[str, Any]:
    return {"of_tenant": tenant, "of_id": conversation_id}


def _is_free(row: Any, lease: LeaseWish) -> bool:
    return row.lease_owner is None or row.lease_until_at <= lease.now


async def _conversation(
    connection: AsyncConnection, tenant: TenantId, conversation_id: ConversationId
) -> ChatConversation:
    return conversation_of((await connection.execute(_ONE, _of(tenant, conversation_id))).one())


async def _sent_before(
    connection: AsyncConnection, tenant: TenantId, conversation_id: ConversationId, said: Said
) -> Entry | None:
    given = {**_of(tenant, conversation_id), "of_key": said.key}
    row = (await connection.execute(_SENT, given)).one_or_none()
    if row is not None and row.body_sha256 != said.body_sha256:
        raise Conflict("this key was used for another message")
    return entry_of(row) if row else None


async def _write(connection: AsyncConnection, tenant: TenantId, after: ChatConversation, change: Change) -> None:
    if change.entries:
        rows = [entry_row(tenant, after.customer_id, entry) for entry in change.entries]
        await connection.execute(insert(entries), rows)
    if change.record is not None:
        if not await insert_new(connection, runs, [row_of(change.record, tenant)]):
            raise Conflict(f"the moment {change.record.moment_key} was decided meanwhile")
        if change.effects is not None:
            await write_effects(connection, tenant, change.effects)
    await insert_events(connection, tenant, change.events)
    await put(connection, case_states, [case_state_row(tenant, state) for state in change.case_states])
