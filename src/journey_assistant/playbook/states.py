"""The fields that a ``state`` condition may ask for, by name; each answers with a value and the events behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from journey_assistant.domain import activity
from journey_assistant.domain.timeline import Event
from journey_assistant.playbook.scene import Scene

Answer = tuple[Any, tuple[str, ...]]
CUSTOMER_FIELDS = [
    "name",
    "email",
    "phone",
    "language",
    "timezone",
    "role",
    "plan",
    "lifecycle_stage",
    "csm",
    "tier",
    "stop_state",
    "key_features",
]
ACCOUNT_FIELDS = ["name", "industry", "employees", "renews_at", "annual_value", "billing"]


def state_of(field: str, scene: Scene) -> Answer:
    """The value of a field named in a playbook; KeyError for a name that ``is_known_field`` refuses."""
    customer = scene.perceived.snapshot.customer
    area, _, name = field.partition(".")
    if area == "declared":
        return customer.declared.get(name), (field,)
    if area == "customer" and name in CUSTOMER_FIELDS:
        return getattr(customer, name), (field,)
    if area == "account" and name in ACCOUNT_FIELDS:
        return getattr(customer.account, name, None), (field,)
    return _DERIVED[field](scene)


def is_known_field(field: str) -> bool:
    """May a condition ask for this field?"""
    return field in known_fields() or field.startswith("declared.")


def known_fields() -> tuple[str, ...]:
    """All names, for error messages; ``declared.<key>`` stands for any declared field."""
    fixed = [f"customer.{name}" for name in CUSTOMER_FIELDS] + [f"account.{name}" for name in ACCOUNT_FIELDS]
    return (*fixed, "declared.<key>", *_DERIVED)


def _active(scene: Scene) -> Answer:
    """Has a plan, and a sign of life within 30 days."""
    snapshot = scene.perceived.snapshot
    rules = scene.vocabulary.rules
    holds = activity.is_active_customer(snapshot.customer, snapshot.timeline, scene.at, rules)
    return holds, _ids(activity.newest_activity(snapshot.timeline, scene.at))


def _days_silent(scene: Scene) -> Answer:
    """Days since the last activity; None when there never was any."""
    last = activity.newest_activity(scene.perceived.snapshot.timeline, scene.at)
    return (None, ()) if last is None else ((scene.at - last.at).total_seconds() / 86400, _ids(last))


def _converted(scene: Scene) -> Answer:
    """On a paid plan other than a trial."""
    snapshot = scene.perceived.snapshot
    return activity.is_converted(snapshot.customer, snapshot.timeline, scene.at, scene.company), ()


def _power_user(scene: Scene) -> Answer:
    """Every key feature used in 14 days."""
    snapshot = scene.perceived.snapshot
    args = (snapshot.customer, snapshot.timeline, scene.at, scene.vocabulary.rules, scene.company)
    return activity.is_power_user(*args), ()


def _was_customer(scene: Scene) -> Answer:
    """Bought, subscribed or used the product before."""
    snapshot = scene.perceived.snapshot
    return activity.bought_or_was_active(snapshot.customer, snapshot.timeline, scene.at), ()


def _open_deal(scene: Scene) -> Answer:
    """A deal that is neither won nor lost."""
    deal = activity.open_deal(scene.perceived.snapshot.timeline, scene.at)
    return deal is not None, _ids(deal)


def _deal_days(scene: Scene) -> Answer:
    """Days since the first stage of the customer's deals was recorded; None without a deal."""
    stages = scene.perceived.snapshot.timeline.of("deal_stage_changed", until=scene.at)
    return ((scene.at - stages[0].at).total_seconds() / 86400, _ids(stages[0])) if stages else (None, ())


def _stage(scene: Scene) -> Answer:
    return scene.perceived.stage.value, ()


def _plan(scene: Scene) -> Answer:
    """The plan in force: the profile's, else the newest subscription's."""
    snapshot = scene.perceived.snapshot
    return activity.plan_of(snapshot.customer, snapshot.timeline, scene.at), ()


def _owner(scene: Scene) -> Answer:
    return scene.perceived.conversation.owner, ()


def _exchanges(scene: Scene) -> Answer:
    """The customer's turns in this conversation, this message included."""
    turns = scene.perceived.conversation.customer_turns
    return len(turns) + (scene.perceived.snapshot.message is not None), tuple(turn.id for turn in turns)


def _channel(scene: Scene) -> Answer:
    message = scene.perceived.snapshot.message
    return (message.channel if message else None), ()


def _text(scene: Scene) -> Answer:
    message = scene.perceived.snapshot.message
    return (message.text if message else None), ()


def _language(scene: Scene) -> Answer:
    return scene.perceived.language, ()


def _language_validated(scene: Scene) -> Answer:
    return scene.perceived.language_validated, ()


def _contact_reason(scene: Scene) -> Answer:
    return scene.perceived.contact_reason.label, ()


def _degraded(scene: Scene) -> Answer:
    return bool(scene.perceived.degraded), ()


def _ids(event: Event | None) -> tuple[str, ...]:
    return (str(event.id),) if event else ()


_DERIVED: dict[str, Callable[[Scene], Answer]] = {
    "active": _active,
    "days_silent": _days_silent,
    "converted": _converted,
    "power_user": _power_user,
    "was_customer": _was_customer,
    "open_deal": _open_deal,
    "deal_days": _deal_days,
    "stage": _stage,
    "plan": _plan,
    "conversation.owner": _owner,
    "conversation.exchanges": _exchanges,
    "message.channel": _channel,
    "message.text": _text,
    "message.contact_reason": _contact_reason,
    "language": _language,
    "language_validated": _language_validated,
    "degraded": _degraded,
}
