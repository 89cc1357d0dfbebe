"""Review drafts: a person approves, edits, rejects, puts aside or hands on; approved bytes are queued, at most once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from journey_assistant.domain.colleague import Colleague, ColleagueId, Permission
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.draft import Draft, DraftId, RejectReason
from journey_assistant.domain.guardrail import Verdict
from journey_assistant.domain.job import Job
from journey_assistant.domain.outbox import OutboxMessage, message_of_draft, sha256_of
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.snooze import LONGEST, Snooze, WakeOn
from journey_assistant.domain.timeline import Event, EventId, Timeline
from journey_assistant.errors import Conflict, InvalidTransition, NotFound, Rejected, StaleDraft
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store
from journey_assistant.services.watch_jobs import wake_later


@dataclass(frozen=True, slots=True)
class Standing:
    """How a draft stands now.

    ``verdict`` is what guardrails say of its words; ``stale`` why its facts no longer hold, empty when they do;
    ``due_at`` when it may go out (quiet hours and caps delay, they do not forbid) and ``expires_at`` until when it is
    worth sending; ``four_eyes``: whoever changed its words last does not approve it; ``low_risk``: the playbook lets
    many of its play be approved at once; ``timeline`` is what it was judged by.
    """

    verdict: Verdict
    due_at: datetime
    stale: str = ""
    four_eyes: bool = False
    low_risk: bool = False
    timeline: Timeline = field(default_factory=Timeline)
    expires_at: datetime | None = None

    def needs_another(self, draft: Draft, colleague: ColleagueId) -> bool:
        """This colleague wrote the words as they stand, and somebody else is to approve them."""
        return self.four_eyes and draft.words_by == colleague


DraftCheck = Callable[[Draft, datetime], Awaitable[Standing]]
"""Checks the words of a draft, and whether what it rests on still holds, at a time."""


@dataclass(frozen=True)
class DraftReview:
    """What colleagues do with the drafts of one tenant."""

    store: Store
    clock: Clock
    check: DraftCheck
    tenant: TenantId = DEFAULT_TENANT

    async def approve(
        self, draft_id: DraftId, *, by: ColleagueId, version: int | None = None, sha256: str | None = None
    ) -> Draft:
        """Queues the draft's words as they are. ``version`` is the one the reviewer read, the newest by default.

        ``sha256`` is the hash of the words that the reviewer saw (``sha256_of``): others are not queued.
        Raises StaleDraft when the draft was edited since or its facts changed (then it is withdrawn), Rejected when
        guardrails block its words, InvalidTransition when it was decided before, NotFound without such a draft.
        """
        colleague, before = await self._opened(draft_id, by, version)
        now = self.clock.now()
        after = before.approve(by=colleague.id, at=now)
        if sha256 is not None and sha256 != sha256_of(before.subject, before.text):
            raise StaleDraft(f"draft {draft_id} has other words than those that were shown: read it again")
        standing = await self.check(before, now)
        if standing.stale:
            await self._change(before, before.withdraw(at=now, why=standing.stale))
            raise StaleDraft(f"draft {draft_id} is withdrawn: {standing.stale}")
        if standing.needs_another(before, colleague.id):
            raise Rejected(f"{by} wrote these words", where=f"draft {draft_id}", allowed="another colleague approves")
        _must_pass(standing.verdict, f"draft {draft_id}")
        message = message_of_draft(after, at=standing.due_at, expires_at=standing.expires_at)
        await self._change(before, after, outbox=(message,), events=(_queued(after, now),))
        return after

    async def edit(
        self,
        draft_id: DraftId,
        *,
        by: ColleagueId,
        text: str,
        subject: str | None = None,
        version: int | None = None,
        why: str = "edited",
    ) -> Draft:
        """A new version with other words, checked like the first; without ``subject`` the old one stays.

        ``why`` is what the history says of it. Raises Rejected when guardrails block the words (nothing is stored
        then), and as ``approve``.
        """
        colleague, before = await self._opened(draft_id, by, version)
        if not text.strip():
            raise Rejected("the text is empty", where=f"draft {draft_id}", allowed="words; or reject the draft")
        now = self.clock.now()
        named = before.subject if subject is None else subject
        after = before.edit(text=text, subject=named, by=colleague.id, at=now, why=why)
        standing = await self.check(after, now)
        _must_pass(standing.verdict, f"draft {draft_id}")
        await self._change(before, after)
        return after

    async def reject(
        self,
        draft_id: DraftId,
        *,
        by: ColleagueId,
        why: str,
        reason: RejectReason | None = None,
        version: int | None = None,
    ) -> Draft:
        """Puts the draft away with the reason, one of the list, or words, or both. Raises as ``approve``."""
        colleague, before = await self._opened(draft_id, by, version)
        if not why.strip() and reason in (None, RejectReason.OTHER):
            raise Rejected("the reason is missing", where=f"draft {draft_id}", allowed="one of the list, or words")
        after = before.reject(by=colleague.id, at=self.clock.now(), why=why.strip(), reason=reason)
        await self._change(before, after)
        return after

    async def snooze(
        self,
        draft_id: DraftId,
        *,
        by: ColleagueId,
        until_at: datetime,
        on: WakeOn = WakeOn.TIME,
        version: int | None = None,
    ) -> Draft:
        """Puts the draft aside; the worker brings it back then, or when what is waited for happens before.

        Raises Rejected for a time that is over or too far, or when what is waited for is so already; and as
        ``approve``.
        """
        colleague, before = await self._opened(draft_id, by, version)
        now, where = self.clock.now(), f"draft {draft_id}"
        if not now < until_at <= now + LONGEST:
            raise Rejected("the time is not ahead", where=where, allowed=f"within {LONGEST.days} days from now")
        if on is not WakeOn.TIME:
            standing = await self.check(before, now)
            over = Snooze(now, until_at, on).is_over(standing.timeline, now)
            if over:
                raise Rejected(f"it would come back at once: {over}", where=where, allowed="another time or condition")
        after = before.snooze(until_at=until_at, on=on, by=colleague.id, at=now)
        await self._change(before, after, jobs=(wake_later(self.tenant, after, until_at),))
        return after

    async def wake(self, draft_id: DraftId, *, by: ColleagueId, version: int | None = None) -> Draft:
        """Brings a snoozed draft back now. Raises as ``approve``."""
        colleague, before = await self._opened(draft_id, by, version)
        after = before.wake(by=colleague.id, at=self.clock.now(), why="taken up again")
        await self._change(before, after)
        return after

    async def reassign(
        self, draft_id: DraftId, *, by: ColleagueId, to: ColleagueId, version: int | None = None
    ) -> Draft:
        """Gives the draft to another colleague: one's own or nobody's; a lead gives anybody's.

        Raises Rejected when the one may not give it or the other may not decide drafts, NotFound for a stranger, and
        as ``approve``.
        """
        colleague, before = await self._opened(draft_id, by, version)
        where = f"draft {draft_id}"
        holder = await self.store.colleague(self.tenant, ColleagueId(before.reviewer or ""))
        if holder is not None and holder.id != colleague.id and not colleague.may(Permission.LEAD):
            raise Rejected(f"it is {holder.name}'s", where=where, allowed="one's own, or a lead gives it on")
        receiver = await self.store.colleague(self.tenant, to)
        if receiver is None:
            raise NotFound(f"there is no colleague {to} (`journey user add`)")
        if not receiver.may_decide:
            raise Rejected(f"{to} is a {receiver.role}", where=where, allowed="csm, lead, admin")
        if before.reviewer == to:
            raise Rejected(f"{to} has it already", where=where, allowed="another colleague")
        after = before.reassign(to=receiver.id, by=colleague.id, at=self.clock.now())
        await self._change(before, after)
        return after

    async def _opened(self, draft_id: DraftId, by: ColleagueId, version: int | None) -> tuple[Colleague, Draft]:
        colleague = await self.store.colleague(self.tenant, by)
        if colleague is None:
            raise NotFound(f"there is no colleague {by} (`journey user add`)")
        if not colleague.may_decide:
            raise Rejected(f"{by} is a {colleague.role}", where=f"draft {draft_id}", allowed="csm, lead, admin")
        draft = await self.store.draft(self.tenant, draft_id)
        if draft is None:
            raise NotFound(f"there is no draft {draft_id}")
        if version is not None and version != draft.version:
            raise StaleDraft(f"draft {draft_id} is at version {draft.version}, not {version}: read it again")
        return colleague, draft

    async def _change(
        self,
        before: Draft,
        after: Draft,
        *,
        outbox: tuple[OutboxMessage, ...] = (),
        events: tuple[CustomerEvent, ...] = (),
        jobs: tuple[Job, ...] = (),
    ) -> None:
        try:
            await self.store.change_draft(self.tenant, before, after, outbox=outbox, events=events, jobs=jobs)
        except Conflict as conflict:
            now = await self.store.draft(self.tenant, before.id)
            if now is not None and now.state is not before.state:
                raise InvalidTransition(f"draft {before.id} is already {now.state} (by {now.decided_by})") from conflict
            raise StaleDraft(f"draft {before.id} was changed meanwhile: read it again") from conflict


def _must_pass(verdict: Verdict, where: str) -> None:
    if not verdict.passes:
        worst = verdict.findings[0]
        raise Rejected(f"{worst.guardrail}: {worst.why}", where=where, allowed="words that pass every guardrail")


def _queued(draft: Draft, at: datetime) -> CustomerEvent:
    """The message as caps count it from now on: whoever decides next sees it."""
    properties = {
        "message_id": f"draft:{draft.id}:{draft.version}",
        "channel": draft.channel,
        "purpose": draft.purpose,
        "play": draft.play or "",
        "campaign": draft.play or "",
        "status": "queued",
    }
    event = Event(EventId(f"message_sent:{draft.id}:{draft.version}"), "message_sent", at, properties=properties)
    return CustomerEvent(draft.customer_id, event)
