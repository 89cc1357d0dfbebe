"""Overdue: what becomes of a conversation whose deadline passed, and what the customer hears of it.

Nobody picked it up: the next queue of the playbook has it, and the customer is told once, with a new time. Whoever
claimed it did not answer: it goes back into the queue with all that was said, and the customer is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from journey_assistant.domain.chat import Audience, ChatConversation, NewEntry
from journey_assistant.domain.ownership import Ownership, OwnerState
from journey_assistant.playbook.playbook import GENERAL, Playbook
from journey_assistant.playbook.spoken_time import listener, say_promise
from journey_assistant.playbook.working_hours import pick_up_by
from journey_assistant.ports.chat import Change
from journey_assistant.services.owner_change import entry_id, owned, status_entry, waiting_entry

NOBODY, SILENT = "nobody_in_time", "colleague_silent"


@dataclass(frozen=True)
class Late:
    """One customer's conversation that people are late with. ``colleague`` is the name of whoever has it."""

    playbook: Playbook
    language: str
    timezone: object
    colleague: str = ""

    def moved_on(self, before: ChatConversation, now: datetime) -> tuple[ChatConversation, Change]:
        """The conversation in the hands of others. Raises InvalidTransition when its deadline has not passed."""
        old = before.ownership
        silent = old.state is OwnerState.PERSON
        queue = self._queue(old, silent=silent)
        due_at = pick_up_by(self.playbook.queues[queue], now)
        new = (old.silent if silent else old.overdue)(at=now, queue=queue, pickup_by_at=due_at)
        why = {"queue": queue, "before": old.queue or "", "colleague": old.colleague or ""}
        status = "silent" if silent else "reassigned"
        moved = status_entry(entry_id("reassigned", before), status, "", audience=Audience.COLLEAGUES, **why)
        return owned(before, new, now, moved, *self._told(before, new, now, silent=silent))

    def promise(self, code: str, ownership: Ownership, now: datetime) -> str:
        """A phrase, and the time that is promised with it."""
        words = self.playbook.phrase(code, self.language).format(name=self.colleague)
        if ownership.promised_at is None:
            return words
        to = listener(self.language, self.timezone, self.playbook.queues.get(ownership.queue or GENERAL))
        return f"{words} {say_promise(self.playbook, ownership.promised_at, now=now, to=to)}"

    def _queue(self, old: Ownership, *, silent: bool) -> str:
        """Others of the same queue where somebody had it; the queue behind it where nobody came."""
        queues = self.playbook.queues
        known = old.queue if old.queue in queues else GENERAL
        assert known is not None
        return known if silent else queues[known].next_queue or known

    def _told(self, before: ChatConversation, new: Ownership, now: datetime, *, silent: bool) -> list[NewEntry]:
        """What the customer hears: nothing when a promise that was made in place of the first passes too."""
        if new.promised_at is None and not silent:
            return []
        code = SILENT if silent and self.colleague else NOBODY
        return [waiting_entry(entry_id("late", before), new, self.promise(code, new, now))]
