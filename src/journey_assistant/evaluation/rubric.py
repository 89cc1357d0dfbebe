"""The rubric of drafts: eight points, each checked by rules, so that the same draft always gets the same marks.

A language model may judge beside it (``draft_judge``); how far either is to be believed is measured on labelled drafts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from journey_assistant.domain.customer import Customer
from journey_assistant.domain.policy.consent import consent_for
from journey_assistant.domain.policy.quiet_hours import quiet_hours
from journey_assistant.domain.policy.suppression import stop_state
from journey_assistant.domain.timeline import Event, EventId, Timeline
from journey_assistant.playbook.play_schema import Play
from journey_assistant.playbook.playbook import Playbook

SHORTEST, LONGEST = 80, 1_600
"""Characters of a draft that says something and is still read."""
FRESH = timedelta(hours=72)
"""Longest since the newest event behind an event play, where the play does not say."""
_EMPTY_WORDS = re.compile(
    r"\bjust (?:checking|touching) (?:in|base)\b|\bwanted to (?:check|reach out)\b|\bany thoughts\b", re.IGNORECASE
)
_LINK, _HOLE = re.compile(r"https?://\S+"), re.compile(r"\{\{|\}\}|\[\[|<%")
_GREETING = re.compile(r"^\s*(?:hi|hello|dear|hallo|hola|bonjour)\s+([^\s,!.]+)", re.IGNORECASE)
_CODE = re.compile(r"\b[A-Z]{3,}\d{1,3}\b")
_MONEY = re.compile(r"(?:€|\$|£|EUR|USD)\s?(\d+(?:[.,]\d+)?)|(\d+(?:[.,]\d+)?)\s?(?:€|EUR)")
_NEXT_STEP = re.compile(r"\b(?:call|demo|reply|answer this|book|tell me|shows? you|prepare|finish|add another)\b", re.I)


@dataclass(frozen=True)
class WrittenFor:
    """A draft with everything that it is marked by."""

    text: str
    subject: str
    channel: str
    play: str
    evidence: tuple[str, ...]
    customer: Customer
    timeline: Timeline
    now_at: datetime
    playbook: Playbook

    @cached_property
    def known_play(self) -> Play | None:
        """The play it was written for, if the playbook has it."""
        return self.playbook.plays.get(self.play)

    @property
    def purpose(self) -> str:
        """Marketing, unless the play says that it is a service."""
        return self.known_play.purpose if self.known_play else "marketing"

    @cached_property
    def events(self) -> list[Event]:
        """The customer's events that it rests on."""
        found = (self.timeline.get(EventId(id_)) for id_ in self.evidence)
        return [event for event in found if event is not None]


def relevant(draft: WrittenFor) -> str | None:
    """It rests on facts of this customer and says something about them."""
    unknown = [i for i in draft.evidence if draft.timeline.get(EventId(i)) is None and not _is_profile(i)]
    if not draft.evidence or unknown:
        return f"rests on {unknown or 'nothing'}"
    said = _EMPTY_WORDS.search(draft.text)
    return f"says {said.group()!r}" if said else None


def _is_profile(evidence: str) -> bool:
    return evidence.split(".")[0] in {"account", "customer", "declared", "profile"}


def accurate(draft: WrittenFor) -> str | None:
    """Name and amounts are those of the record."""
    greeted = _GREETING.search(draft.text)
    if greeted and greeted.group(1).casefold() not in draft.customer.name.casefold():
        return f"greets {greeted.group(1)}, not {draft.customer.first_name}"
    failed = draft.timeline.newest("invoice_failed", until=draft.now_at)
    amount = str(failed.properties.get("amount", "")) if failed and draft.play == "payment_failed" else ""
    said = [a or b for a, b in _MONEY.findall(draft.text)]
    return f"says {said[0]}, and {amount} failed" if amount and said and amount not in said else None


def consented(draft: WrittenFor) -> str | None:
    """The customer may be written to on this channel for this purpose."""
    standing = stop_state(draft.customer, purpose=draft.purpose, policy=draft.playbook.policy)
    if not standing.allowed:
        return standing.why
    given = consent_for(draft.customer, draft.timeline, draft.channel, draft.purpose, draft.now_at)
    return None if given.allowed else given.why


def timely(draft: WrittenFor) -> str | None:
    """It is day where the customer is, and what made us write is fresh."""
    night = quiet_hours(
        draft.customer.timezone,
        draft.now_at,
        purpose=draft.purpose,
        channel=draft.channel,
        policy=draft.playbook.policy,
    )
    if not night.allowed:
        return night.why
    if not draft.events or (draft.known_play and draft.known_play.freshness is None):
        return None
    age = draft.now_at - max(event.at for event in draft.events)
    return f"what happened is {age.days} days old" if age > FRESH else None


def useful(draft: WrittenFor) -> str | None:
    """It gives a resource or a next step, in a length that is read."""
    body = _without_way_out(draft)
    if not SHORTEST <= len(body) <= LONGEST:
        return f"{len(body)} characters"
    return None if _LINK.search(body) or _NEXT_STEP.search(body) else "gives nothing and asks for nothing"


def controlled(draft: WrittenFor) -> str | None:
    """Only approved offers, no hole of a template, and a way out of marketing."""
    if _HOLE.search(draft.text) or _HOLE.search(draft.subject):
        return "a hole of the template is left"
    at = draft.now_at
    offers = draft.playbook.company.offers
    live = {
        offer.code
        for offer in offers
        if (offer.starts_at is None or offer.starts_at <= at) and (offer.ends_at is None or at <= offer.ends_at)
    }
    unapproved = [code for code in _CODE.findall(draft.text) if code not in live and not _is_invoice(code, draft)]
    if unapproved:
        return f"{unapproved[0]} is no approved offer"
    is_without = draft.purpose == "marketing" and "preferences" not in draft.text and "STOP" not in draft.text
    return "marketing without a way out" if is_without else None


def _is_invoice(code: str, draft: WrittenFor) -> bool:
    return any(code in str(value) for event in draft.events for value in event.properties.values())


def measurable(draft: WrittenFor) -> str | None:
    """The play says by which event it is known to have worked, and within what time."""
    return None if draft.known_play and draft.known_play.goal else "no goal event is named"


def maintainable(draft: WrittenFor) -> str | None:
    """Somebody owns the play and has promised to look at it again."""
    play = draft.known_play
    if play is None:
        return f"there is no play {draft.play}"
    return "its review is overdue" if play.review_by and play.review_by < draft.now_at.date() else None


def _without_way_out(draft: WrittenFor) -> str:
    paragraphs = [part for part in draft.text.split("\n\n") if "preferences" not in part]
    return "\n\n".join(paragraphs).strip()


Point = Callable[[WrittenFor], str | None]
RUBRIC: Mapping[str, Point] = {
    point.__name__: point
    for point in (relevant, accurate, consented, timely, useful, controlled, measurable, maintainable)
}


def marks(draft: WrittenFor) -> dict[str, str]:
    """The points that a draft fails, each with the reason."""
    found = {name: point(draft) for name, point in RUBRIC.items()}
    return {name: why for name, why in found.items() if why is not None}
