"""Check: every output guardrail looks at the text. One repair, then a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from journey_assistant.agent.checking import outbound_context
from journey_assistant.agent.mending import faults, in_quotes, may_be_rewritten
from journey_assistant.agent.state import Parts, RunState
from journey_assistant.domain.decision import Decision, Reason, RejectedCandidate, Route
from journey_assistant.domain.guardrail import Severity, Verdict
from journey_assistant.domain.outcome import DraftMessage, Reply
from journey_assistant.guardrails.check import check as guardrails_check
from journey_assistant.guardrails.policy import GuardPolicy
from journey_assistant.playbook.gate_message import later_verdict
from journey_assistant.playbook.playbook import Playbook

AfterCheck = Literal["decide", "route_to_human", "hold", "__end__"]


async def check(state: RunState, runtime: Runtime[Parts]) -> Command[AfterCheck]:
    """Passes the outcome, repairs it once, or lowers it: to a person, or to a hold that nobody rewrites."""
    outcome, parts = state["outcome"], runtime.context
    assert isinstance(outcome, Reply | DraftMessage)
    context = outbound_context(state, outcome, parts)
    verdict = guardrails_check(shown(outcome), context)
    if verdict.passes:
        return Command(goto="__end__", update={"findings": verdict.findings})
    if verdict.severity is Severity.REPAIR:
        if (quoted := in_quotes(state, outcome, verdict)) and guardrails_check(shown(quoted), context).passes:
            return Command(goto="__end__", update={"outcome": quoted, "findings": verdict.findings})
        if may_be_rewritten(state):
            return Command(goto="decide", update={"faults": faults(verdict), "findings": verdict.findings})
    return lowered(state, parts.playbook, verdict)


def shown(outcome: Reply | DraftMessage) -> str:
    """The text as guardrails read it: an e-mail with its subject on the first line."""
    subject = outcome.subject if isinstance(outcome, DraftMessage) else None
    return f"Subject: {subject}\n{outcome.text}" if subject else outcome.text


def rewritten(outcome: Reply | DraftMessage, text: str) -> Reply | DraftMessage:
    """The outcome with the repaired text."""
    if isinstance(outcome, DraftMessage) and text.startswith("Subject: "):
        subject, _, body = text.partition("\n")
        return replace(outcome, subject=subject.removeprefix("Subject: "), text=body)
    return replace(outcome, text=text)


def lowered(state: RunState, playbook: Playbook, verdict: Verdict) -> Command[AfterCheck]:
    """Autonomy only goes down: a blocked reply becomes a handoff, a blocked proactive draft a hold or a handoff."""
    old, worst = state["decision"], verdict.findings[0]
    proactive = state["perceived"].snapshot.message is None
    held = proactive and GuardPolicy().on_fail.get(worst.guardrail) == "hold"
    code = worst.guardrail if held else "system_doubt"
    reason = Reason(code, f"{worst.guardrail}: {worst.why}", worst.evidence)
    rejected = (*old.rejected, RejectedCandidate(worst.guardrail, route=old.route, play=old.play, detail=worst.why))
    route = Route.HOLD if held else Route.ROUTE_TO_HUMAN
    decision = Decision(route, (reason, *old.reasons), rejected=rejected, play=old.play)
    update: RunState = {"decision": decision, "findings": verdict.findings}
    if route is Route.ROUTE_TO_HUMAN:
        update["gate"] = later_verdict(playbook, state["perceived"], code, worst.evidence)
    return Command(goto="hold" if held else "route_to_human", update=update)
