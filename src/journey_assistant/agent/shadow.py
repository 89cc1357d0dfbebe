"""Shadow: everything is decided and recorded, nothing is sent; a colleague acts, and the two can be compared."""

from __future__ import annotations

from dataclasses import replace

from journey_assistant.agent.state import RunState
from journey_assistant.agent.summary import summarise
from journey_assistant.domain.decision import Decision, GateVerdict, RejectedCandidate, Route
from journey_assistant.domain.journey_run import Shadow
from journey_assistant.domain.outcome import DraftMessage, Handoff, Hold, Outcome, Reply
from journey_assistant.domain.perceived import Perceived
from journey_assistant.playbook.gate_message import later_verdict
from journey_assistant.playbook.playbook import Playbook

SHADOW = "shadow"


def is_watched(playbook: Playbook, perceived: Perceived, verdict: GateVerdict) -> bool:
    """Is this contact reason, channel or play only watched so far?"""
    message = perceived.snapshot.message
    if message is not None:
        return playbook.autonomy_for_message(message.channel, perceived.contact_reason.label) == SHADOW
    return verdict.play is not None and playbook.autonomy_for_play(playbook.plays[verdict.play]) == SHADOW


def only_recorded(state: RunState, playbook: Playbook) -> RunState:
    """A finished run whose words stay in its record: a person gets the message in silence, a play's draft is held."""
    old, outcome = state["decision"], state["outcome"]
    shadow = Shadow(old.route, old.reasons, outcome)
    if isinstance(outcome, Handoff):
        return {**state, "shadow": shadow, "outcome": replace(outcome, text="")}
    if isinstance(outcome, Hold):
        return {**state, "shadow": shadow}
    verdict = later_verdict(playbook, state["perceived"], SHADOW)
    decision = Decision(
        Route.HOLD if old.play else Route.ROUTE_TO_HUMAN,
        verdict.reasons,
        rejected=(*old.rejected, RejectedCandidate(SHADOW, route=old.route, play=old.play)),
        play=old.play,
    )
    return {**state, "shadow": shadow, "decision": decision, "outcome": _in_silence(state, verdict, outcome)}


def _in_silence(state: RunState, verdict: GateVerdict, outcome: Reply | DraftMessage) -> Outcome:
    if state["decision"].play:
        return Hold(SHADOW, "its autonomy is raised")
    return Handoff(
        queue=verdict.queue,
        priority=verdict.priority,
        summary=summarise(state["perceived"], verdict.reasons),
        channel=outcome.channel,
    )
