from __future__ import annotations

import pytest

from guardrails.builders import a_context, objects
from journey_assistant.guardrails.link_policy import link_policy


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ovenly.test/menus", False),
        ("https://ovenly.test/menus?utm_source=mail.", False),
        ("https://OVENLY.test/menus/", False),
        ("https://ovenly.test", False),
        ("https://ovenly.test/preferences", False),
        ("http://ovenly.test/menus", True),
        ("https://ovenly.test.login.test/menus", True),
        ("https://evil.test/ovenly.test/menus", True),
        ("https://ovenly.test@evil.test/menus", True),
        ("https://ovenly.test:8443/menus", True),
        ("https://93.184.216.34/menus", True),
        ("https://xn--venly-jua.test/menus", True),
        ("https://bit.ly/3xYz", True),
        ("bit.ly/3xYz", True),
        ("https://ovenly.test/menus?email=ines@quintal.test", True),
        ("https://ovenly.test/menus?token=abc", True),
        ("https://ovenly.test/another-page", True),
        ("ftp://ovenly.test/menus", True),
        ("//ovenly.test/menus", True),
        ("[ovenly.test/menus](https://help.ovenly.test/menus)", True),
        ("[our menus](https://ovenly.test/menus)", False),
        ("help@ovenly.test", False),
    ],
)
def test_that_links_lead_only_to_known_pages_of_the_brand(url: str, expected: bool) -> None:
    context = a_context("Menus: https://ovenly.test/menus and https://help.ovenly.test/menus")
    assert objects(link_policy, f"See {url}", context) is expected
