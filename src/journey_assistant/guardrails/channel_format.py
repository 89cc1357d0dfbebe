"""channel_format: length, subject, markup, capitals, emoji and exclamation marks as the channel's policy allows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.characters import emoji_count
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.urls import without_links

NAME = "channel_format"
_MARKUP = re.compile(
    r"\*\*[^*\n]{1,300}\*\*|__[^_\n]{1,300}__|(?m:^#{1,6}\s)|\[[^\]\n]{1,200}\]\([^)\n]{1,300}\)|"
    r"`[^`\n]{1,200}`|</?[a-z]{1,12}>|"
    r"(?m:^\s{0,3}[*•]\s)|~~[^~\n]{1,200}~~"
)
_TABLE = re.compile(r"(?m)^\s{0,3}\|?[^|\n]{0,200}\|[^|\n]{0,200}\|[^\n]{0,400}$")
_TABLE_RULE = re.compile(r"(?m)^\s{0,3}\|?\s{0,5}:?-{3,40}:?\s{0,5}\|")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def channel_format(text: Checked, context: CheckContext) -> list[Finding]:
    """The shape of a text on its channel; what it says is judged elsewhere."""
    return [
        Finding(NAME, Severity.REPAIR, why, span)
        for read in (_length, _subject, _markup, _capitals, _marks, _brand)
        for why, span in read(text, context)
    ]


def _length(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    limit = context.policy.max_chars.get(context.channel)
    checked = text.body if context.channel == "email" else text.text
    if limit is not None and len(checked) > limit:
        yield f"{len(checked)} characters, at most {limit}", (limit, len(text.text))


def _subject(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    if context.channel != "email":
        return
    least, most = context.policy.subject_chars
    if text.subject is None:
        if not (context.replying and context.purpose != "marketing" and context.campaign is None):
            yield "an e-mail needs a subject line", (0, 0)
    elif not least <= len(text.subject) <= most:
        yield (
            f"the subject has {len(text.subject)} characters, {least} to {most} are allowed",
            (0, 9 + len(text.subject)),
        )


def _markup(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    if context.channel in context.policy.markup_free:
        for match in _MARKUP.finditer(text.text):
            yield "markup on a plain channel", match.span()
    elif context.channel == "email" and _TABLE_RULE.search(text.text):
        for match in _TABLE.finditer(text.text):
            yield "a table in an e-mail", match.span()
            return


def _capitals(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    """Words in capitals in a row, line by line; a run that the evidence writes the same way is a name."""
    limit, start = context.policy.capitals_in_a_row, 0
    for line in without_links(text.text).split("\n"):
        run: list[re.Match[str]] = []
        for word in [*_WORD.finditer(line), None]:
            if word is not None and word.group().isupper() and len(word.group()) > 1:
                run.append(word)
                continue
            if len(run) > limit:
                span = run[0].start(), run[-1].end()
                if not _is_written_so(line[slice(*span)], context):
                    yield f"{len(run)} words in capitals in a row", (start + span[0], start + span[1])
            run = []
        start += len(line) + 1


def _is_written_so(words: str, context: CheckContext) -> bool:
    return any(words in e.text for e in context.evidence) or fold(words) == fold(context.brand)


def _marks(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    exclamations = text.text.count("!") - text.text.count("![")
    if exclamations > context.policy.exclamation_marks:
        at = text.text.index("!")
        yield f"{exclamations} exclamation marks, at most {context.policy.exclamation_marks}", (at, at + 1)
    emoji = emoji_count(text.text)
    if emoji > context.policy.emoji:
        yield f"{emoji} emoji, at most {context.policy.emoji}", (0, len(text.text))


def _brand(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    """A marketing SMS says who writes, outside any link."""
    needed = context.channel == "sms" and context.purpose == "marketing" and context.brand
    if needed and fold(context.brand) not in fold(without_links(text.text)):
        yield "a marketing SMS needs the brand's name", (0, 0)
