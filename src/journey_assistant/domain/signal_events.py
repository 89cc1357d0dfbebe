"""Which events can make a signal true, and how long after them: what has to be looked at again, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from journey_assistant.domain.signal_rules import SignalRules

TEXTS = ("chat_message", "email_replied", "ticket_opened", "ticket_replied", "call_logged", "form_submitted")
SURVEYS = ("nps_submitted", "csat_submitted")
TICKETS = ("ticket_opened", "ticket_replied", "ticket_closed", "ticket_reopened")

COMPLETED_BY: Mapping[str, tuple[str, ...]] = {
    "pricing_velocity": ("page_viewed",),
    "cancellation_page_visits": ("page_viewed",),
    "product_viewed_repeatedly": ("product_viewed",),
    "category_viewed_repeatedly": ("page_viewed", "product_viewed"),
    "near_limit": ("feature_used",),
    "onboarding_stalled": ("onboarding_step_completed",),
    "onboarding_completed": ("onboarding_completed",),
    "open_ticket": TICKETS,
    "sentiment_drop": ("chat_message",),
    "negative_sentiment": (*TEXTS, *SURVEYS, "ticket_closed"),
    "nps_detractor": (*SURVEYS, *TEXTS, "ticket_closed"),
    "nps_promoter": ("nps_submitted",),
    "recent_purchase": ("order_completed", "subscription_changed", "deal_stage_changed"),
    "cart_left": ("cart_updated",),
    "payment_failed": ("invoice_failed",),
    "download_not_followed": ("content_downloaded",),
    "webinar_attended": ("webinar_attended", "survey_answered"),
    "comparison_done": ("quiz_completed", "content_downloaded"),
    "closed_won": ("deal_stage_changed",),
    "signed_up": ("signed_up",),
    "intent_surge": ("intent_reported",),
    "data_conflict": ("note_added",),
}
"""Types by signal. Signals that only time makes true (a gap, a drop, a renewal) stand in no event's way."""


def delay_of(signal: str, rules: SignalRules) -> timedelta:
    """How long after its event a signal comes true; most do at once."""
    delays = {
        "cart_left": rules.cart_untouched,
        "download_not_followed": rules.followed_within,
        "onboarding_stalled": rules.step_due,
    }
    return delays.get(signal, timedelta())
