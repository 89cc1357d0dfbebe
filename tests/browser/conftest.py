"""A browser, a running service, and pages that fail their test when their console shows an error."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from browser.service import running_demo

WIDTHS = {"phone": (375, 812), "desktop": (1280, 800)}
PATIENCE_MS = 30_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the system."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "Chromium is not installed (Debian: apt install chromium; elsewhere set CHROMIUM to its path)"
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service, started once; JOURNEY_TEST_ADDRESS names one that runs already."""
    if running := os.environ.get("JOURNEY_TEST_ADDRESS"):
        yield running
        return
    with running_demo(tmp_path_factory.mktemp("service") / "home") as started:
        yield started


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: JOURNEY_SCREENSHOTS, or a temporary folder."""
    given = os.environ.get("JOURNEY_SCREENSHOTS")
    folder = Path(given) if given else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Pages in a browser profile of their own. What their console calls an error is an error of the test.

    With ``failing_calls`` it is not one when the browser reports an answer of 4xx or 5xx, or none at all.
    """
    contexts, errors = [], list[str]()

    def new(size: str = "desktop", *, failing_calls: bool = False, **options: Any) -> Page:
        width, height = WIDTHS[size]
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()

        def heard(said: ConsoleMessage) -> None:
            if said.type == "error" and not (failing_calls and said.text.startswith("Failed to load resource")):
                errors.append(said.text)

        page.on("console", heard)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield new
    for context in contexts:
        context.close()
    assert not errors, "\n".join(errors)
