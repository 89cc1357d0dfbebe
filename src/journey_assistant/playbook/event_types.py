"""The event types that the product itself reads; any other name is stored as it came."""

EVENT_TYPES = frozenset({
    "page_viewed", "product_viewed", "cart_updated", "order_completed", "content_downloaded", "webinar_attended",
    "form_submitted", "quiz_completed", "survey_answered", "preference_declared", "consent_changed", "signed_up",
    "onboarding_step_completed", "onboarding_completed", "feature_used", "subscription_changed",
    "subscription_renewed", "deal_stage_changed", "ticket_opened", "ticket_replied", "ticket_closed", "chat_message",
    "message_sent", "email_sent", "alert_raised", "draft_created", "email_opened", "email_clicked", "email_replied",
    "call_logged", "nps_submitted", "csat_submitted", "invoice_failed", "invoice_paid", "intent_reported",
    "note_added", "visit_identified", "conversation_resolved", "conversation_given_back",
})  # fmt: skip
