"""What a run writes into its conversation: what is said, who owns it now, the issue's state, and the run itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, assert_never

from journey_assistant.domain.case_state import (
    CaseState,
    CaseStateId,
    Utterance,
    case_state_after,
    settled,
    waiting_for,
)
from journey_assistant.domain.chat import (
    ASSISTANT,
    ChatConversation,
    Entry,
    EntryId,
    EntryKind,
    NewEntry,
)
from journey_assistant.domain.conversation import conversation_of
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.knowledge import ArticleId
from journey_assistant.domain.outcome import DraftMessage, Handoff, Hold, Reply
from journey_assistant.domain.ownership import Ownership
from journey_assistant.domain.recall import CustomerEvent
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.playbook.playbook import GENERAL, Playbook
from journey_assistant.playbook.working_hours import pick_up_by
from journey_assistant.ports.chat import Change
from journey_assistant.services.commit import AFTERWARDS, effects_of, record_of
from journey_assistant.services.handoff_out import HandoffOut, times_of
from journey_assistant.services.owner_change import ownership_events, waiting_entry
from journey_assistant.services.read_case import Case

NOT_AN_ISSUE = frozenset({"small_talk", "refused", "out_of_scope"})
"""Replies that say nothing about an issue of the customer."""
THANKED = "small_talk_thanks"
"""What answers a customer's thanks."""


@dataclass(frozen=True)
class TurnCommit:
    """Turns a run into the change of its conversation. ``title_of`` names an article for people."""

    playbook: Playbook
    title_of: Callable[[ArticleId], str] = str
    out: HandoffOut = field(default_factory=HandoffOut)

    def change(
        self,
        before: ChatConversation,
        run: JourneyRun,
        case: Case,
        *,
        key: str,
        now: datetime,
        asked: Sequence[Entry] = (),
        states: Sequence[CaseState] = (),
        fence: int | None = None,
    ) -> tuple[ChatConversation, Change]:
        """The conversation after the run, and all that is written with it. ``asked`` are the messages it answers."""
        entries, changed = self._said(before, run, case, now)
        answered = max([entry.seq for entry in asked], default=before.answered_seq)
        after, written = before.written(*entries, at=now, answered_seq=max(answered, before.answered_seq), **changed)
        effects = effects_of(run, case)
        # In a chat the entry is the delivery; other channels have an outbox row.
        outbox = tuple(m for m in effects.outbox if m.channel != "chat")
        if isinstance(run.outcome, Handoff):
            times = times_of(self.playbook, after.ownership, case.snapshot.customer.timezone, now)
            outbox += self.out.rows(run, run.outcome, after, times)
        change = Change(
            entries=written,
            events=(*_spoken_events(run, effects.events, written), *ownership_events(before, after, now, run.id)),
            record=record_of(run, case, key),
            effects=replace(effects, outbox=outbox, events=_others(effects.events)),
            case_states=self._issue(before, run, case, asked, written, states, now),
            fence=fence,
            release=True,
        )
        return after, change

    def _said(
        self, before: ChatConversation, run: JourneyRun, case: Case, now: datetime
    ) -> tuple[list[NewEntry], dict[str, Any]]:
        language = case.snapshot.customer.language or "en"
        match run.outcome:
            case Reply() as reply:
                return [self._message(run, reply.text, case, is_question=reply.is_question)], {}
            case Handoff() as handoff:
                ownership = self.waiting(before.ownership, handoff.queue, handoff.priority, now)
                entries = [self._message(run, handoff.text, case)] if handoff.text else []
                return [*entries, waiting_entry(run.id, ownership)], _handed(ownership, run)
            case DraftMessage() as draft:
                ownership = self.waiting(before.ownership, draft.reviewer or GENERAL, Priority.NORMAL, now)
                notice = self._message(run, self.playbook.phrase("draft_pending", language), case, cites=False)
                return [notice, waiting_entry(run.id, ownership)], _handed(ownership, run)
            case Hold():
                return [], {}
            case _:
                assert_never(run.outcome)

    def waiting(self, ownership: Ownership, queue: str, priority: Priority, now: datetime) -> Ownership:
        """In the queue, to be picked up by its deadline in working hours; that is also what is promised."""
        deadline = self.deadline(queue, now)
        return ownership.hand_over(queue=queue, priority=priority, at=now, pickup_by_at=deadline, promised_at=deadline)

    def deadline(self, queue: str | None, now: datetime) -> datetime:
        """By when somebody of this queue has picked up, or answered, what arrives now."""
        return pick_up_by(self.playbook.queues.get(queue or GENERAL) or self.playbook.queues[GENERAL], now)

    def _message(
        self, run: JourneyRun, text: str, case: Case, *, is_question: bool = False, cites: bool = True
    ) -> NewEntry:
        payload: dict[str, Any] = {"run_id": run.id, "why": [reason.code for reason in run.reasons]}
        moment = case.raw.get("moment", {})
        payload |= {name: moment[name] for name in ("joined", "superseded") if moment.get(name)}
        if is_question:
            payload["is_question"] = True
        citations = getattr(run.outcome, "citations", ()) if cites else ()
        if citations:
            payload["citations"] = [
                {"article": c.article, "title": self.title_of(c.article), "quote": c.quote} for c in citations
            ]
        return NewEntry(EntryId(f"chat_message:{run.id}"), EntryKind.MESSAGE, ASSISTANT, text, payload)

    def _issue(
        self,
        before: ChatConversation,
        run: JourneyRun,
        case: Case,
        asked: Sequence[Entry],
        written: Sequence[Entry],
        states: Sequence[CaseState],
        now: datetime,
    ) -> tuple[CaseState, ...]:
        """The issue as it stands after this turn; of small talk thanks alone change it, which settle it."""
        if isinstance(run.outcome, Reply) and run.outcome.reason in NOT_AN_ISSUE:
            return self._settled(run.outcome, case, states, now)
        if not asked:
            return ()
        reason = run.contact_reason.label
        state = self.playbook.issue_for(states, reason, now) or CaseState(
            CaseStateId(f"case_{asked[0].id}"), before.customer_id, reason, now, now, tenant_id=before.tenant_id
        )
        state = case_state_after(state, [utterance_of(entry) for entry in asked])
        for entry in written:
            if entry.kind is EntryKind.MESSAGE and entry.author == ASSISTANT:
                said = utterance_of(entry)
                handed = not isinstance(run.outcome, Reply)
                state = waiting_for(state, said) if handed else case_state_after(state, [said])
        return (state,)

    def _settled(self, reply: Reply, case: Case, states: Sequence[CaseState], now: datetime) -> tuple[CaseState, ...]:
        """Whoever thanks for an answer is content with it; what a person still owes stays open."""
        if not reply.text.startswith(tuple(self.playbook.phrases[THANKED].values())):
            return ()
        said = {turn.id for turn in conversation_of(case.snapshot).turns}
        return settled([state for state in states if not state.pending], said, now)


def utterance_of(entry: Entry) -> Utterance:
    """A message as the state of an issue reads it."""
    return Utterance(entry.id, entry.author, entry.text, entry.at, bool(entry.payload.get("is_question")))


def _handed(ownership: Ownership, run: JourneyRun) -> dict[str, Any]:
    return {"ownership": ownership, "handed_over_by": run.id}


def _spoken_events(
    run: JourneyRun, events: Sequence[CustomerEvent], written: Sequence[Entry]
) -> tuple[CustomerEvent, ...]:
    """The assistant's words on the timeline, with the words of the entry (a draft's notice is not its text)."""
    given = {event.event.id: event for event in events if event.event.type == "chat_message"}
    spoken = []
    for entry in written:
        if entry.kind is not EntryKind.MESSAGE:
            continue
        known = given.get(EventId(entry.id))
        properties = known.event.properties if known else {"author": ASSISTANT, "run_id": run.id, "channel": "chat"}
        told = {**properties, "conversation_id": entry.conversation_id, "text": entry.text}
        event = Event(EventId(entry.id), "chat_message", run.now_at + AFTERWARDS, properties=told)
        spoken.append(CustomerEvent(run.customer_id, event))
    return tuple(spoken)


def _others(events: Sequence[CustomerEvent]) -> tuple[CustomerEvent, ...]:
    return tuple(event for event in events if event.event.type != "chat_message")
