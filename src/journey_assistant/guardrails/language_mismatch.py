"""language_mismatch: a text is written in the language of the thread, else of the customer's profile."""

from __future__ import annotations

import re

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.language import MIN_LETTERS, scores
from journey_assistant.guardrails.reading.sentences import Part
from journey_assistant.guardrails.reading.urls import without_links
from journey_assistant.guardrails.reading.words import stems

NAME = "language_mismatch"
_PATH = re.compile(r"\b[A-ZÀ-Ý][\w-]{0,30}(?:\s>\s[A-ZÀ-Ý][\w-]{0,30}(?:\s[a-z]\w{1,20})?){1,6}")
_WORD = re.compile(r"[^\W\d_][\w'’-]{0,40}")
_QUOTED = re.compile(r"[\"“„«][^\"”»\n]{1,300}[\"”»]")
_CLEAR = 1.2
"""A foreign language must show this many more signs than the right one; a sentence alone needs twice as many."""


def language_mismatch(text: Checked, context: CheckContext) -> list[Finding]:
    """Counts signs of languages over the whole text and each sentence; menu paths, links and quotes do not count."""
    if sum(c.isalpha() for c in without_links(text.body)) < MIN_LETTERS:
        return []
    found = _foreign(_plain(text.body, context), context, _CLEAR)
    if found:
        return [Finding(NAME, Severity.REPAIR, f"written in {found}, not in {context.language}", (0, len(text.text)))]
    return [
        Finding(NAME, Severity.REPAIR, f"a sentence in {foreign}, not in {context.language}", (s.start, s.end))
        for s in text.sentences
        if (foreign := _foreign_sentence(s, text, context))
    ]


def _foreign_sentence(sentence: Part, text: Checked, context: CheckContext) -> str:
    if sentence.text.startswith("Subject:") or sum(c.isalpha() for c in sentence.text) < MIN_LETTERS:
        return ""
    return _foreign(_plain(sentence.text, context), context, 2 * _CLEAR)


def _foreign(text: str, context: CheckContext, clear: float) -> str:
    found = scores(text)
    own = found.get(context.language, 0.0)
    best = max(found.items(), key=lambda item: item[1], default=("", 0.0))
    return best[0] if best[0] != context.language and best[1] >= own + clear else ""


def _plain(text: str, context: CheckContext) -> str:
    """The text without links, menu paths, quotes and the words of the evidence's names."""
    bare = _QUOTED.sub(" ", _PATH.sub(" ", without_links(text)))
    names = stems(" ".join((context.brand, context.customer.name)))
    return _WORD.sub(lambda m: " " if stems(m.group()) <= names or m.group().isupper() else m.group(), bare)
