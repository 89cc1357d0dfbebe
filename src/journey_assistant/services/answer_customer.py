"""Answer a customer who wrote to us: accept the message, decide, commit what is said and done."""

from __future__ import annotations

from dataclasses import dataclass

from journey_assistant.domain.conversation import conversation_of
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId, TenantId
from journey_assistant.domain.effects import RunRecord
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store
from journey_assistant.services.commit import Deciding, commit
from journey_assistant.services.stored_case import in_conversation, stored_case


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """What a customer wrote. ``id`` is the sender's own: the same id again is the same message."""

    id: str
    customer_id: CustomerId
    text: str
    channel: str = "chat"
    conversation_id: str | None = None
    tenant_id: TenantId = DEFAULT_TENANT


async def answer_customer(store: Store, decider: Deciding, clock: Clock, message: IncomingMessage) -> RunRecord:
    """The record of the answer; a message that was answered before gets the same record, and nothing new happens.

    Raises NotFound for an unknown customer, Rejected for a message that is too long to be read, PortError when the
    store fails: then the message may be sent again with its id.
    """
    key = f"message:{message.customer_id}:{message.id}"
    known = await store.run_of_moment(message.tenant_id, key)
    if known is not None:
        return known
    now = clock.now()
    case = await stored_case(
        store,
        message.tenant_id,
        message.customer_id,
        case_id=key,
        now_at=now,
        moment=_moment(message),
        without=(message.id,),
    )
    conversation = message.conversation_id or conversation_of(case.snapshot).id or f"conversation:{message.id}"
    case = in_conversation(case, ConversationId(conversation))
    said = {"author": "customer", "conversation_id": conversation, **_words(message)}
    event = Event(EventId(message.id), "chat_message", now, properties=said)
    await store.add_events(message.tenant_id, [CustomerEvent(message.customer_id, event)])
    run = await decider.decide(case)
    return await commit(store, run, case, moment_key=key, of_stored_customer=True)


def _moment(message: IncomingMessage) -> dict[str, str | None]:
    return {"kind": "message", "conversation_id": message.conversation_id, **_words(message)}


def _words(message: IncomingMessage) -> dict[str, str]:
    return {"text": message.text, "channel": message.channel}
