"""Spoken time: a moment as a person would say it, in the listener's language and on their own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from journey_assistant.playbook.playbook import Playbook
from journey_assistant.playbook.schema import Queue

NEAR_DAYS = 6
"""Up to so many days ahead the day of the week says which day is meant."""
_TWELVE_HOURS = "en"
ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Listener:
    """To whom a time is said. ``own_clock``: the zone is theirs, so that it needs no name."""

    language: str
    zone: ZoneInfo
    own_clock: bool = True


def listener(language: str, timezone: object, queue: Queue | None = None) -> Listener:
    """A customer on their own clock; on the queue's (then UTC) where theirs is not known."""
    if zone := _zone(timezone):
        return Listener(language, zone)
    return Listener(language, ZoneInfo(queue.zone if queue else "UTC"), own_clock=False)


def say_time(playbook: Playbook, at: datetime, *, now: datetime, to: Listener) -> str:
    """``today at 6:00 PM``, ``am Montag um 08:00 Uhr``; a zone that is not the listener's own is named."""
    from babel.dates import format_datetime, format_time, get_timezone_name

    language = _spoken(playbook, to.language)
    here = at.astimezone(to.zone)
    days = (here.date() - now.astimezone(to.zone).date()).days
    shape = "h:mm a" if language == _TWELVE_HOURS else "HH:mm"
    clock = format_time(here, shape, tzinfo=to.zone, locale=language)
    if 0 <= days <= 1:
        said = playbook.phrase("time_tomorrow" if days else "time_today", language).format(time=clock)
    else:
        day = format_datetime(here, _day_shape(language, days), tzinfo=to.zone, locale=language)
        said = playbook.phrase("time_on_day", language).format(day=day, time=clock)
    if to.own_clock:
        return said
    return f"{said} ({get_timezone_name(here, width='long', zone_variant='generic', locale=language)})"


def say_promise(playbook: Playbook, at: datetime, *, now: datetime, to: Listener) -> str:
    """``You will have an answer …``, in a sentence of its own."""
    return playbook.phrase("answer_by", to.language).format(deadline=say_time(playbook, at, now=now, to=to))


def _day_shape(language: str, days: int) -> str:
    """The pattern of the day as the language writes it: the weekday alone while it is near."""
    if 0 <= days <= NEAR_DAYS:
        return "EEEE"
    return {"en": "EEEE, MMMM d", "de": "EEEE, d. MMMM", "es": "EEEE, d 'de' MMMM", "pt": "EEEE, d 'de' MMMM"}.get(
        language, "EEEE d MMMM"
    )


def _spoken(playbook: Playbook, language: str) -> str:
    """The language in which the playbook can say times; English where it has no words for it."""
    code = language.split("-")[0].split("_")[0].casefold()
    return code if code in playbook.phrases["time_on_day"] else ENGLISH


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (KeyError, ValueError, OSError):
        return None
