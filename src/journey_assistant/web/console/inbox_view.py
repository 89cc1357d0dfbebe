"""What a colleague sees of conversations: lines of a queue with their clocks, and one conversation with its packet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from journey_assistant.domain.chat import ASSISTANT, CUSTOMER, PERSON_PREFIX, ChatConversation, Entry, EntryKind
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.services.handoff_out import times_of
from journey_assistant.services.people import Person, person
from journey_assistant.web.console.parts import Console
from journey_assistant.web.pages import length, waited

SOON = timedelta(minutes=5)
MOST_SHOWN, MOST_SNIPPET = 300, 140


@dataclass(frozen=True, slots=True)
class PickUp:
    """The clock of a conversation that waits, or whose owner owes an answer: ``state`` is fine, soon or late."""

    due_at: datetime
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One line of the inbox."""

    conversation: ChatConversation
    name: str
    company: str
    said: str
    waits: str
    owner: str
    clock: PickUp | None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a transcript; ``side`` is customer, assistant, person, note or status."""

    entry: Entry
    side: str
    author: str
    citations: Sequence[Mapping[str, Any]]
    attachments: Sequence[Mapping[str, Any]]


def clock_of(conversation: ChatConversation, now: datetime) -> PickUp | None:
    """How long somebody still has to pick it up, or its owner to answer."""
    due_at = conversation.ownership.pickup_by_at
    if due_at is None:
        return None
    left = due_at - now
    if left < timedelta():
        return PickUp(due_at, "late", f"late {length(-left)}")
    return PickUp(due_at, "soon" if left < SOON else "fine", f"{length(left)} left")


def promise_words(playbook: Playbook, conversation: ChatConversation, timezone: object, now: datetime) -> str:
    """The time that the customer was told, on their clock; empty while none stands."""
    return times_of(playbook, conversation.ownership, timezone, now).promised


async def conversation_rows(console: Console, found: Sequence[ChatConversation]) -> list[ConversationRow]:
    """Lines of the inbox; what waits is ordered by urgency and clock, the rest by the newest change."""
    people = await customers_named(console, [row.customer_id for row in found])
    names, now = await colleague_names(console), console.clock.now()
    return [
        ConversationRow(
            conversation=row,
            name=shown_name(people[row.customer_id], row),
            company=people[row.customer_id].company,
            said=await _newest_words(console, row),
            waits=waited(row.ownership.since_at, now),
            owner=names.get(row.ownership.colleague or "", ""),
            clock=clock_of(row, now),
        )
        for row in sorted(found, key=_place)
    ]


async def transcript(console: Console, conversation: ChatConversation) -> list[Line]:
    """The newest entries, notes and status lines among them."""
    after = max(0, conversation.last_seq - MOST_SHOWN)
    entries = await console.store.entries(console.tenant, conversation.id, after_seq=after, limit=MOST_SHOWN)
    names = await colleague_names(console)
    return [line_of(entry, names) for entry in entries]


def seen_line(lines: Sequence[Line], conversation: ChatConversation) -> int:
    """The number of our newest message that the customer has seen; 0 for none."""
    ours = [line.entry.seq for line in lines if line.side in ("assistant", "person")]
    return max((seq for seq in ours if seq <= conversation.read_seq), default=0)


def line_of(entry: Entry, names: Mapping[str, str]) -> Line:
    """An entry with who wrote it in words. Payloads that are not what we write are shown as nothing."""
    colleague = entry.author.removeprefix(PERSON_PREFIX)
    author = {CUSTOMER: "Customer", ASSISTANT: "Assistant"}.get(entry.author, names.get(colleague, colleague))
    side = "person" if entry.author.startswith(PERSON_PREFIX) else entry.author
    if entry.kind is not EntryKind.MESSAGE:
        side = "note" if entry.kind is EntryKind.NOTE else "status"
    return Line(entry, side, author, _listed(entry, "citations"), _listed(entry, "attachments"))


async def customers_named(console: Console, ids: Sequence[CustomerId]) -> Mapping[CustomerId, Person]:
    """The people behind ids; who is not stored has no name."""
    wanted = list(dict.fromkeys(ids))
    rows = await console.store.customers(console.tenant, ids=wanted, limit=max(1, len(wanted))) if wanted else []
    known = {row.id: person(row.id, row.document) for row in rows}
    return {id_: known.get(id_, Person(id_)) for id_ in wanted}


async def colleague_names(console: Console) -> Mapping[str, str]:
    """Colleagues by id."""
    return {str(row.id): row.name for row in await console.store.colleagues(console.tenant)}


def shown_name(who: Person, conversation: ChatConversation) -> str:
    """A customer's name; who is unknown is a visitor."""
    return who.name or ("Visitor" if conversation.visitor else str(who.id))


def is_mine(conversation: ChatConversation, colleague: ColleagueId) -> bool:
    """This colleague answers it."""
    return conversation.ownership.colleague == colleague


def _place(row: ChatConversation) -> tuple[Any, ...]:
    if row.ownership.state is not OwnerState.WAITING:
        return 1, -row.updated_at.timestamp()
    urgency = -list(Priority).index(row.ownership.priority)
    due_at = row.ownership.pickup_by_at or row.ownership.since_at
    return 0, urgency, due_at.timestamp()


async def _newest_words(console: Console, row: ChatConversation) -> str:
    after = max(0, row.asked_seq - 1)
    entries = await console.store.entries(console.tenant, row.id, after_seq=after, limit=1)
    text = entries[0].text if entries else ""
    return text if len(text) <= MOST_SNIPPET else text[:MOST_SNIPPET].rstrip() + "…"


def _listed(entry: Entry, name: str) -> list[Mapping[str, Any]]:
    given = entry.payload.get(name)
    return [one for one in given if isinstance(one, Mapping)] if isinstance(given, list | tuple) else []
