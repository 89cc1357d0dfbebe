from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.language_mismatch import language_mismatch


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You can change your hours under Settings.", False),
        ("Sie können die Zeiten unter Settings ändern.", True),
        ("Puede cambiar las horas en la página.", True),
        ("Vous pouvez changer les horaires ici.", True),
        ("OK, danke.", False),
        ("You can change your hours. Das geht auch mit der App und ist für alle da, wenn Sie es möchten.", True),
        ("SSO: Settings > Security > SSO. It needs the Max plan.", False),
    ],
)
def test_that_a_text_is_in_the_customers_language(text: str, expected: bool) -> None:
    assert objects(language_mismatch, text, a_context()) is expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "SSO richten Sie unter Settings > Security > SSO ein.", False),
        ("de", "You can set it up under Settings > Security.", True),
        ("pt", "Los invitados son gratis en los planes Plus y Max.", True),
        ("pt", "Convidados são gratuitos nos planos Plus e Max.", False),
        ("it", "Gli ospiti sono gratuiti nei piani Plus e Max.", False),
        ("nl", "Gasten zijn gratis bij de plannen Plus en Max.", False),
        ("fr", "Les invités sont gratuits dans les forfaits Plus et Max.", False),
        ("es", "Los invitados son gratis en los planes Plus y Max.", False),
    ],
)
def test_that_each_language_is_told_from_its_neighbours(language: str, text: str, expected: bool) -> None:
    assert objects(language_mismatch, text, a_context(customer={"language": language})) is expected
