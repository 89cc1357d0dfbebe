"""Policy: the limits for consent, caps, quiet hours, suppression and offers, with the built-in defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

from journey_assistant.domain.customer import StopState
from journey_assistant.domain.numbers import number_of
from journey_assistant.errors import Rejected


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule says. ``code`` names the reason when it is not allowed; ``until`` says in words when it may be.

    ``evidence`` holds ids of events (or names of stored fields); ``channel`` the channel it is about, if any;
    ``needs_person`` that a person should look at it, because an issue or a bad mood caused it.
    """

    allowed: bool
    code: str = ""
    why: str = ""
    evidence: tuple[str, ...] = ()
    until: str = ""
    until_at: datetime | None = None
    channel: str | None = None
    needs_person: bool = False


ALLOWED = Ruling(True)


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``most`` messages in ``window``, and ``gap`` between two; None means no such limit."""

    most: int
    window: timedelta
    gap: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers every rule reads. Built in code, or from an operator's file by ``read_policy``.

    ``all_channels`` caps what one customer gets, ``account`` what all people of one account get together.
    """

    quiet_from: time = time(21)
    quiet_until: time = time(8)
    quiet_purposes: frozenset[str] = frozenset({"marketing"})
    quiet_channels: frozenset[str] = frozenset({"email", "sms", "push"})
    capped_purposes: frozenset[str] = frozenset({"marketing"})
    channel_caps: Mapping[str, Cap] = field(
        default_factory=lambda: {
            "email": Cap(2, timedelta(days=7), timedelta(hours=16)),
            "sms": Cap(1, timedelta(days=7), timedelta(hours=24)),
            "push": Cap(2, timedelta(days=7), timedelta(hours=24)),
        }
    )
    all_channels: Cap = Cap(3, timedelta(days=7))
    same_campaign: Cap = Cap(1, timedelta(days=30))
    account: Cap = Cap(5, timedelta(days=7))
    blocked_by_do_not_contact: frozenset[str] = frozenset({"marketing", "service_proactive"})
    stop_states: frozenset[str] = frozenset(state.value for state in StopState)
    open_issue_topics: frozenset[str] = frozenset(
        {"billing", "complaint", "outage", "refund", "cancellation", "delivery", "damage"}
    )
    negative_window: timedelta = timedelta(days=7)
    recent_purchase: timedelta = timedelta(days=30)
    recent_active: timedelta = timedelta(days=14)
    offer_repeat: timedelta = timedelta(days=30)

    @property
    def longest_cap(self) -> timedelta:
        """How far back sends must be known."""
        caps = (*self.channel_caps.values(), self.all_channels, self.same_campaign, self.account)
        return max(cap.window for cap in caps)


DEFAULT_POLICY = Policy()

_SECTIONS = {
    "quiet_hours": {"start", "end", "start_inclusive", "end_inclusive", "purposes", "channels",
                    "missing_or_invalid_timezone"},
    "frequency_caps": {"purposes", "counted", "email", "sms", "push", "all_channels", "same_campaign",
                       "account", "boundary"},
    "consent": {"marketing", "value_required", "unknown_is", "pending_double_opt_in_is",
                "behavioural_personalisation_needs", "do_not_contact_blocks", "chat_replies_exempt"},
    "suppression": {"open_issue", "negative_sentiment", "recent_purchase_days", "recent_active_days", "reactivation",
                    "review_request", "beginner_guide", "stop_states", "incident", "offer_repeat_days",
                    "open_issue_topics", "negative_sentiment_days"},
}  # fmt: skip
# These may be written down, but not changed: the law is not a setting.
_FIXED = {
    ("quiet_hours", "start_inclusive"): True,
    ("quiet_hours", "end_inclusive"): False,
    ("quiet_hours", "missing_or_invalid_timezone"): "block",
    ("consent", "value_required"): True,
    ("consent", "unknown_is"): "no",
    ("consent", "pending_double_opt_in_is"): "no",
}


def read_policy(stored: Mapping[str, Any], base: Policy = DEFAULT_POLICY, *, where: str = "policy") -> Policy:
    """The policy with an operator's numbers in place of ``base``'s. Sections of other trades (links, texts) pass.

    Raises Rejected, naming the key, for an unknown key in a section read here and for a value of the wrong kind.
    """
    for section, known in _SECTIONS.items():
        for key in _section(stored, section, where):
            if key not in known:
                raise Rejected(f"unknown key {key!r}", where=f"{where}.{section}", allowed=", ".join(sorted(known)))
    for (section, key), value in _FIXED.items():
        if _section(stored, section, where).get(key, value) != value:
            raise Rejected("cannot be changed", where=f"{where}.{section}.{key}", allowed=repr(value))
    policy = _with_quiet_hours(base, _section(stored, "quiet_hours", where), f"{where}.quiet_hours")
    policy = _with_caps(policy, _section(stored, "frequency_caps", where), f"{where}.frequency_caps")
    policy = _with_suppression(policy, _section(stored, "suppression", where), f"{where}.suppression")
    blocks = _section(stored, "consent", where).get("do_not_contact_blocks")
    if blocks is None:
        return policy
    return replace(policy, blocked_by_do_not_contact=_words(blocks, f"{where}.consent.do_not_contact_blocks"))


def _section(stored: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    value = stored.get(name) or {}
    if not isinstance(value, Mapping):
        raise Rejected("is not a mapping", where=f"{where}.{name}", allowed="keys and values")
    return value


def _with_quiet_hours(policy: Policy, section: Mapping[str, Any], where: str) -> Policy:
    changes: dict[str, Any] = {}
    for key, name in (("start", "quiet_from"), ("end", "quiet_until")):
        if key in section:
            changes[name] = _time(section[key], f"{where}.{key}")
    for key, name in (("purposes", "quiet_purposes"), ("channels", "quiet_channels")):
        if key in section:
            changes[name] = _words(section[key], f"{where}.{key}")
    return replace(policy, **changes)


def _with_caps(policy: Policy, section: Mapping[str, Any], where: str) -> Policy:
    caps = dict(policy.channel_caps)
    for channel in ("email", "sms", "push"):
        if channel in section:
            caps[channel] = _cap(section[channel], caps[channel], f"{where}.{channel}")
    changes: dict[str, Any] = {"channel_caps": caps}
    for key in ("all_channels", "same_campaign", "account"):
        if key in section:
            changes[key] = _cap(section[key], getattr(policy, key), f"{where}.{key}")
    if "purposes" in section:
        changes["capped_purposes"] = _words(section["purposes"], f"{where}.purposes")
    return replace(policy, **changes)


def _with_suppression(policy: Policy, section: Mapping[str, Any], where: str) -> Policy:
    changes: dict[str, Any] = {}
    days = {
        "recent_purchase_days": "recent_purchase",
        "recent_active_days": "recent_active",
        "offer_repeat_days": "offer_repeat",
        "negative_sentiment_days": "negative_window",
    }
    for key, name in days.items():
        if key in section:
            changes[name] = timedelta(days=_number(section[key], f"{where}.{key}"))
    for key in ("stop_states", "open_issue_topics"):
        if key in section:
            changes[key] = _words(section[key], f"{where}.{key}")
    return replace(policy, **changes)


def _cap(value: Any, base: Cap, where: str) -> Cap:
    if not isinstance(value, Mapping) or not set(value) <= {"max", "days", "min_gap_hours"}:
        raise Rejected("is not a cap", where=where, allowed="max, days, min_gap_hours")
    most = int(_number(value["max"], f"{where}.max")) if "max" in value else base.most
    window = timedelta(days=_number(value["days"], f"{where}.days")) if "days" in value else base.window
    gap = value.get("min_gap_hours")
    return Cap(most, window, base.gap if gap is None else timedelta(hours=_number(gap, f"{where}.min_gap_hours")))


def _number(value: Any, where: str) -> float:
    number = None if isinstance(value, str) else number_of(value)
    if number is None or number < 0:
        raise Rejected(f"{value!r} is not a number", where=where, allowed="a number from 0")
    return number


def _words(value: Any, where: str) -> frozenset[str]:
    if not isinstance(value, list | tuple | set | frozenset) or not all(isinstance(v, str) for v in value):
        raise Rejected("is not a list of words", where=where, allowed="a list of words")
    return frozenset(value)


def _time(value: Any, where: str) -> time:
    try:
        return time.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Rejected(f"{value!r} is not a time of day", where=where, allowed='"21:00"') from error
