"""One conversation answered: its burst joined, decided, and written unless something newer came in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from journey_assistant.domain.chat import ChatConversation, Entry
from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.decision import Reason
from journey_assistant.domain.journey_run import JourneyRun, Versions
from journey_assistant.domain.moment import ConversationId
from journey_assistant.errors import Conflict, PortError
from journey_assistant.playbook.playbook import GENERAL
from journey_assistant.ports import Clock
from journey_assistant.ports.chat import Accepted, LeaseWish
from journey_assistant.ports.store import Store
from journey_assistant.services.burst import is_finished, is_greeting, is_last_word, joined_text
from journey_assistant.services.live import Frame, Notifier
from journey_assistant.services.read_case import Case
from journey_assistant.services.stored_case import stored_case
from journey_assistant.services.to_person import run_to_person
from journey_assistant.services.turn_commit import TurnCommit

LEASE = timedelta(seconds=15)
"""How long the answer of a process that died is waited for."""
PROLONG_AFTER_S = 5.0
LONGEST_JOIN = 4
"""Join windows that a customer who types on is waited for."""
GREETING_S = 0.6
"""How long a greeting of somebody who would be seen typing is waited with, in seconds."""
CLOSING = ("thanks", "goodbye", "capabilities")
"""Lists of the playbook's words that begin nothing."""
MOST_ATTEMPTS = 10
"""Commits of one run that collide with changes which do not touch the answer (a rating, a file)."""
_STEPS = {
    "recall": "reading",
    "perceive": "reading",
    "retrieve": "searching",
    "decide": "writing",
    "self_resolve": "writing",
    "draft_message": "writing",
    "route_to_human": "writing",
    "check": "checking",
}
"""What a customer sees of the graph's steps."""


class Conversing(Protocol):
    """Whoever decides, telling its steps."""

    @property
    def versions(self) -> Versions: ...

    async def decide(self, case: Case, *, progress: Callable[[str], None] | None = None) -> JourneyRun:
        """One moment, one run. Pure."""
        ...


@dataclass
class Turn:
    """What is new for the work on one conversation. ``doubted`` says why the assistant shall not try it any more.

    ``shows_typing``: the customer's side says when they type, so that a pause without it means that nothing comes.
    ``fresh`` is the message just accepted when it is the only one to answer: then nothing has to be read again.
    """

    news: asyncio.Event = field(default_factory=asyncio.Event)
    typing: asyncio.Event = field(default_factory=asyncio.Event)
    fence: int | None = None
    fresh: Accepted | None = None
    superseded: int = 0
    doubted: str = ""
    shows_typing: bool = False


@dataclass
class Answering:
    """Answers one conversation at a time of one tenant. ``owner`` names this process in leases."""

    store: Store
    decider: Conversing
    clock: Clock
    commit: TurnCommit
    notifier: Notifier
    owner: str
    tenant: TenantId = DEFAULT_TENANT
    join_window_s: float = 1.5
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep

    def wish(self) -> LeaseWish:
        """The lease that this process asks for now."""
        now = self.clock.now()
        return LeaseWish(self.owner, now, now + LEASE)

    async def run_conversation(self, conversation_id: ConversationId, turn: Turn | None = None) -> None:
        """Answers what is unanswered, unless somebody else does. Raises PortError when the store fails."""
        turn = turn or Turn()
        fence = turn.fence
        turn.fence = None
        if fence is None:
            fence = await self._lease(conversation_id)
        if fence is None:
            return
        prolonging = asyncio.create_task(self._prolong(conversation_id))
        released = False
        try:
            while not released:
                turn.news.clear()
                fresh, turn.fresh = turn.fresh, None
                if fresh is not None:
                    released = await self._answer(fresh.conversation, [fresh.entry], turn, fence)
                    continue
                conversation = await self.store.conversation(self.tenant, conversation_id)
                if conversation is None or not conversation.is_unanswered:
                    return
                asked = await self._asked(conversation)
                released = await self._answer(conversation, asked, turn, fence)
        finally:
            prolonging.cancel()
            if not released:
                await self.store.release_conversation(self.tenant, conversation_id, fence)

    async def _lease(self, conversation_id: ConversationId) -> int | None:
        conversation = await self.store.conversation(self.tenant, conversation_id)
        if conversation is None or not conversation.is_unanswered:
            return None
        return await self.store.lease_conversation(self.tenant, conversation_id, self.wish())

    async def _prolong(self, conversation_id: ConversationId) -> None:
        """Keeps the lease while a turn takes long."""
        while True:
            await asyncio.sleep(PROLONG_AFTER_S)
            await self.store.lease_conversation(self.tenant, conversation_id, self.wish())

    async def _answer(self, conversation: ChatConversation, asked: list[Entry], turn: Turn, fence: int) -> bool:
        """One attempt at an answer; False when something newer came in between."""
        pause_s = self._pause_s(conversation, joined_text(asked), turn)
        if pause_s and await self._more_came(turn, pause_s):
            return False
        case, key = await self._case(conversation, asked, turn)
        run = await self._decide(conversation, case, turn)
        if run is None:
            turn.superseded += 1
            return False
        return await self._commit(conversation, asked, case, key, run, turn, fence)

    async def _asked(self, conversation: ChatConversation) -> list[Entry]:
        entries = await self.store.entries(
            self.tenant, conversation.id, after_seq=conversation.answered_seq, limit=1000
        )
        return [entry for entry in entries if entry.by_customer]

    def _pause_s(self, conversation: ChatConversation, text: str, turn: Turn) -> float:
        """How long the rest is waited for: not at all where nothing can follow that would be the same message."""
        words = self.commit.playbook.vocabulary.words
        closing = [word for name in CLOSING for word in words.get(name, ())]
        if is_finished(text) or (conversation.answered_seq and is_last_word(text, closing)):
            return 0.0
        if turn.shows_typing and is_greeting(text):
            return min(GREETING_S, self.join_window_s)
        return self.join_window_s

    async def _more_came(self, turn: Turn, pause_s: float) -> bool:
        """Waits for the rest of what reads unfinished, longer while the customer types; did anything come?"""
        for _ in range(LONGEST_JOIN):
            turn.typing.clear()
            window = asyncio.ensure_future(self.wait(pause_s))
            news = asyncio.ensure_future(turn.news.wait())
            await asyncio.wait({window, news}, return_when=asyncio.FIRST_COMPLETED)
            window.cancel()
            news.cancel()
            if turn.news.is_set():
                return True
            if not turn.typing.is_set():
                return False
        return False

    async def _case(self, conversation: ChatConversation, asked: list[Entry], turn: Turn) -> tuple[Case, str]:
        ids = [entry.id for entry in asked]
        key = f"chat:{conversation.id}:{ids[-1]}"
        moment: dict[str, object] = {
            "kind": "message",
            "text": joined_text(asked),
            "channel": conversation.channel,
            "conversation_id": conversation.id,
        }
        if len(ids) > 1:
            moment["joined"] = ids
        if turn.superseded:
            moment["superseded"] = turn.superseded
        now = max(self.clock.now(), asked[-1].at)
        case = await stored_case(
            self.store,
            self.tenant,
            conversation.customer_id,
            case_id=key,
            now_at=now,
            moment=moment,
            without=frozenset(str(id_) for id_ in ids),
        )
        return case, key

    async def _decide(self, conversation: ChatConversation, case: Case, turn: Turn) -> JourneyRun | None:
        """The run, or None when a newer message came before it was there."""
        if turn.doubted:
            return self._doubted(case, turn.doubted)
        deciding = asyncio.ensure_future(self._decided(conversation, case))
        news = asyncio.ensure_future(turn.news.wait())
        try:
            await asyncio.wait({deciding, news}, return_when=asyncio.FIRST_COMPLETED)
            if not turn.news.is_set():
                return deciding.result()
        finally:
            news.cancel()
            deciding.cancel()
        return None

    async def _decided(self, conversation: ChatConversation, case: Case) -> JourneyRun:
        try:
            return await self.decider.decide(case, progress=self._telling(conversation.id))
        except PortError as error:
            return self._doubted(case, f"a part is down: {error}")

    def _doubted(self, case: Case, why: str) -> JourneyRun:
        language = case.snapshot.customer.language or "en"
        phrase = self.commit.playbook.handover_phrase("system_doubt", language)
        reason = Reason("system_doubt", why, ())
        return run_to_person(case, self.decider.versions, reason, text=phrase, queue=GENERAL)

    async def _commit(
        self,
        conversation: ChatConversation,
        asked: list[Entry],
        case: Case,
        key: str,
        run: JourneyRun,
        turn: Turn,
        fence: int,
    ) -> bool:
        """Writes the answer; False when it is no longer the answer to what was said last."""
        states = await self.store.case_states(self.tenant, conversation.customer_id)
        before = conversation
        for _ in range(MOST_ATTEMPTS):
            now = max(self.clock.now(), case.snapshot.now_at)
            after, change = self.commit.change(
                before, run, case, key=key, now=now, asked=asked, states=states, fence=fence
            )
            try:
                await self.store.change_conversation(self.tenant, before, after, change)
            except Conflict:
                stands = await self.store.conversation(self.tenant, conversation.id)
                if stands is None or not _same_question(stands, conversation):
                    turn.superseded += 1
                    return False
                if stands.version == before.version:
                    return True  # the lease was taken over: its new owner answers
                before = stands
                continue
            self.notifier.changed(conversation.id, after.version)
            return True
        raise PortError("the conversation changes faster than it can be answered", port="store", retryable=True)

    def _telling(self, conversation_id: ConversationId) -> Callable[[str], None]:
        """Tells the customer's words for a step, each once in a row."""
        told = ""

        def tell(step: str) -> None:
            nonlocal told
            words = _STEPS.get(step, told)
            if words != told:
                told = words
                self.notifier.publish(Frame(conversation_id, "progress", {"step": words}))

        return tell


def _same_question(stands: ChatConversation, asked: ChatConversation) -> bool:
    """Is the answer still wanted, and from the assistant?"""
    return (
        stands.is_unanswered
        and stands.asked_seq == asked.asked_seq
        and stands.answered_seq == asked.answered_seq
        and stands.customer_id == asked.customer_id
    )
