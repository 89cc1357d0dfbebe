from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.context import Evidence
from journey_assistant.guardrails.ungrounded_claim import ungrounded_claim


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You can change opening hours under Settings > Hours.", False),
        ("Opening hours can be changed in Settings > Hours.", False),
        ("Menus can be exported as CSV or PDF.", False),
        ("Menus can be exported as CSV, PDF or Word.", True),
        ("Menus can be printed on banners and sold abroad.", True),
        ("Guests can order without an account.", True),
        ("Guests cannot order without an account.", False),
        ("Delivery of dough is free.", True),
        ("Delivery of dough is free for orders over €60, on weekdays only.", False),
        ("Delivery of dough is always free for orders over €60, only on weekdays.", True),
        ("Single sign-on is available.", True),
        ("Single sign-on is part of the Max plan, so it isn't available on Basic.", False),
        ("Single sign-on works on every plan.", True),
        ("Almond flour is safe for dogs.", True),
        ("Single Sign-on ist in jedem Tarif enthalten.", True),
        ("I don't know that yet, so I'm passing it to a colleague.", False),
        ("Would you like a colleague to call you?", False),
        ("I'm sorry about the trouble.", False),
        ("We were founded in a castle by two brothers.", True),
    ],
)
def test_that_every_claim_rests_on_its_evidence(text: str, expected: bool) -> None:
    assert (
        objects(
            ungrounded_claim,
            text,
            a_context(
                "You can change opening hours under Settings > Hours. Changes show within 10 minutes.",
                "Menus can be exported as PDF and CSV. Guests cannot order without an account.",
                "Delivery of dough is free for orders over €60, only on weekdays.",
                "Single sign-on is available on the Max plan.",
                "Almond flour is toxic to dogs.",
            ),
        )
        is expected
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plus is €19 a month, Max is €49.", False),
        ("Plus is €49 a month.", True),
        ("Plus is €15 a month when billed annually.", False),
        ("Plus is €19 a month when billed annually.", True),
    ],
)
def test_that_values_are_not_swapped_between_items(text: str, expected: bool) -> None:
    prices = "Billed monthly: Plus €19, Max €49. Billed annually: Plus €15, Max €39. Prices are a month."
    assert objects(ungrounded_claim, text, a_context(prices)) is expected


def test_that_superseded_text_grounds_nothing() -> None:
    text = "Dough is delivered on Sundays."
    assert objects(ungrounded_claim, text, a_context(evidence=(Evidence("KB-1", text, trusted=False),)))
    assert not objects(ungrounded_claim, text, a_context(evidence=(Evidence("KB-1", text),)))


def test_that_the_encoder_may_recognise_a_paraphrase() -> None:
    context = a_context("Dough rests for a night before it is baked.")
    text = "Dough rests overnight before anybody bakes it in ovens."
    assert objects(ungrounded_claim, text, context)
    alike = a_context("Dough rests for a night before it is baked.", similarity=lambda one, other: 0.93)
    assert not objects(ungrounded_claim, text, alike)


def test_that_an_unreviewed_page_grounds_nothing() -> None:
    assert objects(ungrounded_claim, "Refunds at any time.", a_context(provenance="community"), "kb_doc")
    assert not objects(ungrounded_claim, "Refunds within 14 days.", a_context(provenance="reviewed"), "kb_doc")
