"""Runs labelled guardrail cases the way real text goes: drafts past the check, stored text past the way in, a chat
message through the whole graph with the case's evidence as its only knowledge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from journey_assistant.agent.run import Graph, run_graph
from journey_assistant.agent.state import Parts
from journey_assistant.domain.decision import Route
from journey_assistant.domain.guardrail import Verdict
from journey_assistant.domain.knowledge import Article, ArticleId
from journey_assistant.domain.moment import CaseId, Message, Snapshot
from journey_assistant.evaluation.guard_cases import GuardCase, judged, prediction
from journey_assistant.knowledge.index import KnowledgeBase
from journey_assistant.knowledge.retrieve import KnowledgeRetriever

REFUSED = "refused"


@dataclass(frozen=True)
class GuardRunner:
    """The agent's parts and graph; each case brings its own customer, brand and evidence."""

    graph: Graph
    parts: Parts

    async def line(self, case: GuardCase) -> dict[str, Any]:
        """``id, blocked, guardrails, action, findings`` of one case."""
        if case.surface != "chat":
            return prediction(case, judged(case))
        state = await run_graph(self.graph, self._parts_for(case), snapshot_of(case))
        verdict = Verdict.of(state["findings"])
        said = prediction(case, verdict)
        decision = state["decision"]
        refused = any(reason.code == REFUSED for reason in decision.reasons)
        action = "refuse" if refused else decision.route.value
        return {**said, "action": action, "blocked": said["blocked"] or decision.route is Route.HOLD}

    def _parts_for(self, case: GuardCase) -> Parts:
        """The same agent over the case's evidence and brand."""
        context, old = case.context, self.parts
        articles = [
            Article(ArticleId(e.id), e.id, e.text, audience="internal" if e.internal else "customers")
            for e in context.evidence
            if e.kind == "passage"
        ]
        knowledge = KnowledgeBase(articles, encoder=old.perception.encoder)
        company = replace(old.playbook.company, brand=context.brand, allow_domains=tuple(context.hosts))
        return replace(
            old,
            playbook=replace(old.playbook, company=company),
            perception=replace(old.perception, company=company),
            retriever=KnowledgeRetriever(knowledge=knowledge, clock=old.retriever.clock),
        )


def snapshot_of(case: GuardCase) -> Snapshot:
    """The moment of a chat case: its customer writes its text."""
    context = case.context
    return Snapshot(CaseId(case.id), context.now_at, context.customer, context.timeline, Message(case.text))
