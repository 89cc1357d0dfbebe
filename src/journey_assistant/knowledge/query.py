"""Query: a question to the knowledge base, with all that says what is meant by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from journey_assistant.domain.conversation import Turn
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.knowledge import Audience
from journey_assistant.ports import Vector


@dataclass(frozen=True, slots=True)
class Query:
    """One question.

    ``vector`` is the question's own encoder vector when somebody has it already; ``turns`` are the conversation's
    turns before the question, oldest first; ``entities`` are the products, places or parts that it is about;
    ``today`` decides what is stale; ``language`` None = any.
    """

    text: str
    today: date
    vector: Vector | None = None
    turns: tuple[Turn, ...] = ()
    entities: tuple[str, ...] = ()
    plan: str | None = None
    language: str | None = None
    audience: Audience = "customers"
    tenant_id: TenantId = DEFAULT_TENANT
    limit: int = 10
