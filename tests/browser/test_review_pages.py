"""The success manager's pages in a browser: Today, the review of a draft with the keyboard, two people, autonomy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.axe import serious_findings
from browser.conftest import NewPage
from browser.people import enter_as_dana
from browser.service import running_demo

pytestmark = pytest.mark.browser
PLAYS_RUN_WITHIN_MS, TRIES = 120_000, 40


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service of its own: what these tests decide is not what other tests look at."""
    with running_demo(tmp_path_factory.mktemp("desk") / "home") as started:
        yield started


def with_drafts(page: Page, address: str, least: int = 1) -> Page:
    """In front of the list, once the worker has written some."""
    enter_as_dana(page, address)
    page.goto(f"{address}/drafts")
    for _ in range(TRIES):
        if page.locator("a.row").count() >= least:
            return page
        page.wait_for_timeout(PLAYS_RUN_WITHIN_MS / TRIES)
        page.reload()
    raise AssertionError("the worker wrote no drafts")


def first_draft(page: Page, address: str) -> str:
    """The address of the draft that waits longest, on its page."""
    target = with_drafts(page, address).locator("a.row").first.get_attribute("href")
    assert target
    page.goto(f"{address}{target}")
    return f"{address}{target}"


def test_that_a_success_manager_gets_through_her_drafts(new_page: NewPage, desk: str) -> None:
    mine, theirs = new_page(failing_calls=True), new_page()
    with_drafts(mine, desk, least=2)
    puts_aside_by_keyboard(mine)
    words_changed_meanwhile_are_not_sent(mine, enter_as_dana(theirs, desk))
    rejects_with_a_reason(mine, desk)
    mine.goto(f"{desk}/autonomy")
    expect(mine.locator("main")).to_contain_text("1 bad timing")
    tells_that_an_alert_is_done(mine, desk)


def puts_aside_by_keyboard(page: Page) -> None:
    """From the list to a draft, aside, and back, without a mouse."""
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Approve these words")).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator("select[name=until]")).to_be_focused()
    page.get_by_role("button", name="Put aside").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]").first).to_contain_text("Put aside by dana")
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="Take it up again")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Approve these words")).to_be_visible()


def words_changed_meanwhile_are_not_sent(mine: Page, theirs: Page) -> None:
    """Somebody has the draft rewritten; who read the first version is told, and sees the second before it goes."""
    theirs.goto(mine.url)
    theirs.keyboard.press("w")
    theirs.locator("select[name=kind]").select_option("shorter")
    theirs.get_by_role("button", name="Rewrite").click()
    expect(theirs.locator(".head")).to_contain_text("version 2")
    expect(theirs.get_by_role("heading", name="What was done")).to_be_visible()
    mine.get_by_role("button", name="Approve these words").click()
    expect(mine.get_by_role("alert")).to_contain_text("at version 2, not 1")
    mine.get_by_role("button", name="Approve these words").click()
    expect(mine.locator("[role=status]").first).to_contain_text("Approved by dana")


def rejects_with_a_reason(page: Page, address: str) -> None:
    """One of the list, and a few words."""
    page.goto(f"{address}/drafts")
    page.locator("a.row").first.click()
    expect(page.get_by_role("button", name="Approve these words")).to_be_visible()
    page.keyboard.press("r")
    page.locator("select[name=reason]").select_option("bad timing")
    page.get_by_label("In your words").fill("they move this week")
    page.get_by_role("button", name="Reject").click()
    expect(page.locator("[role=status]").first).to_contain_text("bad timing: they move this week")


def tells_that_an_alert_is_done(page: Page, address: str) -> None:
    """By keyboard, from the line of the alert."""
    page.goto(f"{address}/?who=all")
    page.locator("li.acted:has(button) a.row").first.focus()
    page.keyboard.press("d")
    expect(page.get_by_role("button", name="Done:").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Done since yesterday")).to_be_visible()
    expect(page.locator("main")).to_contain_text("done by Dana")


@pytest.mark.parametrize(("size", "theme"), [("phone", "light"), ("desktop", "light"), ("desktop", "dark")])
def test_that_every_page_of_the_review_fits_and_is_read_by_everybody(
    new_page: NewPage, address: str, screenshots: Path, size: str, theme: str
) -> None:
    page = new_page(size, color_scheme=theme)
    draft = first_draft(page, address)
    pages = {"today": f"{address}/", "everybody": f"{address}/?who=all", "drafts": f"{address}/drafts", "draft": draft}
    pages["together"] = f"{address}/drafts/together?play=onboarding_stalled"
    pages |= {"autonomy": f"{address}/autonomy", "snoozed": f"{address}/drafts?state=snoozed"}
    for name, target in pages.items():
        page.goto(target)
        for fold in page.locator("details").all():
            fold.evaluate("(one) => { one.open = true; }")
        page.screenshot(path=screenshots / f"review-{name}-{size}-{theme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} is too wide"
        assert serious_findings(page) == [], page.url
