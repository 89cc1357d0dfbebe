"""Suggest a reply: what the assistant would answer in a conversation that a person has, decided and checked the same
way, and never sent by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.outcome import DraftMessage, Reply
from journey_assistant.domain.timeline import Event, EventId, Timeline
from journey_assistant.errors import NotFound
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store
from journey_assistant.services.answer_turn import Conversing
from journey_assistant.services.burst import joined_text
from journey_assistant.services.read_case import Case
from journey_assistant.services.stored_case import event_line, stored_case


@dataclass(frozen=True)
class Suggestions:
    """Suggested replies for the conversations of one tenant."""

    store: Store
    decider: Conversing
    clock: Clock
    tenant: TenantId = DEFAULT_TENANT

    async def suggest(self, conversation_id: ConversationId) -> JourneyRun | None:
        """The run whose words could be sent, None when the assistant would say nothing of its own.

        Nothing is stored. Raises NotFound without such a conversation, PortError when a part is down.
        """
        conversation = await self.store.conversation(self.tenant, conversation_id)
        if conversation is None:
            raise NotFound(f"there is no conversation {conversation_id}")
        entries = await self.store.entries(self.tenant, conversation_id, limit=1000)
        newest = [entry for entry in entries if entry.by_customer]
        last_answer = max((entry.seq for entry in entries if entry.by_person), default=0)
        asked = [entry for entry in newest if entry.seq > last_answer] or newest[-1:]
        if not asked:
            return None
        case = await stored_case(
            self.store,
            self.tenant,
            conversation.customer_id,
            case_id=f"suggestion:{conversation_id}:{conversation.version}",
            now_at=max(self.clock.now(), conversation.updated_at),
            moment={
                "kind": "message",
                "text": joined_text(asked),
                "channel": conversation.channel,
                "conversation_id": conversation_id,
            },
            without=frozenset(str(entry.id) for entry in asked),
        )
        run = await self.decider.decide(_as_if_given_back(case, conversation_id))
        return run if isinstance(run.outcome, Reply | DraftMessage) else None


def _as_if_given_back(case: Case, conversation_id: ConversationId) -> Case:
    """The same moment without an owner, for this decision only."""
    now = case.snapshot.now_at
    released = Event(
        EventId(f"as_if:{conversation_id}"),
        "conversation_given_back",
        now,
        properties={"conversation_id": conversation_id},
    )
    snapshot = replace(case.snapshot, timeline=Timeline([*case.snapshot.timeline, released]))
    raw = {**case.raw, "timeline": [*case.raw["timeline"], event_line(released)]}
    return replace(case, snapshot=snapshot, raw=raw)
