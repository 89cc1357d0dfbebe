"""The customer's own page in a browser: what it shows and changes, and that a choice counts before the next send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.axe import serious_findings
from browser.conftest import WIDTHS, NewPage
from browser.preference_server import PreferenceServer, done, preference_server
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.outbox import DeliveryState
from records import ANA

pytestmark = pytest.mark.browser

STICKS_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OFFERS_BY_MAIL = "email, marketing"


@pytest.fixture
def server() -> Iterator[PreferenceServer]:
    with preference_server() as running:
        yield running


def opened(page: Page, server: PreferenceServer) -> Page:
    page.goto(server.link)
    expect(page.get_by_role("heading", name="Ana Ruiz, your preferences")).to_be_visible()
    return page


def what_became(server: PreferenceServer) -> tuple[DeliveryState, str]:
    """Of the message that was about to go out."""
    ((_, delivery),) = done(server.store.deliveries(DEFAULT_TENANT))
    return delivery.state, delivery.error


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", WIDTHS)
def test_that_every_page_fits_and_is_read_by_everybody(
    new_page: NewPage, server: PreferenceServer, screenshots: Path, size: str, scheme: str
) -> None:
    page = new_page(size, color_scheme=scheme, failing_calls=True)
    pages = {
        "page": server.link,
        "proven": server.proven_link,
        "unsubscribe": f"{server.link}/unsubscribe",
        "without-link": f"{server.address}/preferences",
        "bad-link": f"{server.link}x",
    }
    for name, address in pages.items():
        page.goto(address)
        page.screenshot(path=screenshots / f"preferences-{name}-{size}-{scheme}.png", full_page=True)
        assert page.evaluate(STICKS_OUT) == 0, f"{name} is wider than its window"
        assert serious_findings(page) == []


def test_that_the_page_says_what_we_hold_and_why(new_page: NewPage, server: PreferenceServer) -> None:
    page = opened(new_page(), server)
    held = page.get_by_role("region", name="What we hold about you")
    for fact in ("ana@example.com", "Halden Print", "faster invoicing", "operations lead"):
        expect(held).to_contain_text(fact)
    expect(held).to_contain_text("You told us")
    expect(held).to_contain_text("page viewed")
    why = page.get_by_role("region", name="Why did I get this?")
    expect(why).to_contain_text("A guide: you signed up and told us your goal")
    expect(page.get_by_role("region", name="What you allowed, and when")).to_contain_text("sign-up form")


def test_that_what_is_allowed_goes_out(server: PreferenceServer) -> None:
    assert server.delivered() == 1


def test_that_a_box_that_is_not_ticked_any_more_counts_before_the_next_message(
    new_page: NewPage, server: PreferenceServer
) -> None:
    page = opened(new_page(), server)
    box = page.get_by_role("checkbox", name=OFFERS_BY_MAIL)
    expect(box).to_be_checked()
    box.uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved. It counts from now on.")
    expect(page.get_by_role("checkbox", name=OFFERS_BY_MAIL)).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="email, service")).to_be_checked()
    history = page.get_by_role("region", name="What you allowed, and when").get_by_role("listitem").first
    expect(history).to_contain_text("marketing email: no (preference page)")
    assert (server.delivered(), what_became(server)[0]) == (0, DeliveryState.WITHDRAWN)


@pytest.mark.parametrize("way", ["button", "link of a mail"])
def test_that_who_unsubscribes_gets_nothing_more(new_page: NewPage, server: PreferenceServer, way: str) -> None:
    page = opened(new_page(), server)
    if way == "button":
        page.get_by_role("button", name="Unsubscribe from all offers").click()
    else:
        page.goto(f"{server.link}/unsubscribe")
        page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("status")).to_contain_text("You will not get marketing messages from us any more.")
    for channel in ("email", "sms", "push"):
        expect(page.get_by_role("checkbox", name=f"{channel}, marketing")).not_to_be_checked()
    assert (server.delivered(), what_became(server)[0]) == (0, DeliveryState.WITHDRAWN)


def test_that_a_pause_counts_at_once_and_says_until_when(new_page: NewPage, server: PreferenceServer) -> None:
    page = opened(new_page(), server)
    page.get_by_role("button", name="Pause for 30 days").click()
    expect(page.get_by_role("status")).to_contain_text("Paused.")
    expect(page.get_by_role("region", name="What you allowed, and when")).to_contain_text("paused until 2026-04-09")
    assert server.delivered() == 0


def test_that_once_a_month_holds_the_next_message_back(new_page: NewPage, server: PreferenceServer) -> None:
    page = opened(new_page(), server)
    page.get_by_label("How often at most").select_option("once a month")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("How often at most")).to_have_value("monthly")
    assert (server.delivered(), what_became(server)[0]) == (0, DeliveryState.HELD)
    # the last one went out four days ago
    assert (server.delivered(days=25), server.delivered(days=27)) == (0, 1)


def test_that_a_no_to_personalisation_is_kept(new_page: NewPage, server: PreferenceServer) -> None:
    page = opened(new_page(), server)
    box = page.get_by_role("checkbox", name="Use what you do on our site")
    box.uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(box).not_to_be_checked()


def test_that_who_proves_who_they_are_takes_their_data_along_and_erases_it(
    new_page: NewPage, server: PreferenceServer, tmp_path: Path
) -> None:
    page = opened(new_page(failing_calls=True), server)
    expect(page.get_by_role("link", name="Download everything")).to_have_count(0)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("status")).to_contain_text("We sent a link to your own address.")
    (fresh,) = server.links_sent
    page.goto(fresh)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download everything").click()
    download.value.save_as(tmp_path / "mine.json")
    mine = json.loads((tmp_path / "mine.json").read_text())
    assert (mine["customer"]["email"], len(mine["timeline"])) == ("ana@example.com", 3)
    page.get_by_role("button", name="Erase").click()
    expect(page.get_by_text("Please tick the box")).to_be_visible()
    page.goto(fresh)
    page.get_by_role("checkbox", name="Erase everything about me").check()
    page.get_by_role("button", name="Erase").click()
    expect(page.get_by_role("heading", name="Erased")).to_be_visible()
    assert done(server.store.customers(DEFAULT_TENANT, ids=[ANA])) == []
    assert server.delivered() == 0
    page.goto(fresh)
    expect(page.get_by_text("We hold nothing about you any more.")).to_be_visible()


def test_that_the_page_works_by_keyboard_and_without_scripts(new_page: NewPage, server: PreferenceServer) -> None:
    page = opened(new_page(java_script_enabled=False), server)
    page.get_by_role("checkbox", name=OFFERS_BY_MAIL).focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name=OFFERS_BY_MAIL)).not_to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved. It counts from now on.")
    expect(page.get_by_role("checkbox", name=OFFERS_BY_MAIL)).not_to_be_checked()
