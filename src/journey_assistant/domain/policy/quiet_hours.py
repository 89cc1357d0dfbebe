"""Quiet hours: no marketing at night where the customer is. Without a known zone it is always night."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from journey_assistant.domain.activity import zone_named
from journey_assistant.domain.policy.policy import ALLOWED, DEFAULT_POLICY, Policy, Ruling


def quiet_hours(
    timezone: str | None,
    now: datetime,
    *,
    purpose: str = "marketing",
    channel: str = "email",
    policy: Policy = DEFAULT_POLICY,
) -> Ruling:
    """May a message go out now? From 21:00 (included) to 08:00 (excluded) local time not; ``until_at`` is in UTC."""
    if purpose not in policy.quiet_purposes or channel not in policy.quiet_channels:
        return ALLOWED
    zone = zone_named(timezone)
    if zone is None:
        why = f"{timezone!r} is no time zone" if timezone else "the customer's time zone is not known"
        return Ruling(False, "quiet_hours", why, ("timezone",), until="a zone is known", channel=channel)
    local = now.astimezone(zone)
    if not _is_quiet(local.time(), policy):
        return ALLOWED
    release_at = _next_release(local, zone, policy)
    why = f"it is {local:%H:%M} in {timezone}"
    until = f"{policy.quiet_until:%H:%M} local time"
    return Ruling(False, "quiet_hours", why, ("timezone",), until=until, until_at=release_at, channel=channel)


def _is_quiet(at: time, policy: Policy) -> bool:
    begin, end = policy.quiet_from, policy.quiet_until
    if begin <= end:
        return begin <= at < end
    return at >= begin or at < end


def _next_release(local: datetime, zone: tzinfo, policy: Policy) -> datetime:
    """The next 08:00 of the customer's wall clock as an instant; a wall time that a clock change skips moves on."""
    day = local.date()
    if local.time() >= policy.quiet_until:
        day += timedelta(days=1)
    return datetime.combine(day, policy.quiet_until, tzinfo=zone).astimezone(UTC)


def waking_age(since: datetime, now: datetime, timezone: str | None, policy: Policy = DEFAULT_POLICY) -> timedelta:
    """How long ago something happened, quiet hours not counted: the age that a play's freshness is compared with.

    Without a valid zone every hour counts, and so it does for what is more than a month old (stale in any case).
    """
    zone = zone_named(timezone)
    if zone is None or not timedelta() < now - since <= timedelta(days=31):
        return max(now - since, timedelta())
    quiet = timedelta()
    day = (since.astimezone(zone) - timedelta(days=1)).date()
    while True:
        begin = datetime.combine(day, policy.quiet_from, tzinfo=zone).astimezone(UTC)
        end_day = day if policy.quiet_from <= policy.quiet_until else day + timedelta(days=1)
        end = datetime.combine(end_day, policy.quiet_until, tzinfo=zone).astimezone(UTC)
        if begin >= now:
            return now - since - quiet
        quiet += max(min(end, now) - max(begin, since), timedelta())
        day += timedelta(days=1)
