"""Sign mail: an approved draft goes out in the name of its success manager, and answers go to her."""

from __future__ import annotations

from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.outbox import OutboxMessage, Signature
from journey_assistant.ports.store import Store


async def signature_of(store: Store, message: OutboxMessage) -> Signature | None:
    """Whoever reviews the draft, else who approved it; None for other messages and for who is no colleague."""
    if message.draft_id is None:
        return None
    tenant = message.tenant_id
    draft = await store.draft(tenant, message.draft_id)
    for name in (draft.reviewer, draft.decided_by) if draft else ():
        colleague = await store.colleague(tenant, ColleagueId(name or ""))
        if colleague is not None:
            known = await store.credentials(tenant, colleague.id)
            return Signature(colleague.name, known.email if known else None)
    return None
