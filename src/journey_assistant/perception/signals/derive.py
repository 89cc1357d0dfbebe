"""All signals of a snapshot, in the order of the list below."""

from __future__ import annotations

from collections.abc import Callable

from journey_assistant.domain.company import Company
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.sentiment import Sentiment, TextReading
from journey_assistant.domain.signal_rules import DEFAULT_SIGNAL_RULES, SignalRules
from journey_assistant.domain.signals import Signal
from journey_assistant.perception.signals import buying, contacts, moods, orders, pages, records, usage
from journey_assistant.perception.signals.view import SignalView

_SIGNALS: tuple[Callable[[SignalView], Signal | None], ...] = (
    pages.pricing_velocity,
    pages.cancellation_page_visits,
    pages.product_viewed_repeatedly,
    pages.category_viewed_repeatedly,
    usage.usage_gap,
    usage.usage_drop,
    usage.near_limit,
    usage.onboarding_stalled,
    usage.onboarding_completed,
    usage.gone_quiet,
    moods.open_ticket,
    moods.sentiment_drop,
    moods.negative_sentiment,
    moods.nps_detractor,
    moods.nps_promoter,
    orders.renewal_near,
    orders.recent_purchase,
    orders.cart_left,
    orders.payment_failed,
    orders.replenishment_due,
    buying.ignored_upsell,
    buying.download_not_followed,
    buying.webinar_attended,
    buying.comparison_done,
    buying.closed_won,
    buying.signed_up,
    buying.intent_surge,
    contacts.repeated_contact,
    records.data_conflict,
)


def derive_signals(
    snapshot: Snapshot,
    readings: tuple[TextReading, ...],
    rules: SignalRules = DEFAULT_SIGNAL_RULES,
    company: Company | None = None,
    *,
    message: Sentiment | None = None,
    reason_of: Callable[[str], str] | None = None,
    alike: Callable[[str, str], bool] | None = None,
) -> tuple[Signal, ...]:
    """What the timeline means now. Events after ``snapshot.now_at`` never count.

    ``message`` is the mood of the moment's own message. ``reason_of`` names the contact reason of a text ("none" when
    out of scope) and ``alike`` says whether two texts are about one matter; without them only tickets' topics tell
    whether somebody comes back with the same thing.
    """
    view = SignalView(snapshot, readings, rules, company or Company(), message, reason_of, alike)
    return tuple(found for derive in _SIGNALS if (found := derive(view)) is not None)
