"""Decide one moment: run the graph over a snapshot and make its record. Pure: nothing is stored or sent here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from journey_assistant.agent.run import Graph, Unfinished, run_graph
from journey_assistant.agent.shadow import only_recorded
from journey_assistant.agent.state import Parts, RunState, Usage
from journey_assistant.agent.timing import Progress
from journey_assistant.domain.decision import Reason
from journey_assistant.domain.journey_run import JourneyRun, Versions
from journey_assistant.errors import PortError
from journey_assistant.playbook.playbook import GENERAL
from journey_assistant.services.read_case import Case
from journey_assistant.services.record import run_id
from journey_assistant.services.to_person import run_to_person


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
            cause=state["gate"].cause,
            tenant_id=case.snapshot.tenant_id,
        )

    def _doubted(self, case: Case, state: RunState, error: PortError) -> JourneyRun:
        """The record of a run that could not finish: a person gets the moment with what was known by then."""
        reason = Reason("system_doubt", f"a part is down: {error}", ())
        phrase = self.parts.playbook.handover_phrase("system_doubt", case.snapshot.customer.language or "en")
        return run_to_person(
            case,
            self.versions,
            reason,
            text="" if state.get("is_watched", False) else phrase,
            queue=GENERAL,
            perceived=state.get("perceived"),
            degraded=(*self.parts.degraded, error.port),
            elapsed_ms=state.get("elapsed_ms"),
        )
