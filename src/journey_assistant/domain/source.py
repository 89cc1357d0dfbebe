"""Source: where events come from, and how far it is believed."""

from __future__ import annotations

from dataclasses import dataclass

from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId

BEHAVIOUR = frozenset(
    {
        "page_viewed",
        "product_viewed",
        "cart_updated",
        "content_downloaded",
        "webinar_attended",
        "form_submitted",
        "quiz_completed",
        "preference_declared",
        "signed_up",
        "onboarding_step_completed",
        "onboarding_completed",
        "feature_used",
        "nps_submitted",
        "csat_submitted",
    }
)
"""Of our own event types those that a page may report. Money, consent, tickets and messages are a server's to tell."""


@dataclass(frozen=True, slots=True)
class Source:
    """A sender with a write key. A ``public`` key stands in web pages, so that anybody may have sent what it says."""

    name: str
    tenant: TenantId = DEFAULT_TENANT
    public: bool = False
