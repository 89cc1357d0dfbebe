"""The model's turn: what rules settle without it, what it is asked, and what becomes of its proposal.

What policy forbids no proposal allows: routes come from the gate, contradictions in the record go to a person,
a question back is one of our phrases, and whatever goes wrong ends as the operator chose (a person, or quotes).
"""

from __future__ import annotations

import re

from journey_assistant.agent.answers import asked_before, from_record, other_plan
from journey_assistant.agent.decisions import answered, asks, extractive, to_person
from journey_assistant.agent.faithful import drops_condition
from journey_assistant.agent.given import Exhibit, citation
from journey_assistant.agent.propose import CALLS_A_TURN, Proposed, Task, propose
from journey_assistant.agent.state import Answer, Parts, RunState, Spoken, Usage
from journey_assistant.agent.tool_loop import MOST_CALLS
from journey_assistant.domain.decision import Route
from journey_assistant.playbook.gate_message import would_repeat

WORTH_ASKING_AT = 0.2
"""Least answerability at which a model is asked. It reads more out of passages than a score, but not out of nothing."""
SURE_AT = 0.5
"""Least confidence of the model at which its words are used; below, it doubts and a person is asked."""
_STEP = re.compile(r"\s*(?:\d+[.)]|[-*•])\s")


async def by_model(state: RunState, parts: Parts) -> RunState:
    """The decision on a message when a model is configured, with what the model cost."""
    perceived, retrievals = state["perceived"], state["retrievals"]
    record = from_record(perceived, parts.perception.record_read(state.get("encoded")))
    in_doubt = record is not None and record.in_doubt
    grounded = bool(retrievals) and min(r.answerability for r in retrievals) >= WORTH_ASKING_AT
    if in_doubt or other_plan(retrievals) is not None or (record is None and not grounded):
        return extractive(state, parts)
    task = _task(state, parts, with_tools=record is not None)
    assert parts.model is not None
    proposed = await propose(task, parts.model, parts.prompts)
    spent: RunState = {
        "usage": _added(state.get("usage", Usage()), proposed),
        "tool_calls": (*state.get("tool_calls", ()), *proposed.tool_calls),
    }
    return {**_decided(state, parts, proposed), **spent}


def _task(state: RunState, parts: Parts, *, with_tools: bool) -> Task:
    used = state.get("usage", Usage()).calls
    spent_s = sum(state.get("elapsed_ms", {}).values()) / 1000
    return Task(
        perceived=state["perceived"],
        retrievals=state["retrievals"],
        allowed=tuple(dict.fromkeys((*state["gate"].allowed, Route.ROUTE_TO_HUMAN))),
        brand=parts.playbook.company.brand,
        faults=state.get("faults", ()),
        with_tools=with_tools,
        calls=(MOST_CALLS if with_tools else CALLS_A_TURN) - used,
        seconds=max(parts.turn_seconds - spent_s, 0.0),
    )


def _added(old: Usage, proposed: Proposed) -> Usage:
    return Usage(old.model, old.calls + proposed.calls, old.tokens + proposed.tokens, old.cost_usd + proposed.cost_usd)


def _decided(state: RunState, parts: Parts, proposed: Proposed) -> RunState:
    playbook, proposal = parts.playbook, proposed.proposal
    if proposal is None:
        return _failed(state, parts, proposed)
    if not proposal.speaks or proposal.confidence < SURE_AT:
        return to_person(state, playbook, "no_answer", ())
    if proposal.between is not None:
        return _question(state, parts, proposed, proposal.between)
    answer = spoken(proposed)
    if would_repeat(state["perceived"], answer.text):
        return to_person(state, playbook, "repeated_contact", answer.evidence)
    return answered(state, playbook, answer, proposal.confidence, highest=proposal.route)


def _failed(state: RunState, parts: Parts, proposed: Proposed) -> RunState:
    """No usable answer: as the operator chose, with the model marked as lost when it could not be reached."""
    lost: RunState = {"degraded": (f"model: {proposed.failure}",)}
    if parts.on_model_failure == "extractive" and state["perceived"].language_validated and not state.get("faults"):
        return {**extractive(state, parts), **lost}
    return {**to_person(state, parts.playbook, "system_doubt", ()), **lost}


def _question(state: RunState, parts: Parts, proposed: Proposed, between: tuple[str, str]) -> RunState:
    """A fixed phrase with two titles, once in a conversation; the model only chooses between what."""
    titles = [_exhibit(proposed, id_).passage for id_ in between]
    if asked_before(state["perceived"]) or None in titles or Route.SELF_RESOLVE not in state["gate"].allowed:
        return to_person(state, parts.playbook, "no_answer", ())
    return asks([passage.title for passage in titles if passage is not None])


def spoken(proposed: Proposed) -> Answer:
    """The model's sentences with personal data filled in, each with the words it rests on.

    A sentence that leaves out a condition of those words gives way to them.
    """
    assert proposed.proposal is not None
    parts: list[Spoken] = []
    for sentence in proposed.proposal.sentences:
        text = proposed.placeholders.restore(sentence.text)
        found = [citation(_exhibit(proposed, id_), text) for id_ in sentence.evidence]
        quotes = tuple(quote for quote in found if quote is not None)
        limited = next((quote for quote in quotes if drops_condition(text, quote.quote)), None)
        parts.append(Spoken(text if limited is None else limited.quote, quotes))
    evidence = tuple(_exhibit(proposed, id_).source for id_ in proposed.proposal.evidence)
    return Answer("model", joined_up(parts), evidence, spoken=tuple(parts))


def joined_up(parts: list[Spoken]) -> str:
    """Sentences in a row; steps and list items on lines of their own."""
    text = ""
    for part in parts:
        between = "\n" if _STEP.match(part.text) or (text and _STEP.match(text.rsplit("\n", 1)[-1])) else " "
        text += (between if text else "") + part.text
    return text


def _exhibit(proposed: Proposed, id_: str) -> Exhibit:
    return next(exhibit for exhibit in proposed.exhibits if exhibit.id == id_)
