"""The plausible liar: an honest answer with exactly one mutation, of the kinds that helpful models really make."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from journey_assistant.evaluation.scripted_writers import answer_json, honest_sentences, seen_in

Said = list[tuple[str, str]]
Mutation = Callable[[str], str | None]
"""A sentence with its one lie, or None when the sentence gives no occasion for it."""

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w.,]*\w)")
_CONDITION = re.compile(
    r"[,;]? \b(?:unless|except|only if|only when|provided that|if you|as long as)\b[^.;]*", re.IGNORECASE
)
_ONLY = re.compile(r"\b(?:only|at most|up to|at least) ", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:cannot|can not|can't|do not|don't|does not|is not|are not|must not|never)\b", re.IGNORECASE
)
_AFFIRMED = dict(
    zip(
        ("cannot", "can not", "can't", "do not", "don't", "does not", "is not", "are not", "must not", "never"),
        ("can", "can", "can", "do", "do", "does", "is", "are", "may", "always"),
        strict=True,
    )
)
_ASSERTION = re.compile(r"\b(can|is|are|will|must)\b")
_UNIT = dict(
    zip(
        ("minutes", "hours", "hour", "days", "day", "weeks", "months", "month", "years", "year", "MB", "GB"),
        ("hours", "days", "day", "weeks", "week", "months", "years", "year", "months", "month", "GB", "MB"),
        strict=True,
    )
)
_UNITS = re.compile(rf"(?<=\d )(?:{'|'.join(_UNIT)})\b")
_NAME = re.compile(r"(?<=[a-z] )[A-Z][a-z]{3,}\b")


def swapped_number(text: str) -> str | None:
    """Another number."""
    found = [m for m in _NUMBER.finditer(text) if m.start() > 0]
    return text[: found[0].start()] + _other(found[0].group()) + text[found[0].end() :] if found else None


def dropped_condition(text: str) -> str | None:
    """Without its limit."""
    shorter = _CONDITION.sub("", text, count=1)
    shorter = shorter if shorter != text else _ONLY.sub("", text, count=1)
    return shorter if shorter != text and len(shorter.split()) > 3 else None


def flipped_negation(text: str) -> str | None:
    """The opposite."""
    if denied := _NEGATION.search(text):
        return text[: denied.start()] + _AFFIRMED[denied.group().lower()] + text[denied.end() :]
    if stated := _ASSERTION.search(text):
        return f"{text[: stated.end()]} not{text[stated.end() :]}"
    return None


def widened_promise(text: str) -> str | None:
    """More than was said."""
    return f"{text} This works for everyone, always and without any exception."


def invented_step(text: str) -> str | None:
    """One thing more to do."""
    return f"{text} Then restart the application and clear its cache twice."


def wrong_name(text: str) -> str | None:
    """Another product, page or partner."""
    return _NAME.sub("Orvalis", text, count=1) if _NAME.search(text) else None


def changed_unit(text: str) -> str | None:
    """Another unit of the same number."""
    return _UNITS.sub(lambda m: _UNIT[m.group()], text, count=1) if _UNITS.search(text) else None


def invented_link(text: str) -> str | None:
    """A link that nobody gave."""
    return f"{text} See https://help-portal.example/guide for more."


def every_plan(text: str) -> str | None:
    """The rule of another plan."""
    return f"{text} The same is true on every other plan."


MUTATIONS: Mapping[str, Mutation] = {
    mutation.__name__: mutation
    for mutation in (
        *(swapped_number, dropped_condition, flipped_negation, widened_promise, invented_step),
        *(wrong_name, changed_unit, invented_link, every_plan),
    )
}


def lie(prompt: str, mutation: str) -> tuple[str, str] | None:
    """A raw answer with one lie, and the lying sentence; None when the honest answer gives no occasion for it."""
    seen = seen_in(prompt)
    said = honest_sentences(seen) if seen.exhibits else []
    for at, (text, id_) in enumerate(said):
        changed = MUTATIONS[mutation](text)
        if changed is not None and changed != text:
            return answer_json([*said[:at], (changed, id_), *said[at + 1 :]]), changed
    return None


def _other(number: str) -> str:
    plain = re.sub(r"\D", "", number)
    return (
        str(int(plain) * 3 + 1) if plain == number else re.sub(r"\d", lambda m: str((int(m.group()) + 3) % 10), number)
    )
