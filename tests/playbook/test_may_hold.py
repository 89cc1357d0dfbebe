"""A glance never says no where the playbook says yes: what it leaves out is certainly not due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journey_assistant.adapters.store_memory.glances import glance
from journey_assistant.domain.customer import CustomerId
from journey_assistant.domain.glance import Glance
from journey_assistant.domain.timeline import Event, EventId
from journey_assistant.playbook.candidates import due_alerts, due_plays
from journey_assistant.playbook.may_hold import Look, words_of
from journey_assistant.ports.store import CustomerRow
from journey_assistant.services.read_case import read_customer
from sweeping import default_playbook, perceive
from timelines import NOW, snapshot

PLAYBOOK = default_playbook()
TYPES = ["page_viewed", "feature_used", "order_completed", "onboarding_step_completed", "deal_stage_changed",
         "message_sent", "ticket_opened", "nps_submitted", "draft_created", "alert_raised"]  # fmt: skip
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "path": st.sampled_from(["/pricing", "/account/cancel", "/", "/features/exports"]),
        "feature": st.sampled_from(["exports", "reports"]),
        "count": st.integers(0, 20),
        "step": st.sampled_from(["profile", "invite"]),
        "next": st.just("import"),
        "stage": st.sampled_from(["proposal", "won", "lost"]),
        "score": st.integers(0, 10),
        "items": st.just([{"product_id": "p1", "consumable": True}]),
        "play": st.sampled_from(["usage_gap", "upgrade_fit"]),
        "topic": st.just("upgrade"),
        "code": st.sampled_from(["churn_risk", "key_account_silent"]),
    },
)
EVENTS = st.lists(st.tuples(st.sampled_from(TYPES), st.integers(0, 2400), PROPERTIES), max_size=12)
CUSTOMERS = st.fixed_dictionaries(
    {},
    optional={
        "plan": st.sampled_from(["Team", "none"]),
        "tier": st.just("key"),
        "key_features": st.just(["exports", "reports"]),
        "account": st.integers(-10, 120).map(lambda days: {"renews_at": f"{NOW + timedelta(days=days):%Y-%m-%d}"}),
    },
)


def glanced(document: dict[str, object], events: list[Event]) -> Glance:
    ordered = sorted(events, key=lambda event: event.at)
    window = PLAYBOOK.vocabulary.rules.usage_window
    return glance(CustomerRow(CustomerId("c1"), document), ordered, NOW, window, words_of(PLAYBOOK))


@settings(max_examples=300, deadline=None)
@given(document=CUSTOMERS, given_events=EVENTS)
def test_that_nothing_that_is_due_is_left_out(document: dict[str, object], given_events: list[object]) -> None:
    events = [
        Event(EventId(f"e{number}"), type_, NOW - timedelta(hours=hours), properties=properties)
        for number, (type_, hours, properties) in enumerate(given_events)
    ]
    customer = read_customer({"id": "c1", **document})
    fields = {name: getattr(customer, name) for name in ("plan", "tier", "key_features", "account")}
    scene = PLAYBOOK.scene(perceive(snapshot(events, **fields), PLAYBOOK))
    states = {play.id for play in PLAYBOOK.plays.values() if play.trigger and play.trigger.is_state}
    states |= {alert.code for alert in PLAYBOOK.alerts.alerts if alert.trigger.is_state}
    due = {one.id for one in (*due_plays(PLAYBOOK, scene), *due_alerts(PLAYBOOK, scene))} & states
    assert due <= set(Look(PLAYBOOK, glanced(document, events), NOW).due())


@pytest.mark.parametrize(
    ("document", "last", "due"),
    [
        ({}, timedelta(days=1), set()),
        ({"plan": "Team"}, timedelta(days=1), set()),
        ({"plan": "Team"}, timedelta(days=61), {"reactivation"}),
        ({"plan": "Team", "tier": "key"}, timedelta(days=31), {"key_account_silent"}),
        ({"plan": "Team", "key_features": ["reports"]}, timedelta(days=2), {"usage_gap"}),
    ],
)
def test_that_who_cannot_be_due_is_left_out(document: dict[str, object], last: timedelta, due: set[str]) -> None:
    times = (NOW - timedelta(days=70), NOW - last)
    seen = [Event(EventId(f"{at}"), "page_viewed", at, properties={"path": "/"}) for at in times]
    assert set(Look(PLAYBOOK, glanced(document, seen), NOW).due()) == due


def test_that_what_a_newcomer_never_used_is_no_gap() -> None:
    seen = [Event(EventId("e1"), "page_viewed", NOW - timedelta(days=2), properties={"path": "/"})]
    assert Look(PLAYBOOK, glanced({"plan": "Team", "key_features": ["reports"]}, seen), NOW).due() == ()


@pytest.mark.parametrize(("path", "due"), [("/account/Cancel", ("churn_risk",)), ("/account", ())])
def test_that_a_page_that_counts_is_known_by_its_address(path: str, due: tuple[str, ...]) -> None:
    soon = {"plan": "Team", "account": {"renews_at": f"{NOW + timedelta(days=80):%Y-%m-%d}"}}
    seen = [Event(EventId("e1"), "page_viewed", NOW - timedelta(days=2), properties={"path": path})]
    assert Look(PLAYBOOK, glanced(soon, seen), NOW).due() == due
