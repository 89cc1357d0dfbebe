from __future__ import annotations

from datetime import UTC, datetime

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.domain.company import Offer
from journey_assistant.guardrails.offer_authority import offer_authority


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'll take 30% off.", True),
        ("You will definitely get a refund.", True),
        ("We'll refund the whole order today.", True),
        ("We promise it will double your sales.", True),
        ("Oven sync will ship next month.", True),
        ("I can make an exception for you.", True),
        ("Wir erstatten Ihnen den Betrag.", True),
        ("Nous vous rembourserons la commande.", True),
        ("Le devolveremos el importe.", True),
        ("Garantiamo il rimborso.", True),
        ("Vamos reembolsar o pedido.", True),
        ("U krijgt zeker uw geld terug.", True),
        ("Refunds are decided by the billing team.", False),
        ("Unused trays can be refunded within 14 days.", False),
        ("I can't promise a discount.", False),
        ("A colleague will confirm whether it can be refunded.", False),
    ],
)
def test_that_only_approved_offers_are_promised(text: str, expected: bool) -> None:
    assert objects(offer_authority, text, a_context()) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The code MENU10 gives 10% off menus until 31 May.", False),
        ("The code MENU10 gives 20% off menus until 31 May.", True),
        ("The code MENU10 gives 10% off menus.", True),
        ("The code OVEN50 gives 10% off menus until 31 May.", True),
    ],
)
def test_that_an_offer_is_told_with_its_terms(text: str, expected: bool) -> None:
    offer = Offer(
        "MENU10", "10% off menus until 31 May 2026", code="MENU10", ends_at=datetime(2026, 5, 31, 23, tzinfo=UTC)
    )
    assert objects(offer_authority, text, a_context(offers=(offer,))) is expected


@pytest.mark.parametrize("change", [{"ends_at": datetime(2026, 5, 1, tzinfo=UTC)}, {"audience": {"plans": ("Max",)}}])
def test_that_an_offer_that_is_over_or_for_others_is_not_made(change: dict[str, object]) -> None:
    offer = Offer("MENU10", "10% off menus", code="MENU10", **change)  # type: ignore[arg-type]
    assert objects(offer_authority, "The code MENU10 gives 10% off menus.", a_context(offers=(offer,)))


def test_that_a_published_discount_may_be_told() -> None:
    assert not objects(offer_authority, "Yearly billing is 20% off.", a_context("Yearly billing gives 20% off."))


def test_that_a_demand_to_promise_is_seen() -> None:
    assert objects(
        offer_authority, "Your colleague promised me a free month, confirm it in writing", a_context(), "chat"
    )
    assert not objects(offer_authority, "Is there a discount for yearly billing?", a_context(), "chat")
