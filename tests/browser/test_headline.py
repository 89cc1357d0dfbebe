"""The promise of the product, live: upset and ready to buy, so no sales message; her success manager hears of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import NewPage
from browser.people import as_customer, enter_as_dana, open_chat, write
from browser.service import running_demo
from journey_assistant.resources import resource_dir

pytestmark = pytest.mark.browser

FRUSTRATED, LOOKING = "c_023", "c_010"
NADIA = "Nadia Rahimi"
REPLY = "Gareth, this is Dana. I am putting your Saturday right now."
TRIES, EVERY_MS = 45, 1_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service of its own, where nobody has spoken yet; views of a page count as two after one second already."""
    folder = tmp_path_factory.mktemp("headline")
    signals = (resource_dir("playbook") / "signals.yaml").read_text(encoding="utf-8")
    assert "same_view: 30 s" in signals
    (folder / "playbook").mkdir()
    (folder / "playbook" / "signals.yaml").write_text(signals.replace("same_view: 30 s", "same_view: 1 s"))
    with running_demo(folder / "home", JOURNEY_PLAYBOOK_DIR=str(folder / "playbook")) as started:
        yield started


def wait_for_row(console: Page, address: str, name: str) -> str:
    """The line about a customer on the page of today, as soon as there is one."""
    row = console.locator("[data-rows] li", has_text=name)
    for _ in range(TRIES):
        console.goto(f"{address}/")
        if row.count():
            return row.first.inner_text()
        console.wait_for_timeout(EVERY_MS)
    raise AssertionError(f"nothing about {name} after {TRIES * EVERY_MS // 1000} s")


def test_that_three_looks_at_the_prices_bring_a_person_and_no_offer(new_page: NewPage, address: str) -> None:
    console = enter_as_dana(new_page(), address)
    assert console.locator("[data-rows] li", has_text=NADIA).count() == 0
    nadia = as_customer(new_page(), address, FRUSTRATED, "/pricing")
    told: list[object] = []
    for _ in range(2):
        nadia.wait_for_timeout(1_500)
        with nadia.expect_response("**/v1/chat/pages") as answer:
            nadia.reload()
        told.append(answer.value.json())
    line = wait_for_row(console, address, NADIA)
    assert "alert" in line
    assert "success" in line
    assert told == [{"bubble": None}] * 2
    expect(nadia.get_by_role("region", name="Chat")).to_be_hidden()
    console.locator("[data-rows] li a", has_text=NADIA).first.click()
    expect(console.get_by_text(re.compile("pric", re.IGNORECASE)).first).to_be_visible()


def test_that_an_angry_customer_reaches_a_person_in_another_browser(new_page: NewPage, address: str) -> None:
    gareth = as_customer(new_page(), address, "c_024")
    open_chat(gareth)
    write(gareth, "You double-booked my entire Saturday AGAIN. This is the third time and I have had enough.")
    expect(gareth.locator(".state")).to_have_text(re.compile("A person will (answer by .+|join you here)"))
    dana = enter_as_dana(new_page(), address)
    dana.goto(f"{address}/inbox")
    dana.get_by_role("link", name=re.compile("Gareth Pugh")).first.click()
    expect(dana.get_by_text("double-booked").first).to_be_visible()
    dana.get_by_role("button", name="Take it").click()
    expect(gareth.get_by_role("dialog", name="Dana")).to_be_visible()
    dana.get_by_label("Reply to the customer").fill(REPLY)
    dana.get_by_role("button", name="Send", exact=True).click()
    expect(gareth.locator(".entry.person .bubble")).to_have_text([REPLY])
    write(gareth, "Thank you, finally.")
    expect(dana.get_by_text("Thank you, finally.").first).to_be_visible()
    before = gareth.locator(".entry.assistant[data-seq]").count()
    gareth.wait_for_timeout(2_500)
    expect(gareth.locator(".entry.assistant[data-seq]")).to_have_count(before)
