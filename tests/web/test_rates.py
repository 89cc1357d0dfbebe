from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_assistant.web.rates import Rate, TooOften


@dataclass
class Seconds:
    """Monotonic seconds that stand until they are moved."""

    at: float = 1_000.0

    def __call__(self) -> float:
        return self.at


def let_in(rate: Rate, times: int, caller: str = "c_1") -> int:
    """How many of so many requests in a row are let in."""
    done = 0
    for _ in range(times):
        try:
            rate.take(caller)
            done += 1
        except TooOften:
            pass
    return done


def test_that_of_a_thousand_requests_at_once_only_the_limit_is_let_in() -> None:
    assert let_in(Rate(30, Seconds()), 1_000) == 30


def test_that_one_caller_takes_nothing_from_another() -> None:
    rate = Rate(30, Seconds())
    assert [let_in(rate, 100, caller) for caller in ("a", "b")] == [30, 30]


def test_that_the_named_wait_is_enough_and_one_second_less_is_not() -> None:
    seconds = Seconds()
    rate = Rate(10, seconds)
    let_in(rate, 10)
    with pytest.raises(TooOften) as refused:
        rate.take("c_1")
    assert refused.value.retry_after_s == 6
    seconds.at += 5
    assert let_in(rate, 1) == 0
    seconds.at += 1
    assert let_in(rate, 2) == 1


def test_that_a_refused_request_costs_nothing() -> None:
    seconds = Seconds()
    rate = Rate(60, seconds)
    let_in(rate, 10_000)
    seconds.at += 1
    assert let_in(rate, 5) == 1


def test_that_memory_is_bounded_however_many_callers_come() -> None:
    rate = Rate(1, Seconds(), most=100)
    for number in range(5_000):
        rate.take(f"c_{number}")
    assert let_in(rate, 1, "c_4999") == 0
    assert let_in(rate, 1, "c_0") == 1


@given(st.lists(st.floats(0, 30), min_size=1, max_size=200), st.integers(1, 100))
def test_that_no_more_than_the_limit_and_what_grew_since_is_ever_let_in(gaps: list[float], per_minute: int) -> None:
    seconds = Seconds()
    rate, began, done = Rate(per_minute, seconds), seconds.at, 0
    for gap in gaps:
        seconds.at += gap
        done += let_in(rate, 3)
    assert done <= per_minute + (seconds.at - began) * per_minute / 60 + 1e-6
