"""Measures agree with maintained libraries and with what can be counted by hand."""

import random

import ir_measures
import pytest
from ir_measures import RR, R, nDCG
from scipy import stats

from journey_assistant.evaluation import ranking
from journey_assistant.evaluation.classification import (
    accuracy,
    brier,
    calibration,
    calibration_error,
    confusion,
    f1,
    macro_f1,
    risk_coverage,
)
from journey_assistant.evaluation.intervals import wilson

PAIRS = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"), ("c", "a")]


@pytest.mark.parametrize("seed", range(20))
def test_that_rankings_are_measured_as_ir_measures_does(seed: int) -> None:
    dice = random.Random(seed)
    articles = [f"d{n}" for n in range(30)]
    found = dice.sample(articles, 12)
    right = set(dice.sample(articles, dice.randint(1, 4)))
    qrels = [ir_measures.Qrel("q", article, 1) for article in right]
    run = [ir_measures.ScoredDoc("q", article, -place) for place, article in enumerate(found)]
    theirs = ir_measures.calc_aggregate([RR @ 10, nDCG @ 10, R @ 10], qrels, run)
    assert ranking.reciprocal_rank(found, right) == pytest.approx(theirs[RR @ 10])
    assert ranking.ndcg(found, right) == pytest.approx(theirs[nDCG @ 10])
    assert ranking.recall(found, right) == pytest.approx(theirs[R @ 10])


@pytest.mark.parametrize(("part", "whole"), [(0, 5), (5, 5), (3, 40), (391, 400), (1, 1)])
def test_that_intervals_are_those_of_scipy(part: int, whole: int) -> None:
    theirs = stats.binomtest(part, whole).proportion_ci(method="wilson")
    assert wilson(part, whole) == pytest.approx((theirs.low, theirs.high))


def test_that_nothing_counted_has_no_interval() -> None:
    assert wilson(0, 0) is None


def test_that_labels_are_counted() -> None:
    assert accuracy(PAIRS) == pytest.approx(0.6)
    assert f1(PAIRS, "b") == pytest.approx(0.8)
    assert f1(PAIRS, "z") is None
    assert macro_f1(PAIRS) == pytest.approx((0.5 + 0.8 + 0.0) / 3)
    assert confusion(PAIRS) == {"a": {"a": 1, "b": 1}, "b": {"b": 2}, "c": {"a": 1}}


def test_that_calibration_is_the_distance_of_confidence_and_truth() -> None:
    certain = [(0.9, True), (0.9, False), (0.1, False), (0.1, False)]
    assert [(b.n, b.right) for b in calibration(certain)] == [(2, 0.0), (2, 0.5)]
    assert calibration_error(certain) == pytest.approx((2 * 0.1 + 2 * 0.4) / 4)
    assert brier(certain) == pytest.approx((0.01 + 0.81 + 0.01 + 0.01) / 4)


def test_that_risk_grows_with_coverage_when_confidence_tells() -> None:
    assert risk_coverage([(0.2, False), (0.9, True)]) == [(0.5, 0.0), (1.0, 0.5)]
