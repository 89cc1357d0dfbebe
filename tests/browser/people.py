"""Who is in front of a browser: a customer on the demo company's site, or Dana in the console."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def as_customer(page: Page, address: str, customer_id: str = "", path: str = "") -> Page:
    """A page of the demo company's site, signed in as one of its customers, or as a visitor nobody knows."""
    page.add_init_script(f"sessionStorage.setItem('demo-site:persona', '{customer_id}')")
    page.goto(f"{address}/demo-site{path}")
    expect(page.get_by_role("button", name=re.compile("^Open chat"))).to_be_visible()
    return page


def open_chat(page: Page) -> None:
    """Opens the chat; what it says is in ``page.get_by_role("dialog")``."""
    page.get_by_role("button", name=re.compile("^Open chat")).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def write(page: Page, text: str) -> None:
    """Says something in the chat."""
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")


def enter_as_dana(page: Page, address: str) -> Page:
    """The console, by the demonstration's one click."""
    page.goto(f"{address}/login")
    page.get_by_role("button", name="Enter as Dana").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    return page
