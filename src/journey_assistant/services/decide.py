"""Decide one moment: run the graph over a snapshot and make its record. Pure: nothing is stored or sent here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from journey_assistant.agent.run import Graph, Progress, Unfinished, run_graph
from journey_assistant.agent.shadow import only_recorded
from journey_assistant.agent.state import Parts, RunState, Usage
from journey_assistant.domain.decision import Reason, RejectedCandidate, Route
from journey_assistant.domain.handoff import HandoffSummary, Priority
from journey_assistant.domain.journey_run import JourneyRun, Versions
from journey_assistant.domain.outcome import Handoff
from journey_assistant.domain.sentiment import NEUTRAL, NO_REASON
from journey_assistant.errors import PortError
from journey_assistant.services.read_case import Case
from journey_assistant.services.record import run_id


@dataclass(frozen=True)
class Decider:
    """The compiled graph with its parts. Safe to share: runs do not see each other."""

    graph: Graph
    parts: Parts
    versions: Versions

    async def decide(self, case: Case, *, progress: Progress | None = None) -> JourneyRun:
        """One moment, one run. ``progress`` hears the names of steps, never customer text.

        A part that is down or too slow ends at a person (reason ``system_doubt``), never in an exception.
        """
        try:
            state = await run_graph(self.graph, self.parts, case.snapshot, progress)
        except Unfinished as unfinished:
            return self._doubted(case, unfinished.state, unfinished.cause)
        return self._record(case, only_recorded(state, self.parts.playbook) if state["is_watched"] else state)

    def _record(self, case: Case, state: RunState) -> JourneyRun:
        perceived, decision = state["perceived"], state["decision"]
        usage = state.get("usage", Usage())
        versions = replace(self.versions, model=usage.model or self.versions.model)
        return JourneyRun(
            id=run_id(case.raw, self.versions),
            case_id=case.snapshot.case_id,
            customer_id=case.snapshot.customer.id,
            now_at=case.snapshot.now_at,
            route=decision.route,
            reasons=decision.reasons,
            rejected=decision.rejected,
            sentiment=perceived.sentiment,
            contact_reason=perceived.contact_reason,
            signals=perceived.signals,
            outcome=state["outcome"],
            versions=versions,
            lifecycle_stage=perceived.stage.value,
            confidence=decision.confidence,
            findings=tuple(state["findings"]),
            play=decision.play,
            shadow=state.get("shadow"),
            tool_calls=state.get("tool_calls", ()),
            degraded=tuple(dict.fromkeys((*self.parts.degraded, *perceived.degraded, *state.get("degraded", ())))),
            model_calls=usage.calls,
            tokens=usage.tokens,
            cost_usd=usage.cost_usd,
            elapsed_ms=state["elapsed_ms"],
            tenant_id=case.snapshot.tenant_id,
        )

    def _doubted(self, case: Case, state: RunState, error: PortError) -> JourneyRun:
        """The record of a run that could not finish: a person gets the moment with what was known by then."""
        perceived = state.get("perceived")
        message = case.snapshot.message
        reason = Reason("system_doubt", f"a part is down: {error}", ())
        phrase = self.parts.playbook.handover_phrase("system_doubt", case.snapshot.customer.language or "en")
        is_silent = message is None or state.get("is_watched", False)
        return JourneyRun(
            id=run_id(case.raw, self.versions),
            case_id=case.snapshot.case_id,
            customer_id=case.snapshot.customer.id,
            now_at=case.snapshot.now_at,
            route=Route.ROUTE_TO_HUMAN,
            reasons=(reason,),
            rejected=(RejectedCandidate("system_doubt", route=Route.SELF_RESOLVE),),
            sentiment=perceived.sentiment if perceived else NEUTRAL,
            contact_reason=perceived.contact_reason if perceived else NO_REASON,
            signals=perceived.signals if perceived else (),
            outcome=Handoff(
                queue="general",
                priority=Priority.NORMAL,
                summary=HandoffSummary(goal=message.text[:200] if message else "", why_you=reason.why),
                text="" if is_silent else phrase,
                channel=message.channel if message else "internal",
            ),
            versions=self.versions,
            degraded=(*self.parts.degraded, error.port),
            elapsed_ms=dict[str, Any](state.get("elapsed_ms", {})),
            tenant_id=case.snapshot.tenant_id,
        )
