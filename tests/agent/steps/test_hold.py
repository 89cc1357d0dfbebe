"""Hold: says until when or until what."""

import pytest

from worlds import pricing_views, sweep


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"stop_state": "bereavement"}, "stop_state"),
        ({"consent": {}}, "no_consent"),
        ({"timezone": None}, "quiet_hours"),
        ({"experiments": {"pricing_velocity": "holdout"}}, "holdout"),
    ],
)
async def test_that_a_held_play_gives_its_reason_and_its_release(run, changes, reason):
    outcome = (await run(sweep(*pricing_views(), plan=None, lifecycle_stage="decision", **changes)))["outcome"]
    assert outcome.reason == reason
    assert outcome.until


async def test_that_nothing_due_is_recorded_too(run):
    assert (await run(sweep()))["outcome"].reason == "nothing_due"
