"""Offers: only approved, in date, in stock, meant for this customer, and not made again within 30 days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from journey_assistant.domain.activity import zone_of
from journey_assistant.domain.company import Company, Offer
from journey_assistant.domain.customer import Customer
from journey_assistant.domain.policy.policy import ALLOWED, DEFAULT_POLICY, Policy, Ruling
from journey_assistant.domain.timeline import Event, Timeline

AUDIENCE_FIELDS = ("plans", "stages", "industries", "tags", "tiers", "billing")
"""All that an offer may select on: never a name, age, gender, origin or place, nor how a customer behaved."""
EVERYBODY = frozenset({"", "all", "any", "everyone", "everybody"})
_OFFER_EVENTS = ("message_sent", "email_sent", "offer_made", "offer_declined", "offer_accepted")


def offer_ruling(
    offer: Offer,
    customer: Customer,
    timeline: Timeline,
    now: datetime,
    *,
    stage: str,
    out_of_stock: Iterable[str] = (),
    policy: Policy = DEFAULT_POLICY,
) -> Ruling:
    """May this offer be made now? Alike customers (same audience fields, same offers made) get the same answer."""
    where = (f"offer:{offer.id}",)
    if offer.starts_at is not None and now < offer.starts_at:
        return Ruling(False, "not_eligible", "the offer has not begun", where, "it begins", offer.starts_at)
    if offer.ends_at is not None and now > offer.ends_at:
        return Ruling(False, "expired_offer", "the offer is over", where, "never")
    if not _is_for(offer, customer, stage):
        return Ruling(False, "not_eligible", "the offer is for others", where, "the customer belongs to its audience")
    gone = set(offer.applies_to) & set(out_of_stock)
    if offer.applies_to and gone == set(offer.applies_to):
        return Ruling(False, "not_eligible", "what it is for is out of stock", where, "it is in stock")
    made = _last_made(offer, timeline, now, policy)
    if made is not None:
        until_at = made.at + policy.offer_repeat
        evidence = (str(made.id),)
        return Ruling(False, "repeated_offer", "this offer was made lately", evidence, "the offer may repeat", until_at)
    return ALLOWED


def eligible_offers(
    company: Company,
    customer: Customer,
    timeline: Timeline,
    now: datetime,
    *,
    stage: str,
    out_of_stock: Iterable[str] = (),
    policy: Policy = DEFAULT_POLICY,
) -> tuple[Offer, ...]:
    """The company's offers that may be made to this customer now, in the operator's order."""
    gone = tuple(out_of_stock)
    return tuple(
        offer
        for offer in company.offers
        if offer_ruling(offer, customer, timeline, now, stage=stage, out_of_stock=gone, policy=policy).allowed
    )


def _is_for(offer: Offer, customer: Customer, stage: str) -> bool:
    """Every audience field must match; a field that an offer must not select on matches nobody."""
    known = audience_of(customer, stage)
    for name, wanted in offer.audience.items():
        values = {w.casefold() for w in wanted}
        if not values or values & EVERYBODY:
            continue
        if name not in AUDIENCE_FIELDS or not values & known[name]:
            return False
    return True


def audience_of(customer: Customer, stage: str) -> Mapping[str, frozenset[str]]:
    """The allow-listed facts by which offers choose, in lower case."""
    account = customer.account
    tags = customer.extra.get("tags", ())
    return {
        "plans": _folded([customer.plan]),
        "stages": _folded([stage]),
        "industries": _folded([account.industry if account else None]),
        "tags": _folded(tags if isinstance(tags, list | tuple) else [tags]),
        "tiers": _folded([customer.tier]),
        "billing": _folded([account.billing if account else None]),
    }


def _folded(values: Iterable[Any]) -> frozenset[str]:
    return frozenset(str(v).casefold() for v in values if v)


def _last_made(offer: Offer, timeline: Timeline, now: datetime, policy: Policy) -> Event | None:
    names = {n.casefold() for n in (offer.id, offer.code) if n}
    events = timeline.of(*_OFFER_EVENTS, since=now - policy.offer_repeat, until=now, include_since=False)
    return next((e for e in reversed(events) if names & _offer_names(e)), None)


def _offer_names(event: Event) -> set[str]:
    keys = ("offer", "offer_id", "code", "promo_code")
    return {str(event.properties[key]).casefold() for key in keys if event.properties.get(key)}


def promo_ruling(
    cart: Event,
    company: Company,
    customer: Customer,
    timeline: Timeline,
    now: datetime,
    *,
    stage: str,
    policy: Policy = DEFAULT_POLICY,
) -> Ruling:
    """May the code in a saved cart be mentioned? Only if it holds, is theirs, and is an approved offer."""
    code, evidence = cart.text_of("promo_code"), (str(cart.id),)
    if not code:
        return ALLOWED
    ends_at = _end_of(cart.properties.get("promo_ends_at"), customer)
    if ends_at is not None and now >= ends_at:
        return Ruling(False, "expired_offer", f"the code {code} is over", evidence, "never")
    audience = cart.text_of("promo_audience").casefold()
    if audience not in EVERYBODY and not any(audience in v for v in audience_of(customer, stage).values()):
        return Ruling(False, "not_eligible", f"the code {code} is for {audience}", evidence, "never")
    offer = next((o for o in company.offers if (o.code or "").casefold() == code.casefold()), None)
    if offer is None:
        return Ruling(False, "not_eligible", f"the code {code} is no approved offer", evidence, "it is approved")
    return offer_ruling(offer, customer, timeline, now, stage=stage, policy=policy)


def _end_of(stated: Any, customer: Customer) -> datetime | None:
    """The instant from which a code no longer holds: a bare date is good until that day ends for the customer."""
    if not isinstance(stated, str):
        return None
    zone = zone_of(customer) or UTC
    try:
        if len(stated) == len("2026-04-20"):
            return datetime.combine(date.fromisoformat(stated) + timedelta(days=1), time(), zone)
        at = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)
