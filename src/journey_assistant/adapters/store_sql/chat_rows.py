"""Conversations, entries, files and issues as rows and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from journey_assistant.adapters.store_sql.rows import row_of, value_of
from journey_assistant.domain.case_state import CaseState, case_state_line, with_line
from journey_assistant.domain.chat import Attachment, ChatConversation, Entry, Said
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.ownership import Ownership

OWNERSHIP = tuple(field.name for field in fields(Ownership))


def conversation_row(tenant: TenantId, conversation: ChatConversation) -> dict[str, Any]:
    """A conversation with its owner, without the lease."""
    row = row_of(conversation, tenant)
    owner: Ownership = row.pop("ownership")
    return row | {name: getattr(owner, name) for name in OWNERSHIP}


def conversation_of(row: Any) -> ChatConversation:
    """The conversation of a row."""
    stored = row._mapping
    ownership = Ownership(**{name: stored[name] for name in OWNERSHIP})
    names = {field.name for field in fields(ChatConversation)} - {"ownership"}
    return ChatConversation(ownership=ownership, **{name: stored[name] for name in names})


def entry_row(tenant: TenantId, customer_id: CustomerId, entry: Entry, said: Said | None = None) -> dict[str, Any]:
    """An entry; the customer's message keeps the key it was sent with."""
    row = {**row_of(entry, tenant), "payload": dict(entry.payload), "customer_id": customer_id}
    return row | {"sent_key": said.key if said else None, "body_sha256": said.body_sha256 if said else None}


def entry_of(row: Any) -> Entry:
    """The entry of a row."""
    return value_of(Entry, row)


def attachment_row(tenant: TenantId, attachment: Attachment, content: bytes) -> dict[str, Any]:
    """A file with its bytes."""
    return row_of(attachment, tenant) | {"content": content}


def case_state_row(tenant: TenantId, state: CaseState) -> dict[str, Any]:
    """An issue, its quoted entries in one column."""
    names = ("id", "customer_id", "reason", "opened_at", "updated_at", "closed")
    return {name: getattr(state, name) for name in names} | {"tenant_id": tenant, "line": case_state_line(state)}


def case_state_of(row: Any) -> CaseState:
    """The issue of a row."""
    names = ("tenant_id", "id", "customer_id", "reason", "opened_at", "updated_at", "closed")
    return with_line(CaseState(**{name: row._mapping[name] for name in names}), row.line)
