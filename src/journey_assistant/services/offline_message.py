"""A message that somebody leaves with an address because no chat is possible: it becomes a handoff."""

from __future__ import annotations

import hashlib

from journey_assistant.domain.chat import ChatConversation, Said
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import Ownership, OwnerState
from journey_assistant.errors import Conflict
from journey_assistant.ports.store import CustomerRow
from journey_assistant.services.chat import Chat

MOST_ATTEMPTS = 5


async def leave_message(chat: Chat, *, email: str, text: str, key: str) -> ChatConversation:
    """The conversation in which a person finds the message; the same address and key find the same one.

    Whoever wrote is a visitor, not the customer with this address: nothing is proved. Raises Conflict when the key
    came with another text before, PortError when it is not stored.
    """
    digest = hashlib.sha256(f"{email.casefold()}\0{key}".encode("utf-8", "replace")).hexdigest()[:32]
    writer, now = CustomerId(f"visitor:offline_{digest}"), chat.clock.now()
    if not await chat.store.customers(chat.tenant, ids=[writer]):
        await chat.store.put_customers(chat.tenant, [CustomerRow(writer, {"id": writer, "email": email})])
    fresh = ChatConversation(
        ConversationId(f"conv_{digest}"), writer, now, now, Ownership(now), visitor=True, tenant_id=chat.tenant
    )
    await chat.store.open_conversation(chat.tenant, fresh)
    taken = await chat.store.accept_message(chat.tenant, fresh.id, Said(key, text, now, {"email": email}))
    conversation = taken.conversation
    for _ in range(MOST_ATTEMPTS):
        if conversation.ownership.state is not OwnerState.ASSISTANT:
            break
        try:
            conversation = await chat.asking.hand_over(conversation, text)
        except Conflict:
            conversation = await chat.own(writer, fresh.id)
    chat.notifier.changed(fresh.id)
    return conversation
