"""Agreement: what the assistant wrote or would have written, beside what people did with it; from stored rows alone.

It tells whether a play or contact reason has earned the next step of autonomy. Nothing is raised by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from journey_assistant.domain.chat import PERSON_PREFIX, EntryKind
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.draft import Draft, DraftState
from journey_assistant.domain.effects import RunRecord
from journey_assistant.domain.moment import ConversationId
from journey_assistant.ports.store import Store

WINDOW = timedelta(days=90)
PAGE, MOST_RUNS, MOST_EVENTS = 500, 5_000, 200
ACTED_WITHIN = timedelta(days=7)
ANSWER = "an answer"
BY_PEOPLE = ("call_logged", "email_sent", "message_sent")


@dataclass(frozen=True, slots=True)
class Decided:
    """What people did with the drafts of one play (or of answers to messages)."""

    play: str
    unedited: int = 0
    edited: int = 0
    rejected: int = 0
    withdrawn: int = 0
    open: int = 0
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def judged(self) -> int:
        """How many a person decided."""
        return self.unedited + self.edited + self.rejected

    @property
    def agreement(self) -> float | None:
        """The share that went out as it was written; None when nobody decided any."""
        return self.unedited / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Watched:
    """What would have been done in shadow, and in how many of these cases a colleague acted too.

    ``name`` is a play, or a contact reason; ``spoke`` are those where the assistant would have written.
    """

    name: str
    is_play: bool
    decided: int = 0
    spoke: int = 0
    acted: int = 0

    @property
    def agreement(self) -> float | None:
        """Of those where it would have written, the share in which a colleague wrote as well."""
        return self.acted / self.spoke if self.spoke else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything since a time. ``whole``: false when there was more in shadow than was looked at."""

    since_at: datetime
    decided: tuple[Decided, ...] = ()
    watched: tuple[Watched, ...] = ()
    whole: bool = True


async def agreement(store: Store, tenant: TenantId, now: datetime) -> Agreement:
    """The last ``WINDOW``: drafts by play, shadow decisions by play and contact reason. Raises PortError."""
    since = now - WINDOW
    tally = _Tally()
    async for draft in _drafts(store, tenant, since):
        tally.decide(draft)
    looked_at = 0
    async for record in _runs(store, tenant, since):
        looked_at += 1
        if record.line.get("shadow"):
            await tally.watch(store, tenant, record)
        if looked_at == MOST_RUNS:
            break
    rows = [replace(row, reasons=tuple(sorted(tally.reasons.get(row.play, {}).items()))) for row in tally.rows.values()]
    return Agreement(
        since,
        tuple(sorted(rows, key=lambda row: (-row.judged, row.play))),
        tuple(sorted(tally.watched.values(), key=lambda row: (-row.decided, row.name))),
        whole=looked_at < MOST_RUNS,
    )


@dataclass
class _Tally:
    rows: dict[str, Decided] = field(default_factory=dict)
    reasons: dict[str, dict[str, int]] = field(default_factory=dict)
    watched: dict[tuple[bool, str], Watched] = field(default_factory=dict)

    def decide(self, draft: Draft) -> None:
        play = draft.play or ANSWER
        row = self.rows.get(play, Decided(play))
        match draft.state:
            case DraftState.APPROVED if draft.version == 1:
                row = replace(row, unedited=row.unedited + 1)
            case DraftState.APPROVED:
                row = replace(row, edited=row.edited + 1)
            case DraftState.REJECTED:
                row = replace(row, rejected=row.rejected + 1)
                counts = self.reasons.setdefault(play, {})
                reason = draft.why.partition(": ")[0] if ": " in draft.why else "in words"
                counts[reason] = counts.get(reason, 0) + 1
            case DraftState.WITHDRAWN | DraftState.EXPIRED:
                row = replace(row, withdrawn=row.withdrawn + 1)
            case _:
                row = replace(row, open=row.open + 1)
        self.rows[play] = row

    async def watch(self, store: Store, tenant: TenantId, record: RunRecord) -> None:
        shadow = record.line["shadow"]
        is_play = record.play is not None
        name = record.play or str((record.line.get("contact_reason") or {}).get("label") or "none")
        row = self.watched.get((is_play, name), Watched(name, is_play))
        spoke = bool(shadow.get("outcome", {}).get("text")) and shadow.get("route") != "route_to_human"
        acted = spoke and await _acted(store, tenant, record)
        self.watched[is_play, name] = replace(
            row, decided=row.decided + 1, spoke=row.spoke + spoke, acted=row.acted + acted
        )


async def _acted(store: Store, tenant: TenantId, record: RunRecord) -> bool:
    """A colleague answered in the conversation, or got in touch within a week."""
    moment = record.case.get("moment") or {}
    if chat := moment.get("conversation_id"):
        entries = await store.entries(tenant, ConversationId(str(chat)), after_seq=0, limit=PAGE)
        said = (entry for entry in entries if entry.kind is EntryKind.MESSAGE and entry.at > record.now_at)
        return any(entry.author.startswith(PERSON_PREFIX) for entry in said)
    later = await store.timeline(tenant, record.customer_id, after=(record.now_at, "~"), limit=MOST_EVENTS)
    ours = (event for event in later if event.type in BY_PEOPLE and event.at - record.now_at <= ACTED_WITHIN)
    return any(not event.text_of("play") for event in ours)


async def _drafts(store: Store, tenant: TenantId, since: datetime) -> AsyncIterator[Draft]:
    after = (since, "")
    while page := await store.drafts(tenant, after=after, limit=PAGE):
        for draft in page:
            yield draft
        after = page[-1].created_at, page[-1].id


async def _runs(store: Store, tenant: TenantId, since: datetime) -> AsyncIterator[RunRecord]:
    after: tuple[datetime, str] | None = None
    while page := await store.runs(tenant, since=since, after=after, limit=PAGE):
        for record in page:
            yield record
        after = page[-1].now_at, page[-1].id
