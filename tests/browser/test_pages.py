"""Every page at the width of a phone and of a desk: nothing sticks out, no console error, nothing serious for axe.

The pictures lie in the folder of the fixture ``screenshots``, to be looked at.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.axe import serious_findings
from browser.conftest import WIDTHS, NewPage
from browser.people import enter_as_dana

pytestmark = pytest.mark.browser

SITE_PAGES = ("/demo-site", "/demo-site/pricing")
OUTSIDE = {"login", "logout", "static", "demo-site", "v1", "openapi.json"}
STICKS_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def assert_fine(page: Page, picture: Path) -> None:
    page.screenshot(path=picture, full_page=True)
    assert page.evaluate(STICKS_OUT) == 0, f"the page is wider than its window: {picture}"
    assert serious_findings(page) == []


def reached_from(page: Page, address: str) -> dict[str, str]:
    """One page of each kind that links of the console lead to, by name: all drafts are a kind, one is another."""
    found, waiting = {}, ["/"]
    while waiting:
        path = waiting.pop(0)
        first, *more = path.strip("/").split("/")
        kind = f"{first or 'today'}-{'one' if more else 'all'}"
        if kind in found or first in OUTSIDE:
            continue
        found[kind] = path
        page.goto(f"{address}{path}")
        waiting += page.locator("a[href^='/']").evaluate_all("links => links.map((link) => link.pathname)")
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("path", SITE_PAGES)
def test_that_the_demo_site_is_fine(
    new_page: NewPage, address: str, screenshots: Path, path: str, size: str, scheme: str
) -> None:
    page = new_page(size, color_scheme=scheme)
    page.goto(f"{address}{path}")
    expect(page.get_by_role("button", name="Open chat")).to_be_visible()
    assert_fine(page, screenshots / f"{path.strip('/').replace('/', '-')}-{size}-{scheme}.png")


@pytest.mark.parametrize("size", WIDTHS)
def test_that_every_page_of_the_console_is_fine(new_page: NewPage, address: str, screenshots: Path, size: str) -> None:
    page = new_page(size)
    page.goto(f"{address}/login")
    assert_fine(page, screenshots / f"console-login-{size}.png")
    enter_as_dana(page, address)
    pages = reached_from(page, address)
    assert len(pages) > 2
    for name, path in pages.items():
        page.goto(f"{address}{path}")
        assert_fine(page, screenshots / f"console-{name}-{size}.png")
