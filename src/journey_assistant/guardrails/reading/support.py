"""Support: how well one piece of evidence carries a claim, and where it contradicts it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from journey_assistant.guardrails.reading.claims import conditions, is_negated
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.language import language_of
from journey_assistant.guardrails.reading.numbers import figures
from journey_assistant.guardrails.reading.sentences import Part, clauses, sentences
from journey_assistant.guardrails.reading.words import Word, content_words, stem, stems
from journey_assistant.guardrails.terms import entries

_SAME_STATEMENT = 0.6
_CLOSE = 0.15


@dataclass(frozen=True, slots=True)
class Statement:
    """One clause of the evidence with the sentence it stands in."""

    clause: str
    sentence: str
    stems: frozenset[str]
    negated: bool


@cache
def _opposites() -> dict[str, frozenset[str]]:
    pairs: dict[str, set[str]] = {}
    for line in entries("claims", "opposites"):
        left, right = (side.split() for side in line.split(" / "))
        for one, other in ((left, right), (right, left)):
            for word in one:
                pairs.setdefault(stem(fold(word)), set()).update(stem(fold(w)) for w in other)
    return {word: frozenset(others) for word, others in pairs.items()}


@lru_cache(maxsize=512)
def statements(text: str) -> tuple[Statement, ...]:
    """The clauses of an evidence text."""
    language = language_of(text)
    return tuple(
        Statement(clause.text, sentence.text, stems(clause.text), is_negated(clause.text, language))
        for sentence in sentences(text)
        for clause in clauses(sentence.text)
    )


def coverage(words: Iterable[Word], known: frozenset[str]) -> float:
    """Which share of the words the known stems carry; the customer's own things ("your …") are theirs anyway."""
    counted = [w for w in words if not w.is_yours or w.stem in known]
    return sum(w.stem in known for w in counted) / len(counted) if counted else 1.0


def best_statement(claim: str, evidence: Iterable[str]) -> tuple[Statement | None, float]:
    """The clause of the evidence that shares most words with a claim, and that share."""
    words = frozenset(w.stem for w in content_words(claim))
    best: Statement | None = None
    share = 0.0
    for text in evidence:
        for statement in statements(text):
            overlap = len(words & statement.stems) / len(words) if words else 0.0
            if overlap > share:
                best, share = statement, overlap
    return best, share


def contradiction(claim: str, evidence: tuple[str, ...], language: str) -> str:
    """Why a clause of the claim turns its evidence round, or nothing: a flipped negation, an opposite word."""
    for clause in clauses(claim):
        found = _flipped(clause, evidence, language) or _opposed(clause, evidence)
        if found:
            return found
    return ""


def _flipped(clause: Part, evidence: tuple[str, ...], language: str) -> str:
    words = content_words(clause.text)
    if len(words) < 2 and not any(w.stem for w in words):
        return ""
    mine = frozenset(w.stem for w in words)
    names = {w.stem for w in words if w.is_name}
    negated = is_negated(clause.text, language)
    scored = [(len(mine & s.stems) / len(mine), s) for text in evidence for s in statements(text)]
    top = max((share for share, _ in scored), default=0.0)
    if top < _SAME_STATEMENT:
        return ""
    near = [s for share, s in scored if share >= top - _CLOSE]
    if any(s.negated == negated for s in near):
        return ""
    if negated and any(names - s.stems for s in near):
        return ""  # "so it isn't available on Starter": about something that the evidence leaves out
    return "it turns the evidence's negation round"


def _opposed(clause: Part, evidence: tuple[str, ...]) -> str:
    mine = stems(clause.text)
    words = content_words(clause.text)
    for word in words:
        others = _opposites().get(word.stem, frozenset())
        if not others:
            continue
        rest = frozenset(w.stem for w in words if w.stem != word.stem)
        if others & mine or any(word.stem in stems(text) for text in evidence):
            continue
        for text in evidence:
            if any(others & s.stems and (rest & s.stems or not rest) for s in statements(text)):
                return f"it says {word.shown} where the evidence says the opposite"
    return ""


def dropped_condition(claim: str, whole: str, evidence: tuple[str, ...]) -> str:
    """A condition that every supporting clause of the evidence has and the text leaves out, or nothing."""
    words = frozenset(w.stem for w in content_words(claim))
    if not words:
        return ""
    scored = [(len(words & s.stems) / len(words), s) for text in evidence for s in statements(text)]
    top = max((share for share, _ in scored), default=0.0)
    if top < _SAME_STATEMENT:
        return ""
    own = bool(conditions(claim))
    missing = [_left_out(s, whole, own) for share, s in scored if share >= top - _CLOSE]
    return missing[0] if all(missing) else ""


def _left_out(statement: Statement, whole: str, has_own: bool) -> str:
    told, told_figures = stems(whole), figures(whole)
    for condition in conditions(statement.sentence):
        if not (
            condition.text in statement.clause or statement.clause in condition.text or _touches(statement, condition)
        ):
            continue
        needed = [f for f in figures(condition.text) if f.kind == "number"]
        words = content_words(condition.text)
        kept = all(any(f.agrees_with(t) for t in told_figures) for f in needed)
        if not needed:
            kept = has_own or sum(w.stem in told for w in words) * 2 >= len(words)
        if not kept:
            return f"it leaves out “{condition.text.strip()[:60]}”"
    return ""


def _touches(statement: Statement, condition: Part) -> bool:
    """The condition belongs to the clause: they stand next to each other in the sentence."""
    at = statement.sentence.find(statement.clause)
    return at >= 0 and (abs(at + len(statement.clause) - condition.start) <= 3 or abs(condition.end - at) <= 3)
