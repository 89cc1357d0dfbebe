"""A conversation with the real services in simulated time: what a customer writes, what comes back, how it stands.

Everything that a service has is there: bursts join, a newer message supersedes, people take conversations over, the
worker makes its rounds. Only the store is in memory, and nothing is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from journey_assistant.bootstrap import Talking, build_memory_store, build_talking
from journey_assistant.domain.chat import ASSISTANT, ChatConversation, Entry, EntryKind
from journey_assistant.domain.colleague import Colleague, ColleagueId, Role
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.evaluation.simulated_time import SimulatedClock, simulated_loop
from journey_assistant.ports.store import CustomerRow
from journey_assistant.services.decide import Decider
from journey_assistant.services.read_case import Case, read_customer, read_event
from journey_assistant.settings import Settings, load_settings

THINKS_S = 2.0
"""How long a decision takes in simulated time, as with a model: long enough to be superseded."""
JOINS_AFTER_S = 20.0
"""How long a simulated colleague takes to claim a conversation that was handed over."""
COLLEAGUE = ColleagueId("simulated")
HELLO = "Hello, I have taken this over."
NOTHING_IS_SENT: Mapping[str, None] = dict.fromkeys(
    ("handoff_webhook_url", "handoff_webhook_secret", "handoff_email", "smtp_url", "smtp_sender")
)


class Pondering(Decider):
    """A decider that takes its time, as the simulated clock counts it; what its server takes does not count."""

    async def decide(self, case: Case, *, progress: Callable[[str], None] | None = None) -> JourneyRun:
        """The decider's run, later."""
        with simulated_loop().outside():
            run = await super().decide(case, progress=progress)
        await asyncio.sleep(THINKS_S)
        return run


@dataclass
class Dialogue:
    """One customer's conversation. Handovers are claimed by a simulated colleague, who greets and then listens."""

    talking: Talking
    customer_id: CustomerId
    id: ConversationId
    posted: list[Entry] = field(default_factory=list)

    async def say(self, text: str, after_s: float = 0.0) -> None:
        """The customer writes, so long after what was before."""
        await asyncio.sleep(after_s)
        key = f"message-{len(self.posted) + 1}"
        self.posted.append(await self.talking.chat.post(self.customer_id, self.id, key=key, text=text))

    async def answered(self) -> None:
        """Returns when nothing is being answered."""
        await self.talking.runner.idle()

    async def ended(self) -> None:
        """Returns when it is answered, and a colleague who was asked for has come."""
        await self.answered()
        await asyncio.sleep(JOINS_AFTER_S + 1)
        await self.answered()

    async def stands(self) -> ChatConversation:
        """The conversation as it is stored."""
        found = await self.talking.store.conversation(DEFAULT_TENANT, self.id)
        assert found is not None
        return found

    async def entries(self) -> list[Entry]:
        """Everything in it, in its order."""
        return await self.talking.store.entries(DEFAULT_TENANT, self.id, limit=1_000)

    async def lines(self) -> list[Mapping[str, Any]]:
        """The run behind each message of the customer, in their order; silence where a person had it."""
        of: dict[str, Mapping[str, Any]] = {}
        for record in await self.talking.store.runs(DEFAULT_TENANT, limit=1_000):
            moment = record.case.get("moment") or {}
            for id_ in moment.get("joined") or [record.case_id.removeprefix(f"chat:{self.id}:")]:
                of[str(id_)] = record.line
        return [of.get(str(entry.id), SILENCE) for entry in self.posted]

    async def watch_for_handover(self) -> None:
        """The colleague: claims what waits for a person, some time after it began to wait."""
        while True:
            await asyncio.sleep(1)
            if (await self.stands()).ownership.state is OwnerState.WAITING:
                await asyncio.sleep(JOINS_AFTER_S - 1)
                await self.talking.hand_over.claim(self.id, by=COLLEAGUE)
                await self.talking.hand_over.say(self.id, by=COLLEAGUE, text=HELLO, key=f"hello-{len(self.posted)}")

    async def state(self) -> dict[str, Any]:
        """How it stands: who owns it, how often it was answered and handed over, and what became of the messages."""
        stands, entries = await self.stands(), await self.entries()
        said = [e for e in entries if e.author == ASSISTANT and e.kind is EntryKind.MESSAGE]
        return {
            "owner": "person" if stands.ownership.state in (OwnerState.WAITING, OwnerState.PERSON) else "assistant",
            "handoffs": stands.ownership.handoffs,
            "answers": sum(bool(entry.payload.get("citations")) for entry in said),
            "turns": len(self.posted),
            "messages_of_the_assistant": len(said),
            "joined": sum(len(entry.payload.get("joined") or ()) for entry in said),
            "superseded": sum(int(entry.payload.get("superseded") or 0) for entry in said),
            "unanswered": stands.is_unanswered,
        }


SILENCE: Mapping[str, Any] = {
    "route": "hold",
    "reasons": [{"code": "with_person", "why": "a person has the conversation; nothing was decided", "evidence": []}],
    "outcome": {"kind": "hold", "reason": "with_person", "text": ""},
    "signals": [],
    "findings": [],
    "rejected": [],
}
"""What stands for a message that only people read."""


@asynccontextmanager
async def dialogue(
    decider: Decider,
    *,
    customer: Mapping[str, Any],
    timeline: Sequence[Mapping[str, Any]],
    start_at: datetime,
    name: str,
    settings: Settings | None = None,
) -> AsyncIterator[Dialogue]:
    """A customer with their past in an empty store, and a chat of theirs; only in simulated time.

    Raises Rejected for a malformed customer or event.
    """
    store, clock = build_memory_store(), SimulatedClock(start_at, simulated_loop())
    customer_id = read_customer(dict(customer)).id
    await store.put_customers(DEFAULT_TENANT, [CustomerRow(customer_id, dict(customer))])
    if events := [CustomerEvent(customer_id, read_event(dict(row))) for row in timeline]:
        await store.add_events(DEFAULT_TENANT, events)
    await store.add_colleague(DEFAULT_TENANT, Colleague(COLLEAGUE, "Sam", Role.CSM, start_at))
    quiet = (settings or load_settings()).model_copy(update=dict(NOTHING_IS_SENT))
    pondering = Pondering(decider.graph, decider.parts, decider.versions)
    talking = build_talking(quiet, store, pondering, clock=clock)
    talking = replace(talking, chat=replace(talking.chat, new_id=lambda: name))
    opened = await talking.chat.open(customer_id)
    held = Dialogue(talking, customer_id, opened.id)
    talking.rounds.start()
    colleague = asyncio.create_task(held.watch_for_handover())
    try:
        yield held
    finally:
        colleague.cancel()
        await talking.rounds.stop()
        await talking.runner.stop()
