"""The console in a browser, on a running service: what colleagues see, press and hear of without reload."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from playwright.sync_api import Page, expect

from browser.axe import serious_findings
from browser.conftest import NewPage
from browser.hostile_texts import HOSTILE_TEXTS
from journey_assistant.web.pages import TEMPLATES

pytestmark = pytest.mark.browser

ANGRY = "This is the third time that my invoices do not arrive. I am fed up. Get me a person!"
STATIC = TEMPLATES.parent / "static"


@dataclass
class Writer:
    """Somebody who writes by the chat's API: a customer of the demo company, or a visitor."""

    client: httpx2.Client
    headers: dict[str, str]
    conversation: str

    def say(self, text: str) -> None:
        answer = self.client.post(
            f"/v1/chat/conversations/{self.conversation}/messages",
            json={"text": text},
            headers={**self.headers, "Idempotency-Key": uuid4().hex},
        )
        assert answer.status_code == 202, answer.text

    def state(self) -> dict[str, Any]:
        answer = self.client.get(f"/v1/chat/conversations/{self.conversation}", headers=self.headers).json()
        found: dict[str, Any] = answer.get("conversation", answer)
        return found

    def heard(self) -> list[str]:
        answer = self.client.get(f"/v1/chat/conversations/{self.conversation}/entries", headers=self.headers).json()
        return [entry["text"] for entry in answer.get("entries", answer)]


@pytest.fixture
def customer(address: str) -> Callable[..., Writer]:
    def named(customer_id: str = "") -> Writer:
        client = httpx2.Client(base_url=address, timeout=30)
        if customer_id:
            answer = client.post("/demo-site/token", json={"customer_id": customer_id})
        else:
            answer = client.post("/v1/chat/visitors", json={}, headers={"Origin": address})
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        opened = client.post("/v1/chat/conversations", json={}, headers=headers).json()
        return Writer(client, headers, opened["conversation"]["id"])

    return named


def entered(page: Page, address: str) -> Page:
    """Signed in as Dana."""
    page.goto(f"{address}/login")
    page.get_by_role("button", name="Enter as Dana").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    return page


def opened(page: Page, address: str, writer: Writer) -> Page:
    """In front of one conversation, which waits for a person."""
    entered(page, address)
    page.goto(f"{address}/inbox")
    row = page.locator(f'a.row[href$="{writer.conversation}"]')
    expect(row).to_be_visible()
    row.click()
    expect(page.get_by_role("heading", name="What to know first")).to_be_visible()
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_that_every_page_fits_is_read_by_everybody_and_breaks_no_rule_of_its_own(
    new_page: NewPage, address: str, customer: Callable[..., Writer], screenshots: Path, size: str, theme: str
) -> None:
    writer = customer("c_023")
    writer.say(ANGRY)
    page = new_page(size, color_scheme=theme)
    page.goto(f"{address}/login")
    assert_sound(page, screenshots, f"console-login-{size}-{theme}")
    opened(page, address, writer)
    links = page.locator(".side-column h2 a, #packet a").evaluate_all("all => all.map((one) => one.href)")
    for number, target in enumerate([page.url, f"{address}/", f"{address}/inbox", f"{address}/drafts", *links]):
        page.goto(target)
        assert_sound(page, screenshots, f"console-{number}-{size}-{theme}")


def assert_sound(page: Page, screenshots: Path, name: str) -> None:
    page.screenshot(path=screenshots / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} is too wide"
    assert serious_findings(page) == [], page.url


def test_that_a_colleague_takes_an_upset_customer_and_both_hear_each_other_without_reload(
    new_page: NewPage, address: str, customer: Callable[..., Writer]
) -> None:
    page = entered(new_page(), address)
    page.goto(f"{address}/inbox")
    writer = customer("c_023")
    writer.say(ANGRY)
    row = page.locator(f'a.row[href$="{writer.conversation}"]')
    expect(row).to_be_visible()
    row.click()
    expect(page.locator("#packet")).to_contain_text("% complete")
    page.get_by_role("button", name="Take it").click()
    reply = page.get_by_label("Reply to the customer")
    reply.fill("I look into it now.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#transcript .by-person")).to_contain_text("I look into it now.")
    expect(reply).to_have_value("")
    assert "I look into it now." in writer.heard()
    assert writer.state()["state"] == "person"
    writer.say("Thank you, I wait here.")
    expect(page.locator("#transcript .by-customer").last).to_contain_text("Thank you, I wait here.")


def test_that_what_is_being_typed_survives_news(
    new_page: NewPage, address: str, customer: Callable[..., Writer]
) -> None:
    writer = customer()
    writer.say("I want to talk to a person, please.")
    page = opened(new_page(), address, writer)
    page.get_by_role("button", name="Take it").click()
    reply = page.get_by_label("Reply to the customer")
    reply.fill("Half a sentence")
    writer.say("Are you there?")
    expect(page.locator("#transcript .by-customer").last).to_contain_text("Are you there?")
    expect(reply).to_have_value("Half a sentence")
    reply.press("Control+Enter")
    expect(page.locator("#transcript .by-person")).to_have_count(1)


def test_that_a_note_is_seen_by_the_other_colleague_and_never_by_the_customer(
    new_page: NewPage, address: str, customer: Callable[..., Writer]
) -> None:
    writer = customer()
    writer.say("I want to talk to a person, please.")
    first, second = opened(new_page(), address, writer), opened(new_page(), address, writer)
    first.get_by_text("Leave a note for colleagues").click()
    first.get_by_label("Note").fill("Renewal next week")
    first.get_by_role("button", name="Keep the note").click()
    expect(second.locator("#transcript .by-note")).to_contain_text("Renewal next week")
    assert "Renewal next week" not in writer.heard()


def test_that_a_question_gets_a_suggested_reply_that_only_a_person_sends(
    new_page: NewPage, address: str, customer: Callable[..., Writer]
) -> None:
    writer = customer()
    writer.say("I want to talk to a person, please.")
    page = opened(new_page(), address, writer)
    page.get_by_role("button", name="Take it").click()
    reply = page.get_by_label("Reply to the customer")
    reply.fill("Here I am. What is it about?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#transcript .by-person")).to_have_count(1)
    writer.say("How soon does a change in Google Calendar show up?")
    expect(page.locator("#transcript .by-customer")).to_have_count(2)
    page.get_by_role("link", name="Suggest a reply").click()
    expect(page.locator("#desk")).to_contain_text("checked like its own answers")
    suggested = reply.input_value()
    assert suggested
    assert suggested not in writer.heard()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#transcript .by-person")).to_have_count(2)
    assert suggested in writer.heard()


def test_that_the_conversation_goes_back_to_the_assistant(
    new_page: NewPage, address: str, customer: Callable[..., Writer]
) -> None:
    writer = customer()
    writer.say("I want to talk to a person, please.")
    page = opened(new_page(), address, writer)
    page.get_by_role("button", name="Take it").click()
    page.get_by_text("Hand on, give back or resolve").click()
    page.get_by_role("button", name="Give back to the assistant").click()
    expect(page.locator("#head")).to_contain_text("with the assistant")
    assert writer.state()["state"] == "assistant"


def test_that_the_keyboard_alone_is_enough(new_page: NewPage, address: str, customer: Callable[..., Writer]) -> None:
    for _ in range(2):
        customer().say("I want to talk to a person, please.")
    page = entered(new_page(), address)
    page.goto(f"{address}/inbox")
    expect(page.locator("a.row").nth(1)).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("a.row").nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("a.row").nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What to know first")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Take it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Reply to the customer")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.get_by_label("Note")).to_be_focused()


def test_that_hostile_words_of_a_customer_are_words(
    new_page: NewPage, address: str, customer: Callable[..., Writer]
) -> None:
    page = new_page()
    called: list[str] = []
    page.add_init_script("window.hits = 0; window.hit = () => { window.hits += 1; };")
    page.on("dialog", lambda dialog: (called.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else called.append(asked.url))
    writer = customer()
    writer.say("I want to talk to a person, please.")
    opened(page, address, writer)
    page.get_by_role("button", name="Take it").click()
    for text in HOSTILE_TEXTS[:20]:
        writer.say(text)
    expect(page.locator("#transcript .by-customer")).to_have_count(21)
    page.reload()
    shown = page.locator("#transcript .by-customer .letter").all_text_contents()
    assert [text.strip() for text in shown[1:]] == [text.strip() for text in HOSTILE_TEXTS[:20]]
    assert page.evaluate("window.hits") == 0
    assert called == []


def test_that_without_scripts_everything_can_be_read_and_nothing_changed(
    new_page: NewPage, address: str, customer: Callable[..., Writer]
) -> None:
    writer = customer()
    writer.say("I want to talk to a person, please.")
    page = opened(new_page(java_script_enabled=False, failing_calls=True), address, writer)
    expect(page.locator("#transcript .by-customer").first).to_contain_text("I want to talk to a person")
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_text("this page needs its script for changes")).to_be_visible()
