"""Review drafts: a person approves, edits or rejects; exactly the approved bytes are queued, at most once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from journey_assistant.domain.colleague import Colleague, ColleagueId
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.draft import Draft, DraftId
from journey_assistant.domain.guardrail import Verdict
from journey_assistant.domain.outbox import OutboxMessage, message_of_draft, sha256_of
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId, Timeline
from journey_assistant.errors import Conflict, InvalidTransition, NotFound, Rejected, StaleDraft
from journey_assistant.ports import Clock
from journey_assistant.ports.store import Store


@dataclass(frozen=True, slots=True)
class Standing:
    """How a draft stands now.

    ``verdict`` is what guardrails say of its words; ``stale`` why its facts no longer hold, empty when they do;
    ``due_at`` when it may go out (quiet hours and caps delay, they do not forbid) and ``expires_at`` until when it is
    worth sending; ``four_eyes``: whoever changed its words last does not approve it; ``timeline`` is what it was
    judged by.
    """

    verdict: Verdict
    due_at: datetime
    stale: str = ""
    four_eyes: bool = False
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
        self, draft_id: DraftId, *, by: ColleagueId, text: str, subject: str | None = None, version: int | None = None
    ) -> Draft:
        """A new version with other words, checked like the first; without ``subject`` the old one stays.

        Raises Rejected when guardrails block the words (nothing is stored then), and as ``approve``.
        """
        colleague, before = await self._opened(draft_id, by, version)
        if not text.strip():
            raise Rejected("the text is empty", where=f"draft {draft_id}", allowed="words; or reject the draft")
        now = self.clock.now()
        after = before.edit(text=text, subject=before.subject if subject is None else subject, by=colleague.id, at=now)
        standing = await self.check(after, now)
        _must_pass(standing.verdict, f"draft {draft_id}")
        await self._change(before, after)
        return after

    async def reject(self, draft_id: DraftId, *, by: ColleagueId, why: str, version: int | None = None) -> Draft:
        """Puts the draft away with the reason. Raises as ``approve``."""
        colleague, before = await self._opened(draft_id, by, version)
        after = before.reject(by=colleague.id, at=self.clock.now(), why=why)
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
    ) -> None:
        try:
            await self.store.change_draft(self.tenant, before, after, outbox=outbox, events=events)
        except Conflict as conflict:
            now = await self.store.draft(self.tenant, before.id)
            if now is not None and now.state is not before.state:
                raise InvalidTransition(f"draft {before.id} is already {now.state} (by {now.decided_by})") from conflict
            raise StaleDraft(f"draft {before.id} was edited meanwhile: read it again") from conflict


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
