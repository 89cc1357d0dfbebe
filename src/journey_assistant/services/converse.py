"""Converse: the runner that answers conversations. Runs of one are serial, bursts join, a newer message supersedes.

Who answers holds the conversation's lease. Deciding changes nothing; the answer is written in one transaction that
compares the conversation's version, so whatever happened meanwhile (another message, a person who took over, another
process) is never talked over.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass

from journey_assistant.domain.moment import ConversationId
from journey_assistant.errors import NotFound, PortError
from journey_assistant.ports.chat import Accepted, LeaseWish
from journey_assistant.services.answer_turn import Answering, Turn

_LOG = logging.getLogger(__name__)
MOST_TYPISTS = 10_000
"""Conversations of which is remembered that their customer's side says when they type."""
MOST_FAILURES = 3
"""A turn that failed so often is a person's."""


@dataclass
class _Work:
    """The work on one conversation in this process. ``again``: there is more to do when it ends."""

    turn: Turn
    task: asyncio.Task[None] | None = None
    again: bool = False


class TurnRunner:
    """Answers the conversations of one tenant, many beside each other and each by one run at a time."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._works: dict[ConversationId, _Work] = {}
        self._failures: dict[ConversationId, int] = {}
        self._typists: OrderedDict[ConversationId, None] = OrderedDict()
        self._stopping = False

    def wish(self) -> LeaseWish:
        """The lease that a message brings along, for this process."""
        return self._answering.wish()

    def wake(self, conversation_id: ConversationId, accepted: Accepted | None = None) -> None:
        """There is a message to answer; ``accepted`` if it came just now, with the lease that was taken for it."""
        if self._stopping:
            return
        work = self._works.setdefault(conversation_id, _Work(Turn()))
        work.turn.shows_typing = conversation_id in self._typists
        if accepted is not None and accepted.fence is not None:
            work.turn.fence = accepted.fence
            work.turn.fresh = accepted if accepted.is_alone else None
        if work.task is None:
            self._start(conversation_id, work)
        else:
            work.again = True
            work.turn.news.set()

    def typing(self, conversation_id: ConversationId) -> None:
        """The customer is writing on: what reads unfinished waits a little longer."""
        self._typists[conversation_id] = None
        self._typists.move_to_end(conversation_id)
        if len(self._typists) > MOST_TYPISTS:
            self._typists.popitem(last=False)
        if work := self._works.get(conversation_id):
            work.turn.typing.set()

    async def recover(self) -> int:
        """Takes up what a process left unanswered; how many conversations. Raises PortError."""
        left = await self._answering.store.unanswered(self._answering.tenant, self._answering.clock.now())
        for conversation in left:
            if conversation.id not in self._works:
                self.wake(conversation.id)
        return len(left)

    async def idle(self) -> None:
        """Returns when nothing is being answered."""
        while running := [work.task for work in self._works.values() if work.task]:
            await asyncio.wait(running)

    async def stop(self, within_s: float = 10.0) -> None:
        """Takes nothing new; finishes what is under way, or lets go of it for the next process."""
        self._stopping = True
        running = [work.task for work in self._works.values() if work.task]
        if not running:
            return
        _, late = await asyncio.wait(running, timeout=within_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _start(self, conversation_id: ConversationId, work: _Work) -> None:
        work.again, work.task = False, asyncio.create_task(self._answer(conversation_id, work.turn))
        work.task.add_done_callback(lambda _: self._ended(conversation_id, work))

    def _ended(self, conversation_id: ConversationId, work: _Work) -> None:
        work.task = None
        if work.again and not self._stopping:
            self._start(conversation_id, work)
        else:
            self._works.pop(conversation_id, None)

    async def _answer(self, conversation_id: ConversationId, turn: Turn) -> None:
        if self._failures.get(conversation_id, 0) >= MOST_FAILURES:
            turn.doubted = "the assistant failed several times"
        try:
            await self._answering.run_conversation(conversation_id, turn)
            self._failures.pop(conversation_id, None)
        except NotFound:
            _LOG.info("a conversation was erased while it was being answered")
        except PortError as error:
            self._failed(conversation_id, str(error))
        except Exception:  # noqa: BLE001  # our own mistake: the customer still gets an answer, from a person
            _LOG.exception("a turn failed")
            self._failed(conversation_id, "a turn failed")

    def _failed(self, conversation_id: ConversationId, why: str) -> None:
        """The next look for unanswered conversations tries again, and after some times asks a person."""
        self._failures[conversation_id] = self._failures.get(conversation_id, 0) + 1
        _LOG.warning("a conversation waits for its answer: %s", why)
