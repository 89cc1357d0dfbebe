"""Mends a model's answer that guardrails object to: quotes in place of its sentences, or one more try."""

from __future__ import annotations

from dataclasses import replace

from journey_assistant.agent.model_turn import joined_up
from journey_assistant.agent.propose import CALLS_A_TURN
from journey_assistant.agent.state import RunState, Spoken, Usage
from journey_assistant.domain.guardrail import Finding, Severity, Verdict
from journey_assistant.domain.outcome import DraftMessage, Reply

ABOUT_EVIDENCE = frozenset({"ungrounded_claim", "number_mismatch"})
"""Guardrails whose objection ends when the sentence is the evidence itself."""


def in_quotes(state: RunState, outcome: Reply | DraftMessage, verdict: Verdict) -> Reply | DraftMessage | None:
    """The outcome with every sentence that evidence does not carry replaced by the quote it claims to rest on.

    None when something else is objected to, or when such a sentence rests on no passage.
    """
    answer = state.get("answer")
    objections = [f for f in verdict.findings if f.severity > Severity.INFO]
    if answer is None or not answer.spoken or any(f.guardrail not in ABOUT_EVIDENCE for f in objections):
        return None
    mended: list[Spoken] = []
    at = 0
    for sentence in answer.spoken:
        start = answer.text.index(sentence.text, at)
        at = start + len(sentence.text)
        if any(_touches(finding, start, at) for finding in objections):
            if not sentence.quotes:
                return None
            sentence = Spoken(sentence.quotes[0].quote, sentence.quotes[:1])
        if sentence.text not in [earlier.text for earlier in mended]:
            mended.append(sentence)
    citations = dict.fromkeys(quote for sentence in mended for quote in sentence.quotes)
    return replace(outcome, text=joined_up(mended), citations=tuple(citations))


def may_be_rewritten(state: RunState) -> bool:
    """A model wrote it, was not asked to mend it yet, and has a call left."""
    answer = state.get("answer")
    calls = state.get("usage", Usage()).calls
    return answer is not None and answer.kind == "model" and not state.get("faults") and calls < CALLS_A_TURN


def faults(verdict: Verdict) -> tuple[str, ...]:
    """What the model is told: each guardrail's name and reason."""
    return tuple(f"{f.guardrail}: {f.why}" for f in verdict.findings if f.severity > Severity.INFO)


def _touches(finding: Finding, start: int, end: int) -> bool:
    first, last = finding.span
    return first < end and last > start
