"""Retrieve: the passages that may answer each question of a message, or that a play's draft may point to."""

from __future__ import annotations

import re

from langgraph.runtime import Runtime

from journey_assistant.agent.state import Parts, RunState
from journey_assistant.domain.knowledge import Retrieval
from journey_assistant.domain.lifecycle import LifecycleStage
from journey_assistant.domain.perceived import Perceived
from journey_assistant.knowledge.query import Query
from journey_assistant.perception.questions import questions_in
from journey_assistant.ports import EncodedText, Vector

FOLLOWS_UP_BELOW = 0.7
"""A later question that stands this badly alone may lean on the one before it ("and can I try it first?")."""
NOT_YET_CUSTOMERS = (LifecycleStage.AWARENESS, LifecycleStage.CONSIDERATION, LifecycleStage.DECISION)
"""Stages in which articles that persuade are as welcome as those that explain."""
_LEANS = re.compile(r"\b(?:it|its|this|that|these|those|they|them|their|then|he|she|him|her)\b", re.IGNORECASE)
MOST_QUESTIONS = 4
"""More questions than this in one message are a conversation for a person."""


async def retrieve(state: RunState, runtime: Runtime[Parts]) -> RunState:
    """One retrieval a question; customers never see internal articles, and stale ones are marked."""
    perceived, material = state["perceived"], state.get("material")
    if material is not None:
        wanted = [material.look_for] if material.look_for and material.resource is None else []
    else:
        wanted = asked(perceived)
    search = runtime.context.retriever.search
    found: list[Retrieval] = []
    for position, text in enumerate(wanted):
        alone = search(_query(text, state))
        if position and alone.answerability < FOLLOWS_UP_BELOW and _LEANS.search(text):
            joined = search(_query(f"{wanted[position - 1]} {text}", state))
            alone = max(alone, joined, key=lambda r: r.answerability)
        found.append(alone)
    return {"retrievals": tuple(found)}


def asked(perceived: Perceived) -> list[str]:
    """The questions of the message without greetings and background; the whole text when none stands out."""
    message = perceived.snapshot.message
    if message is None:
        return []
    found = [question.text for question in questions_in(message.text)][:MOST_QUESTIONS]
    return found or [message.text]


def _query(text: str, state: RunState) -> Query:
    perceived, encoded = state["perceived"], state.get("encoded")
    customer = perceived.snapshot.customer
    return Query(
        text=text,
        today=perceived.snapshot.now_at.date(),
        vector=_vector_of(text, encoded),
        turns=perceived.conversation.turns,
        plan=customer.plan,
        language=None,
        audience="prospects" if perceived.stage in NOT_YET_CUSTOMERS else "customers",
        tenant_id=customer.tenant_id,
    )


def _vector_of(text: str, encoded: EncodedText | None) -> Vector | None:
    return encoded.vector if encoded is not None and encoded.text == text else None
