"""Rules that can be taken out: each gives the parts of a decider without it, and names the laws that must notice.

Rules go by data and arguments: a playbook without a row, a policy without a limit, a play without a mark, a prompt
that says nothing, a decider that is handed something else. No file and no code is changed in place.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from journey_assistant.agent.state import Parts
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.policy.policy import Cap
from journey_assistant.playbook.conditions import Condition
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.schema import HoldRow
from journey_assistant.prompts import Prompts
from journey_assistant.resources import resource_dir
from never_events.laws import Decide
from never_events.lives import Life

Change = Callable[[Playbook], Playbook]


@dataclass(frozen=True)
class Rule:
    """A rule by name, the law that holds because of it, and the world without it."""

    name: str
    law: str
    without: Callable[[Parts], Parts] = lambda parts: parts
    handed: Callable[[Decide], Decide] = lambda decide: decide


def _playbook(change: Change) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, playbook=change(parts.playbook))


def without_hold(code: str) -> Callable[[Parts], Parts]:
    """A playbook without this hold."""

    def change(book: Playbook) -> Playbook:
        rows = tuple(row for row in book.holds.holds if row.code != code)
        assert rows != book.holds.holds, f"there is no hold {code}"
        return replace(book, holds=book.holds.model_copy(update={"holds": rows}))

    return _playbook(change)


def _gate(code: str) -> Callable[[Parts], Parts]:
    def change(book: Playbook) -> Playbook:
        rows = tuple(row for row in book.gate if row.code != code)
        assert rows != book.gate, f"the gate has no row {code}"
        return replace(book, gate=rows)

    return _playbook(change)


def _no_alerts(book: Playbook) -> Playbook:
    kept = tuple(alert for alert in book.alerts.alerts if alert.code != "frustrated_prospect")
    return replace(book, alerts=book.alerts.model_copy(update={"alerts": kept}))


def without_limits(**limits: Any) -> Callable[[Parts], Parts]:
    """Other limits for the gate and for the guardrails behind it: both lines read the one policy."""
    return _playbook(lambda book: replace(book, policy=replace(book.policy, **limits)))


def _no_memory_of_moods(parts: Parts) -> Parts:
    """Neither the hold nor the signal, which guardrails read, looks back at a bad mood."""
    forgetful = replace(parts.perception, rules=replace(parts.perception.rules, mood_window=timedelta(0)))
    return without_limits(negative_window=timedelta(0))(replace(parts, perception=forgetful))


def _no_caps(book: Playbook) -> Playbook:
    boundless = {channel: Cap(10**6, cap.window) for channel, cap in book.policy.channel_caps.items()}
    policy = replace(book.policy, channel_caps=boundless, all_channels=Cap(10**6, book.policy.all_channels.window))
    return replace(book, policy=policy)


NO_CAPS = _playbook(_no_caps)


def _indiscreet(book: Playbook) -> Playbook:
    """Plays that may say what was only watched; their texts would then name the page."""
    plays = {
        name: play.model_copy(update={"behavioural": False, "details": {**play.details, "goal": "path"}})
        for name, play in book.plays.items()
    }
    return replace(book, plays=plays)


def _said_by_notes(book: Playbook) -> Playbook:
    """Holds that a note can lift: outside text as an instruction."""
    unless_noted = Condition.model_validate({"not": {"count": {"of": "note_added", "within": "30 d"}}})
    rows = tuple(
        HoldRow(code=row.code, when=unless_noted, until=row.until) if row.code == "no_consent" else row
        for row in book.holds.holds
    )
    return replace(book, holds=book.holds.model_copy(update={"holds": rows}))


def _choosy(book: Playbook) -> Playbook:
    """A hold that asks for the name."""
    named = Condition.model_validate({"state": {"field": "customer.name", "not_one_of": ["Ana Ruiz"]}})
    row = HoldRow(code="weak_data", when=named, until="never")
    return replace(book, holds=book.holds.model_copy(update={"holds": (row, *book.holds.holds)}))


def _name_only(parts: Parts) -> Parts:
    """Templates that know a name and nothing else."""
    shipped = Prompts(resource_dir("prompts"))
    with tempfile.TemporaryDirectory() as folder:
        for name in (name for name in shipped.names if name.startswith("plays/")):
            place = Path(folder) / f"{name}.md"
            place.parent.mkdir(exist_ok=True)
            inputs = ", ".join(shipped.get(name).about.inputs)
            place.write_text(
                f"---\nversion: 1\ninputs: [{inputs}]\nsubject: Hello\n---\nHi {{{{ name }}}}, just checking in."
            )
        return replace(parts, prompts=Prompts(resource_dir("prompts"), Path(folder)))


def _each_arrival_is_new(decide: Decide) -> Decide:
    """Events without ids of their own: what arrives twice happened twice."""

    def handed(life: Life) -> JourneyRun:
        renamed = [{**one, "id": f"{one['id']}-{n}"} for n, one in enumerate(life["timeline"])]
        return decide({**life, "timeline": renamed})

    return handed


def _consent_is_not_asked(decide: Decide) -> Decide:
    """Every customer counts as one who said yes."""

    def handed(life: Life) -> JourneyRun:
        yes = {"email": {"marketing": True, "service": True}}
        kept = [one for one in life["timeline"] if one["type"] != "consent_changed"]
        return decide({**life, "customer": {**life["customer"], "consent": yes}, "timeline": kept})

    return handed


A_PERSON = "a person where one is needed"
RULES = (
    Rule("the days after a bad mood", "no marketing while upset", _no_memory_of_moods),
    Rule("alert frustrated_prospect", "ready to buy and upset: a person", _playbook(_no_alerts)),
    Rule(
        "the stop states",
        "nothing in a stop state",
        without_limits(stop_states=frozenset(), blocked_by_do_not_contact=frozenset()),
    ),
    Rule("the topics of open issues", "no marketing with an open issue", without_limits(open_issue_topics=frozenset())),
    Rule("hold holdout", "nothing in a holdout", without_hold("holdout")),
    Rule("the days after a purchase", "no cart mail after a purchase", without_limits(recent_purchase=timedelta(0))),
    Rule("consent is asked", "no marketing without consent", handed=_consent_is_not_asked),
    Rule("the caps", "no more than the caps", NO_CAPS),
    Rule("the night", "nothing at night", without_limits(quiet_purposes=frozenset())),
    Rule("hold stale", "nothing stale", without_hold("stale")),
    Rule("hold ignored", "never the same after two ignored", without_hold("ignored")),
    Rule("templates that say something", "no name-only draft, no checking in", _name_only),
    Rule("hold weak_data", "nothing from bought data", without_hold("weak_data")),
    Rule("plays that only watch say nothing of it", "nothing creepy", _playbook(_indiscreet)),
    Rule("gate danger", A_PERSON, _gate("danger")),
    Rule("gate privacy_request", A_PERSON, _gate("privacy_request")),
    Rule("gate legal_threat", A_PERSON, _gate("legal_threat")),
    Rule("gate vulnerable", A_PERSON, _gate("vulnerable")),
    Rule("gate asked_for_person", A_PERSON, _gate("asked_for_person")),
    Rule("gate negative_sentiment", A_PERSON, _gate("negative_sentiment")),
    Rule("gate money_decision", A_PERSON, _gate("money_decision")),
    Rule("gate owned_by_person", "silence in a colleague's conversation", _gate("owned_by_person")),
    Rule("gate repeated_contact", "no bot loop", _gate("repeated_contact")),
    Rule("notes lift no hold", "outside text allows nothing", _playbook(_said_by_notes)),
    Rule("no hold asks for a name", "twins are treated alike", _playbook(_choosy)),
    Rule("an event counts once", "order and duplicates change nothing", handed=_each_arrival_is_new),
)
