from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.domain.company import Offer
from journey_assistant.guardrails.context import DoneAction
from journey_assistant.guardrails.number_mismatch import number_mismatch

PRICES = "Plus costs €1,450.00 a year or €129.50 a month. Refunds are possible within 14 days. Support answers by 2 pm."
DELIVERY = "Order 7731 was sent on 3 May 2026 and takes 3-5 working days. Trays are 40 cm wide. Up to 20 guests, 2.5 "
"kg each."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plus costs 1.450,00 € a year.", False),
        ("Plus kostet 1 450 € im Jahr.", False),
        ("Plus costs €1,540 a year.", True),
        ("Plus costs $1,450 a year.", True),
        ("Plus costs €129.50 a month.", False),
        ("You have fourteen days for a refund.", False),
        ("You have two weeks for a refund.", False),
        ("You have thirty days for a refund.", True),
        ("Sie haben vierzehn Tage Zeit.", False),
        ("Sie haben dreißig Tage Zeit.", True),
        ("Vous avez quatorze jours.", False),
        ("Tiene catorce días.", False),
        ("Hai quattordici giorni.", False),
        ("Você tem catorze dias.", False),
        ("Você tem quinze dias.", True),
        ("Support answers by 14:00.", False),
        ("Support antwortet bis 14 Uhr.", False),
        ("Support answers by 3pm.", True),
        ("Order 7731 was sent on 2026-05-03.", False),
        ("Order 7731 was sent on May 3rd.", False),
        ("Order 7731 was sent on 5 May.", True),
        ("Order 7713 was sent on 3 May.", True),
        ("It takes 3-5 days.", True),
        ("Trays are 40 inches wide.", True),
        ("Up to twenty guests can come.", False),
        ("Up to 25% of guests can come.", True),
        ("Our 2026 menus are ready, the one you like too.", False),
        ("1. Open the oven.\n2. Close it.", False),
        ("See https://ovenly.test/menus?id=9981", False),
    ],
)
def test_that_every_figure_stands_in_the_evidence(text: str, expected: bool) -> None:
    assert objects(number_mismatch, text, a_context(PRICES, DELIVERY)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The code MENU10 gives 10% off until 31 May.", False),
        ("The code MENU10 gives 15% off until 31 May.", True),
        ("I have passed ticket 4417 on.", False),
        ("I have passed ticket 4471 on.", True),
    ],
)
def test_that_offers_and_done_actions_count_as_evidence(text: str, expected: bool) -> None:
    offer = Offer("o1", "10% off menus until 31 May 2026", code="MENU10")
    context = a_context(offers=(offer,), actions_done=(DoneAction("route_to_human", ("billing", "4417")),))
    assert objects(number_mismatch, text, context) is expected


def test_that_a_total_needs_a_recorded_calculation() -> None:
    text = "For 8 seats that is $2,112.00 a year."
    assert objects(number_mismatch, text, a_context("A seat is $22 a month.", "8 seats"))
    assert not objects(number_mismatch, text, a_context("8 seats", "Calculator: 8 seats x $22 x 12 = $2112"))
