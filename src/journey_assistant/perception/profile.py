"""What we know about a customer, with its provenance, and the one question that would tell us more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from journey_assistant.domain.activity import items_of, was_active
from journey_assistant.domain.facts import Fact
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.pages import visit_since
from journey_assistant.domain.policy.consent import may_use_behaviour
from journey_assistant.domain.signal_rules import DEFAULT_SIGNAL_RULES, SignalRules
from journey_assistant.domain.timeline import Event, Party

LOOK_BACK = timedelta(days=365)
NEWEST_OF_A_KIND = 5
_RECORD_FIELDS = ("name", "language", "timezone", "role", "plan", "lifecycle_stage", "csm", "tier")
_ACCOUNT_FIELDS = ("name", "industry", "employees", "renews_at", "billing")


@dataclass(frozen=True, slots=True)
class _Kind:
    """How events of one type become facts: names of properties, and whether they were told or watched."""

    names: Mapping[str, str]
    declared: bool = False
    behavioural: bool = False


_KINDS: Mapping[str, _Kind] = {
    "signed_up": _Kind({"role": "role", "goal": "goal"}, declared=True),
    "deal_stage_changed": _Kind({"goals": "goal", "pain_points": "pain_point"}, declared=True),
    "webinar_attended": _Kind({"title": "webinar"}),
    "content_downloaded": _Kind({"title": "download"}),
    "subscription_changed": _Kind({"to": "subscription"}),
    "invoice_failed": _Kind({"invoice_id": "failed_invoice"}),
    "feature_used": _Kind({"feature": "used_feature"}, behavioural=True),
    "product_viewed": _Kind({"name": "viewed_product"}, behavioural=True),
    "page_viewed": _Kind({"path": "viewed_page"}, behavioural=True),
    "visit_identified": _Kind({"company": "company", "industry": "industry", "employees": "employees"}),
    "intent_reported": _Kind({"topic": "intent_topic"}, behavioural=True),
}


def known_facts(snapshot: Snapshot) -> tuple[Fact, ...]:
    """All facts about the customer, declared ones first, then the record, then events, newest first.

    Behavioural facts are left out when the customer refused personalisation.
    """
    allowed = may_use_behaviour(snapshot.customer, snapshot.timeline, snapshot.now_at).allowed
    facts = [*_declared(snapshot), *_told(snapshot), *_record(snapshot), *_events(snapshot), *_orders(snapshot)]
    return tuple(fact for fact in facts if _is_known(fact.value) and (allowed or not fact.behavioural))


def _is_known(value: Any) -> bool:
    return value is not None and value != "" and value != () and value != []


def _declared(snapshot: Snapshot) -> Iterator[Fact]:
    """What the customer told us to remember: the newest word on each key counts."""
    said: dict[str, Fact] = {
        str(key): Fact(str(key), value, Party.ZERO, None, f"declared.{key}", declared=True)
        for key, value in snapshot.customer.declared.items()
    }
    for event in _newest(snapshot, "preference_declared", 50):
        key = event.text_of("key")
        if key:
            said[key] = Fact(key, event.properties.get("value"), Party.ZERO, event.at, str(event.id), declared=True)
    yield from said.values()


def _told(snapshot: Snapshot) -> Iterator[Fact]:
    """Answers to forms, quizzes and surveys; a partner's survey is shared by the partner."""
    for type_ in ("form_submitted", "quiz_completed", "survey_answered"):
        for event in reversed(_newest(snapshot, type_)):
            answers = event.properties.get("answers")
            party = event.party if event.party in (Party.SECOND, Party.THIRD) else Party.ZERO
            for key, value in answers.items() if isinstance(answers, Mapping) else ():
                yield Fact(str(key), value, party, event.at, str(event.id), declared=True)


def _record(snapshot: Snapshot) -> Iterator[Fact]:
    customer, account = snapshot.customer, snapshot.customer.account
    for name in _RECORD_FIELDS:
        yield Fact(name, getattr(customer, name), Party.FIRST, None, f"customer.{name}")
    for name in _ACCOUNT_FIELDS if account else ():
        yield Fact(f"account.{name}", getattr(account, name), Party.FIRST, None, f"account.{name}")


def _events(snapshot: Snapshot) -> Iterator[Fact]:
    for type_, kind in _KINDS.items():
        for event in reversed(_newest(snapshot, type_)):
            party = Party.ZERO if kind.declared and event.party is Party.FIRST else event.party
            for key, name in kind.names.items():
                value = event.properties.get(key)
                yield Fact(name, value, party, event.at, str(event.id), kind.declared, kind.behavioural)


def _orders(snapshot: Snapshot) -> Iterator[Fact]:
    for event in reversed(_newest(snapshot, "order_completed")):
        for item in items_of(event):
            name = item.get("name") or item.get("product_id")
            yield Fact("bought_product", name, event.party, event.at, str(event.id))


def _newest(snapshot: Snapshot, type_: str, most: int = NEWEST_OF_A_KIND) -> list[Event]:
    return snapshot.timeline.within(LOOK_BACK, snapshot.now_at, type_)[-most:]


@dataclass(frozen=True, slots=True)
class ProfileGap:
    """Something we do not know that would change what we do: the key, the question, and what the answer changes."""

    key: str
    question: str
    changes: str


GAPS = (
    ProfileGap("goal", "What would you like to get done first?", "It decides which guides we point you to."),
    ProfileGap(
        "content_interest", "What kind of content do you want to see more of?", "It decides what we show and send you."
    ),
    ProfileGap("preferred_channel", "How do you like to hear from us?", "We will write to you there, and only there."),
)
"""By what they change most. A playbook may bring its own."""


def preference_question(
    snapshot: Snapshot,
    facts: Iterable[Fact],
    gaps: Iterable[ProfileGap] = GAPS,
    rules: SignalRules = DEFAULT_SIGNAL_RULES,
) -> ProfileGap | None:
    """The one question to add to a reply in this visit, or None: nothing to learn, or one was asked already."""
    now = snapshot.now_at
    known = {fact.name for fact in facts if fact.declared}
    gap = next((gap for gap in gaps if gap.key not in known), None)
    if gap is None or not was_active(snapshot.timeline, now, rules.visit_gap):
        return None
    return None if _asked_since(snapshot, visit_since(snapshot.timeline, now, rules)) else gap


def _asked_since(snapshot: Snapshot, began: datetime) -> bool:
    """Was anything asked in this visit? A second question, of whatever kind, is one too many."""
    asked: Mapping[str, Callable[[Event], bool]] = {
        "chat_message": lambda e: e.text_of("author") == "assistant" and "?" in e.text_of("text"),
        "preference_declared": lambda e: True,
    }
    return any(
        any(is_question(e) for e in snapshot.timeline.of(type_, since=began, until=snapshot.now_at))
        for type_, is_question in asked.items()
    )
