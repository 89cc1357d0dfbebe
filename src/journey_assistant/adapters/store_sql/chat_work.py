"""What works on conversations in SQL: leases and the scans for what is left; files, tokens, and visitors who are known
now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, or_, select, update

from journey_assistant.adapters.store_sql.chat_rows import attachment_row, conversation_of
from journey_assistant.adapters.store_sql.chat_schema import attachments, conversations, revoked_tokens
from journey_assistant.adapters.store_sql.database import Database
from journey_assistant.adapters.store_sql.rows import of_tenant, put, value_of
from journey_assistant.adapters.store_sql.schema import OF_CUSTOMER, customers
from journey_assistant.domain.chat import Attachment, AttachmentId, ChatConversation
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.errors import NotFound
from journey_assistant.ports.chat import LeaseWish

_REVOKED = select(revoked_tokens.c.id).where(
    revoked_tokens.c.tenant_id == bindparam("of_tenant"), revoked_tokens.c.id == bindparam("of_id")
)


class SqlChatWork:
    """Answers the rest of ChatStore."""

    _db: Database

    async def unanswered(self, tenant: TenantId, now: datetime, *, limit: int = 50) -> list[ChatConversation]:
        """Those that the assistant owes an answer and nobody is answering now."""
        table = conversations.c
        wanted = of_tenant(conversations, tenant).where(
            table.state == OwnerState.ASSISTANT,
            table.asked_seq > table.answered_seq,
            or_(table.lease_owner.is_(None), table.lease_until_at <= now),
        )
        async with self._db.read() as connection:
            rows = await connection.execute(wanted.order_by(table.updated_at, table.id).limit(limit))
            return [conversation_of(row) for row in rows]

    async def overdue(self, tenant: TenantId, now: datetime, *, limit: int = 50) -> list[ChatConversation]:
        """Those whose deadline has passed, to be picked up or to be answered by the person who has them."""
        table = conversations.c
        with_people = table.state.in_([OwnerState.WAITING, OwnerState.PERSON])
        wanted = of_tenant(conversations, tenant).where(with_people, table.pickup_by_at <= now)
        async with self._db.read() as connection:
            rows = await connection.execute(wanted.order_by(table.pickup_by_at, table.id).limit(limit))
            return [conversation_of(row) for row in rows]

    async def lease_conversation(
        self, tenant: TenantId, conversation_id: ConversationId, wish: LeaseWish
    ) -> int | None:
        """Takes or prolongs a lease; None while another owner has it."""
        table = conversations.c
        own = and_(table.tenant_id == tenant, table.id == conversation_id)
        free = or_(table.lease_owner.is_(None), table.lease_until_at <= wish.now, table.lease_owner == wish.owner)
        taken = update(conversations).where(and_(own, free))
        async with self._db.write() as connection:
            row = (await connection.execute(select(conversations).where(own).with_for_update())).one_or_none()
            if row is None:
                return None
            # A lease that is prolonged keeps its number; a new one gets the next.
            is_mine = row.lease_owner == wish.owner and row.lease_until_at > wish.now
            fence: int = row.lease_fence if is_mine else row.lease_fence + 1
            values = {"lease_owner": wish.owner, "lease_until_at": wish.until_at, "lease_fence": fence}
            return fence if (await connection.execute(taken.values(values))).rowcount == 1 else None

    async def release_conversation(self, tenant: TenantId, conversation_id: ConversationId, fence: int) -> None:
        """Ends a lease that is still the one of this number."""
        table = conversations.c
        mine = and_(table.tenant_id == tenant, table.id == conversation_id, table.lease_fence == fence)
        async with self._db.write() as connection:
            ended = update(conversations).where(mine).values(lease_owner=None, lease_until_at=None)
            await connection.execute(ended)

    async def put_attachment(self, tenant: TenantId, attachment: Attachment, content: bytes) -> None:
        """Stores a file of a conversation."""
        table = conversations.c
        own = and_(table.tenant_id == tenant, table.id == attachment.conversation_id)
        async with self._db.write() as connection:
            if await connection.scalar(select(table.id).where(own)) is None:
                raise NotFound(f"there is no conversation {attachment.conversation_id}")
            await connection.execute(insert(attachments).values(attachment_row(tenant, attachment, content)))

    async def attachment(self, tenant: TenantId, attachment_id: AttachmentId) -> tuple[Attachment, bytes] | None:
        """One file with its bytes, or None."""
        async with self._db.read() as connection:
            wanted = of_tenant(attachments, tenant).where(attachments.c.id == attachment_id)
            row = (await connection.execute(wanted)).one_or_none()
        return (value_of(Attachment, row), bytes(row.content)) if row else None

    async def attachments(self, tenant: TenantId, ids: Sequence[AttachmentId]) -> list[Attachment]:
        """Files without their bytes."""
        return await self._files(tenant, attachments.c.id.in_(list(ids)))

    async def attachments_of(self, tenant: TenantId, customer_id: CustomerId) -> list[Attachment]:
        """A customer's files without their bytes."""
        return await self._files(tenant, attachments.c.customer_id == customer_id)

    async def _files(self, tenant: TenantId, which: ColumnElement[bool]) -> list[Attachment]:
        columns = [column for column in attachments.c if column.name != "content"]
        wanted = select(*columns).where(attachments.c.tenant_id == tenant, which)
        async with self._db.read() as connection:
            rows = await connection.execute(wanted.order_by(attachments.c.at, attachments.c.id))
            return [value_of(Attachment, row) for row in rows]

    async def revoke_token(self, tenant: TenantId, token_id: str, until_at: datetime) -> None:
        """Remembers a token as revoked."""
        async with self._db.write() as connection:
            await put(connection, revoked_tokens, [{"tenant_id": tenant, "id": token_id, "until_at": until_at}])

    async def is_revoked(self, tenant: TenantId, token_id: str) -> bool:
        """Was this token revoked?"""
        async with self._db.glance() as connection:
            return await connection.scalar(_REVOKED, {"of_tenant": tenant, "of_id": token_id}) is not None

    async def move_customer(self, tenant: TenantId, from_id: CustomerId, to_id: CustomerId) -> Mapping[str, int]:
        """Makes everything of a visitor a known customer's, in one transaction."""
        moved: dict[str, int] = {}
        known = select(customers.c.id).where(customers.c.tenant_id == tenant, customers.c.id == to_id)
        async with self._db.write() as connection:
            if await connection.scalar(known.with_for_update(key_share=True)) is None:
                raise NotFound(f"there is no customer {to_id}")
            for table in OF_CUSTOMER:
                theirs = and_(table.c.tenant_id == tenant, table.c.customer_id == from_id)
                changed: dict[str, Any] = {"customer_id": to_id}
                if table is conversations:
                    # Who was deciding for the visitor decides again, for the customer.
                    changed |= {"visitor": False, "version": conversations.c.version + 1}
                moved[table.name] = (await connection.execute(update(table).where(theirs).values(changed))).rowcount
            gone = and_(customers.c.tenant_id == tenant, customers.c.id == from_id)
            await connection.execute(delete(customers).where(gone))
        return {name: count for name, count in moved.items() if count}
