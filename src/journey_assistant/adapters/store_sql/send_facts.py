"""What the rules of sending are asked about, read and held in the transaction that begins to send."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from journey_assistant.adapters.store_sql.customers import ONE_WHOLE, whole
from journey_assistant.adapters.store_sql.outbox_schema import outbox
from journey_assistant.adapters.store_sql.schema import accounts, customers
from journey_assistant.adapters.store_sql.timeline import others_of_account, recalled, sends_to_account
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.outbox import DeliveryState, OutboxMessage
from journey_assistant.domain.recall import Recall
from journey_assistant.domain.sends import SENDS_WITHIN
from journey_assistant.ports.relay import SendFacts


async def send_facts(connection: AsyncConnection, tenant: TenantId, message: OutboxMessage, now: datetime) -> SendFacts:
    """The facts about a message's customer and account; neither changes before the end of this transaction."""
    customer_id = message.customer_id
    if customer_id is None or not await _hold(connection, tenant, customer_id):
        return SendFacts(now, None)
    row = (await connection.execute(ONE_WHOLE, {"of_tenant": tenant, "wanted": customer_id})).one()
    to_account = or_(
        outbox.c.customer_id == customer_id, outbox.c.customer_id.in_(others_of_account(tenant, customer_id))
    )
    sending = select(outbox.c.key).where(
        outbox.c.tenant_id == tenant, outbox.c.state == DeliveryState.CLAIMED, to_account
    )
    return SendFacts(
        now,
        whole(row).document,
        await recalled(connection, tenant, customer_id, Recall(now)),
        await sends_to_account(connection, tenant, customer_id, now - SENDS_WITHIN, now),
        frozenset((await connection.scalars(sending)).all()),
    )


async def addressed(connection: AsyncConnection, tenant: TenantId, message: OutboxMessage) -> OutboxMessage:
    """An e-mail without an address goes to the customer's own, as it is in this transaction."""
    if message.address or message.channel != "email" or message.customer_id is None:
        return message
    own = select(customers.c.document).where(customers.c.tenant_id == tenant, customers.c.id == message.customer_id)
    document = await connection.scalar(own)
    return replace(message, address=document.get("email") if document else None)


async def _hold(connection: AsyncConnection, tenant: TenantId, customer_id: CustomerId) -> bool:
    """Holds the account, then the customer: of two messages to one account one is asked after the other."""
    own = select(customers.c.account_id).where(customers.c.tenant_id == tenant, customers.c.id == customer_id)
    account_id = await connection.scalar(own)
    if account_id is not None:
        shared = select(accounts.c.id).where(accounts.c.tenant_id == tenant, accounts.c.id == account_id)
        await connection.execute(shared.with_for_update())
    return (await connection.execute(own.with_for_update())).one_or_none() is not None
