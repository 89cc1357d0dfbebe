"""Hostile texts through every field that the widget shows: each is read as it is written, and nothing of it happens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import NewPage
from browser.hostile_texts import HOSTILE_TEXTS
from browser.scripted_chat import ELSEWHERE, SERVER, SITE, ScriptedChat

pytestmark = pytest.mark.browser

OWN = {
    *("a", "b", "button", "details", "div", "fieldset", "form", "h2", "h3", "i", "input", "label", "legend", "li"),
    *("p", "path", "q", "span", "summary", "svg", "textarea", "ul"),
}
"""The elements that the widget itself makes."""
ALL = " ".join(HOSTILE_TEXTS)
WATCH = "window.hits = 0; window.hit = () => { window.hits += 1; return () => {}; }"
STRANGE = """(own) => {
  const root = document.querySelector("journey-widget").shadowRoot;
  const strange = [];
  for (const node of root.querySelectorAll("*")) {
    if (!own.includes(node.localName)) strange.push(`element ${node.localName}`);
    for (const { name, value } of node.attributes) {
      if (/^on|^(src|style|srcdoc|formaction|action|ping|xlink:href)$/.test(name)) strange.push(`${name}=${value}`);
      if (name === "href" && !/^https?:\\/\\//.test(value)) strange.push(`${name}=${value}`);
    }
  }
  return strange;
}"""


def watched(new_page: NewPage) -> tuple[Page, ScriptedChat, list[str]]:
    """A page that notes what it loads, asks and calls."""
    page = new_page()
    happened: list[str] = []
    page.add_init_script(WATCH)
    page.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
    page.on(
        "request",
        lambda request: happened.append(request.url) if not request.url.startswith((SITE, SERVER, "blob:")) else None,
    )
    page.on(
        "framenavigated",
        lambda frame: happened.append(frame.url) if not frame.url.startswith((SITE, "about:")) else None,
    )
    page.context.route(f"{ELSEWHERE}/**", lambda route: route.abort())
    return page, ScriptedChat(page.context), happened


def assert_nothing_happened(page: Page, happened: list[str]) -> None:
    page.wait_for_timeout(200)
    assert page.evaluate("window.hits") == 0
    assert page.evaluate(STRANGE, sorted(OWN)) == []
    assert happened == []


def test_that_hostile_entries_are_text(new_page: NewPage) -> None:
    page, chat, happened = watched(new_page)
    chat.resumed(page)
    for text in HOSTILE_TEXTS:
        file = {"id": text, "name": text, "type": text, "size": 3}
        source = {"article": text, "title": text, "quote": text, "url": text}
        chat.entry("customer", text, attachments=[file])
        chat.entry("assistant", text, citations=[source], why=text, name=text)
        chat.entry("person", text, name=text, attachments=[file])
        chat.entry("system", text, kind="status")
    chat.why = {"sentences": list(HOSTILE_TEXTS), "checked": list(HOSTILE_TEXTS)}
    page.goto(SITE)
    page.locator(".launcher").click()
    bubbles = page.locator("[data-seq] .bubble")
    expect(bubbles).to_have_count(4 * len(HOSTILE_TEXTS))
    assert bubbles.all_text_contents() == [text for text in HOSTILE_TEXTS for _ in range(4)]
    assert page.locator("li .title, li a").all_text_contents() == list(HOSTILE_TEXTS)
    assert page.locator("li q").all_text_contents() == list(HOSTILE_TEXTS)
    assert page.locator(".chip span").all_text_contents() == [text for text in HOSTILE_TEXTS for _ in range(2)]
    page.locator("summary", has_text="Why this answer?").last.click()
    expect(page.locator("details[open] li").first).to_have_text(re.sub(r"\s+", " ", HOSTILE_TEXTS[0]))
    assert_nothing_happened(page, happened)


def test_that_hostile_names_and_settings_are_text(new_page: NewPage) -> None:
    page, chat, happened = watched(new_page)
    chat.resumed(page)
    chat.config |= {"assistant_name": ALL, "greeting": ALL, "attachments": {"types": [ALL], "max_bytes": 9}}
    chat.conversation |= {"state": "waiting", "promised_at": ALL}
    page.goto(SITE)
    page.locator(".launcher").click()
    expect(page.locator(".log .bubble")).to_have_text(re.sub(r"\s+", " ", ALL))
    chat.conversation |= {"state": "person", "colleague": {"name": ALL}}
    expect(page.locator(".state")).to_contain_text("is answering you")
    assert page.locator("h2").text_content() == ALL
    assert_nothing_happened(page, happened)


def test_that_a_hostile_proactive_sentence_is_text(new_page: NewPage) -> None:
    page, chat, happened = watched(new_page)
    chat.attributes = "data-page-views=on"
    chat.bubble = {"id": ALL, "text": ALL, "run_id": ALL}
    page.goto(SITE)
    page.evaluate("journey.consent(true)")
    expect(page.locator(".hint")).to_be_visible()
    assert page.locator(".hint p[dir]").text_content() == ALL
    page.locator(".hint").get_by_role("button", name="Reply").click()
    expect(page.locator(".log .bubble")).to_have_text(re.sub(r"\s+", " ", ALL))
    assert_nothing_happened(page, happened)


@pytest.mark.parametrize("text", HOSTILE_TEXTS[::6])
def test_that_what_the_customer_writes_is_text(new_page: NewPage, text: str) -> None:
    page, chat, happened = watched(new_page)
    page.goto(SITE)
    page.locator(".launcher").click()
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text(re.compile("^Sent ·"))).to_be_visible()
    assert page.locator(".entry.customer .bubble").text_content() == text
    assert [body["text"] for body in chat.sent("/messages")] == [text]
    assert_nothing_happened(page, happened)
