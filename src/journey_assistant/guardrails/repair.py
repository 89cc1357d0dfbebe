"""repair mends without a model what can be mended: hidden characters, bad links, opt-outs, exclamation marks, emoji.

Repairing twice is repairing once. What is left is checked again by whoever asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from journey_assistant.domain.guardrail import Verdict
from journey_assistant.guardrails.context import CheckContext
from journey_assistant.guardrails.reading.characters import is_emoji, without_hidden

_ROUNDS = 12
_SPACES = re.compile(r"[ \t]{2,}")
_SPACE_BEFORE = re.compile(r"[ \t]+(?=[.,;:!?\n]|$)")
_MARKS = re.compile(r"!{1,}")
_OPT_OUT = {
    "en": "Unsubscribe",
    "de": "Abmelden",
    "fr": "Se désabonner",
    "es": "Darse de baja",
    "it": "Annulla iscrizione",
    "pt": "Cancelar inscrição",
    "nl": "Uitschrijven",
}
_STOP = {
    "en": "Reply STOP to opt out.",
    "de": "Abmelden: mit STOP antworten.",
    "fr": "Répondez STOP pour ne plus recevoir de SMS.",
    "es": "Responda STOP para no recibir más SMS.",
    "it": "Rispondi STOP per non ricevere altri SMS.",
    "pt": "Responda STOP para não receber mais SMS.",
    "nl": "Antwoord STOP om af te melden.",
}
_JOINERS = "\u200d\ufe0f"


def repair(
    text: str, context: CheckContext, judge: Callable[[str, CheckContext], Verdict], preferences_url: str = ""
) -> str:
    """The text with every finding mended that needs no model; unchanged when none of them does.

    ``judge`` is ``check``: taking one thing out may bring another to light, so it is asked until nothing changes.
    ``preferences_url`` is the allow-listed opt-out page; without one an e-mail cannot be given its link.
    """
    for _ in range(_ROUNDS):
        mended = _mended(text, judge(text, context), context, preferences_url)
        if mended == text:
            break
        text = mended
    return text


def _mended(text: str, verdict: Verdict, context: CheckContext, preferences_url: str) -> str:
    objecting = set(verdict.guardrails)
    mended = _without_links(text, verdict) if "link_policy" in objecting else text
    if "unicode_smuggling" in objecting:
        mended = without_hidden(mended)
    upset = "tone_mismatch" in objecting and context.sentiment == "negative"
    if "channel_format" in objecting or upset:
        marks = 0 if upset else context.policy.exclamation_marks
        mended = _fewer_emoji(_fewer_marks(mended, marks), 0 if upset else context.policy.emoji)
    if mended != text:
        mended = _SPACE_BEFORE.sub("", _SPACES.sub(" ", mended)).strip()
    if "unsubscribe_missing" in objecting:
        mended = _with_opt_out(mended, context, preferences_url)
    return mended


def _without_links(text: str, verdict: Verdict) -> str:
    """Without the links that are objected to; their visible text stays."""
    spans = sorted((f.span for f in verdict.findings if f.guardrail == "link_policy"), reverse=True)
    for start, end in spans:
        before, after = text[:start], text[end:]
        shown = re.search(r"\[([^\[\]\n]{0,200})\]\($", before)
        if shown and after.startswith(")"):
            before, after = before[: shown.start()] + shown.group(1), after[1:]
        touching = before[-1:].strip() and after[:1].isalnum()
        text = f"{before} {after}" if touching else before + after
    return text


def _fewer_marks(text: str, allowed: int) -> str:
    """At most so many exclamation marks; the others become full stops, runs of them one."""
    if text.count("!") <= allowed:
        return text
    kept = 0

    def mend(match: re.Match[str]) -> str:
        nonlocal kept
        kept += 1
        if kept <= allowed:
            return "!"
        return ". " if text[match.end() : match.end() + 1].isalnum() else "."

    return _MARKS.sub(mend, text)


def _fewer_emoji(text: str, allowed: int) -> str:
    """At most so many emoji, the first ones; joined ones go together."""
    kept, out, dropping = 0, [], False
    for at, character in enumerate(text):
        if is_emoji(character):
            if text[at - 1 : at] != "\u200d":
                kept += 1
                dropping = kept > allowed
            if not dropping:
                out.append(character)
        elif not (dropping and character in _JOINERS):
            out.append(character)
            dropping = dropping and character in _JOINERS
    return "".join(out)


def _with_opt_out(text: str, context: CheckContext, preferences_url: str) -> str:
    language = context.language if context.language in _OPT_OUT else "en"
    if context.channel == "sms":
        return text if _STOP[language] in text else f"{text.rstrip()} {_STOP[language]}"
    line = f"{_OPT_OUT[language]}: {preferences_url}"
    return text if not preferences_url or line in text else f"{text.rstrip()}\n\n{line}"
