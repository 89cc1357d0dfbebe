"""What a text says was done: completion verbs by the kind of action they report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.sentences import sentences
from journey_assistant.guardrails.terms import by_language, entries, pattern, pattern_of

_LISTS = "false_action_claim"
_STATE = pattern(_LISTS, "state")
_DENIED = r"(?!(?:not|never|nicht|noch|keine?n?|pas|jamais|no|non|nao|nunca|niet|geen|yet|been able)\b)"
_GAP = rf"(?:[\s,]{{1,3}}{_DENIED}[^\s.!?,]{{1,24}}){{0,5}}?[\s,]{{1,3}}"


@dataclass(frozen=True, slots=True)
class Reported:
    """One completed action a text reports: its kind ("refund"), and where."""

    kind: str
    start: int
    end: int


@cache
def _verbs() -> dict[str, str]:
    """Every completion verb, folded, to its kind; the first word of a line names the kind."""
    return {verb: line.split()[0] for line in entries(_LISTS, "verbs") for verb in line.split()[1:]}


@cache
def _reporting() -> tuple[re.Pattern[str], ...]:
    """A pattern a language: who did it, a few words, and a completion verb of that language."""
    return tuple(map(_reporting_in, by_language(_LISTS, "verbs")))


def _reporting_in(language: str) -> re.Pattern[str]:
    words = [verb for line in by_language(_LISTS, "verbs")[language] for verb in line.split()[1:]]
    verbs = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    far, near = (
        pattern_of(_LISTS, language, "first_person", "passive"),
        pattern_of(_LISTS, language, "first_person_past"),
    )
    subjects = "|".join(filter(None, (f"(?:{far}){_GAP}" if far else "", f"(?:{near})\\s" if near else "")))
    alone = "|".join(by_language(_LISTS, "alone").get(language, ())) or "(?!)"
    return re.compile(rf"(?<!\w)(?:{subjects})(?P<verb>{verbs})(?!\w)|(?<!\w)(?P<alone>{alone})(?!\w)")


@lru_cache(maxsize=256)
def reported(text: str) -> tuple[Reported, ...]:
    """The completed actions that a text reports, in the order they stand; questions and conditions report nothing."""
    found: list[Reported] = []
    for sentence in sentences(text):
        folded = fold(sentence.text)
        if folded.endswith("?"):
            continue
        seen = [(_verbs()[m.group("verb") or m.group("alone")], m) for p in _reporting() for m in p.finditer(folded)]
        seen += [(_state_kind(m.group()), m) for m in _STATE.finditer(folded)]
        found.extend(
            Reported(kind, sentence.start + m.start(), sentence.start + m.end())
            for kind, m in seen
            if not _is_conditional(folded, m.start())
        )
    return tuple(found)


def kinds_in(text: str) -> frozenset[str]:
    """The kinds of actions whose verbs stand in a fact or an action's name."""
    words = re.findall(r"[^\W_]+", fold(text).replace("_", " "))
    stems = {verb[:6]: kind for verb, kind in _verbs().items()}
    return frozenset(stems[word[:6]] for word in words if word[:6] in stems)


_CONDITIONAL = re.compile(
    r"\b(?:if|once|when|unless|after|before|until|wenn|sobald|falls|si|quand|cuando|se|quando|als|"
    r"zodra)\b[^,]{0,80}$"
)


_LOOK_BACK = 100


def _is_conditional(sentence: str, at: int) -> bool:
    return _CONDITIONAL.search(sentence[max(0, at - _LOOK_BACK) : at]) is not None


@cache
def _shipping_words() -> frozenset[str]:
    return frozenset(w for words in by_language(_LISTS, "shipping_words").values() for w in words)


def _state_kind(words: str) -> str:
    return "send" if any(word in words for word in _shipping_words()) else "done"
