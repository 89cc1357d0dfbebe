"""Characters that cannot be seen, and what may legitimately stand there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_TAG_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a\U000e0030-\U000e0039]{1,8}\U000e007f")
_HIDDEN = re.compile(
    "[\U000e0000-\U000e007f\U000e0100-\U000e01ef\ufe00-\ufe0f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad\u034f"
    "\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\U0001d173-\U0001d17a\ufff9-\ufffb\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_TOKEN = re.compile(r"[^\s<>\"'()]{1,200}")
_JOINING_SCRIPTS = frozenset(
    {"ARABIC", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM"}
    | {"SINHALA", "MONGOLIAN", "SYRIAC", "KHMER", "MYANMAR"}
)
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_EMOJI_SELECTOR, _TEXT_SELECTOR, _JOINER, _NON_JOINER = "\ufe0f", "\ufe0e", "\u200d", "\u200c"


def is_emoji(character: str) -> bool:
    """A pictograph (flags and skin tones included), not a letter or plain symbol such as ©."""
    code = ord(character)
    return 0x1F000 <= code <= 0x1FAFF or 0x2600 <= code <= 0x27BF or 0x2B00 <= code <= 0x2BFF


def emoji_count(text: str) -> int:
    """How many emoji a reader sees: a joined family counts once."""
    count, joined = 0, False
    for character in text:
        if is_emoji(character) and not 0x1F3FB <= ord(character) <= 0x1F3FF:
            count += not joined
            joined = False
        elif character == _JOINER:
            joined = True
    return count


def hidden_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Places of hidden characters with what they are; those that a script or an emoji needs are not hidden."""
    if text.isascii() and not _HIDDEN.search(text):
        return
    flags = [m.span() for m in _TAG_FLAG.finditer(text)]
    for match in _HIDDEN.finditer(text):
        at = match.start()
        if any(start <= at < end for start, end in flags) or _is_needed(text, at):
            continue
        yield at, at + 1, _kind(text[at])


def without_hidden(text: str) -> str:
    """The text as a reader sees it: hidden characters taken out."""
    spans = {start for start, _, _ in hidden_spans(text)}
    return "".join(c for at, c in enumerate(text) if at not in spans) if spans else text


def _is_needed(text: str, at: int) -> bool:
    character = text[at]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    match character:
        case "\ufe0f" | "\ufe0e":
            return bool(before) and (is_emoji(before) or before in "0123456789#*©®™‼⁉ℹ↔↕↖↗↘↙↩↪▪▫▶◀〰〽㊗㊙⤴⤵")
        case "\u200d":
            joined = bool(before) and (is_emoji(before) or before == _EMOJI_SELECTOR or _is_joining(before))
            return joined and bool(after) and (is_emoji(after) or _is_joining(after))
        case "\u200c":
            return bool(before) and _is_joining(before) and bool(after) and _is_joining(after)
        case "\u200e" | "\u200f" | "\u061c":
            near = text[max(0, at - 20) : at + 20]
            return any(c.isalnum() and unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in near)
        case _:
            return "\u180b" <= character <= "\u180f" and _is_joining(before or " ")


def _is_joining(character: str) -> bool:
    return unicodedata.name(character, "").split(" ")[0] in _JOINING_SCRIPTS


def _kind(character: str) -> str:
    code = ord(character)
    if 0xE0000 <= code <= 0xE007F:
        return "tag character"
    if code in range(0x202A, 0x202F) or code in range(0x2066, 0x206A) or code in (0x200E, 0x200F, 0x061C):
        return "direction mark"
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return "variation selector"
    return "control character" if code < 0x20 or code == 0x7F else "zero-width character"


def mixed_script_hosts(text: str) -> Iterator[tuple[int, int]]:
    """Links, hosts and addresses whose letters come from Latin and a look-alike script."""
    if text.isascii():
        return
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token.isascii() or not ("://" in token or "@" in token or "." in token[1:-1]):
            continue
        host = re.split(r"[/?#]", token.split("://")[-1].rpartition("@")[2])[0]
        labels = [label for label in host.split(".") if label]
        if len(labels) > 1 and any(_is_mixed(label) for label in labels):
            yield match.span()


def _is_mixed(label: str) -> bool:
    scripts = {unicodedata.name(c, "").split(" ")[0] for c in label if c.isalpha()}
    return "LATIN" in scripts and not scripts.isdisjoint({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
