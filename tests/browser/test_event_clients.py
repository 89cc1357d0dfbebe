"""Segment's and RudderStack's clients for pages, unchanged, in a real page of another origin: only the host is ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import NewPage
from event_server import WRITE_KEY, EventServer, event_server
from live_server import serving

pytestmark = pytest.mark.browser

MODULES = Path(__file__).parent / "node_modules"
SCRIPTS = {
    "/segment.js": MODULES / "@segment/analytics-next/dist/umd/index.js",
    "/rudderstack.js": MODULES / "@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js",
}
STARTS = {
    "segment": "window.analytics = AnalyticsNext.AnalyticsBrowser.load({writeKey: KEY, cdnURL: SERVICE});",
    "rudderstack": """window.analytics = new (window.rudderanalytics?.RudderAnalytics ?? RudderAnalytics)();
        analytics.load(KEY, SERVICE, {configUrl: SERVICE});""",
}
SAYS = """
    analytics.page("Pricing", {path: "/pricing"});
    analytics.identify("c1", {email: "ana@example.com", name: "Ana Ruiz"});
    analytics.track("Product Viewed", {product_id: "p1", name: "Tap reader"});
    document.title = "said";
"""


@pytest.fixture
def server() -> Iterator[EventServer]:
    with event_server(public=True) as running:
        yield running


@pytest.fixture
def site(server: EventServer) -> Iterator[str]:
    """A page for each client, on an origin of its own."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        script = SCRIPTS.get(scope["path"])
        client = scope["path"].strip("/")
        page = f"""<!doctype html><title>shop</title><script src="/{client}.js"></script>
            <script>const KEY = "{WRITE_KEY}", SERVICE = "{server.address}"; {STARTS.get(client, "")} {SAYS}</script>"""
        type_, body = (b"text/javascript", script.read_bytes()) if script else (b"text/html", page.encode())
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", type_)]})
        await send({"type": "http.response.body", "body": body})

    with serving(answer) as address:
        yield address


def until_stored(page: Page, server: EventServer, customer_id: str, type_: str) -> None:
    """Waits for an event in the store; what the page sends takes its time."""
    for _ in range(200):
        if type_ in [one["type"] for one in server.stored(customer_id)]:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{type_} never came; the server saw {[one[':path'] for one in server.seen]}")


@pytest.mark.parametrize("client", STARTS)
def test_that_the_client_works_unchanged_in_a_page(
    new_page: NewPage, site: str, server: EventServer, client: str
) -> None:
    page = new_page()
    elsewhere = []
    page.on("request", lambda request: elsewhere.append(request.url))
    page.goto(f"{site}/{client}")
    expect(page).to_have_title("said")
    until_stored(page, server, "c1", "product_viewed")
    until_stored(page, server, "c1", "page_viewed")
    assert server.document("c1")["email"] == "ana@example.com"
    # neither settings nor plugins nor messages of anybody else's host
    assert [url for url in elsewhere if not url.startswith((site, server.address))] == []
