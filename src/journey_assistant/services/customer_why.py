"""Why an answer was given, for the customer who got it: their words, their language, nothing of the inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from journey_assistant.domain.chat import ASSISTANT, Audience, ChatConversation, Entry
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.journey_run import RunId
from journey_assistant.errors import NotFound
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.ports.store import Store

CHECKED = ("checked_sources", "checked_privacy", "checked_promises")
COURTESY = frozenset({"small_talk", "refused", "out_of_scope"})
MOST_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class Why:
    """How it came about, what it rests on, and what was checked before it was shown."""

    sentences: tuple[str, ...]
    citations: tuple[Mapping[str, Any], ...] = ()
    checked: tuple[str, ...] = ()


async def why_answered(
    store: Store, playbook: Playbook, tenant: TenantId, conversation: ChatConversation, entry_id: str
) -> Why:
    """Why the assistant said this. Raises NotFound for everything that it did not say in this conversation."""
    entry = await _entry(store, tenant, conversation, entry_id)
    record = await store.run(tenant, RunId(str(entry.payload["run_id"])))
    if record is None or record.customer_id != conversation.customer_id:
        raise NotFound("nothing is known any more of how this came about")
    rows = await store.customers(tenant, ids=[conversation.customer_id])
    language = str((rows[0].document.get("language") if rows else None) or "en")
    outcome = record.line["outcome"]
    citations = tuple(entry.payload.get("citations", ()))
    code = _code(outcome, citations)
    titles = ", ".join(dict.fromkeys(str(one["title"]) for one in citations))
    sentence = playbook.phrase(code, language).replace("{titles}", titles)
    checked = tuple(playbook.phrase(one, language) for one in CHECKED) if outcome["kind"] == "reply" else ()
    return Why((sentence,), citations, checked)


async def _entry(store: Store, tenant: TenantId, conversation: ChatConversation, entry_id: str) -> Entry:
    after = 0
    while after < conversation.last_seq:
        for entry in await store.entries(tenant, conversation.id, after_seq=after, limit=MOST_ENTRIES):
            said = entry.author == ASSISTANT and entry.audience is Audience.ALL
            if entry.id == entry_id and said and entry.payload.get("run_id"):
                return entry
        after += MOST_ENTRIES
    raise NotFound("the assistant said nothing with this id")


def _code(outcome: Mapping[str, Any], citations: tuple[Mapping[str, Any], ...]) -> str:
    """The phrase that says how an outcome of this kind came about."""
    match outcome["kind"]:
        case "handoff":
            return "why_person"
        case "draft":
            return "why_confirmed"
        case "question":
            return "why_question"
    if outcome.get("reason") in COURTESY:
        return "why_courtesy"
    return "why_help_centre" if citations else "why_own_record"
