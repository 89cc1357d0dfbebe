"""What must never happen, over lives in which at least a fifth could be sent something."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from never_events.deciders import Tally, deciding, real_parts
from never_events.laws import LAWS, Decide, Law
from never_events.lives import CAUSES, Cause, look_at

LEAST_SENDABLE = 0.2
QUICK, LONG = 60, 500


@pytest.fixture(scope="module")
def decide() -> Decide:
    return deciding(real_parts())


@pytest.mark.parametrize("examples", [QUICK, pytest.param(LONG, marks=pytest.mark.slow)], ids=["quick", "at_length"])
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name.replace(" ", "_"))
def test_that_it_never_happens(law: Law, examples: int, decide: Decide) -> None:
    tally = Tally(decide)

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,  # the share below is a figure: the same on every run
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(law.lives)
    def holds(life: object) -> None:
        assert not law.broken(tally, life)

    holds()
    assert tally.sendable_share >= LEAST_SENDABLE, f"only {tally.sendable_share:.0%} of the examples test anything"


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.play)
def test_that_every_cause_of_the_lives_is_one(cause: Cause, decide: Decide) -> None:
    run = decide(look_at([cause], []))
    assert (run.route.value, run.play) == ("draft_message", cause.play), run.reasons
