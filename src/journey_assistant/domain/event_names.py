"""Event names as they come from Segment and RudderStack, and ours."""

from __future__ import annotations

import re

OUR_EVENTS = frozenset(
    {
        "page_viewed",
        "product_viewed",
        "cart_updated",
        "order_completed",
        "content_downloaded",
        "webinar_attended",
        "form_submitted",
        "quiz_completed",
        "survey_answered",
        "preference_declared",
        "consent_changed",
        "signed_up",
        "onboarding_step_completed",
        "onboarding_completed",
        "feature_used",
        "subscription_changed",
        "deal_stage_changed",
        "ticket_opened",
        "ticket_replied",
        "ticket_closed",
        "chat_message",
        "message_sent",
        "alert_raised",
        "draft_created",
        "email_opened",
        "email_clicked",
        "email_replied",
        "call_logged",
        "nps_submitted",
        "csat_submitted",
        "invoice_failed",
        "invoice_paid",
        "intent_reported",
        "note_added",
        "visit_identified",
    }
)
"""The event types that signals and plays know (design, section 5)."""

_ALIASES = {
    "page": "page_viewed",
    "screen": "page_viewed",
    "viewed_page": "page_viewed",
    "loaded_a_page": "page_viewed",
    "cart_viewed": "cart_updated",
    "product_added": "cart_updated",
    "product_removed": "cart_updated",
    "checkout_started": "cart_updated",
    "account_created": "signed_up",
    "email_link_clicked": "email_clicked",
}
_BETWEEN = re.compile(r"[^a-z0-9]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def our_name(name: str) -> str:
    """Our event type for a name in Segment's spelling (``Order Completed``); any other name stays as it came."""
    plain = _BETWEEN.sub("_", _HUMP.sub("_", name).casefold()).strip("_")
    plain = _ALIASES.get(plain, plain)
    return plain if plain in OUR_EVENTS else name
