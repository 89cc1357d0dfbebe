from datetime import timedelta

import pytest

from journey_assistant.domain.timeline import Timeline
from timelines import NOW, ago, event


def test_that_arrival_order_is_irrelevant_and_equal_ids_count_once():
    late, early = event("page_viewed", ago(days=1), "same", path="/a"), event("page_viewed", ago(days=2), "same")
    other = event("page_viewed", ago(days=3), "other")
    assert [e.id for e in Timeline([late, other, early])] == ["other", "same"]
    assert Timeline([late, early]).get("same") == early


def test_that_a_window_includes_both_ends():
    events = [event("order_completed", ago(days=d), f"o{d}") for d in (1, 2, 3)]
    timeline = Timeline(events)
    assert [e.id for e in timeline.of("order_completed", since=ago(days=3), until=ago(days=2))] == ["o3", "o2"]
    only_later = timeline.of("order_completed", since=ago(days=3), until=ago(days=2), include_since=False)
    assert [e.id for e in only_later] == ["o2"]


@pytest.mark.parametrize(
    ("key", "value", "paths"),
    [
        ("section", "pricing", ["/pricing", "/Pricing/team?x=1", "https://studio.example/pricing"]),
        ("leaf", "cancel", ["/account/cancel/", "/help/cancel"]),
    ],
)
def test_that_pages_are_found_by_their_first_and_last_segment(key, value, paths):
    every = ["/pricing", "/Pricing/team?x=1", "https://studio.example/pricing", "/account/cancel/", "/help/cancel", "/"]
    timeline = Timeline(event("page_viewed", ago(minutes=90 - n), path=path) for n, path in enumerate(every))
    assert [e.properties["path"] for e in timeline.of_value("page_viewed", key, value)] == paths


def test_that_uses_are_summed_without_levels_over_a_half_open_window():
    uses = [
        event("feature_used", ago(days=3), "a", feature="mixer", count=4),
        event("feature_used", ago(days=2), "b", feature="mixer"),
        event("feature_used", ago(days=1), "c", feature="mixer", count=90, limit=100),
        event("feature_used", NOW + timedelta(seconds=1), "d", feature="mixer", count=8),
    ]
    timeline = Timeline(uses)
    assert timeline.uses("mixer", since=ago(days=4), until=NOW) == 5
    assert timeline.uses("mixer", since=ago(days=3), until=NOW) == 1
    assert timeline.uses("reverb", since=ago(days=4), until=NOW) == 0


def test_that_the_newest_of_a_value_is_not_after_now():
    uses = [event("feature_used", ago(days=-1), feature="mixer"), event("feature_used", ago(days=1), feature="mixer")]
    assert Timeline(uses).newest_of_value("feature_used", "feature", "mixer", until=NOW) == uses[1]
    assert Timeline().newest_of_value("feature_used", "feature", "mixer", until=NOW) is None
