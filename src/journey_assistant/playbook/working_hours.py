"""Working hours: when a queue is staffed, and by when somebody has picked up. What a customer is told is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from journey_assistant.playbook.schema import Queue

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD_DAYS = 90
"""Further ahead a queue that never opens is a mistake of the playbook."""


def is_open(queue: Queue, now: datetime) -> bool:
    """Is somebody working this queue now?"""
    return opens_at(queue, now) == now


def opens_at(queue: Queue, now: datetime) -> datetime:
    """``now`` while the queue is staffed, else when it opens next; in UTC."""
    return next((max(begin, now) for begin, _ in _shifts(queue, now)), now)


def pick_up_by(queue: Queue, now: datetime) -> datetime:
    """By when somebody has picked up what arrives now: the deadline counted in working hours; in UTC."""
    left = queue.pick_up_within
    for begin, end in _shifts(queue, now):
        since = max(begin, now)
        if end - since >= left:
            return since + left
        left -= end - since
    return now + queue.pick_up_within


def _shifts(queue: Queue, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The shifts that are not over yet, in order."""
    zone = ZoneInfo(queue.zone)
    today = now.astimezone(zone).date()
    for ahead in range(LOOK_AHEAD_DAYS):
        for begin, end in sorted(_shifts_of(queue, today + timedelta(days=ahead), zone)):
            if end > now:
                yield begin, end


def _shifts_of(queue: Queue, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    if day in queue.holidays:
        return
    for hours in queue.hours:
        if DAYS[day.weekday()] in hours.days:
            begin, end = (datetime.combine(day, at, zone).astimezone(UTC) for at in (hours.from_, hours.to))
            # 23:59 stands for the end of the day: a queue that never closes has no gap of a minute.
            yield begin, end + timedelta(minutes=1) if (hours.to.hour, hours.to.minute) == (23, 59) else end


def next_start(queue: Queue, now: datetime) -> datetime | None:
    """When the first shift of a coming working day begins, after ``now``; in UTC. None when there is none."""
    zone = ZoneInfo(queue.zone)
    today = now.astimezone(zone).date()
    for ahead in range(LOOK_AHEAD_DAYS):
        begins = min((begin for begin, _ in _shifts_of(queue, today + timedelta(days=ahead), zone)), default=None)
        if begins is not None and begins > now:
            return begins
    return None
