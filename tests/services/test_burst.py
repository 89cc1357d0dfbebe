from __future__ import annotations

import pytest

from conversations import conversation, said
from journey_assistant.domain.chat import Entry, accepted
from journey_assistant.services.burst import is_finished, is_greeting, is_last_word, joined_text
from journey_assistant.services.read_case import MAX_TEXT_CHARS


def messages(*texts: str) -> list[Entry]:
    entries, before = [], conversation()
    for number, text in enumerate(texts):
        before, new = accepted(before, said(text, f"k{number}"))
        entries += new
    return entries


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        (["hi", "my invoice", "is wrong"], "hi my invoice is wrong"),
        (["It fails.", "Since Monday."], "It fails.\nSince Monday."),
        (["  one  ", "", "two"], "one two"),
    ],
)
def test_that_pieces_are_joined_as_they_read(texts: list[str], joined: str) -> None:
    assert joined_text(messages(*texts)) == joined


def test_that_a_very_long_burst_keeps_its_newest_part() -> None:
    text = joined_text(messages(*("x" * 4000 for _ in range(7)), "the end"))
    assert len(text) == MAX_TEXT_CHARS
    assert text.endswith("the end")


@pytest.mark.parametrize(
    "text",
    [
        "Does the Team plan include SSO?",
        "refund?",
        "How do I export my data",
        "I was charged twice for the same order last week",
        "I want to talk to a human being now please",
        "My invoice is wrong.",
        "¿Dónde está mi factura?",
    ],
)
def test_that_what_can_be_answered_is_not_waited_with(text: str) -> None:
    assert is_finished(text)


@pytest.mark.parametrize("text", ["hi", "hello!", "hi there :)", "my invoice", "is wrong", "ok", "thanks", "", "👋"])
def test_that_the_beginning_of_something_is_waited_with(text: str) -> None:
    assert not is_finished(text)


CLOSING = ("thank", "thanks", "danke", "bye", "what can you do")


@pytest.mark.parametrize("text", ["thanks", "Thank you so much!", "Danke!", "ok bye", "What can you do?"])
def test_that_thanks_goodbyes_and_questions_about_us_begin_nothing(text: str) -> None:
    assert is_last_word(text, CLOSING)


@pytest.mark.parametrize(
    "text", ["hi", "hello there", "hi?", "thanks, but my invoice", "the bye laws", "my invoice", ""]
)
def test_that_other_words_may_begin_something(text: str) -> None:
    assert not is_last_word(text, CLOSING)


@pytest.mark.parametrize(("text", "greeting"), [("hi", True), ("Guten Tag!", True), ("hi, my invoice is wrong", False)])
def test_that_a_greeting_is_known(text: str, greeting: bool) -> None:
    assert is_greeting(text) is greeting
