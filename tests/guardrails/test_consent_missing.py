from __future__ import annotations

import pytest

from guardrails.builders import CONSENTING, a_context, objects
from journey_assistant.domain.customer import Consent
from journey_assistant.guardrails.consent_missing import consent_missing
from journey_assistant.guardrails.context import Surface


@pytest.mark.parametrize("stored", [None, False, "pending", "yes", 1])
def test_that_only_a_stored_true_is_a_yes(stored: object) -> None:
    consent = Consent({"email": {"marketing": stored}})
    context = a_context(channel="email", purpose="marketing", customer={"consent": consent})
    assert objects(consent_missing, "New menus.", context)
    assert not objects(consent_missing, "New menus.", a_context(channel="email", purpose="marketing"))


@pytest.mark.parametrize(
    ("purpose", "text", "expected"),
    [
        ("transactional", "Your order left us. Treat yourself to a second tray.", True),
        ("transactional", "Ihre Bestellung ist da. Jetzt 10 % Rabatt sichern.", True),
        ("transactional", "Your order left us today.", False),
        ("service", "Your ticket is with billing.", False),
    ],
)
def test_that_a_promotion_does_not_hide_in_a_service_message(purpose: str, text: str, expected: bool) -> None:
    context = a_context(channel="email", purpose=purpose, customer={"consent": Consent()})
    assert objects(consent_missing, text, context) is expected


def test_that_behaviour_is_not_used_when_personalisation_is_off() -> None:
    text = "Because you viewed the big oven, here are trays."
    off = Consent(CONSENTING.channels, personalization=False)
    assert objects(consent_missing, text, a_context(customer={"consent": off}))
    assert not objects(consent_missing, text, a_context())


@pytest.mark.parametrize(
    ("surface", "text", "expected"),
    [
        ("import", "email,consent_email_marketing\na@b.test,TRUE", True),
        ("import", "email,consent_sms,consent_source,consent_at\na@b.test,TRUE,form,2026-01-01T00:00:00Z", False),
        ("import", "email,consent_sms\na@b.test,false", False),
        ("event", '{"type":"trigger","campaign":"summer_sale","purpose":"transactional"}', True),
        ("event", '{"type":"trigger","campaign":"news","channel":"sms","force":true}', True),
        ("event", '{"type":"trigger","campaign":"receipt","purpose":"transactional"}', False),
        ("crm_note", "He said emails are fine.", True),
        ("crm_note", "Er hat mündlich seine Einwilligung gegeben.", True),
        ("crm_note", "Prefers calls in the morning.", False),
    ],
)
def test_that_nothing_from_outside_sets_or_forces_consent(surface: Surface, text: str, expected: bool) -> None:
    assert objects(consent_missing, text, a_context(), surface) is expected
