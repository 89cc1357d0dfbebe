"""Gate: the playbook alone decides who must get a person, who must be left alone, and which routes are allowed."""

from __future__ import annotations

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from journey_assistant.agent.shadow import is_watched
from journey_assistant.agent.state import Answer, Parts, RunState
from journey_assistant.domain.decision import Decision, GateVerdict, Reason, Route
from journey_assistant.domain.guardrail import Severity, Verdict
from journey_assistant.domain.perceived import Perceived
from journey_assistant.guardrails.policy import DEFAULT_POLICY
from journey_assistant.perception.questions import questions_in
from journey_assistant.playbook.gate_message import gate_message, later_verdict
from journey_assistant.playbook.gate_sweep import gate_sweep
from journey_assistant.playbook.playbook import Playbook

AfterGate = Literal["retrieve", "self_resolve", "draft_message", "route_to_human", "hold"]
REFUSED = "refused"
REFUSED_PART = "refused_part"
PERSON_EVEN_SO = frozenset(
    {"owned_by_person", "danger", "privacy_request", "legal_threat", "vulnerable", "asked_for_person"}
)
"""Reasons for a person that a hostile text beside them does not take away."""
HOSTILE = frozenset({"prompt_injection", "system_prompt_leak", "cross_customer_access", "unicode_smuggling"})
"""What makes a message hostile: a softer reason for a person (it reads upset, it wants money) does not save it."""


async def gate(state: RunState, runtime: Runtime[Parts]) -> Command[AfterGate]:
    """A forced decision goes straight to its writer; otherwise the allowed routes go on to retrieval."""
    parts = runtime.context
    has_model = parts.model is not None
    verdict = judged(parts.playbook, state["perceived"], state["screened"], has_model=has_model)
    watched = is_watched(parts.playbook, state["perceived"], verdict)
    update: RunState = {"gate": verdict, "material": verdict.material, "is_watched": watched}
    if verdict.decision is None:
        return Command(goto="retrieve", update=update)
    update["decision"] = verdict.decision
    match verdict.decision.route:
        case Route.SELF_RESOLVE:
            update["answer"] = Answer("fixed", phrase=verdict.reply_reason or REFUSED)
            return Command(goto="self_resolve", update=update)
        case Route.DRAFT_MESSAGE:
            update["answer"] = Answer("fixed", phrase=verdict.reply_reason or REFUSED)
            return Command(goto="draft_message", update=update)
        case Route.ROUTE_TO_HUMAN:
            return Command(goto="route_to_human", update=update)
        case _:
            return Command(goto="hold", update=update)


def judged(playbook: Playbook, perceived: Perceived, screened: Verdict, *, has_model: bool = False) -> GateVerdict:
    """The playbook's verdict, unless the message must not be served: then it is refused, or a person gets it.

    Who is in danger, grieving, threatening law or asking for a person gets a person also with a hostile text.
    """
    if perceived.snapshot.message is None:
        return gate_sweep(playbook, perceived)
    verdict = gate_message(playbook, perceived, has_model=has_model)
    if screened.passes or _is_held(verdict) or _code(verdict) in PERSON_EVEN_SO:
        return verdict
    objections = [finding for finding in screened.findings if finding.severity is not Severity.INFO]
    if _is_person(verdict) and not any(f.guardrail in HOSTILE for f in objections):
        return verdict
    refusable = [f for f in objections if DEFAULT_POLICY.on_fail.get(f.guardrail) != Route.ROUTE_TO_HUMAN]
    if not refusable:
        return verdict if _is_person(verdict) else later_verdict(playbook, perceived, "system_doubt")
    worst = refusable[0]
    reason = Reason(REFUSED, f"{worst.guardrail}: {worst.why}", worst.evidence)
    return GateVerdict(
        decision=Decision(Route.SELF_RESOLVE, (reason,)), reply_reason=_refusal(perceived), reasons=(reason,)
    )


def _refusal(perceived: Perceived) -> str:
    """The phrase of a refusal; one that says that nothing was answered when a question stands beside other words."""
    text = perceived.snapshot.message.text.strip() if perceived.snapshot.message else ""
    return REFUSED_PART if any(question.text != text for question in questions_in(text)) else REFUSED


def _code(verdict: GateVerdict) -> str:
    return verdict.decision.reasons[0].code if verdict.decision and verdict.decision.reasons else ""


def _is_held(verdict: GateVerdict) -> bool:
    return verdict.decision is not None and verdict.decision.route is Route.HOLD


def _is_person(verdict: GateVerdict) -> bool:
    return verdict.decision is not None and verdict.decision.route is Route.ROUTE_TO_HUMAN
