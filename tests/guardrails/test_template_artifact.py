from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.template_artifact import template_artifact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi {{first_name}}, welcome", True),
        ("Hi [Name], welcome", True),
        ("Hi null, welcome", True),
        ("Hallo None, willkommen", True),
        ("The total is NaN.", True),
        ("Draft: your hours are set", True),
        ("Your hours are set [1].", True),
        ("See 【4†source】", True),
        ("As a large language model I cannot say.", True),
        ("Hier ist ein freundlicher Entwurf: Guten Tag", True),
        ("En tant que modele de langage, je ne sais pas.", True),
        ("Your total is $undefined", True),
        ("Lorem ipsum dolor", True),
        ("None of the ovens are delayed.", False),
        ("The null hypothesis is fun", False),
        ("You can send a photo.", False),
        ("In a menu, {{dish}} becomes the dish.", False),
        ("Hi Inês, welcome", False),
    ],
)
def test_that_leftovers_of_templates_and_models_are_found(text: str, expected: bool) -> None:
    context = a_context("In a menu, {{dish}} becomes the name of the dish.")
    assert objects(template_artifact, text, context) is expected
