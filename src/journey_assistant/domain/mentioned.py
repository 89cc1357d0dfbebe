"""Mentioned: what the customer named in this message, this conversation or another; nobody asks for it again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from journey_assistant.domain.case_state import Quoted, facts_in
from journey_assistant.domain.conversation import conversation_of
from journey_assistant.domain.moment import Snapshot

THIS_MESSAGE = "moment"
SHORTEST_TAIL = 4
"""So many digits at the end of a number name it ("2041" for INV-2041)."""
_PART = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")


def mentioned(snapshot: Snapshot) -> tuple[Quoted, ...]:
    """Numbers, dates and codes in the customer's own words, the newest first, each with the message that said it."""
    message = snapshot.message
    found: list[Quoted] = []
    if message is not None:
        found += [Quoted(text, THIS_MESSAGE) for text in facts_in(message.text)]
    for turn in reversed(conversation_of(snapshot).customer_turns):
        found += [Quoted(text, turn.id) for text in facts_in(turn.text)]
    live = sorted(snapshot.case_states, key=lambda state: (state.updated_at, state.id), reverse=True)
    for state in live:
        found += reversed(state.facts)
    return tuple({fact.text.casefold(): fact for fact in reversed(found)}.values())[::-1]


def named_among(snapshot: Snapshot, numbers: Iterable[str]) -> tuple[str | None, bool]:
    """Which of these numbers of the record the customer means, and whether the message names one we do not have."""
    known = list(dict.fromkeys(numbers))
    for fact in mentioned(snapshot):
        if match := next((number for number in known if _is_same(fact.text, number)), None):
            return match, False
        if fact.source == THIS_MESSAGE and any(_is_of_the_series(fact.text, number) for number in known):
            return None, True
    return None, False


def _is_same(said: str, number: str) -> bool:
    one, other = _plain(said), _plain(number)
    return one == other or (one.isdigit() and len(one) >= SHORTEST_TAIL and other.endswith(one))


def _is_of_the_series(said: str, number: str) -> bool:
    """Written like this number (INV-7, INV-9): another one of the same kind."""
    letters = [part.casefold() for part in _letters(said)]
    return bool(letters) and letters == [part.casefold() for part in _letters(number)]


def _letters(text: str) -> Iterator[str]:
    return (found.group() for found in _LETTERS.finditer(text))


def _plain(text: str) -> str:
    return "".join(_PART.findall(text)).casefold()
