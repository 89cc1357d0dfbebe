"""Frequency: how often we may write at all. All teams are counted, queued messages too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from journey_assistant.domain.customer import Customer
from journey_assistant.domain.policy.policy import ALLOWED, DEFAULT_POLICY, Cap, Policy, Ruling
from journey_assistant.domain.sends import Send, sends_within
from journey_assistant.domain.timeline import Timeline

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
) -> Ruling:
    """May one more message go out on this channel? See ``cap_on``; the sends are those of the timeline."""
    if purpose not in policy.capped_purposes:
        return ALLOWED
    sends = sends_within(timeline, now, max(policy.longest_cap, timedelta(days=1)))
    return cap_on(sends, now, channel=channel, campaign=campaign, purpose=purpose, policy=policy)


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
    reached: list[tuple[datetime, str, list[Send]]] = []
    if channel in policy.channel_caps:
        cap = policy.channel_caps[channel]
        reached += _window(by_channel, cap, now, f"{channel} messages")
        reached += _gap(by_channel, cap, now)
    reached += _window(counted, policy.all_channels, now, "messages over all channels")
    if campaign:
        same = [s for s in counted if s.campaign == campaign]
        reached += _window(same, policy.same_campaign, now, f"messages of the campaign {campaign}")
    if not reached:
        return ALLOWED
    free_at = max(at for at, _, _ in reached)
    evidence = dict.fromkeys(s.event_id for _, _, sends in reached for s in sends)
    why = "; ".join(why for _, why, _ in reached)
    return Ruling(
        False, "frequency_cap", why, tuple(evidence), until="the window frees", until_at=free_at, channel=channel
    )


def _window(sends: list[Send], cap: Cap, now: datetime, what: str) -> list[tuple[datetime, str, list[Send]]]:
    inside = [s for s in sends if now - s.at < cap.window]
    if len(inside) < cap.most:
        return []
    if cap.most == 0:
        return [(now + cap.window, f"no {what} are allowed", [])]
    # One more is allowed when only ``most - 1`` are left in the window.
    free_at = inside[-cap.most].at + cap.window
    return [(free_at, f"{len(inside)} {what} within {_span(cap.window)}, {cap.most} allowed", inside)]


def _gap(sends: list[Send], cap: Cap, now: datetime) -> list[tuple[datetime, str, list[Send]]]:
    if not sends or cap.gap is None or now - sends[-1].at >= cap.gap:
        return []
    return [(sends[-1].at + cap.gap, f"less than {_span(cap.gap)} since the last message", sends[-1:])]


def _span(length: timedelta) -> str:
    days = length / timedelta(days=1)
    return f"{days:g} days" if days >= 2 else f"{length / timedelta(hours=1):g} hours"
