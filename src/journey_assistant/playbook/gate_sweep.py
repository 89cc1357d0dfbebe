"""The gate of a sweep: alerts first, then plays, ranked and held one by one; every candidate is recorded."""

from __future__ import annotations

from journey_assistant.domain.decision import Decision, GateVerdict, Reason, RejectedCandidate, Route
from journey_assistant.domain.perceived import Perceived
from journey_assistant.domain.play import Candidate
from journey_assistant.domain.policy.suppression import alerts_allowed
from journey_assistant.playbook.candidates import due_alerts, due_plays
from journey_assistant.playbook.gate_message import SWITCHED_OFF
from journey_assistant.playbook.holds import Held, held
from journey_assistant.playbook.material import material_for
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.scene import Scene

NOTHING_DUE, LOST_ARBITRATION = "nothing_due", "lost_arbitration"


def gate_sweep(playbook: Playbook, perceived: Perceived) -> GateVerdict:
    """What is due for this customer now: a colleague is alerted, a play is drafted, or it is held until it says."""
    scene = playbook.scene(perceived)
    plays = ranked(due_plays(playbook, scene))
    alerts = due_alerts(playbook, scene)
    stopped = alerts_allowed(perceived.snapshot.customer)
    if alerts and stopped.allowed:
        return _alert(playbook, scene, alerts, plays)
    if alerts and not plays:
        held_alert = Held("stop_state", stopped.why, stopped.until, evidence=stopped.evidence)
        return _hold(alerts[0], held_alert, [(alert, held_alert) for alert in alerts])
    return _play(playbook, scene, plays)


def ranked(candidates: list[Candidate]) -> list[Candidate]:
    """Best first: what fits the customer's stage, then priority × propensity × value × freshness."""
    return sorted(candidates, key=lambda c: (c.fresh == 0.0, not c.fits_stage, -c.score, c.id))


def _alert(playbook: Playbook, scene: Scene, alerts: list[Candidate], plays: list[Candidate]) -> GateVerdict:
    winner = next(alert for alert in playbook.alerts.alerts if alert.code == alerts[0].id)
    rejected = [
        RejectedCandidate(LOST_ARBITRATION, play=other.id, detail="another alert comes first") for other in alerts[1:]
    ]
    rejected += [_rejection(play, _stopped(playbook, scene, play)) for play in plays]
    reason = Reason(winner.code, winner.why, alerts[0].evidence)
    return GateVerdict(
        decision=Decision(Route.ROUTE_TO_HUMAN, (reason,), rejected=tuple(rejected)),
        queue=winner.queue,
        priority=playbook.priority_for(winner.priority, scene.perceived),
        reasons=(reason,),
        rejected=tuple(rejected),
        cause=alerts[0].cause,
    )


def _play(playbook: Playbook, scene: Scene, plays: list[Candidate]) -> GateVerdict:
    if not plays:
        return _nothing(playbook, scene)
    results: list[tuple[Candidate, Held | None]] = []
    for play in plays:
        found = _stopped(playbook, scene, play)
        results.append((play, found))
        if found is None or (found.ends_moment and len(results) == 1):
            break
    results += [(play, _stopped(playbook, scene, play)) for play in plays[len(results) :]]
    first, first_held = results[0]
    winner = next((play for play, found in results if found is None), None)
    if winner is None or (first_held is not None and first_held.ends_moment):
        assert first_held is not None
        return _hold(first, first_held, results)
    return _draft(playbook, scene, winner, results)


def _stopped(playbook: Playbook, scene: Scene, candidate: Candidate) -> Held | None:
    """Why a candidate is held: it is switched off, or somebody must be left alone; None when it may be written."""
    if playbook.autonomy_for_play(playbook.plays[candidate.id]) == "off":
        return Held(SWITCHED_OFF, "this play is switched off", "it is switched on")
    return held(playbook, scene, candidate)


def _draft(
    playbook: Playbook, scene: Scene, winner: Candidate, results: list[tuple[Candidate, Held | None]]
) -> GateVerdict:
    material = material_for(playbook, scene, winner)
    rejected = [_rejection(play, found) for play, found in results if play is not winner]
    rejected += [RejectedCandidate(code, play=winner.id, detail=offer) for offer, code in material.rejected_offers]
    evidence = tuple(dict.fromkeys((*winner.evidence, *(fact.source_id for fact in material.facts))))
    reason = Reason(winner.id, winner.evaluation.why, evidence)
    level = playbook.autonomy_for_play(playbook.plays[winner.id])
    allowed = (Route.SELF_RESOLVE, Route.DRAFT_MESSAGE) if level == "auto" else (Route.DRAFT_MESSAGE,)
    return GateVerdict(
        allowed=allowed,
        play=winner.id,
        material=material,
        reasons=(reason,),
        rejected=tuple(rejected),
        cause=winner.cause,
    )


def _hold(first: Candidate, why: Held, results: list[tuple[Candidate, Held | None]]) -> GateVerdict:
    rejected = tuple(_rejection(play, found) for play, found in results if play is not first)
    reason = Reason(why.code, f"{first.id}: {why.why}", tuple(dict.fromkeys((*why.evidence, *first.evidence))))
    return GateVerdict(
        decision=Decision(Route.HOLD, (reason,), rejected=rejected, play=first.id),
        until=why.until,
        until_at=why.until_at,
        reasons=(reason,),
        rejected=rejected,
        cause=first.cause,
    )


def _nothing(playbook: Playbook, scene: Scene) -> GateVerdict:
    newest = scene.perceived.snapshot.timeline.recent(scene.at, 1)
    looked_at = tuple(str(event.id) for event in newest) or ("timeline",)
    reason = Reason(NOTHING_DUE, "no play and no alert is due", looked_at)
    return GateVerdict(
        decision=Decision(Route.HOLD, (reason,)), until=playbook.holds.nothing_due_until, reasons=(reason,)
    )


def _rejection(candidate: Candidate, found: Held | None) -> RejectedCandidate:
    if found is None:
        return RejectedCandidate(LOST_ARBITRATION, play=candidate.id, detail="another play won this moment")
    return RejectedCandidate(found.code, play=candidate.id, detail=found.why)
