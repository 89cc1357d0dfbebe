"""Holds: who must be left alone. The rows' order is the playbook's, the rules are those of ``domain.policy``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from journey_assistant.domain.play import Candidate, Material
from journey_assistant.domain.policy import consent, frequency, suppression
from journey_assistant.domain.policy.policy import Ruling
from journey_assistant.domain.policy.quiet_hours import quiet_hours
from journey_assistant.playbook.evaluate import evaluate
from journey_assistant.playbook.material import is_weak, material_for
from journey_assistant.playbook.play_schema import Play
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.scene import Scene
from journey_assistant.playbook.schema import HoldRow


@dataclass(frozen=True, slots=True)
class Held:
    """Why a candidate is held, until when or what, and whether this ends the moment for all candidates."""

    code: str
    why: str
    until: str
    until_at: datetime | None = None
    evidence: tuple[str, ...] = ()
    ends_moment: bool = False
    needs_person: bool = False


@dataclass(frozen=True)
class Case:
    """One candidate before the table: its play, the scene, and the channel it would use."""

    playbook: Playbook
    scene: Scene
    play: Play
    candidate: Candidate
    channel: str

    @cached_property
    def material(self) -> Material:
        """What its draft may rest on."""
        return material_for(self.playbook, self.scene, self.candidate)


def held(playbook: Playbook, scene: Scene, candidate: Candidate) -> Held | None:
    """The first row that holds the candidate, or None when it may be written."""
    play = playbook.plays[candidate.id]
    case = Case(playbook, scene, play, candidate, channel_for(playbook, scene, play))
    for row in playbook.holds.holds:
        if play.purpose in row.purposes and (found := _applies(row, case)) is not None:
            return found
    return None


def channel_for(playbook: Playbook, scene: Scene, play: Play) -> str:
    """The channel of a play's message: the customer's preferred one if it is permitted, else the next that is."""
    return _permitted(scene, play).channel or play.channels[0]


def _permitted(scene: Scene, play: Play) -> Ruling:
    snapshot = scene.perceived.snapshot
    preferred = str(snapshot.customer.declared.get("preferred_channel") or "")
    return consent.permitted_channel(
        snapshot.customer, snapshot.timeline, play.purpose, preferred, play.channels, scene.at
    )


def _applies(row: HoldRow, case: Case) -> Held | None:
    if row.when is not None:
        answer = evaluate(row.when, case.scene)
        if not answer.holds:
            return None
        return Held(row.code, row.why or answer.why, row.until, None, answer.all_evidence, row.ends_moment)
    ruling = CHECKS[row.check or ""](case)
    if ruling.allowed:
        return None
    return Held(
        ruling.code if row.check == OFFER_ONLY else row.code,
        ruling.why,
        ruling.until or row.until,
        ruling.until_at,
        ruling.evidence,
        row.ends_moment,
        ruling.needs_person,
    )


def _stop_state(case: Case) -> Ruling:
    return suppression.stop_state(
        case.scene.perceived.snapshot.customer, purpose=case.play.purpose, policy=case.playbook.policy
    )


def _no_consent(case: Case) -> Ruling:
    ruling = _permitted(case.scene, case.play)
    if not ruling.allowed or not case.play.behavioural:
        return ruling
    snapshot = case.scene.perceived.snapshot
    return consent.may_use_behaviour(snapshot.customer, snapshot.timeline, case.scene.at)


def _undeliverable(case: Case) -> Ruling:
    snapshot = case.scene.perceived.snapshot
    return suppression.undeliverable(snapshot.customer, snapshot.timeline, case.scene.at, channel=case.channel)


def _open_issue(case: Case) -> Ruling:
    timeline, now = case.scene.perceived.snapshot.timeline, case.scene.at
    issue = suppression.open_issue(timeline, now, policy=case.playbook.policy)
    return suppression.incident(case.scene.perceived.snapshot.customer, timeline, now) if issue.allowed else issue


def _negative_sentiment(case: Case) -> Ruling:
    perceived = case.scene.perceived
    return suppression.negative_sentiment(
        perceived.snapshot.timeline,
        perceived.readings,
        case.scene.at,
        policy=case.playbook.policy,
        rules=case.scene.vocabulary.rules,
    )


def _recent_purchase(case: Case) -> Ruling:
    if case.play.after_purchase:
        return ALLOWED
    snapshot = case.scene.perceived.snapshot
    return suppression.recent_purchase(snapshot.customer, snapshot.timeline, case.scene.at, policy=case.playbook.policy)


def _frequency_cap(case: Case) -> Ruling:
    return _cap(case, campaign=None)


def _same_campaign(case: Case) -> Ruling:
    return _cap(case, campaign=case.play.id)


def _group_cap(case: Case) -> Ruling:
    """Plays that belong together share one limit."""
    group = case.play.cap_group
    if group is None:
        return ALLOWED
    cap, plays = case.playbook.cap_group(group)
    timeline = case.scene.perceived.snapshot.timeline
    return frequency.group_cap(timeline, case.scene.at, group=group, plays=plays, cap=cap)


def _cap(case: Case, campaign: str | None) -> Ruling:
    return frequency.frequency_cap(
        case.scene.perceived.snapshot.timeline,
        case.scene.at,
        channel=case.channel,
        campaign=campaign,
        purpose=case.play.purpose,
        policy=frequency.preferred(case.playbook.policy, case.scene.perceived.snapshot.customer),
        account=case.scene.perceived.snapshot.account_timeline,
    )


def _quiet_hours(case: Case) -> Ruling:
    zone = case.scene.perceived.snapshot.customer.timezone
    return quiet_hours(
        zone, case.scene.at, purpose=case.play.purpose, channel=case.channel, policy=case.playbook.policy
    )


def _ignored(case: Case) -> Ruling:
    return suppression.ignored(
        case.scene.perceived.snapshot.timeline,
        case.scene.at,
        play=case.play.id,
        topic=case.play.topic,
        rules=case.scene.vocabulary.rules,
    )


def _stale(case: Case) -> Ruling:
    if case.candidate.fresh > 0:
        return ALLOWED
    why = f"it happened on {case.candidate.at:%Y-%m-%d %H:%M} UTC"
    return Ruling(False, "stale", why, case.candidate.evidence)


def _holdout(case: Case) -> Ruling:
    experiments = case.scene.perceived.snapshot.customer.experiments
    for name in (case.play.id, case.play.experiment):
        if name and experiments.get(name, "").casefold() == "holdout":
            return Ruling(False, "holdout", f"in the holdout arm of {name}", (f"experiments.{name}",))
    return ALLOWED


def _weak_data(case: Case) -> Ruling:
    why = is_weak(case.playbook, case.scene, case.candidate, case.material)
    return Ruling(False, "weak_data", why, case.candidate.evidence) if why else ALLOWED


def _offer_only(case: Case) -> Ruling:
    """The only content left is an offer that is over or not theirs."""
    if case.material.is_enough or not case.material.rejected_offers:
        return ALLOWED
    offer, code = case.material.rejected_offers[0]
    return Ruling(False, code, f"{offer} is all there would be to give", case.candidate.evidence)


def _review_full(case: Case) -> Ruling:
    """More drafts wait for review than people can read; service messages have places of their own."""
    full = case.scene.perceived.snapshot.extra.get(REVIEW_FULL)
    if full == "all" or (full == "marketing" and case.play.purpose == "marketing"):
        return Ruling(False, REVIEW_FULL, "too many drafts wait for review", case.candidate.evidence)
    return ALLOWED


ALLOWED = Ruling(True)
REVIEW_FULL = "review_full"
"""Stands in a case for which drafts the review has no room: ``marketing`` or ``all``."""
OFFER_ONLY = "offer_only"
"""The one check with two answers: the offer is over, or for others."""

CHECKS: dict[str, Callable[[Case], Ruling]] = {
    "stop_state": _stop_state,
    "no_consent": _no_consent,
    "undeliverable": _undeliverable,
    "open_issue": _open_issue,
    "negative_sentiment": _negative_sentiment,
    "recent_purchase": _recent_purchase,
    "frequency_cap": _frequency_cap,
    "same_campaign": _same_campaign,
    "group_cap": _group_cap,
    "quiet_hours": _quiet_hours,
    "ignored": _ignored,
    "stale": _stale,
    "holdout": _holdout,
    "weak_data": _weak_data,
    OFFER_ONLY: _offer_only,
    REVIEW_FULL: _review_full,
}
