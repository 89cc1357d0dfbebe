"""system_prompt_leak: the hidden prompt, its canary and its tools never show, and asking for them is declined."""

from __future__ import annotations

import re
from collections.abc import Iterator

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.decodings import decodings
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.terms import pattern

NAME = "system_prompt_leak"
RUN_WORDS = 8
"""A run of this many words of the prompt gives it away."""
_ASKED = pattern(NAME, "asked")
_TOLD = pattern(NAME, "told")
_WORD = re.compile(r"\w+")


def system_prompt_leak(text: Checked, context: CheckContext) -> list[Finding]:
    """On drafts: canary and word runs of the prompt, also spelled or encoded. On inputs: a request for them."""
    if text.surface != "draft":
        readings = (text.text, *decodings(text.text))
        asked = next((m for r in readings for m in [_ASKED.search(fold(r))] if m), None)
        return [Finding(NAME, Severity.BLOCK, "asks for the hidden prompt", (0, len(text.text)))] if asked else []
    whys = [*_canary(text, context), *_runs(text, context)]
    whys += ["speaks of its instructions" for _ in _TOLD.finditer(text.folded)]
    return [Finding(NAME, Severity.BLOCK, why, (0, len(text.text))) for why in dict.fromkeys(whys)]


def _canary(text: Checked, context: CheckContext) -> Iterator[str]:
    if not context.canary:
        return
    wanted = _letters(context.canary)
    for reading in (text.text, *decodings(text.text)):
        letters = _letters(reading)
        if wanted in letters or wanted in letters[::-1]:
            yield "the canary of the prompt"


def _letters(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())


def _runs(text: Checked, context: CheckContext) -> Iterator[str]:
    prompts = [_WORD.findall(fold(prompt)) for prompt in context.prompt_texts]
    hidden = {tuple(words[i : i + RUN_WORDS]) for words in prompts for i in range(len(words) - RUN_WORDS + 1)}
    if not hidden:
        return
    published = [fold(e.text) for e in context.evidence]
    for reading in (text.text, *decodings(text.text)):
        words = _WORD.findall(fold(reading))
        for i in range(len(words) - RUN_WORDS + 1):
            run = tuple(words[i : i + RUN_WORDS])
            if run in hidden and not any(" ".join(run) in known for known in published):
                yield "words of the prompt"
                return
