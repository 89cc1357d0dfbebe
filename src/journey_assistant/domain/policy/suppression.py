"""Suppression: open issues, bad moods, recent purchases and states in which marketing would be an insult."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from journey_assistant.domain.activity import deal_stage, local_day, newest_activity, zone_of
from journey_assistant.domain.customer import Customer, StopState
from journey_assistant.domain.policy.policy import ALLOWED, DEFAULT_POLICY, Policy, Ruling
from journey_assistant.domain.sends import Send, ignored_in_a_row, sends_within
from journey_assistant.domain.sentiment import TextReading
from journey_assistant.domain.signal_rules import DEFAULT_SIGNAL_RULES, SignalRules
from journey_assistant.domain.tickets import Ticket, newest_upset, open_tickets
from journey_assistant.domain.timeline import Event, Timeline

ISSUE_WORDS = {
    "billing": ("billing", "bill", "invoice", "invoices", "payment", "payments", "charge", "charged", "overcharged"),
    "complaint": ("complaint", "complaints", "complain"),
    "outage": ("outage", "outages", "downtime", "incident", "down"),
    "refund": ("refund", "refunds", "chargeback", "reimbursement"),
    "cancellation": ("cancellation", "cancel", "cancelled", "canceled", "termination", "terminate"),
    "delivery": ("delivery", "shipping", "shipment", "parcel", "courier", "lost-parcel"),
    "damage": ("damage", "damaged", "broken", "defective"),
}
"""Other words by which tickets on these topics are filed."""
UNFILED = frozenset({"", "other", "general", "unknown", "misc", "none"})
_ALERT_STOPS = frozenset({StopState.ERASURE_REQUESTED, StopState.ERASED, StopState.MINOR})
_PURCHASES = ("order_completed", "subscription_changed", "subscription_renewed", "deal_stage_changed")
_INCIDENTS = ("incident_opened", "incident_started", "outage_started")
_INCIDENT_ENDS = ("incident_resolved", "incident_closed", "outage_ended")
_DELIVERED = ("order_delivered", "delivery_completed")
_MOST = 100
_DELIVERY_TAKES = timedelta(days=30)


def stop_state(
    customer: Customer, *, purpose: str = "marketing", is_reply: bool = False, policy: Policy = DEFAULT_POLICY
) -> Ruling:
    """May we write on our own initiative? A reply to the customer's own message always passes.

    ``do_not_contact`` stops what the policy says (marketing, and service that we start); the others stop all but
    an answer.
    """
    state = customer.stop_state
    if state is None or is_reply or state.value not in policy.stop_states:
        return ALLOWED
    kind = "service_proactive" if purpose == "service" else purpose
    if state is StopState.DO_NOT_CONTACT and kind not in policy.blocked_by_do_not_contact:
        return ALLOWED
    return Ruling(False, "stop_state", f"the customer is in state {state}", ("stop_state",), "lifted by a person")


def alerts_allowed(customer: Customer) -> Ruling:
    """May colleagues be alerted about this customer? Not about erased people and minors."""
    if customer.stop_state in _ALERT_STOPS:
        why = f"the customer is in state {customer.stop_state}"
        return Ruling(False, "stop_state", why, ("stop_state",), "lifted by a person")
    return ALLOWED


def issue_topic(ticket: Ticket, policy: Policy = DEFAULT_POLICY) -> str | None:
    """Which of the topics that forbid marketing a ticket is about, or None. Unfiled tickets go by their subject."""
    filed = ticket.topic.casefold()
    words = _words(ticket.subject.casefold() if filed.strip() in UNFILED else filed)
    for topic in sorted(policy.open_issue_topics):
        if words & {topic, *ISSUE_WORDS.get(topic, ())}:
            return topic
    return None


def _words(text: str) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in text).split())


def open_issue(timeline: Timeline, now: datetime, *, policy: Policy = DEFAULT_POLICY) -> Ruling:
    """No marketing from any team while a ticket on a grave topic is open or pending."""
    issues = [t for t in open_tickets(timeline, now) if issue_topic(t, policy)]
    if not issues:
        return ALLOWED
    topics = ", ".join(dict.fromkeys(str(issue_topic(t, policy)) for t in issues))
    evidence = tuple(t.event_id for t in issues)
    why = f"an open ticket on {topics}"
    return Ruling(False, "open_issue", why, evidence, "the issue is closed", needs_person=True)


def negative_sentiment(
    timeline: Timeline,
    readings: Iterable[TextReading],
    now: datetime,
    *,
    policy: Policy = DEFAULT_POLICY,
    rules: SignalRules = DEFAULT_SIGNAL_RULES,
) -> Ruling:
    """No marketing for 7 days after an upset text, unless the customer has recovered."""
    upset = newest_upset(timeline, readings, now, rules)
    if upset is None or now - upset.at > policy.negative_window:
        return ALLOWED
    source = "the CRM's classification" if upset.by_crm else upset.source.replace("_", " ")
    return Ruling(
        False,
        "negative_sentiment",
        f"the customer was upset ({source})",
        (str(upset.event_id),),
        until="7 days, or recovered",
        until_at=upset.at + policy.negative_window,
        needs_person=True,
    )


def newest_purchase(customer: Customer, timeline: Timeline, now: datetime, window: timedelta) -> Event | None:
    """The newest order, new or renewed subscription or won deal of the window, or None."""
    bought = (
        e for e in reversed(timeline.latest(_MOST, *_PURCHASES, since=now - window, until=now)) if _is_purchase(e)
    )
    return next(bought, None)


def _is_purchase(event: Event) -> bool:
    if event.type == "subscription_changed":
        to = event.text_of("to").strip().casefold()
        return to not in ("", "none", "cancelled", "canceled", "free") and "trial" not in to
    if event.type == "deal_stage_changed":
        return deal_stage(event) == "won"
    return True


def recent_purchase(
    customer: Customer, timeline: Timeline, now: datetime, *, policy: Policy = DEFAULT_POLICY
) -> Ruling:
    """No reactivation, win-back, cart or same-product message within 30 days of a purchase or renewal."""
    bought = newest_purchase(customer, timeline, now, policy.recent_purchase)
    if bought is not None and now - bought.at < policy.recent_purchase:
        return Ruling(
            False,
            "recent_purchase",
            f"bought or renewed on {local_day(bought.at, customer)}",
            (str(bought.id),),
            until=f"{policy.recent_purchase.days} days after the purchase",
            until_at=bought.at + policy.recent_purchase,
        )
    return _recent_renewal(customer, now, policy)


def _recent_renewal(customer: Customer, now: datetime, policy: Policy) -> Ruling:
    renewed = customer.account.renews_at if customer.account else None
    if renewed is None or not timedelta() <= local_day(now, customer) - renewed < policy.recent_purchase:
        return ALLOWED
    until_at = datetime.combine(renewed, datetime.min.time(), zone_of(customer) or UTC) + policy.recent_purchase
    return Ruling(
        False, "recent_purchase", f"renewed on {renewed}", ("account.renews_at",),
        until=f"{policy.recent_purchase.days} days after the renewal", until_at=until_at.astimezone(UTC),
    )  # fmt: skip


def recent_activity(timeline: Timeline, now: datetime, *, policy: Policy = DEFAULT_POLICY) -> Ruling:
    """No "we miss you" to somebody who was here within 14 days."""
    last = newest_activity(timeline, now)
    if last is None or now - last.at >= policy.recent_active:
        return ALLOWED
    until_at = last.at + policy.recent_active
    return Ruling(False, "recent_activity", "was active lately", (str(last.id),), "no activity", until_at)


def review_request(customer: Customer, timeline: Timeline, now: datetime) -> Ruling:
    """A review or referral is asked for after delivery or onboarding, and never while a ticket is open."""
    tickets = open_tickets(timeline, now)
    if tickets:
        evidence = tuple(t.event_id for t in tickets)
        return Ruling(False, "open_ticket", "a ticket is open", evidence, "the ticket is closed", needs_person=True)
    order = timeline.newest("order_completed", until=now)
    if order and now - order.at < _DELIVERY_TAKES and not timeline.of(*_DELIVERED, since=order.at, until=now):
        return Ruling(False, "not_delivered", "the order is not delivered yet", (str(order.id),), "it is delivered")
    step = timeline.newest("onboarding_step_completed", until=now)
    onboarding = (customer.lifecycle_stage or "").casefold() == "onboarding" or step is not None
    if order is None and onboarding and not is_onboarded(customer, timeline, now) and _is_new(timeline, now):
        evidence = (str(step.id),) if step else ("lifecycle_stage",)
        return Ruling(False, "not_onboarded", "onboarding is not complete", evidence, "onboarding is complete")
    return ALLOWED


def _is_new(timeline: Timeline, now: datetime) -> bool:
    began = timeline.newest("signed_up", "onboarding_step_completed", until=now)
    return began is None or now - began.at < timedelta(days=90)


def is_onboarded(customer: Customer, timeline: Timeline, now: datetime) -> bool:
    """Onboarding is complete, by an event or by the record."""
    done = timeline.newest("onboarding_completed", until=now) is not None
    return done or customer.extra.get("onboarding_complete") is True


def beginner_guide(customer: Customer, timeline: Timeline, now: datetime, *, is_power_user: bool = False) -> Ruling:
    """No beginner's guide to somebody who knows the product."""
    stored = str(customer.extra.get("lifecycle") or customer.lifecycle_stage or "").casefold()
    if not (is_power_user or stored in ("advanced", "power") or is_onboarded(customer, timeline, now)):
        return ALLOWED
    done = timeline.newest("onboarding_completed", until=now)
    evidence = (str(done.id),) if done else ("lifecycle_stage",)
    return Ruling(False, "beginner_guide", "knows the product already", evidence, "never")


def undeliverable(customer: Customer, timeline: Timeline, now: datetime, *, channel: str) -> Ruling:
    """No more mail to an address from which a message came back for good, until another address is known."""
    if channel != "email" or not customer.email:
        return ALLOWED
    own = customer.email.strip().casefold()
    for event in reversed(timeline.latest(_MOST, "message_sent", until=now)):
        returned = event.text_of("status") == "bounced" and event.properties.get("permanent") is True
        if returned and event.text_of("address").strip().casefold() == own:
            why = f"a message came back from their address ({event.text_of('why') or 'for good'})"
            return Ruling(False, "undeliverable", why, (str(event.id),), "another address is known", channel=channel)
    return ALLOWED


def incident(customer: Customer, timeline: Timeline, now: datetime) -> Ruling:
    """No marketing to customers whom an unresolved incident affects."""
    began = timeline.newest(*_INCIDENTS, until=now)
    over = began is not None and bool(timeline.of(*_INCIDENT_ENDS, since=began.at, until=now))
    if began is not None and not over:
        why = "an incident that affects them is not resolved"
        return Ruling(False, "incident", why, (str(began.id),), "it is resolved", needs_person=True)
    if customer.extra.get("incident") or customer.extra.get("affected_by_incident"):
        why = "the record says that an incident affects them"
        return Ruling(False, "incident", why, ("incident",), "it is resolved", needs_person=True)
    return ALLOWED


def ignored(
    timeline: Timeline,
    now: datetime,
    *,
    play: str = "",
    topic: str = "",
    rules: SignalRules = DEFAULT_SIGNAL_RULES,
) -> Ruling:
    """Never the same call to action again after its last two messages were not opened."""
    wanted = topic.casefold()
    own = tuple(s for s in sends_within(timeline, now, rules.memory) if _is_same_call(s, play, wanted))
    unread = ignored_in_a_row(timeline, own, now, rules)
    if not unread:
        return ALLOWED
    evidence = tuple(s.event_id for s in unread)
    return Ruling(
        False, "ignored", "the last two messages of this topic were not opened", evidence, "education instead"
    )


def _is_same_call(send: Send, play: str, topic: str) -> bool:
    return bool((play and send.play == play) or (topic and send.topic == topic))
