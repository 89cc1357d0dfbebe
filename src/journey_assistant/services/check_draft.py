"""Checks a draft again: the words by every guardrail, the facts by the rules of the moment it is to go out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from journey_assistant.agent.checking import outbound_context, resources_of
from journey_assistant.agent.run import Unfinished, run_graph
from journey_assistant.agent.state import RunState
from journey_assistant.agent.steps.check import shown
from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.draft import Draft
from journey_assistant.domain.effects import RunRecord
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.outcome import DraftMessage
from journey_assistant.domain.policy.consent import consent_for
from journey_assistant.domain.policy.frequency import frequency_cap, preferred
from journey_assistant.domain.policy.policy import Ruling
from journey_assistant.domain.policy.quiet_hours import quiet_hours
from journey_assistant.domain.policy.suppression import incident, open_issue, stop_state, undeliverable
from journey_assistant.domain.timeline import Timeline
from journey_assistant.errors import NotFound
from journey_assistant.guardrails.check import check as guardrails_check
from journey_assistant.playbook.candidates import due_plays
from journey_assistant.playbook.play_schema import Play
from journey_assistant.ports.store import Store
from journey_assistant.services.decide import Decider
from journey_assistant.services.read_case import read_case
from journey_assistant.services.review_draft import Standing
from journey_assistant.services.stored_case import in_tenant, stored_case

SERVICE_KEEPS = timedelta(hours=24)
"""A service message that could not go out for so long is no service any more."""
FROM_STORE = ("look:", "sweep:")
"""How cases are named that were put together from the store."""


@dataclass(frozen=True)
class DraftChecker:
    """Answers ``DraftCheck`` for the drafts of one tenant."""

    store: Store
    decider: Decider
    tenant: TenantId

    async def __call__(self, draft: Draft, now: datetime) -> Standing:
        """The draft's words and facts at ``now``. Raises NotFound when its run is gone."""
        record = await self.store.run(self.tenant, draft.run_id)
        if record is None:
            raise NotFound(f"there is no run {draft.run_id} behind draft {draft.id}")
        written = await self._state_of(in_tenant(read_case(record.case), self.tenant).snapshot)
        current = await self._current(draft, written["snapshot"], now)
        seen = await self._state_of(current)
        outcome = DraftMessage(draft.text, draft.channel, draft.purpose, draft.subject, facts=draft.facts)
        context = outbound_context(written, outcome, self.decider.parts)
        # Quiet hours and caps delay: the words are judged as of the time they would go out.
        due_at = self._due_at(draft, current)
        context = replace(
            context,
            now_at=due_at,
            customer=current.customer,
            timeline=current.timeline,
            account_timeline=current.account_timeline,
            evidence=(*context.evidence, *resources_of(self.decider.parts.playbook.company)),
        )
        verdict = guardrails_check(shown(outcome), context)
        rulings = chain(self._stale(draft, seen), self._over(draft, record, seen))
        stale = next((ruling.why for ruling in rulings if not ruling.allowed), "")
        play = self.decider.parts.playbook.plays.get(draft.play or "")
        return Standing(
            verdict,
            due_at,
            stale,
            four_eyes=play is not None and play.four_eyes,
            low_risk=play is not None and play.bulk_approval,
            timeline=current.timeline,
            expires_at=_expires_at(draft, play, due_at),
        )

    async def _current(self, draft: Draft, then: Snapshot, now: datetime) -> Snapshot:
        """The customer as stored now; somebody who was only ever part of a case is as they were then."""
        try:
            case = await stored_case(
                self.store,
                self.tenant,
                draft.customer_id,
                case_id=f"review:{draft.id}",
                now_at=now,
                moment={"kind": "sweep"},
            )
        except NotFound:
            return replace(then, now_at=now)
        return case.snapshot

    async def _state_of(self, snapshot: Snapshot) -> RunState:
        try:
            return await run_graph(self.decider.graph, self.decider.parts, snapshot)
        except Unfinished as unfinished:
            raise unfinished.cause from unfinished

    def _stale(self, draft: Draft, seen: RunState) -> Iterator[Ruling]:
        """What withdraws a draft: a refusal, a state, an open issue, a bad mood."""
        snapshot, policy = seen["snapshot"], self.decider.parts.playbook.policy
        customer, timeline, now = snapshot.customer, snapshot.timeline, snapshot.now_at
        is_reply = draft.is_reply
        yield stop_state(customer, purpose=draft.purpose, is_reply=is_reply, policy=policy)
        if draft.channel != "chat" and not is_reply:
            yield consent_for(customer, timeline, draft.channel, draft.purpose, now)
            yield undeliverable(customer, timeline, now, channel=draft.channel)
        if draft.purpose == "marketing":
            yield open_issue(timeline, now, policy=policy)
            yield incident(customer, timeline, now)
            upset = seen["perceived"].signal("negative_sentiment")
            yield Ruling(upset is None, "negative_sentiment", "the customer is upset")

    def _over(self, draft: Draft, record: RunRecord, seen: RunState) -> Iterator[Ruling]:
        """What ends a play whose draft still waits: its goal, its time, a trigger that is no longer true.

        Asked of drafts that were decided from the store; a case from outside may lie at any time.
        """
        play = self.decider.parts.playbook.plays.get(draft.play or "")
        if play is None or play.trigger is None or not str(record.case_id).startswith(FROM_STORE):
            return
        perceived = seen["perceived"]
        snapshot, now = perceived.snapshot, perceived.snapshot.now_at
        reached = snapshot.timeline.of(play.goal.event, since=draft.created_at, until=now, include_since=False)
        yield Ruling(not reached, "goal_reached", f"its goal is reached ({play.goal.event})")
        yield Ruling(now - draft.created_at <= play.goal.within, "expired", "its time is over")
        others = Timeline(event for event in snapshot.timeline if event.properties.get("run_id") != draft.run_id)
        scene = self.decider.parts.playbook.scene(replace(perceived, snapshot=replace(snapshot, timeline=others)))
        due = next((one for one in due_plays(self.decider.parts.playbook, scene) if one.id == play.id), None)
        yield Ruling(due is not None, "not_due", "what made it due is no longer true")
        yield Ruling(due is None or due.fresh > 0, "stale", "its moment has passed")

    def _due_at(self, draft: Draft, current: Snapshot) -> datetime:
        policy, now = self.decider.parts.playbook.policy, current.now_at
        customer, timeline = current.customer, current.timeline
        cap = frequency_cap(
            timeline,
            now,
            channel=draft.channel,
            campaign=draft.play,
            purpose=draft.purpose,
            policy=preferred(policy, customer),
            account=current.account_timeline,
        )
        free_at = cap.until_at or now
        night = quiet_hours(customer.timezone, free_at, purpose=draft.purpose, channel=draft.channel, policy=policy)
        return night.until_at or free_at


def _expires_at(draft: Draft, play: Play | None, due_at: datetime) -> datetime | None:
    """Until when a draft is worth sending: a play as long as its goal may be reached, other service for a day."""
    if draft.purpose == "marketing":
        return draft.created_at + play.goal.within if play is not None else None
    return due_at + SERVICE_KEEPS
