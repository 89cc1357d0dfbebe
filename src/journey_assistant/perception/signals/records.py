"""Records that contradict each other: such a fact is not told to the customer, a person gets it."""

from __future__ import annotations

import re
from datetime import date

from journey_assistant.domain.activity import NO_PLAN, local_day
from journey_assistant.domain.signals import Signal
from journey_assistant.domain.timeline import Event
from journey_assistant.perception.signals.view import SignalView, signal

_MOST_NOTES = 50
_DOUBT = re.compile(
    r"\b(?:not (?:yet )?(?:been )?(?:resolved|settled|clear)|unresolved|conflict(?:s|ing)?|contradict\w*|"
    r"merge[ds]?|merging|duplicates?|duplicated|mismatch\w*|discrepanc\w+)\b",
    re.IGNORECASE,
)
_FACT_WORDS = {
    "renewal": ("renew", "contract end", "expir"),
    "plan": ("plan", "subscription", "package", "edition"),
    "price": ("price", "discount", "rate"),
    "invoice": ("invoice", "billing", "amount", "payment", "paid"),
    "address": ("address", "e-mail", "email", "phone"),
    "name": ("name", "spelling"),
}
_ISO_DATE = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_DAY_MONTH = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]{3,9})\.?,?\s+(20\d\d)\b", re.IGNORECASE)
_MONTH_DAY = re.compile(r"\b([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(20\d\d)\b", re.IGNORECASE)


def data_conflict(view: SignalView) -> Signal | None:
    """Two sources disagree, or a note says so; ``facts`` names which of the customer's facts are in doubt."""
    behind: list[Event | str] = []
    doubtful: list[str] = []
    for event, facts in (*_doubtful_notes(view), *_other_renewals(view), *_other_plan(view)):
        behind.append(event)
        doubtful += facts
    if not behind:
        return None
    return signal("data_conflict", behind, facts=tuple(sorted(set(doubtful))))


def _doubtful_notes(view: SignalView) -> list[tuple[Event, tuple[str, ...]]]:
    """Notes that say something is not resolved. No later note takes that back: a note is never an instruction."""
    notes = view.remembered("note_added")[-_MOST_NOTES:]
    return [(note, facts_named(text)) for note in notes if _DOUBT.search(text := note.text_of("text"))]


def facts_named(text: str) -> tuple[str, ...]:
    """Which facts a note is about; ``record`` when it names none."""
    folded = text.casefold()
    named = tuple(fact for fact, words in _FACT_WORDS.items() if any(word in folded for word in words))
    return named or ("record",)


def _other_renewals(view: SignalView) -> list[tuple[Event, tuple[str, ...]]]:
    """Notes and subscription events with another renewal date still to come than the account's."""
    account = view.customer.account
    if account is None or account.renews_at is None:
        return []
    today = local_day(view.now, view.customer)
    found: list[tuple[Event, tuple[str, ...]]] = []
    for event in view.remembered("note_added", "subscription_changed", "subscription_renewed")[-_MOST_NOTES:]:
        dates = _renewal_dates(event)
        if dates and account.renews_at not in dates and max(dates) >= today:
            found.append((event, ("renewal",)))
    return found


def _renewal_dates(event: Event) -> set[date]:
    if event.type != "note_added":
        return set(dates_in(str(event.properties.get("renews_at", ""))))
    text = event.text_of("text")
    sentences = re.split(r"(?<=[.!?;])\s+|\n", text)
    return {d for s in sentences if "renew" in s.casefold() for d in dates_in(s)}


def dates_in(text: str) -> list[date]:
    """Dates written as 2026-10-01, 1 October 2026 or October 1, 2026."""
    parts = [(int(y), int(m), int(d)) for y, m, d in _ISO_DATE.findall(text)]
    parts += [(int(y), _month(m), int(d)) for d, m, y in _DAY_MONTH.findall(text)]
    parts += [(int(y), _month(m), int(d)) for m, d, y in _MONTH_DAY.findall(text)]
    found: list[date] = []
    for year, month, day in parts:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return found


def _month(name: str) -> int:
    position = _MONTHS.find(name.casefold()[:3])
    return position // 4 + 1 if position >= 0 else 0


def _other_plan(view: SignalView) -> list[tuple[Event, tuple[str, ...]]]:
    """The newest change of subscription went to another plan than the profile's."""
    changed = view.newest("subscription_changed")
    if changed is None or view.customer.plan is None or "to" not in changed.properties:
        return []
    stored, told = (_plan_key(view, name) for name in (view.customer.plan, changed.text_of("to")))
    same = stored == told or (stored and told and (stored in told or told in stored))
    return [] if same else [(changed, ("plan",))]


def _plan_key(view: SignalView, name: str) -> str:
    known = view.company.plan(name)
    folded = (known.id if known else name).strip().casefold()
    return "" if folded in NO_PLAN else folded
