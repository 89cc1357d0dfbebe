"""The handoff packet: what a colleague sees before the transcript. Built from the record, without a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from journey_assistant.domain.case_state import CaseState
from journey_assistant.domain.chat import ChatConversation, Entry
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.effects import RunRecord
from journey_assistant.domain.moment import ConversationId
from journey_assistant.errors import NotFound
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.ports.store import Store

PARTS = ("goal", "facts", "tried", "promised", "sentiment", "preferred_channel", "next_step", "why_you")


@dataclass(frozen=True, slots=True)
class Packet:
    """Everything known of why a customer waits.

    ``summary`` has the parts of the handoff summary; ``issue`` what the issue stands at, over all conversations;
    ``said_since`` what the customer wrote after the handoff. ``completeness`` is the share (0 to 1) of what a
    colleague needs that is there, ``lacks`` names the rest.
    """

    conversation: ChatConversation
    summary: Mapping[str, Any] = field(default_factory=dict)
    run: RunRecord | None = None
    issue: CaseState | None = None
    said_since: tuple[Entry, ...] = ()
    completeness: float = 0.0
    lacks: tuple[str, ...] = ()


async def packet_of(store: Store, tenant: TenantId, conversation_id: ConversationId, playbook: Playbook) -> Packet:
    """The packet of a conversation as it stands now. Raises NotFound without such a conversation."""
    conversation = await store.conversation(tenant, conversation_id)
    if conversation is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    states = await store.case_states(tenant, conversation.customer_id)
    run = await store.run(tenant, conversation.handed_over_by) if conversation.handed_over_by else None
    summary = dict(run.line.get("outcome", {}).get("summary") or {}) if run else {}
    reason = str(run.line.get("contact_reason", {}).get("label", "")) if run else ""
    issue = playbook.issue_for(states, reason, conversation.updated_at)
    entries = await store.entries(tenant, conversation_id, after_seq=conversation.answered_seq, limit=1000)
    said_since = tuple(entry for entry in entries if entry.by_customer)
    lacks = _lacks(conversation, summary, issue)
    return Packet(
        conversation=conversation,
        summary={part: summary.get(part) or ([] if part in ("facts", "tried", "promised") else "") for part in PARTS},
        run=run,
        issue=issue,
        said_since=said_since,
        completeness=round(1 - len(lacks) / len(_NEEDED), 2),
        lacks=tuple(lacks),
    )


_NEEDED = ("goal", "who", "facts", "tried", "mood", "next step", "why you", "everything asked for", "promised time")


def _lacks(conversation: ChatConversation, summary: Mapping[str, Any], issue: CaseState | None) -> list[str]:
    """What a colleague would have to ask or look up."""
    facts: Sequence[Mapping[str, str]] = summary.get("facts") or ()
    known = {
        "goal": bool(summary.get("goal") or (issue and issue.goal)),
        "who": any(fact.get("source") == "customer" for fact in facts),
        "facts": any(fact.get("source") != "customer" for fact in facts) or bool(issue and issue.facts),
        # Nothing was tried is an answer too, when nobody had a chance to try anything.
        "tried": bool(summary.get("tried") or (issue and issue.tried)) or conversation.answered_seq <= 1,
        "mood": bool(summary.get("sentiment")),
        "next step": bool(summary.get("next_step")),
        "why you": bool(summary.get("why_you")),
        "everything asked for": not (issue and issue.missing),
        "promised time": conversation.ownership.promised_at is not None or conversation.ownership.colleague is not None,
    }
    return [name for name in _NEEDED if not known[name]]
