"""When a queue is staffed, and by when somebody has picked up."""

from datetime import UTC, datetime

import pytest

from journey_assistant.playbook.schema import Queue
from journey_assistant.playbook.working_hours import is_open, opens_at, pick_up_by
from sweeping import default_playbook

OFFICE = Queue.model_validate(
    {
        "zone": "Europe/Berlin",
        "hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "17:00"}],
        "holidays": ["2026-12-25"],
        "pick_up_within": "4 h",
    }
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "opens", "picked_up"),
    [
        ("2026-06-17T10:00", "2026-06-17T10:00", "2026-06-17T14:00"),
        ("2026-06-17T04:00", "2026-06-17T07:00", "2026-06-17T11:00"),
        ("2026-06-17T14:00", "2026-06-17T14:00", "2026-06-18T10:00"),
        ("2026-06-17T15:00", "2026-06-18T07:00", "2026-06-18T11:00"),
        ("2026-06-19T15:00", "2026-06-22T07:00", "2026-06-22T11:00"),
        ("2026-12-24T20:00", "2026-12-28T08:00", "2026-12-28T12:00"),
        ("2026-10-23T20:00", "2026-10-26T08:00", "2026-10-26T12:00"),
    ],
)
def test_that_a_customer_is_told_a_time_that_can_be_kept(now, opens, picked_up):
    assert opens_at(OFFICE, at(now)) == at(opens)
    assert pick_up_by(OFFICE, at(now)) == at(picked_up)
    assert is_open(OFFICE, at(now)) is (now == opens)


def test_that_danger_never_waits_for_an_office_to_open():
    for name in ("security", "escalations"):
        queue = default_playbook().queues[name]
        assert all(is_open(queue, at(f"2026-06-2{day}T{hour:02}:59")) for day in range(8) for hour in range(24))
