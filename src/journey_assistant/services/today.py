"""Today: the few things that need a colleague, grouped by account, each with why now; and what is held, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from journey_assistant.domain.chat import ChatConversation
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.draft import Draft, DraftState
from journey_assistant.domain.effects import OpenHandoff, RunRecord, StandingHold
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.journey_run import RunId
from journey_assistant.domain.moment import ConversationId
from journey_assistant.domain.ownership import Ownership, OwnerState
from journey_assistant.ports.store import Store
from journey_assistant.services.people import Person, people_by_id, people_of

MOST, MOST_READ, MOST_HELD = 20, 200, 5
MOST_WORDS = 140
LATELY = timedelta(hours=24)
WORTH_KNOWING = {
    "open_issue": "an open ticket keeps it back",
    "negative_sentiment": "the customer is upset",
    "frequency_cap": "they heard from us often enough",
    "recent_purchase": "they have just bought",
    "no_consent": "they did not agree to it",
    "review_full": "too many drafts wait for review",
}
"""Reasons to hold that a colleague can act upon or should know; quiet hours end by themselves."""
EVERYBODY = ""
_ORDER = tuple(Priority)


class Kind(StrEnum):
    """What it is; of two that are equally urgent the earlier kind comes first."""

    ALERT = "alert"
    HANDOFF = "handoff"
    CONVERSATION = "conversation"
    DRAFT = "draft"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing. ``id`` is that of the alert, conversation or draft, of the run for what is held; ``until`` is when
    or upon what a held one is decided again."""

    kind: Kind
    id: str
    person: Person
    why: str
    since_at: datetime
    priority: Priority = Priority.NORMAL
    queue: str = ""
    whose: str = ""
    until: str = ""
    until_at: datetime | None = None
    broken: bool = False
    alarms: bool = False
    """``broken``: a promised time to the customer passed; ``alarms``: this reader is told first."""

    @property
    def rank(self) -> tuple[bool, int, int, datetime]:
        """What alarms, then urgent before normal, alerts before drafts, old before new."""
        return not self.alarms, -_ORDER.index(self.priority), tuple(Kind).index(self.kind), self.since_at

    def is_for(self, colleague: str) -> bool:
        """It is theirs, or nobody's, or somebody waits for whoever is free and it is urgent."""
        waits = self.kind in (Kind.CONVERSATION, Kind.HANDOFF)
        urgent = _ORDER.index(self.priority) >= _ORDER.index(Priority.HIGH)
        return colleague in (EVERYBODY, self.whose) or not self.whose or (waits and (urgent or self.broken))


@dataclass(frozen=True, slots=True)
class Group:
    """The things of one account."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """An alert of the last day that somebody took care of."""

    handoff: OpenHandoff
    person: Person


@dataclass(frozen=True, slots=True)
class Today:
    """What to look at, most urgent account first. ``total`` counts also what is not shown, held ones apart."""

    groups: tuple[Group, ...] = ()
    held: tuple[Item, ...] = ()
    done: tuple[Done, ...] = ()
    shown: int = 0
    total: int = 0
    oldest_at: datetime | None = None
    others: int = 0
    """Things that need somebody else."""


@dataclass(frozen=True)
class Looking:
    """Reads the day of one tenant's colleagues from the store. Every call may raise PortError."""

    store: Store
    tenant: TenantId
    colleagues: frozenset[str]
    runs: dict[str, RunRecord | None] = field(default_factory=dict)

    @classmethod
    async def at(cls, store: Store, tenant: TenantId) -> Looking:
        """With the colleagues as they are now."""
        return cls(store, tenant, frozenset(str(row.id) for row in await store.colleagues(tenant)))

    async def today(self, colleague: str, now: datetime, *, leads: bool = False) -> Today:
        """The day of one colleague; of all with ``EVERYBODY``. Who ``leads`` sees broken promises first."""
        handoffs = await self.store.handoffs(self.tenant)
        waiting = [row for row in handoffs if row.done_at is None][-MOST_READ:]
        lately = [row for row in handoffs if row.done_at is not None and now - row.done_at < LATELY]
        everything = [*await self._alerts(waiting), *await self._conversations(leads), *await self._drafts()]
        mine = sorted((item for item in everything if item.is_for(colleague)), key=lambda item: item.rank)
        held = [item for item in await self._held(now) if item.is_for(colleague)]
        people = await people_of(self.store, self.tenant, lately)
        return Today(
            groups=grouped(mine[:MOST]),
            held=tuple(held[:MOST_HELD]),
            done=tuple(Done(row, people[row.customer_id]) for row in reversed(lately)),
            shown=len(mine[:MOST]),
            total=len(mine),
            oldest_at=min((item.since_at for item in mine), default=None),
            others=len(everything) - len(mine),
        )

    async def _alerts(self, found: Sequence[OpenHandoff]) -> list[Item]:
        """Alerts and handoffs that are no conversation of the inbox; what became of those, their owner says."""
        outside = [row for row in found if not await self.is_chat(row)]
        people = await people_of(self.store, self.tenant, outside)
        return [
            Item(
                Kind.ALERT if row.is_alert else Kind.HANDOFF,
                row.id,
                people[row.customer_id],
                _why_handed_over(row),
                row.created_at,
                Priority(row.priority) if row.priority in _ORDER else Priority.NORMAL,
                row.queue,
                self._known(people[row.customer_id].csm),
            )
            for row in outside
        ]

    async def _conversations(self, leads: bool) -> list[Item]:
        """Conversations that nobody has claimed."""
        found = await self.store.conversations(self.tenant, states=[OwnerState.WAITING], limit=MOST_READ)
        people = await people_by_id(self.store, self.tenant, [row.customer_id for row in found])
        items = []
        for row in found:
            who = people.get(row.customer_id) or Person(row.customer_id, "Visitor" if row.visitor else "")
            owner = row.ownership
            items.append(
                Item(
                    Kind.CONVERSATION,
                    row.id,
                    who,
                    _why_waiting(owner, await self._newest_words(row) or "asked for a person"),
                    owner.since_at,
                    owner.priority,
                    owner.queue or "",
                    self._known(who.csm),
                    broken=owner.reassignments > 0,
                    alarms=leads and owner.reassignments > 0,
                )
            )
        return items

    async def _drafts(self) -> list[Item]:
        found = await self.store.drafts(self.tenant, state=DraftState.PENDING, limit=MOST_READ)
        people = await people_of(self.store, self.tenant, found)
        return [
            Item(
                Kind.DRAFT,
                row.id,
                people[row.customer_id],
                await self._why_drafted(row),
                row.created_at,
                whose=self._known(row.reviewer or "") or self._known(people[row.customer_id].csm),
            )
            for row in found
        ]

    async def _held(self, now: datetime) -> list[Item]:
        """What was held for a reason worth knowing, newest first, each play of a customer once."""
        standing = [row for row in await self.store.holds(self.tenant) if row.reason in WORTH_KNOWING]
        still = [row for row in standing if row.until_at is None or row.until_at > now][-MOST_READ:]
        people = await people_of(self.store, self.tenant, still)
        newest: dict[tuple[CustomerId, str], Item] = {}
        for row in reversed(still):
            record = await self._run(row.run_id)
            play = (record.play if record else None) or ""
            if (row.customer_id, play) not in newest:
                who = people[row.customer_id]
                why = _why_held(row, play, record)
                newest[row.customer_id, play] = Item(
                    Kind.HELD,
                    row.run_id,
                    who,
                    why,
                    row.created_at,
                    whose=self._known(who.csm),
                    until=row.until,
                    until_at=row.until_at,
                )
        return list(newest.values())

    async def is_chat(self, row: OpenHandoff) -> bool:
        """It is a conversation of the inbox; what becomes of it, its owner says."""
        record = await self._run(row.run_id)
        moment = record.case.get("moment") if record else None
        chat = moment.get("conversation_id") if isinstance(moment, Mapping) else None
        return bool(chat) and await self.store.conversation(self.tenant, ConversationId(str(chat))) is not None

    async def _run(self, run_id: str) -> RunRecord | None:
        if run_id not in self.runs:
            self.runs[run_id] = await self.store.run(self.tenant, RunId(run_id))
        return self.runs[run_id]

    async def _newest_words(self, row: ChatConversation) -> str:
        after = max(0, row.asked_seq - 1)
        entries = await self.store.entries(self.tenant, row.id, after_seq=after, limit=1)
        return _cut(entries[0].text) if entries else ""

    def _known(self, name: str) -> str:
        """The colleague of that name; empty when a team or nobody stands there."""
        return name if name in self.colleagues else ""

    async def _why_drafted(self, draft: Draft) -> str:
        record = await self._run(draft.run_id)
        reasons = record.line.get("reasons", []) if record else []
        play = (draft.play or "an answer").replace("_", " ")
        return _cut(f"{play}: {reasons[0]['why']}" if reasons and reasons[0].get("why") else play)


def grouped(items: Iterable[Item]) -> tuple[Group, ...]:
    """Things of one account together, at the place of the most urgent of them."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.person.account or item.person.id, []).append(item)
    return tuple(
        Group(together[0].person.company or together[0].person.name or str(together[0].person.id), tuple(together))
        for together in groups.values()
    )


def _why_waiting(owner: Ownership, said: str) -> str:
    """What was said; first that a deadline passed, and whether there is another one."""
    if not owner.reassignments:
        return said
    times = "once" if owner.reassignments == 1 else f"{owner.reassignments} times"
    left = "" if owner.pickup_by_at else ", no queue is left to move it to"
    return f"not answered in time {times}{left}: {said}"


def _why_handed_over(handoff: OpenHandoff) -> str:
    """Why this colleague, else what to do, in one line."""
    told = handoff.summary.get("why_you") or handoff.summary.get("next_step") or handoff.summary.get("goal")
    return _cut(str(told or "a person was asked for"))


def _why_held(hold: StandingHold, play: str, record: RunRecord | None) -> str:
    reasons = record.line.get("reasons", []) if record else []
    told = str(reasons[0].get("why", "")) if reasons else ""
    told = told.removeprefix(f"{play}: ") or WORTH_KNOWING[hold.reason]
    return _cut(f"{play.replace('_', ' ') or 'a message'} is held: {told}")


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_WORDS else line[:MOST_WORDS].rstrip() + "…"
