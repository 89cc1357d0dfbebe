"""Frequency: how often we may write at all. All teams are counted, queued messages too."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from journey_assistant.domain.customer import Customer
from journey_assistant.domain.policy.policy import ALLOWED, DEFAULT_POLICY, Cap, Policy, Ruling
from journey_assistant.domain.sends import SEND_TYPES, Send, sends_within
from journey_assistant.domain.timeline import Event, Timeline

NOBODY_ELSE = Timeline(())

CHOSEN = {"weekly": timedelta(days=7), "monthly": timedelta(days=30)}
"""What a customer may choose as "how often at most"."""


def preferred(policy: Policy, customer: Customer) -> Policy:
    """The policy with what the customer chose: at most one message a week, or a month, if that is less."""
    window = CHOSEN.get(str(customer.declared.get("message_frequency") or ""))
    if window is None:
        return policy
    return replace(policy, all_channels=replace(policy.all_channels, most=1, window=window))


def frequency_cap(
    timeline: Timeline,
    now: datetime,
    *,
    channel: str,
    campaign: str | None = None,
    purpose: str = "marketing",
    policy: Policy = DEFAULT_POLICY,
    account: Timeline = NOBODY_ELSE,
) -> Ruling:
    """May one more message go out on this channel? See ``cap_on`` and ``account_cap``.

    The sends are those of the customer's timeline; ``account`` holds those to other people of the account.
    """
    if purpose not in policy.capped_purposes:
        return ALLOWED
    window = max(policy.longest_cap, timedelta(days=1))
    own = sends_within(timeline, now, window)
    return both(
        cap_on(own, now, channel=channel, campaign=campaign, purpose=purpose, policy=policy),
        account_cap([*own, *sends_within(account, now, window)], now, purpose=purpose, policy=policy),
    )


def account_cap(
    sends: Iterable[Send], now: datetime, *, purpose: str = "marketing", policy: Policy = DEFAULT_POLICY
) -> Ruling:
    """May one more message go to anybody of the account? ``sends`` are those to all of its people."""
    if purpose not in policy.capped_purposes:
        return ALLOWED
    counted = sorted((s for s in sends if s.purpose in policy.capped_purposes and s.at <= now), key=lambda s: s.at)
    return _ruled(_window(counted, policy.account, now, "messages to people of the account"))


def group_cap(timeline: Timeline, now: datetime, *, group: str, plays: Collection[str], cap: Cap) -> Ruling:
    """May one more message of a group of plays go out? They share one limit, over all channels and purposes."""
    sends = [send for send in sends_within(timeline, now, cap.window) if send.play in plays]
    return _ruled(_window(sends, cap, now, f"messages of the group {group}"))


def both(one: Ruling, other: Ruling) -> Ruling:
    """Allowed when both are; else with both reasons, free when the later of them is."""
    refused = [ruling for ruling in (one, other) if not ruling.allowed]
    if len(refused) < 2:
        return refused[0] if refused else ALLOWED
    free = [ruling.until_at for ruling in refused if ruling.until_at is not None]
    return replace(
        one,
        why=f"{one.why}; {other.why}",
        evidence=tuple(dict.fromkeys((*one.evidence, *other.evidence))),
        until_at=max(free) if len(free) == 2 else None,
    )


def until_sent(timeline: Timeline, key: str, now: datetime, *, under_way: Collection[str] = ()) -> Timeline:
    """The timeline as the caps of a queued message see it: without itself, and without what is queued behind it.

    Of two queued messages the later one yields to the earlier; else both would wait for each other. A message that
    is ``under_way`` has not yielded: it goes out at this moment, however long ago it was queued.
    """
    own = next((event for event in timeline if _message_of(event) == key), None)
    counted = (event for event in timeline if _counts(event, key, own, under_way))
    return Timeline(replace(event, at=now) if _message_of(event) in under_way else event for event in counted)


def _counts(event: Event, key: str, own: Event | None, under_way: Collection[str]) -> bool:
    other = _message_of(event)
    if not other:
        return True
    if other == key:
        return False
    if event.text_of("status") != "queued" or other in under_way or own is None:
        return True
    return (event.at, str(event.id)) < (own.at, str(own.id))


def _message_of(event: Event) -> str:
    return str(event.properties.get("message_id") or "") if event.type in SEND_TYPES else ""


def cap_on(
    sends: Iterable[Send],
    now: datetime,
    *,
    channel: str,
    campaign: str | None = None,
    purpose: str = "marketing",
    policy: Policy = DEFAULT_POLICY,
) -> Ruling:
    """The tightest cap that these sends have reached: per channel, gap, all channels, same campaign.

    A send exactly as long ago as the window or the gap no longer counts. ``until_at`` is when the last of the
    reached caps is free again.
    """
    if purpose not in policy.capped_purposes:
        return ALLOWED
    counted = sorted((s for s in sends if s.purpose in policy.capped_purposes and s.at <= now), key=lambda s: s.at)
    by_channel = [s for s in counted if s.channel in (channel, "")]
    reached: Reached = []
    if channel in policy.channel_caps:
        cap = policy.channel_caps[channel]
        reached += _window(by_channel, cap, now, f"{channel} messages")
        reached += _gap(by_channel, cap, now)
    reached += _window(counted, policy.all_channels, now, "messages over all channels")
    if campaign:
        same = [s for s in counted if s.campaign == campaign]
        reached += _window(same, policy.same_campaign, now, f"messages of the campaign {campaign}")
    return _ruled(reached, channel)


Reached = list[tuple[datetime, str, list[Send]]]
"""Caps that are reached: when each is free again, what it says, and the sends that it counts."""


def _ruled(reached: Reached, channel: str | None = None) -> Ruling:
    if not reached:
        return ALLOWED
    free_at = max(at for at, _, _ in reached)
    evidence = dict.fromkeys(s.event_id for _, _, sends in reached for s in sends)
    why = "; ".join(why for _, why, _ in reached)
    return Ruling(
        False, "frequency_cap", why, tuple(evidence), until="the window frees", until_at=free_at, channel=channel
    )


def _window(sends: list[Send], cap: Cap, now: datetime, what: str) -> Reached:
    inside = [s for s in sends if now - s.at < cap.window]
    if len(inside) < cap.most:
        return []
    if cap.most == 0:
        return [(now + cap.window, f"no {what} are allowed", [])]
    # One more is allowed when only ``most - 1`` are left in the window.
    free_at = inside[-cap.most].at + cap.window
    return [(free_at, f"{len(inside)} {what} within {_span(cap.window)}, {cap.most} allowed", inside)]


def _gap(sends: list[Send], cap: Cap, now: datetime) -> Reached:
    if not sends or cap.gap is None or now - sends[-1].at >= cap.gap:
        return []
    return [(sends[-1].at + cap.gap, f"less than {_span(cap.gap)} since the last message", sends[-1:])]


def _span(length: timedelta) -> str:
    days = length / timedelta(days=1)
    return f"{days:g} days" if days >= 2 else f"{length / timedelta(hours=1):g} hours"
