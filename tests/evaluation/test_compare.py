"""A planted regression is found, a rerun raises no alarm, and the worst errors count one by one."""

import random
from typing import Any

import pytest

from journey_assistant.evaluation.compare import DROP, GAIN, SAME, compare


def report(passes: list[bool], worst: dict[str, list[str]] | None = None) -> dict[str, Any]:
    results = [{"case": f"c{n}", "passed": passed} for n, passed in enumerate(passes)]
    return {"suites": [{"suite": "s", "results": results, "worst": worst or {}, "numbers": []}]}


def repeated(shares: list[int], times: int) -> dict[str, Any]:
    results = [{"case": f"c{n}", "passed": False, "times_passed": passed} for n, passed in enumerate(shares)]
    return {"suites": [{"suite": "s", "results": results, "worst": {}, "numbers": [], "repeats": times}]}


def test_that_a_regression_of_two_points_on_400_cases_is_found_and_named() -> None:
    before = [n % 10 != 0 for n in range(400)]
    planted = [passed and n not in (1, 52, 103, 154, 205, 256, 307, 358) for n, passed in enumerate(before)]
    found = compare(report(before), report(planted))
    assert found["verdict"] == DROP
    assert found["suites"][0]["lost"] == ["c1", "c52", "c103", "c154", "c205", "c256", "c307", "c358"]
    assert found["after"] - found["before"] == pytest.approx(-0.02)
    assert found["difference"]["high"] < 0


def test_that_twenty_identical_reruns_raise_no_alarm() -> None:
    passes = [n % 7 != 0 for n in range(400)]
    assert {compare(report(passes), report(passes))["verdict"] for _ in range(20)} == {SAME}


def test_that_noise_of_a_model_raises_no_alarm() -> None:
    dice = random.Random(5)
    rounds = [[sum(dice.random() < 0.85 for _ in range(5)) for _ in range(400)] for _ in range(21)]
    verdicts = [compare(repeated(rounds[0], 5), repeated(each, 5)) for each in rounds[1:]]
    assert sum(found["verdict"] == DROP for found in verdicts) <= 1
    assert verdicts[0]["noise_floor"] > 0.3


def test_that_a_gain_is_a_gain_and_two_flips_are_nothing() -> None:
    low, high = [False] * 12 + [True] * 100, [True] * 112
    assert compare(report(low), report(high))["verdict"] == GAIN
    assert compare(report(high), report([False] * 2 + [True] * 110))["verdict"] == SAME


def test_that_one_new_error_of_the_worst_kind_is_a_drop() -> None:
    passes = [True] * 50
    found = compare(report(passes), report([False, *passes[1:]], {"false self-resolves": ["c0"]}))
    assert found["verdict"] == DROP
    assert "new false self-resolves: s/c0" in found["because"]


def test_that_a_worst_error_that_was_there_before_is_none_again() -> None:
    worst = {"false self-resolves": ["c0"]}
    assert compare(report([False, True], worst), report([False, True], worst))["verdict"] == SAME


def test_that_new_cases_are_told_and_not_judged() -> None:
    found = compare(report([True]), report([True, False, False, False, False, False, False]))
    assert found["verdict"] == SAME
    assert len(found["suites"][0]["new_cases"]) == 6
