"""Ask for a person: the button that always works. It needs the store and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from journey_assistant.agent.steps.route_to_human import said_to_customer
from journey_assistant.domain.case_state import CaseState, case_of
from journey_assistant.domain.chat import Audience, ChatConversation
from journey_assistant.domain.conversation import conversation_of
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.decision import Reason
from journey_assistant.domain.journey_run import JourneyRun, Versions
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.domain.perceived import Perceived
from journey_assistant.playbook.schema import BY_CONTACT_REASON
from journey_assistant.ports import Clock
from journey_assistant.ports.chat import Change
from journey_assistant.ports.store import Store
from journey_assistant.services.owner_change import status_entry
from journey_assistant.services.read_case import Case
from journey_assistant.services.stored_case import stored_case
from journey_assistant.services.to_person import run_to_person
from journey_assistant.services.turn_commit import TurnCommit

BUTTON = "I would like to talk to a person."
"""What pressing the button says."""
ASKED = "asked_for_person"


@dataclass(frozen=True)
class AskPerson:
    """Hands conversations over because the customer asked for it. ``versions`` go into the record."""

    store: Store
    clock: Clock
    commit: TurnCommit
    versions: Versions
    tenant: TenantId = DEFAULT_TENANT

    async def hand_over(self, conversation: ChatConversation, words: str = BUTTON) -> ChatConversation:
        """The conversation as it waits for a person. Raises Conflict when it went on meanwhile."""
        now = max(self.clock.now(), conversation.updated_at)
        before = conversation
        if before.ownership.state is OwnerState.RESOLVED:
            before = await self._reopened(before, now)
        key = f"person:{before.id}:{before.version}"
        moment = {"kind": "message", "text": words, "channel": before.channel, "conversation_id": before.id}
        case = await stored_case(self.store, self.tenant, before.customer_id, case_id=key, now_at=now, moment=moment)
        states = await self.store.case_states(self.tenant, before.customer_id)
        run = self._run(case, case_of(states, "", now))
        asked = [
            entry
            for entry in await self.store.entries(self.tenant, before.id, after_seq=before.answered_seq, limit=1000)
            if entry.by_customer
        ]
        after, change = self.commit.change(before, run, case, key=key, now=now, asked=asked, states=states)
        await self.store.change_conversation(self.tenant, before, after, change)
        return after

    async def _reopened(self, before: ChatConversation, now: datetime) -> ChatConversation:
        entry = status_entry(f"reopened:{before.id}:{before.version}", "reopened", "", audience=Audience.COLLEAGUES)
        after, entries = before.written(entry, at=now, ownership=before.ownership.reopen(at=now))
        await self.store.change_conversation(self.tenant, before, after, Change(entries))
        return after

    def _run(self, case: Case, issue: CaseState | None) -> JourneyRun:
        playbook = self.commit.playbook
        queue = playbook.queue_for(BY_CONTACT_REASON, issue.reason if issue else "")
        known = Perceived(
            case.snapshot,
            language=case.snapshot.customer.language or "en",
            conversation=conversation_of(case.snapshot),
            issue=issue,
        )
        text = said_to_customer(playbook, known, ASKED, queue)
        reason = Reason(ASKED, "the customer asked for a person", ("moment",))
        row = next((row for row in playbook.gate if row.code == ASKED), None)
        priority = playbook.priority_for(row.priority, known) if row else playbook.later_reasons["no_answer"].priority
        return run_to_person(case, self.versions, reason, text=text, queue=queue, priority=priority, perceived=known)
