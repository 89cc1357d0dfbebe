"""What we know about a customer: every fact with its provenance, declared ones first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from journey_assistant.domain.activity import by_customer, items_of
from journey_assistant.domain.facts import Fact
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.policy.consent import may_use_behaviour
from journey_assistant.domain.timeline import Event, Party

LOOK_BACK = timedelta(days=365)
NEWEST_OF_A_KIND = 5
MAX_WORDS_CHARS = 300
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
    "invoice_failed": _Kind({"invoice_id": "failed_invoice", "amount": "failed_amount"}),
    "onboarding_step_completed": _Kind({"next": "next_step"}),
    "nps_submitted": _Kind({"comment": "praise"}, declared=True),
    "feature_used": _Kind({"feature": "used_feature"}, behavioural=True),
    "product_viewed": _Kind({"name": "viewed_product"}, behavioural=True),
    "page_viewed": _Kind({"path": "viewed_page"}, behavioural=True),
    "visit_identified": _Kind(
        {"company": "company", "industry": "industry", "employees": "employees"}, behavioural=True
    ),
    "intent_reported": _Kind({"topic": "intent_topic"}, behavioural=True),
}


def known_facts(snapshot: Snapshot) -> tuple[Fact, ...]:
    """All facts about the customer, declared ones first, then the record, then events, newest first.

    Behavioural facts are left out when the customer refused personalisation.
    """
    allowed = may_use_behaviour(snapshot.customer, snapshot.timeline, snapshot.now_at).allowed
    facts = [
        *_declared(snapshot),
        *_told(snapshot),
        *_written(snapshot),
        *_record(snapshot),
        *_events(snapshot),
        *_items(snapshot),
    ]
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


def _written(snapshot: Snapshot) -> Iterator[Fact]:
    """What the customer asked or wrote to us, word for word."""
    for type_ in ("email_replied", "chat_message"):
        for event in reversed(_newest(snapshot, type_)):
            if by_customer(event) or type_ == "email_replied":
                text = " ".join(event.text_of("text").split())[:MAX_WORDS_CHARS]
                name = "question" if "?" in text else "message"
                yield Fact(name, text, Party.ZERO, event.at, str(event.id), declared=True)


def _items(snapshot: Snapshot) -> Iterator[Fact]:
    """What was bought, and what waits in the newest cart."""
    for event in reversed([*_newest(snapshot, "cart_updated", 1), *_newest(snapshot, "order_completed")]):
        name = "cart_item" if event.type == "cart_updated" else "bought_product"
        for item in items_of(event):
            title = item.get("name") or item.get("product_id")
            yield Fact(name, title, event.party, event.at, str(event.id))


def _newest(snapshot: Snapshot, type_: str, most: int = NEWEST_OF_A_KIND) -> list[Event]:
    return snapshot.timeline.latest(most, type_, until=snapshot.now_at, since=snapshot.now_at - LOOK_BACK)
