"""A burst: what a customer sends in pieces ("hi", "my invoice", "is wrong") is one message, and gets one answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from journey_assistant.domain.chat import Entry
from journey_assistant.perception.questions import asks
from journey_assistant.perception.sentences import fold
from journey_assistant.perception.small_talk import is_small_talk, without_small_talk
from journey_assistant.services.read_case import MAX_TEXT_CHARS

ENOUGH_WORDS = 6
"""So many words beyond small talk are a message of their own, asked or told."""
WORDS_OF_A_QUESTION = 3
WORDS_OF_A_SENTENCE = 4
_WORD = re.compile(r"[^\W_]+")
_ENDED = re.compile(r"[.!?…。？！]['\"»”)\]]*\s*$")


def joined_text(entries: Sequence[Entry]) -> str:
    """The messages as one text: pieces of a sentence in one line, sentences in lines of their own.

    Of a very long burst the newest part that can be read is kept.
    """
    text = ""
    for entry in entries:
        piece = entry.text.strip() or _files_of(entry)
        if not piece:
            continue
        text += (("\n" if _ENDED.search(text) else " ") if text else "") + piece
    return text[-MAX_TEXT_CHARS:]


def _files_of(entry: Entry) -> str:
    """A file without a word says its name."""
    return ", ".join(f"({file['name']})" for file in entry.payload.get("attachments", ()))


def is_last_word(text: str, closing: Sequence[str]) -> bool:
    """Is this small talk that begins nothing: thanks, a goodbye (the ``closing`` words), a question about ourselves?"""
    folded = fold(text)
    if not is_small_talk(folded):
        return False
    asks_about_us = "?" in text and len(_WORD.findall(folded)) >= WORDS_OF_A_QUESTION
    return asks_about_us or any(re.search(rf"(?<!\w){re.escape(fold(word))}", folded) for word in closing)


def is_greeting(text: str) -> bool:
    """Nothing but small talk, which may be the beginning of something."""
    return is_small_talk(fold(text))


def is_finished(text: str) -> bool:
    """Can this be answered at once, or does it read like the beginning of something?

    Wrong in one direction costs a short wait, in the other a second answer.
    """
    core = without_small_talk(fold(text))
    words = len(_WORD.findall(core))
    if words >= ENOUGH_WORDS:
        return True
    if text.rstrip("'\"»”) ").endswith("?"):
        return words > 0
    if words >= WORDS_OF_A_QUESTION and asks(text):
        return True
    return words >= WORDS_OF_A_SENTENCE and bool(_ENDED.search(text))
