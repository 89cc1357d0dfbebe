"""The widget on somebody's page, with a chat server that answers by script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from browser.axe import serious_findings
from browser.conftest import NewPage
from browser.scripted_chat import SITE, ScriptedChat, token

pytestmark = pytest.mark.browser

ANSWER = "A change shows up within five minutes. You can start a sync yourself. It is in Settings. Nothing is lost."
SOURCE = {
    "article": "calendar",
    "title": "Calendars",
    "quote": "within five minutes",
    "url": "https://help.example/calendar",
}


def opened(page: Page, path: str = "/") -> Page:
    page.goto(f"{SITE}{path}")
    page.get_by_role("button", name=re.compile("^Open chat")).click()
    return page


def write(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")


def test_that_the_chat_is_used_with_the_keyboard_alone(new_page: NewPage) -> None:
    page = new_page()
    ScriptedChat(page.context)
    page.goto(SITE)
    page.keyboard.press("Tab")
    launcher = page.get_by_role("button", name="Open chat")
    expect(launcher).to_be_focused()
    page.keyboard.press("Enter")
    box = page.get_by_label("Your message")
    expect(box).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "JOURNEY-WIDGET"
    box.focus()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Attach a file")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(launcher).to_be_focused()


def test_that_nothing_is_asked_of_the_server_for_a_visitor_who_does_not_open_it(new_page: NewPage) -> None:
    page = new_page()
    chat = ScriptedChat(page.context)
    page.goto(SITE)
    expect(page.get_by_role("button", name="Open chat")).to_be_visible()
    assert [path for _, path, _ in chat.requests] == ["/v1/chat/config"]
    assert page.evaluate("localStorage.length") == 0


def test_that_it_says_at_once_that_an_assistant_answers(new_page: NewPage) -> None:
    page = new_page()
    ScriptedChat(page.context)
    opened(page)
    dialog = page.get_by_role("dialog", name="Fern")
    expect(dialog.get_by_text("Automated assistant", exact=True)).to_be_visible()
    expect(dialog.get_by_text("I am an automated assistant")).to_be_visible()
    expect(dialog.get_by_role("button", name="Talk to a person")).to_be_enabled()


def test_that_an_answer_is_paced_by_sentence_and_the_first_stands_at_once(new_page: NewPage) -> None:
    page = new_page()
    chat = ScriptedChat(page.context)
    opened(page)
    write(page, "How soon?")
    expect(page.get_by_text(re.compile("^Sent ·"))).to_be_visible()
    chat.entry("assistant", ANSWER, citations=[SOURCE], why=True)
    bubble = page.locator(".entry.assistant .bubble").last
    expect(bubble).to_have_text("A change shows up within five minutes. ")
    expect(bubble).to_have_text(ANSWER)
    expect(page.get_by_text("Sources (1)")).to_be_visible()


def test_that_who_wants_no_motion_gets_the_answer_whole(new_page: NewPage) -> None:
    page = new_page(reduced_motion="reduce")
    chat = ScriptedChat(page.context)
    opened(page)
    write(page, "How soon?")
    chat.entry("assistant", ANSWER)
    bubble = page.locator(".entry.assistant .bubble").last
    expect(bubble).to_contain_text("A change")
    assert bubble.text_content() == ANSWER


def test_that_sources_and_reasons_stand_under_an_answer(new_page: NewPage) -> None:
    page = new_page()
    chat = ScriptedChat(page.context)
    chat.resumed(page)
    chat.entry("assistant", ANSWER, citations=[SOURCE], why=True)
    chat.why = {"sentences": ["You asked about calendars."], "checked": ["every number"]}
    opened(page)
    page.get_by_text("Sources (1)").click()
    link = page.get_by_role("link", name="Calendars")
    expect(link).to_have_attribute("href", SOURCE["url"])
    expect(link).to_have_attribute("rel", re.compile("noopener noreferrer"))
    expect(page.get_by_text("within five minutes", exact=True)).to_be_visible()
    page.get_by_text("Why this answer?").click()
    expect(page.get_by_text("You asked about calendars.")).to_be_visible()
    expect(page.get_by_text("every number")).to_be_visible()


@pytest.mark.parametrize("failure", [503, 429, 500, "answer lost"])
def test_that_a_message_is_tried_again_under_its_key_and_stands_once(new_page: NewPage, failure: int | str) -> None:
    page = new_page(failing_calls=True)
    chat = ScriptedChat(page.context)
    if isinstance(failure, int):
        chat.statuses["/messages"] = [failure]
    else:
        chat.lost_answers = 1
    opened(page)
    write(page, "Only once")
    expect(page.get_by_text(re.compile("^Sent ·"))).to_be_visible()
    assert len(chat.keys) == 2
    assert len(set(chat.keys)) == 1
    expect(page.locator(".entry.customer .bubble")).to_have_text(["Only once"])
    assert len(chat.entries) == 1


def test_that_a_message_the_server_refuses_stays_to_be_read(new_page: NewPage) -> None:
    page = new_page(failing_calls=True)
    chat = ScriptedChat(page.context)
    chat.statuses["/messages"] = [422]
    opened(page)
    write(page, "Not like this")
    expect(page.locator(".meta").get_by_text("Not sent")).to_be_visible()
    expect(page.locator(".entry.customer .bubble")).to_have_text(["Not like this"])


def test_that_an_own_message_is_shown_once_however_it_comes_back(new_page: NewPage) -> None:
    page = new_page()
    chat = ScriptedChat(page.context)
    opened(page)
    for text in ("hi", "my invoice", "is wrong"):
        write(page, text)
    chat.entry("person", "I see it.", name="Dana")
    expect(page.get_by_text("I see it.").last).to_be_visible()
    expect(page.locator(".entry.customer .bubble")).to_have_text(["hi", "my invoice", "is wrong"])


@pytest.mark.parametrize("accepted", [True, False])
def test_that_what_waits_survives_a_reload_and_is_not_doubled(new_page: NewPage, accepted: bool) -> None:
    page = new_page(failing_calls=True)
    chat = ScriptedChat(page.context)
    chat.lost_answers, chat.statuses["/messages"] = (50, []) if accepted else (0, [503] * 50)
    opened(page)
    write(page, "Still here")
    expect(page.get_by_text("We cannot be reached")).to_be_visible()
    chat.lost_answers, chat.statuses["/messages"] = 0, []
    opened(page)
    expect(page.get_by_text(re.compile("^Sent ·"))).to_be_visible()
    expect(page.locator(".entry.customer .bubble")).to_have_text(["Still here"])
    assert len(set(chat.keys)) == len(chat.entries) == 1


def test_that_a_message_with_an_address_can_be_left_when_no_token_can_be_had(new_page: NewPage) -> None:
    page = new_page(failing_calls=True)
    chat = ScriptedChat(page.context)
    chat.statuses["/visitors"] = [503] * 50
    opened(page)
    write(page, "Anybody there?")
    page.get_by_role("button", name="Leave a message instead").click()
    page.get_by_label("Your e-mail address").fill("ana@example.com")
    letter = page.locator(".letter")
    letter.get_by_label("Your message").fill("Please call me back")
    letter.get_by_role("button", name="Send").click()
    expect(page.get_by_text("We will write to ana@example.com")).to_be_visible()
    assert chat.sent("/offline") == [{"email": "ana@example.com", "text": "Please call me back"}]
    expect(page.locator(".entry.customer .bubble")).to_have_text(["Anybody there?"])


def test_that_a_message_with_an_address_waits_when_nothing_works(new_page: NewPage) -> None:
    page = new_page(failing_calls=True)
    chat = ScriptedChat(page.context)
    chat.statuses = {"/visitors": [503] * 50, "/offline": [503]}
    opened(page)
    write(page, "Anybody there?")
    page.get_by_role("button", name="Leave a message instead").click()
    page.get_by_label("Your e-mail address").fill("ana@example.com")
    page.locator(".letter").get_by_label("Your message").fill("Please call me back")
    page.locator(".letter").get_by_role("button", name="Send").click()
    expect(page.get_by_text("leaves as soon as the connection is back")).to_be_visible()
    expect(page.get_by_text("We will write to ana@example.com")).to_be_visible()
    assert len(chat.sent("/offline")) == 2


def test_that_a_person_can_always_be_asked_for_and_is_named_when_there(new_page: NewPage) -> None:
    page = new_page()
    chat = ScriptedChat(page.context)
    opened(page)
    page.get_by_role("button", name="Talk to a person").click()
    expect(page.get_by_text("A person will join you here")).to_be_visible()
    chat.conversation |= {"state": "person", "colleague": {"name": "Dana"}}
    chat.entry("system", "Dana has joined.", kind="status")
    expect(page.get_by_role("dialog", name="Dana")).to_be_visible()
    expect(page.get_by_text("Dana is answering you")).to_be_visible()
    expect(page.locator(".entry").get_by_text("Dana has joined.")).to_be_visible()


def test_that_the_customer_is_asked_at_the_end_how_it_was(new_page: NewPage) -> None:
    page = new_page()
    chat = ScriptedChat(page.context)
    chat.resumed(page)
    chat.entry("assistant", ANSWER)
    opened(page)
    page.get_by_role("button", name="End chat").click()
    page.get_by_role("radio", name="Good", exact=True).check()
    page.get_by_label("Anything to add?").fill("Quick")
    page.locator(".survey").get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you for telling us.")).to_be_visible()
    assert chat.sent("/csat") == [{"score": 4, "comment": "Quick"}]


def test_that_news_is_counted_while_the_chat_is_closed(new_page: NewPage) -> None:
    page = new_page()
    chat = ScriptedChat(page.context)
    chat.resumed(page)
    page.goto(SITE)
    expect(page.get_by_role("button", name="Open chat")).to_be_visible()
    chat.entry("person", "Hello, this is Dana.", name="Dana")
    button = page.get_by_role("button", name="Open chat, 1 new")
    expect(button).to_be_visible()
    button.click()
    expect(page.get_by_text("Hello, this is Dana.").last).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Open chat", exact=True)).to_be_visible()
    assert chat.sent("/read") == [{"seq": 1}]


def test_that_a_customer_speaks_with_the_pages_own_token_renewed_when_it_ends(new_page: NewPage) -> None:
    page = new_page(failing_calls=True)
    chat = ScriptedChat(page.context)
    spoken: list[str] = []
    page.on("request", lambda request: spoken.append(request.headers.get("authorization", "")))
    tokens = [token("c_1", number) for number in range(3)]
    identify = f"journey.identify(async () => {tokens}[window.asked++])"
    chat.html = f"<script nonce=site>window.asked = 0; (window.journey ||= []).push((journey) => {identify})</script>"
    chat.statuses["/conversations"] = [0, 401]
    opened(page)
    write(page, "Hello")
    expect(page.get_by_text(re.compile("^Sent ·"))).to_be_visible()
    assert f"Bearer {tokens[0]}" in spoken
    assert spoken[-1] == f"Bearer {tokens[1]}"
    assert not chat.sent("/visitors")


@pytest.mark.parametrize("agreed", [True, False])
def test_that_pages_of_a_visitor_are_told_only_with_consent_and_never_their_query(
    new_page: NewPage, agreed: bool
) -> None:
    page = new_page()
    chat = ScriptedChat(page.context)
    chat.attributes = "data-page-views=on"
    page.goto(f"{SITE}/pricing?email=ana@example.com")
    page.evaluate(f"journey.consent({str(agreed).lower()})")
    page.evaluate("history.pushState({}, '', '/plans/team?coupon=1')")
    page.wait_for_timeout(400)
    page.evaluate("history.replaceState({}, '', '/plans/team?coupon=2')")
    page.wait_for_timeout(300)
    assert [body["path"] for body in chat.sent("/pages")] == (["/pricing", "/plans/team"] if agreed else [])
    assert "ana@" not in str(chat.sent("/pages"))


def test_that_the_current_page_goes_with_a_message(new_page: NewPage) -> None:
    page = new_page()
    chat = ScriptedChat(page.context)
    opened(page, "/pricing")
    page.evaluate("journey.page({path: '/pricing', title: 'Prices'})")
    write(page, "Which one?")
    expect(page.get_by_text(re.compile("^Sent ·"))).to_be_visible()
    assert [body["page"] for body in chat.sent("/messages")] == [{"path": "/pricing", "title": "Prices"}]


def test_that_a_proactive_sentence_shows_once_a_visit_and_goes_at_a_click(new_page: NewPage) -> None:
    page = new_page()
    chat = ScriptedChat(page.context)
    chat.attributes = "data-page-views=on"
    chat.bubble = {"id": "b1", "text": "Shall I compare the plans for you?", "run_id": "r1"}
    page.goto(f"{SITE}/pricing")
    page.evaluate("journey.consent(true)")
    hint = page.get_by_role("region", name="Chat")
    expect(hint).to_contain_text("Shall I compare the plans for you?")
    assert serious_findings(page) == []
    hint.get_by_role("button", name="Dismiss").click()
    expect(hint).to_be_hidden()
    page.evaluate("history.pushState({}, '', '/plans')")
    page.wait_for_timeout(400)
    assert len(chat.sent("/pages")) == 2
    expect(hint).to_be_hidden()
    assert len(chat.sent("/b1/dismiss")) == 1


@pytest.mark.parametrize(
    ("language", "word"),
    [("de-AT", "Mit einem Menschen sprechen"), ("pt-BR", "Falar com uma pessoa"), ("ja", "Talk to a person")],
)
def test_that_it_speaks_the_pages_language_or_english(new_page: NewPage, language: str, word: str) -> None:
    page = new_page()
    chat = ScriptedChat(page.context)
    chat.language = language
    page.goto(SITE)
    page.locator(".launcher").click()
    expect(page.get_by_role("button", name=word)).to_be_visible()


def test_that_it_stands_on_the_other_side_where_one_reads_from_right_to_left(new_page: NewPage) -> None:
    page = new_page()
    chat = ScriptedChat(page.context)
    chat.language, chat.direction = "ar", "rtl"
    page.goto(SITE)
    box = page.locator(".launcher").bounding_box()
    assert box is not None
    assert box["x"] < 100


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_that_axe_finds_nothing_serious_in_a_whole_conversation(new_page: NewPage, size: str, theme: str) -> None:
    page = new_page(size)
    chat = ScriptedChat(page.context)
    chat.attributes = f"data-theme={theme}"
    chat.resumed(page)
    chat.entry("customer", "How soon?", attachments=[{"id": "a", "name": "list.png", "type": "image/png", "size": 3}])
    chat.entry("assistant", ANSWER, citations=[SOURCE], why=True)
    chat.entry("system", "Dana has joined.", kind="status")
    chat.entry("person", "See https://help.example/more", name="Dana")
    opened(page)
    page.get_by_text("Sources (1)").click()
    page.get_by_role("button", name="End chat").click()
    expect(page.get_by_role("radio")).to_have_count(5)
    assert serious_findings(page) == []
