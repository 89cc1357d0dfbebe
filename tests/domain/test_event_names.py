"""Names of events: Segment's spelling is ours in other letters; what nobody knows stays as it came."""

import pytest

from journey_assistant.domain.event_names import OUR_EVENTS, our_name


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("Order Completed", "order_completed"),
        ("orderCompleted", "order_completed"),
        ("page", "page_viewed"),
        ("Signed Up", "signed_up"),
        ("Moon Landed", "Moon Landed"),
        ("order", "order"),
    ],
)
def test_that_known_names_are_recognised_in_other_spellings(name, ours):
    assert our_name(name) == ours


@pytest.mark.parametrize("name", sorted(OUR_EVENTS))
def test_that_our_own_names_stay(name):
    assert our_name(name) == name
