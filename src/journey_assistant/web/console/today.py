"""/: the few things that need somebody today, the most urgent first, each with why now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from fastapi import Request, Response

from journey_assistant.domain.chat import ChatConversation
from journey_assistant.domain.colleague import Permission
from journey_assistant.domain.draft import Draft, DraftState
from journey_assistant.domain.effects import OpenHandoff
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.login import SignedIn
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import OwnerState
from journey_assistant.web.console.inbox_view import ConversationRow, conversation_rows, customers_named
from journey_assistant.web.console.parts import Console
from journey_assistant.web.console.people import people_of
from journey_assistant.web.console.route import console_router
from journey_assistant.web.console.sessions import Reader, Running
from journey_assistant.web.pages import page, waited

router = console_router()
MOST, MOST_READ = 20, 100


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the page."""

    kind: str
    target: str
    name: str
    company: str
    why: str
    since: datetime
    waits: str
    priority: str = ""
    queue: str = ""
    mine: bool = False
    broken: bool = False
    alarms: bool = False

    @property
    def rank(self) -> tuple[bool, int, bool, datetime]:
        """What alarms this reader, then urgent before normal, one's own before others', old before new."""
        steps = list(Priority)
        level = steps.index(Priority(self.priority)) if self.priority in steps else steps.index(Priority.NORMAL)
        return not self.alarms, -level, not self.mine, self.since


@router.get("/")
async def today(request: Request, console: Running, signed: Reader) -> Response:
    """What waits for a person: conversations, handoffs, alerts and drafts."""
    handoffs = await _outside_chats(console, (await console.store.handoffs(console.tenant))[-MOST_READ:])
    waiting = await console.store.conversations(console.tenant, states=[OwnerState.WAITING], limit=MOST_READ)
    drafts = await console.store.drafts(console.tenant, state=DraftState.PENDING, limit=MOST_READ)
    items = [*await _items(console, signed, handoffs, drafts), *await _waiting(console, signed, waiting)]
    items.sort(key=lambda item: item.rank)
    oldest = min((item.since for item in items), default=None)
    return page(
        request,
        "today.html",
        signed,
        items=items[:MOST],
        total=len(items),
        oldest=waited(oldest, console.clock.now()) if oldest else "",
    )


async def _items(
    console: Console, signed: SignedIn, handoffs: Sequence[OpenHandoff], drafts: Sequence[Draft]
) -> list[Item]:
    people, now = await people_of(console, [*handoffs, *drafts]), console.clock.now()
    items = []
    for handoff in handoffs:
        who = people[handoff.customer_id]
        items.append(
            Item(
                kind="handoff" if handoff.text else "alert",
                target=f"/customers/{quote(handoff.customer_id, safe='')}",
                name=who.name or handoff.customer_id,
                company=who.company,
                why=_why(handoff),
                since=handoff.created_at,
                waits=waited(handoff.created_at, now),
                priority=handoff.priority,
                queue=handoff.queue,
                mine=who.csm == signed.colleague.id,
            )
        )
    for draft in drafts:
        who = people[draft.customer_id]
        items.append(
            Item(
                kind="draft",
                target=f"/drafts/{quote(draft.id, safe='')}",
                name=who.name or draft.customer_id,
                company=who.company,
                why=await _why_drafted(console, draft),
                since=draft.created_at,
                waits=waited(draft.created_at, now),
                mine=signed.colleague.id in (draft.reviewer, who.csm),
            )
        )
    return items


async def _outside_chats(console: Console, handoffs: Sequence[OpenHandoff]) -> list[OpenHandoff]:
    """Those that are no conversation of the inbox; what became of a conversation, its owner says."""
    found = []
    for handoff in handoffs:
        record = await console.store.run(console.tenant, handoff.run_id)
        moment = record.case.get("moment") if record else None
        chat = moment.get("conversation_id") if isinstance(moment, Mapping) else None
        if not chat or await console.store.conversation(console.tenant, ConversationId(str(chat))) is None:
            found.append(handoff)
    return found


async def _waiting(console: Console, signed: SignedIn, found: Sequence[ChatConversation]) -> list[Item]:
    """Conversations that nobody has claimed; a lead sees first where a promise to the customer was broken."""
    leads = signed.colleague.may(Permission.LEAD)
    people = await customers_named(console, [row.customer_id for row in found])
    return [
        Item(
            kind="conversation",
            target=f"/inbox/{quote(row.conversation.id, safe='')}",
            name=row.name,
            company=row.company,
            why=_why_waiting(row),
            since=row.conversation.ownership.since_at,
            waits=row.clock.words if row.clock else row.waits,
            priority=row.conversation.ownership.priority,
            queue=row.conversation.ownership.queue or "",
            mine=people[row.conversation.customer_id].csm == signed.colleague.id,
            broken=row.conversation.ownership.reassignments > 0,
            alarms=leads and row.conversation.ownership.reassignments > 0,
        )
        for row in await conversation_rows(console, found)
    ]


def _why_waiting(row: ConversationRow) -> str:
    """What was said; first that a deadline passed, and whether there is another one."""
    owner, said = row.conversation.ownership, row.said or "asked for a person"
    if not owner.reassignments:
        return said
    times = "once" if owner.reassignments == 1 else f"{owner.reassignments} times"
    left = "" if owner.pickup_by_at else ", no queue is left to move it to"
    return f"not answered in time {times}{left}: {said}"


def _why(handoff: OpenHandoff) -> str:
    """Why this one, else what to do, in one line."""
    told = handoff.summary.get("why_you") or handoff.summary.get("next_step") or handoff.summary.get("goal")
    return str(told or "a person was asked for")


async def _why_drafted(console: Console, draft: Draft) -> str:
    record = await console.store.run(console.tenant, draft.run_id)
    reasons = record.line.get("reasons", []) if record else []
    first = reasons[0] if reasons else {}
    play = (draft.play or "an answer").replace("_", " ")
    return f"{play}: {first['why']}" if first.get("why") else play
