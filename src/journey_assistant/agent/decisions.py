"""Decisions on a message: what the record and the help centre answer without a model, and where doubt goes."""

from __future__ import annotations

from collections.abc import Sequence

from journey_assistant.agent.answers import choices, from_knowledge, from_record, other_plan
from journey_assistant.agent.state import Answer, Parts, RunState
from journey_assistant.domain.decision import Decision, Reason, RejectedCandidate, Route
from journey_assistant.playbook.gate_message import later_verdict, would_repeat
from journey_assistant.playbook.playbook import Playbook


def extractive(state: RunState, parts: Parts) -> RunState:
    """The decision on a message without a model: the record, then the help centre, then one question, then a person."""
    perceived, retrievals, playbook = state["perceived"], state["retrievals"], parts.playbook
    record = from_record(perceived, parts.perception.record_read(state.get("encoded")))
    if record is not None and record.in_doubt:
        return to_person(state, playbook, "system_doubt", record.read.evidence)
    if record is not None:
        return answered(state, playbook, Answer("record", record.read.text, record.read.evidence), 1.0)
    found = from_knowledge(retrievals)
    two = found is not None and found.has_two_readings
    sure = min((r.either if two else r.answerability for r in retrievals), default=0.0)
    if found is not None:
        evidence = tuple(str(c.passage) for c in found.citations)
        if any(would_repeat(perceived, citation.quote) for citation in found.citations):
            return to_person(state, playbook, "repeated_contact", evidence)
        return answered(state, playbook, Answer("quotes", found.text, evidence), sure)
    if (plans := other_plan(retrievals)) is not None:
        evidence = (str(retrievals[0].passages[0].passage.id),)
        return answered(state, playbook, Answer("other_plan", " / ".join(plans), evidence), sure)
    if (titles := choices(perceived, retrievals)) is not None:
        return asks(titles)
    return to_person(state, playbook, "no_answer", ())


def asks(titles: Sequence[str]) -> RunState:
    """One question back: which of two things is meant."""
    reason = Reason("clarify", "the message can mean several things; the answer decides which", ("moment",))
    return {
        "decision": Decision(Route.SELF_RESOLVE, (reason,), confidence=0.5),
        "answer": Answer("question", " / ".join(titles)),
    }


def answered(
    state: RunState, playbook: Playbook, answer: Answer, confidence: float, highest: Route = Route.SELF_RESOLVE
) -> RunState:
    """An answer goes out on the highest allowed route up to ``highest``; without one, a person gets the question."""
    speaking = [route for route in (Route.SELF_RESOLVE, Route.DRAFT_MESSAGE) if route.autonomy <= highest.autonomy]
    routes = [route for route in speaking if route in state["gate"].allowed]
    if not routes:
        return to_person(state, playbook, "no_answer", answer.evidence)
    why = "the customer's own record answers" if answer.kind == "record" else "the help centre answers"
    rejected = (RejectedCandidate("answered", route=Route.ROUTE_TO_HUMAN),)
    decision = Decision(routes[0], (Reason("answer", why, answer.evidence),), confidence, rejected)
    return {"decision": decision, "answer": answer}


def to_person(state: RunState, playbook: Playbook, code: str, evidence: tuple[str, ...]) -> RunState:
    """A person gets the message, for a reason that only this step could see."""
    verdict = later_verdict(playbook, state["perceived"], code, evidence)
    best = max((r.answerability for r in state["retrievals"]), default=0.0)
    rejected = (RejectedCandidate(code, route=Route.SELF_RESOLVE, detail=f"answerability {best:.2f}"),)
    decision = Decision(Route.ROUTE_TO_HUMAN, verdict.reasons, 1.0 - best, rejected)
    return {"gate": verdict, "decision": decision}
