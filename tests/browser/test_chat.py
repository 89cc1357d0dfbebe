"""A customer in the chat of a running service: answers with sources, bursts, a lost line, files."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import NewPage
from browser.people import as_customer, open_chat, write

pytestmark = pytest.mark.browser

QUESTION = "How soon does a change in Google Calendar show up in Fernway?"
FIRST_SENTENCE_MS = 400
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc00000000301010018dd8db0"
    "0000000049454e44ae426082"
)


def answers(page: Page) -> list[str]:
    """What the assistant has said to the end, its greeting left out."""
    expect(page.locator(".entry.assistant[data-seq] .meta").last).to_be_visible()
    return page.locator(".entry.assistant[data-seq] .bubble").all_text_contents()


@pytest.mark.parametrize("customer_id", ["c_031", ""], ids=["customer", "visitor"])
def test_that_a_question_gets_an_answer_with_its_source(new_page: NewPage, address: str, customer_id: str) -> None:
    page = as_customer(new_page(), address, customer_id)
    open_chat(page)
    write(page, QUESTION)
    expect(page.locator(".entry.assistant[data-seq] .bubble").last).to_contain_text("minutes")
    page.get_by_text(re.compile(r"^Sources \(\d\)$")).last.click()
    expect(page.locator(".sources[open] li").first).to_contain_text("Google Calendar")
    page.get_by_text("Why this answer?").last.click()
    expect(page.locator(".why[open] li").first).not_to_have_text("One moment …")
    assert len(page.locator(".why[open] li").first.text_content() or "") > 10


def test_that_progress_is_seen_before_the_answer(new_page: NewPage, address: str) -> None:
    page = as_customer(new_page(), address, "")
    open_chat(page)
    page.evaluate(
        """() => { window.seen = []; const root = document.querySelector("journey-widget").shadowRoot;
        const look = () => { const line = root.querySelector(".progress");
          if (!line.hidden && window.seen.at(-1) !== line.textContent) window.seen.push(line.textContent); };
        new MutationObserver(look).observe(root, {subtree: true, childList: true, attributes: true}); }"""
    )
    write(page, QUESTION)
    expect(page.locator(".entry.assistant[data-seq]")).to_have_count(1)
    assert "Received" in page.evaluate("window.seen")
    expect(page.locator(".progress")).to_be_hidden()


def test_that_a_burst_of_three_messages_gets_one_answer(new_page: NewPage, address: str) -> None:
    page = as_customer(new_page(), address, "")
    open_chat(page)
    for part in ("Hi", "Google Calendar", "how soon does a change show up in Fernway?"):
        write(page, part)
    expect(page.locator(".entry.assistant[data-seq]")).to_have_count(1)
    page.wait_for_timeout(3_000)
    expect(page.locator(".entry.assistant[data-seq]")).to_have_count(1)
    expect(page.locator(".entry.customer")).to_have_count(3)
    assert "minutes" in answers(page)[0]


def test_that_what_is_written_offline_is_sent_once_the_line_is_back(new_page: NewPage, address: str) -> None:
    page = as_customer(new_page(failing_calls=True), address, "")
    open_chat(page)
    write(page, "Hello")
    expect(page.locator(".entry.assistant[data-seq]")).to_have_count(1)
    page.context.set_offline(True)
    write(page, QUESTION)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    expect(page.get_by_text("Waiting for a connection")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("You are offline.")).to_be_hidden()
    expect(page.locator(".entry.assistant[data-seq] .bubble").last).to_contain_text("minutes")
    expect(page.locator(".entry.customer .bubble")).to_have_text(["Hello", QUESTION])


def test_that_a_conversation_goes_on_after_a_reload(new_page: NewPage, address: str) -> None:
    page = as_customer(new_page(), address, "")
    open_chat(page)
    write(page, QUESTION)
    expect(page.locator(".entry.assistant[data-seq] .bubble")).to_contain_text("minutes")
    page.reload()
    open_chat(page)
    expect(page.locator(".entry.customer .bubble")).to_have_text([QUESTION])
    expect(page.locator(".entry.assistant[data-seq] .bubble")).to_contain_text("minutes")


def test_that_a_file_is_sent_and_can_be_had_back(new_page: NewPage, address: str) -> None:
    page = as_customer(new_page(), address, "")
    open_chat(page)
    page.locator("input[type=file]").set_input_files({"name": "screen <b>.png", "mimeType": "image/png", "buffer": PNG})
    expect(page.locator(".foot .chip")).to_contain_text("screen")
    write(page, "This is what I see.")
    chip = page.locator(".entry.customer .chip")
    expect(chip).to_be_visible()
    with page.expect_download() as download:
        chip.click()
    assert download.value.path().read_bytes() == PNG


def test_that_a_file_that_is_not_what_it_says_is_refused(new_page: NewPage, address: str) -> None:
    page = as_customer(new_page(failing_calls=True), address, "")
    open_chat(page)
    script = {"name": "picture.png", "mimeType": "image/png", "buffer": b"<script>alert(1)</script>"}
    page.locator("input[type=file]").set_input_files(script)
    expect(page.get_by_role("alert")).to_contain_text("picture.png")
    expect(page.locator(".foot .chip")).to_have_count(0)


def test_that_a_visitor_who_signs_in_keeps_what_was_said(new_page: NewPage, address: str) -> None:
    page = as_customer(new_page(), address, "")
    open_chat(page)
    write(page, QUESTION)
    expect(page.locator(".entry.assistant[data-seq] .bubble")).to_contain_text("minutes")
    token = """journey.identify(async () => (await (await fetch("/demo-site/token", {method: "POST",
      headers: {"Content-Type": "application/json"}, body: '{"customer_id": "c_010"}'})).json()).token)"""
    page.evaluate(token)
    expect(page.locator(".entry.customer .bubble")).to_have_text([QUESTION])
    write(page, "And how do I start a sync myself?")
    expect(page.locator(".entry.customer .bubble")).to_have_count(2)
    expect(page.locator(".meta", has_text=re.compile("Sent|Seen"))).to_have_count(2)


def test_that_who_asks_for_a_person_is_promised_one(new_page: NewPage, address: str) -> None:
    page = as_customer(new_page(), address, "")
    open_chat(page)
    page.get_by_role("button", name="Talk to a person").click()
    expect(page.locator(".state")).to_have_text(re.compile("A person will (answer by .+|join you here)"))
    expect(page.locator(".entry[data-seq] .bubble")).to_have_count(1)
    promised = answers(page)
    write(page, "Are you there?")
    expect(page.locator(".meta", has_text="Sent")).to_have_count(1)
    page.wait_for_timeout(2_500)
    assert answers(page) == promised


def test_that_the_first_sentence_stands_within_the_time(new_page: NewPage, address: str) -> None:
    page = as_customer(new_page(), address, "")
    open_chat(page)
    write(page, "Hello")
    expect(page.locator(".entry.assistant[data-seq]")).not_to_have_count(0)
    before = page.locator(".entry.assistant[data-seq]").count()
    page.get_by_label("Your message").fill(QUESTION)
    took = page.evaluate(
        """(before) => new Promise((done) => { const root = document.querySelector("journey-widget").shadowRoot;
        const began = performance.now(); root.querySelector(".send").click();
        const look = () => root.querySelectorAll(".entry.assistant[data-seq]").length > before
          ? done(performance.now() - began) : requestAnimationFrame(look); look(); })""",
        before,
    )
    print(f"first sentence after {took:.0f} ms")
    assert took < 10 * FIRST_SENTENCE_MS
