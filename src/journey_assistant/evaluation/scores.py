"""Scores: one number a run and why it is what it is. A score that does not apply to a case is None.

Unlike the checks of ``scorers``, scores are not right or wrong: they say how far, how much, how long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from journey_assistant.evaluation.scorers import cited, listed

Case = Mapping[str, Any]
Run = Mapping[str, Any]

SELF, HUMAN, DRAFT, HOLD = "self_resolve", "route_to_human", "draft_message", "hold"
COST: Mapping[tuple[str, str], float] = {
    # wanted, taken: what the mistake costs, in units of a conversation that a person had to take for nothing
    (HUMAN, SELF): 10.0,
    (HUMAN, HOLD): 8.0,
    (HUMAN, DRAFT): 5.0,
    (HOLD, SELF): 5.0,
    (HOLD, DRAFT): 5.0,
    (HOLD, HUMAN): 1.0,
    (SELF, HUMAN): 1.0,
    (SELF, HOLD): 4.0,
    (SELF, DRAFT): 1.0,
    (DRAFT, HUMAN): 1.0,
    (DRAFT, HOLD): 2.0,
    (DRAFT, SELF): 5.0,
}
WORST = 10.0
"""What no usable run at all costs."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD = re.compile(r"[^\W_]{4,}|\d+(?:[.,]\d+)*")
_SUPPORTED = 0.8
SUMMARY_PARTS = ("goal", "facts", "sentiment", "preferred_channel", "next_step", "why_you")


@dataclass(frozen=True, slots=True)
class Score:
    """A value with its reason in one line."""

    value: float
    why: str


def route_cost(case: Case, run: Run) -> Score | None:
    """What the route costs against the cheapest of the right ones; 0 when it is right."""
    wanted, taken = listed((case.get("expect") or {}).get("route")), run.get("route")
    if not wanted:
        return None
    if taken in wanted:
        return Score(0.0, f"{taken} is right")
    costs = [COST.get((route, str(taken)), WORST) for route in wanted]
    return Score(min(costs), f"{taken} instead of {' or '.join(wanted)}")


def citation_precision(case: Case, run: Run) -> Score | None:
    """Which part of the cited articles is right."""
    right, found = set(listed((case.get("expect") or {}).get("cites"))), cited(run)
    if not right or not found or run.get("route") != SELF:
        return None
    return Score(len(right & found) / len(found), f"{len(right & found)} of {len(found)} cited articles are right")


def citation_recall(case: Case, run: Run) -> Score | None:
    """1 when one of the right articles, which are alternatives, is cited in an answer; 0 also without an answer."""
    right = set(listed((case.get("expect") or {}).get("cites")))
    if not right or listed((case.get("expect") or {}).get("route")) != [SELF]:
        return None
    hit = run.get("route") == SELF and bool(right & cited(run))
    return Score(float(hit), "a right article is cited" if hit else f"none of {sorted(right)} is cited")


def grounding(case: Case, run: Run) -> Score | None:
    """Which part of an answer's sentences is carried by its quotes: four words of five, and every number."""
    outcome = run.get("outcome") or {}
    quotes = " ".join(str(c.get("quote") or "") for c in outcome.get("citations") or [] if isinstance(c, Mapping))
    if run.get("route") != SELF or not quotes:
        return None
    given = set(_words(quotes))
    sentences = [words for part in _SENTENCE.split(str(outcome.get("text") or "")) if (words := _words(part))]
    carried = [words for words in sentences if _carried(words, given)]
    return Score(len(carried) / max(len(sentences), 1), f"{len(carried)} of {len(sentences)} sentences are quoted")


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _carried(words: list[str], given: set[str]) -> bool:
    numbers = {word for word in words if word[0].isdigit()}
    return numbers <= given and sum(word in given for word in words) >= _SUPPORTED * len(words)


def handoff_completeness(case: Case, run: Run) -> Score | None:
    """Which part of what a colleague needs stands in the summary of a handover."""
    if run.get("route") != HUMAN:
        return None
    summary = (run.get("outcome") or {}).get("summary") or {}
    there = [part for part in SUMMARY_PARTS if summary.get(part)]
    missing = [part for part in SUMMARY_PARTS if part not in there]
    return Score(len(there) / len(SUMMARY_PARTS), f"missing: {', '.join(missing) or 'nothing'}")


def latency_ms(case: Case, run: Run) -> Score | None:
    """Milliseconds of the whole decision."""
    elapsed = run.get("elapsed_ms")
    if not isinstance(elapsed, Mapping) or not elapsed:
        return None
    return Score(float(elapsed.get("total") or sum(elapsed.values())), "the sum of its steps")


def model_calls(case: Case, run: Run) -> Score | None:
    """Calls of a language model."""
    return _counted(run, "model_calls")


def tokens(case: Case, run: Run) -> Score | None:
    """Tokens that a language model read and wrote."""
    return _counted(run, "tokens")


def cost_usd(case: Case, run: Run) -> Score | None:
    """What the language model charged, in US dollars."""
    return _counted(run, "cost_usd")


def _counted(run: Run, what: str) -> Score | None:
    value = run.get(what)
    return Score(float(value), "as recorded") if isinstance(value, int | float) else None


Scoring = Callable[[Case, Run], Score | None]
SCORES: Mapping[str, Scoring] = {
    scoring.__name__: scoring
    for scoring in (
        *(route_cost, citation_precision, citation_recall, grounding, handoff_completeness),
        *(latency_ms, model_calls, tokens, cost_usd),
    )
}
UNSTEADY = ("latency_ms",)
"""Scores that differ from run to run although nothing changed."""


def scores(case: Case, run: Run | None) -> dict[str, Score]:
    """The scores that apply to this run of this case."""
    if run is None:
        return {}
    found = {name: scoring(case, run) for name, scoring in SCORES.items()}
    return {name: score for name, score in found.items() if score is not None}
