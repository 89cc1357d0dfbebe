"""Splits a message into its questions, so that retrieval looks for what was asked and not for the story around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import yaml

from journey_assistant.perception.sentences import Span, fold, sentences_of
from journey_assistant.perception.small_talk import without_small_talk

_STANDS_ALONE = 3
"""A question with this many words of its own needs no sentence before it to be understood."""
_CONTEXT_LIMIT = 220
_SHORT_MESSAGE = 160
"""In a message of so many characters every sentence matters."""


def _ways_of_asking() -> dict[str, str]:
    text = Path(__file__).with_name("questions.yaml").read_text(encoding="utf-8")
    return {name: value.replace(" |", "|") for name, value in yaml.safe_load(text).items()}


_SAY = _ways_of_asking()
_STARTS_ASKING = re.compile(rf"\W*(?:(?:{_SAY['lead_in']})[\s,:;–—-]+)*(?:{_SAY['asks_first']})(?!\w)")
_REQUESTS = re.compile(rf"(?<!\w)(?:{_SAY['requests']})(?!\w)")
_EXCLAIMS = re.compile(r"\W*(?:what an?|how very|such an?) [^?]*$")
_ONE_OF_SEVERAL = re.compile(
    r"(?:(?<=\s)|^)(?:\(?(?:\d{1,2}|[a-h])[).]|[-*•–])\s+(?=\S)|(?<=[?!.])\s*(?:\d{1,2}[).])\s*", re.MULTILINE
)
_AND_ASKS = re.compile(
    rf"(?:,\s*|\s+|;\s*)(?:{_SAY['and']})\s+(?:also\s+|then\s+|if so,?\s+|auch\s+|ook\s+)?"
    rf"(?=(?:{_SAY['and_asks']})(?!\w)"
    rf"|(?:{_SAY['and_asks_with_subject']})\s+(?:{_SAY['subject']})(?!\w))"
)
_ANNOUNCES = re.compile(
    rf"\W*(?:(?:{_SAY['lead_in']})[\s,;]+)*(?:"
    rf"(?:{_SAY['aims_at']})\s+(?:[\w'’-]+\s+){{0,4}}(?:{_SAY['written_for']})(?:\s+[\w'’-]+){{0,4}}"
    rf"|(?:{_SAY['kind_of_question']})(?:\s+and\s+\w+)?\s+(?:question|query|one|thing)s?(?:\s+[\w'’-]+){{0,4}}"
    rf"|(?:[\w'’-]+\s+){{0,2}}(?:{_SAY['written_for']})\s+(?:question|query|one)"
    r")\s*:\s+(?=\S)"
)
"""Says what the question is for ("for our notice board: ..."), not what it is about ("invoices: ...")."""
_SUPERSEDES = re.compile(rf"(?<!\w)(?:{_SAY['supersedes']})(?!\w)[\s,:;.!–—-]*")
_POINTS_BACK = re.compile(rf"(?<!\w)(?:{_SAY['points_back']})(?!\w)")
_POINTS_NOWHERE = re.compile(rf"(?<!\w)(?:{_SAY['points_nowhere']})(?!\w)")
_WORD = re.compile(r"[^\W_]{2,}")
_COMMON = frozenset(_SAY["common"].split())


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked. ``text`` may begin with the sentence before it when it cannot stand alone."""

    span: Span
    text: str


def asks(text: str) -> bool:
    """Does any part of the text ask or request something, in form?"""
    return any(_asks(text[slice(*piece)]) for sentence in sentences_of(text) for piece in _pieces(text, sentence, 0))


def questions_in(text: str) -> tuple[Question, ...]:
    """The questions of a message in their order, without greetings, thanks and background.

    A message that asks nothing in form ("it doesn't work") is one question as a whole; pure small talk has none.
    What stands before a correction ("actually no, simpler: ...") is dropped.
    """
    start = _last_correction(text)
    pieces = [
        piece for sentence in sentences_of(text) if sentence[1] > start for piece in _pieces(text, sentence, start)
    ]
    asked = [index for index, piece in enumerate(pieces) if _asks(text[slice(*piece)])]
    if not asked:
        return _whole(text, pieces)
    return tuple(_question(text, pieces, index, asked) for index in asked)


def _last_correction(text: str) -> int:
    """Where the part begins that counts: after the last correction that is followed by words, else the start."""
    start = 0
    for found in _SUPERSEDES.finditer(fold(text)):
        if _WORD.search(text, found.end()) or found.start() > 0:
            start = found.end()
    return start


def _pieces(text: str, sentence: Span, start: int) -> Iterator[Span]:
    begin, end = max(sentence[0], start), sentence[1]
    announced = _ANNOUNCES.match(fold(text), begin, end)
    begin = announced.end() if announced else begin
    cuts = [begin]
    for marker in _ONE_OF_SEVERAL.finditer(text, begin, end):
        cuts += [marker.start(), marker.end()]
    folded = fold(text)
    for joint in _AND_ASKS.finditer(folded, begin, end):
        left = folded[max(cut for cut in cuts if cut <= joint.start()) : joint.start()]
        if _asks(left) or _REQUESTS.search(left):
            cuts += [joint.start(), joint.end()]
    cuts.append(end)
    cuts.sort()
    for first, last in pairwise(cuts):
        piece = _trimmed(text, first, last)
        if _WORD.search(text, *piece):
            yield piece


def _trimmed(text: str, first: int, last: int) -> Span:
    piece = text[first:last]
    return first + len(piece) - len(piece.lstrip(" ,;:\n\t")), first + len(piece.rstrip())


def _asks(piece: str) -> bool:
    folded = fold(piece).strip()
    if not without_small_talk(folded) or _EXCLAIMS.match(folded):
        return False
    return folded.rstrip("\"'”»)! ").endswith("?") or bool(_STARTS_ASKING.match(folded) or _REQUESTS.search(folded))


def _question(text: str, pieces: list[Span], index: int, asked: Iterable[int]) -> Question:
    begin, end = pieces[index]
    before = pieces[index - 1] if index else None
    if before is None or (index - 1 in asked and not _points_back(text[begin:end])):
        return Question((begin, end), text[begin:end])
    background = text[slice(*before)]
    short = len(text) <= _SHORT_MESSAGE or _needs_context(text[begin:end])
    if short and _tells_something(background):
        return Question((before[0], end), f"{background} {text[begin:end]}")
    return Question((begin, end), text[begin:end])


def _tells_something(background: str) -> bool:
    announces = background.rstrip().endswith(":")
    return not announces and len(background) <= _CONTEXT_LIMIT and bool(without_small_talk(fold(background)))


def _needs_context(question: str) -> bool:
    own = {word for word in _WORD.findall(fold(question)) if word not in _COMMON}
    return len(own) < _STANDS_ALONE or _points_back(question)


def _points_back(question: str) -> bool:
    return bool(_POINTS_BACK.search(_POINTS_NOWHERE.sub(" ", fold(question))))


def _whole(text: str, pieces: list[Span]) -> tuple[Question, ...]:
    told = [piece for piece in pieces if without_small_talk(fold(text[slice(*piece)]))]
    if not told:
        return ()
    begin, end = told[0][0], told[-1][1]
    return (Question((begin, end), " ".join(text[slice(*piece)] for piece in told)),)
