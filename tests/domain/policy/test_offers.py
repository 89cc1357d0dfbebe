from dataclasses import replace
from datetime import timedelta

import pytest

from journey_assistant.domain.company import Company, Offer
from journey_assistant.domain.policy.offers import eligible_offers, offer_ruling, promo_ruling
from journey_assistant.domain.timeline import Timeline
from timelines import NOW, ago, customer, event

SPRING = Offer(
    "spring", "10 % off microphones", code="SPRING10", starts_at=ago(days=5), ends_at=NOW + timedelta(days=5)
)
SHOP = Company(offers=(SPRING, Offer("label", "One month free", audience={"plans": ("Solo",)})))


def ruling(offer=SPRING, *events, stage="decision", gone=(), **fields):
    return offer_ruling(offer, customer(**fields), Timeline(events), NOW, stage=stage, out_of_stock=gone)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"ends_at": NOW}, ""),
        ({"ends_at": ago(seconds=1)}, "expired_offer"),
        ({"starts_at": NOW + timedelta(seconds=1)}, "not_eligible"),
        ({"audience": {"stages": ("decision",)}}, ""),
        ({"audience": {"stages": ("retention",)}}, "not_eligible"),
        ({"audience": {"industries": ("Music",), "plans": ("Solo",)}}, ""),
        ({"audience": {"industries": ("music",), "plans": ("Label",)}}, "not_eligible"),
        ({"audience": {"tags": ("all",)}}, ""),
        ({"audience": {"tags": ("choirs",)}}, ""),
        ({"audience": {"tags": ("bands",)}}, "not_eligible"),
        ({"audience": {"postcode": ("E8",)}}, "not_eligible"),
    ],
)
def test_that_an_offer_must_be_in_date_and_meant_for_the_customer(change, code):
    assert ruling(replace(SPRING, **change), plan="solo", extra={"tags": ["choirs"]}).code == code


def test_that_an_offer_for_what_is_out_of_stock_is_not_made():
    offer = replace(SPRING, applies_to=("mic", "amp"))
    assert ruling(offer, gone=("mic",)).allowed
    assert not ruling(offer, gone=("mic", "amp")).allowed


@pytest.mark.parametrize(
    ("made", "allowed"),
    [
        (event("message_sent", ago(days=29.9), offer="spring"), False),
        (event("message_sent", ago(days=30), offer="spring"), True),
        (event("email_sent", ago(days=3), promo_code="spring10"), False),
        (event("offer_declined", ago(days=3), offer_id="spring"), False),
        (event("message_sent", ago(days=3), offer="autumn"), True),
    ],
)
def test_that_an_offer_is_not_made_again_within_thirty_days(made, allowed):
    found = ruling(SPRING, made)
    assert (found.allowed, found.code) == (allowed, "" if allowed else "repeated_offer")


def test_that_the_eligible_offers_keep_the_operators_order():
    def offers(**fields):
        return [o.id for o in eligible_offers(SHOP, customer(**fields), Timeline(), NOW, stage="decision")]

    assert offers(plan="Solo") == ["spring", "label"]
    assert offers(plan="Label") == ["spring"]


@pytest.mark.parametrize(
    ("promo", "code"),
    [
        ({}, ""),
        ({"promo_code": "SPRING10"}, ""),
        ({"promo_code": "spring10", "promo_ends_at": "2026-06-17"}, ""),
        ({"promo_code": "SPRING10", "promo_ends_at": "2026-06-16"}, "expired_offer"),
        ({"promo_code": "SPRING10", "promo_ends_at": "2026-06-17T11:59:00Z"}, "expired_offer"),
        ({"promo_code": "SPRING10", "promo_audience": "registered charities"}, "not_eligible"),
        ({"promo_code": "SPRING10", "promo_audience": "music"}, ""),
        ({"promo_code": "SPRING10", "promo_audience": "everyone"}, ""),
        ({"promo_code": "FREEBIE"}, "not_eligible"),
    ],
)
def test_that_a_code_in_a_cart_is_mentioned_only_if_it_holds_and_is_theirs(promo, code):
    cart = event("cart_updated", ago(hours=1), **promo)
    assert promo_ruling(cart, SHOP, customer(), Timeline(), NOW, stage="decision").code == code
