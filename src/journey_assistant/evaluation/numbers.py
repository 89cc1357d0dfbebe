"""Numbers over a suite that are no shares of cases: means of scores, rankings, F1, calibration, times."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from journey_assistant.evaluation import ranking
from journey_assistant.evaluation.classification import (
    Certain,
    Pairs,
    accuracy,
    brier,
    calibration_error,
    macro_f1,
)
from journey_assistant.evaluation.disciplines.retrieval import K, found_by
from journey_assistant.evaluation.figures import Judged
from journey_assistant.evaluation.rubric import RUBRIC
from journey_assistant.evaluation.scores import SCORES, UNSTEADY, scores
from journey_assistant.evaluation.suite_schema import Kind


@dataclass(frozen=True, slots=True)
class Number:
    """A value over ``n`` cases, and what it means. ``steady``: the same again when nothing changed."""

    name: str
    value: float
    n: int
    means: str
    steady: bool = True


def numbers(kind: Kind, judged: Sequence[Judged]) -> tuple[Number, ...]:
    """The numbers of a suite of this kind, those of no case left out."""
    with_run = [one for one in judged if one.run is not None and "error" not in one.run]
    return tuple(_OF_KIND[kind](with_run)) if with_run else ()


def _of_decisions(judged: Sequence[Judged]) -> Iterator[Number]:
    found = [scores(one.case, one.run) for one in judged]
    for name, scoring in SCORES.items():
        values = [each[name].value for each in found if name in each]
        means = _first_line(scoring)
        if not values:
            continue
        if name in UNSTEADY:
            yield Number(f"{name} p50", _percentile(values, 0.5), len(values), means, steady=False)
            yield Number(f"{name} p95", _percentile(values, 0.95), len(values), means, steady=False)
        elif name in ("model_calls", "tokens", "cost_usd"):
            yield Number(name, math.fsum(values), len(values), f"{means} All cases together.")
        else:
            yield Number(name, math.fsum(values) / len(values), len(values), means)
    sure = certainty(judged)
    if sure:
        said = "How far confidence and truth of answers lie apart on average."
        yield Number("calibration error", calibration_error(sure) or 0.0, len(sure), said)
        yield Number("brier", brier(sure) or 0.0, len(sure), "Squared distance of confidence and truth of answers.")


def certainty(judged: Sequence[Judged]) -> Certain:
    """How sure each answer with a citation was, and whether the case passed."""
    return [
        (float(one.run["confidence"]), one.judgement.right)
        for one in judged
        if one.run and one.got == "self_resolve" and (one.run.get("outcome") or {}).get("citations")
        and isinstance(one.run.get("confidence"), int | float)
    ]  # fmt: skip


def _of_conversations(judged: Sequence[Judged]) -> Iterator[Number]:
    states = [(one.run or {}).get("state") or {} for one in judged]
    for name, means in (
        ("turns", "Messages of the customer in a conversation."),
        ("handoffs", "Handovers in a conversation."),
        ("answers", "Answers with a citation in a conversation."),
    ):
        yield Number(name, math.fsum(state.get(name, 0) for state in states) / len(states), len(states), means)


def label_pairs(judged: Sequence[Judged], what: str) -> Pairs:
    """What was right and what was read, of one reading of texts."""
    return [
        (str(one.case["expect"][what]), str((one.run or {})[what]["label"]))
        for one in judged
        if one.run and one.case["expect"].get(what)
    ]


def _of_texts(judged: Sequence[Judged]) -> Iterator[Number]:
    for what in ("sentiment", "contact_reason"):
        pairs = label_pairs(judged, what)
        if pairs:
            yield Number(f"{what} accuracy", accuracy(pairs) or 0.0, len(pairs), "The part that was read right.")
            yield Number(f"{what} macro F1", macro_f1(pairs) or 0.0, len(pairs), "The mean F1 of the labels.")


def _of_retrieval(judged: Sequence[Judged]) -> Iterator[Number]:
    for name, measure, k in (
        ("success@1", ranking.success, 1),
        ("success@3", ranking.success, 3),
        (f"recall@{K}", ranking.recall, K),
        (f"MRR@{K}", ranking.reciprocal_rank, K),
        (f"nDCG@{K}", ranking.ndcg, K),
    ):
        values = [measure(found_by(one.run or {}), one.case["expect"]["articles"], k) for one in judged]
        yield Number(name, math.fsum(values) / len(values), len(values), _first_line(measure))


def _of_guardrails(judged: Sequence[Judged]) -> Iterator[Number]:
    bad = [one for one in judged if one.case["expect"]["blocked"]]
    good = [one for one in judged if not one.case["expect"]["blocked"]]
    caught = [one for one in bad if (one.run or {})["blocked"]]
    passed = [one for one in good if not (one.run or {})["blocked"]]
    if bad:
        yield Number("caught", len(caught) / len(bad), len(bad), "The part of what must not pass that was blocked.")
    if good:
        yield Number("released", len(passed) / len(good), len(good), "The part of harmless texts that was let through.")


def _of_drafts(judged: Sequence[Judged]) -> Iterator[Number]:
    for point in RUBRIC:
        agree = [(point in one.case["expect"]["fails"]) == (point in (one.run or {})["fails"]) for one in judged]
        yield Number(f"agrees on {point}", sum(agree) / len(agree), len(agree), "The rubric says what people say.")


_OF_KIND: Mapping[Kind, Callable[[Sequence[Judged]], Iterator[Number]]] = {
    Kind.DECISIONS: _of_decisions,
    Kind.CONVERSATIONS: _of_conversations,
    Kind.TEXTS: _of_texts,
    Kind.RETRIEVAL: _of_retrieval,
    Kind.GUARDRAILS: _of_guardrails,
    Kind.DRAFTS: _of_drafts,
}


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(math.ceil(share * len(ordered)), len(ordered)) - 1]


def _first_line(described: Callable[..., Any]) -> str:
    return (described.__doc__ or "").strip().split("\n")[0]
