"""GuardPolicy: the limits that guardrails enforce, typed, with defaults and the reader of a policy file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from journey_assistant.errors import ConfigurationError

_ROUTE_TO_HUMAN = (
    "ungrounded_claim",
    "number_mismatch",
    "invented_understanding",
    "false_action_claim",
    "creepy",
    "sensitive_inference",
    "offer_authority",
    "unfair_offer",
    "regulated_advice",
    "human_handoff_required",
    "tone_mismatch",
    "offensive_language",
    "pressure_tactics",
    "template_artifact",
    "wrong_entity",
    "language_mismatch",
    "channel_format",
    "link_policy",
    "unsubscribe_missing",
    "competitor_disparagement",
    "impersonation",
)
_HOLD = (
    "pii_leak",
    "secret_leak",
    "internal_disclosure",
    "system_prompt_leak",
    "consent_missing",
    "suppression",
    "frequency_cap",
    "quiet_hours",
    "unicode_smuggling",
    "active_content",
    "prompt_injection",
    "approval_integrity",
    "event_replay",
    "decision_unexplained",
)
_REFUSE = ("cross_customer_access", "input_limits", "action_scope")
ON_FAIL: Mapping[str, str] = (
    dict.fromkeys(_ROUTE_TO_HUMAN, "route_to_human") | dict.fromkeys(_HOLD, "hold") | dict.fromkeys(_REFUSE, "refuse")
)
"""What happens when a guardrail objects and no repair helps: a person, a hold or a decline."""


@dataclass(frozen=True, slots=True)
class GuardPolicy:
    """Limits of texts, links and inputs. Lengths are characters, sizes bytes, times seconds unless the name says."""

    version: str = "1.0"
    max_chars: Mapping[str, int] = field(
        default_factory=lambda: {"sms": 320, "push": 178, "chat": 1200, "email": 2500, "in_app": 400}
    )
    markup_free: tuple[str, ...] = ("sms", "push")
    subject_chars: tuple[int, int] = (3, 78)
    capitals_in_a_row: int = 2
    emoji: int = 2
    exclamation_marks: int = 2
    link_schemes: tuple[str, ...] = ("https",)
    allow_domains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    chat_max_chars: int = 4000
    note_max_chars: int = 20_000
    event_max_bytes: int = 16_384
    json_max_depth: int = 12
    import_max_rows: int = 50_000
    import_max_bytes: int = 26_214_400
    replay_window_seconds: int = 300
    backfill_window_days: int = 7
    on_fail: Mapping[str, str] = field(default_factory=lambda: dict(ON_FAIL))

    def domains_of(self, brand: str) -> tuple[str, ...]:
        """The hosts that a brand's texts may link to."""
        return self.allow_domains.get(brand, ())


DEFAULT_POLICY = GuardPolicy()


def policy_from(document: Mapping[str, Any], base: GuardPolicy = DEFAULT_POLICY) -> GuardPolicy:
    """The policy of a file, or of a case's override, on top of a base. Raises ConfigurationError naming the key."""
    changes = _top_level(document) | _channels(document, base) | _inputs(document)
    if "on_fail" in document:
        changes["on_fail"] = {**base.on_fail, **_mapping(document["on_fail"], "on_fail")}
    return replace(base, **changes)


def _top_level(document: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "version" in document:
        changes["version"] = str(document["version"])
    links = _mapping(document.get("links", {}), "links")
    if "schemes" in links:
        changes["link_schemes"] = tuple(links["schemes"])
    if "allow_domains" in links:
        domains = _mapping(links["allow_domains"], "links.allow_domains")
        changes["allow_domains"] = {brand: tuple(h.casefold() for h in hosts) for brand, hosts in domains.items()}
    return changes


def _channels(document: Mapping[str, Any], base: GuardPolicy) -> dict[str, Any]:
    channels = _mapping(document.get("channels", {}), "channels")
    if not channels:
        return {}
    lengths = {
        name: c.get("max_chars", c.get("max_body_chars")) for name, c in channels.items() if isinstance(c, Mapping)
    }
    every = _mapping(channels.get("all", {}), "channels.all")
    return {
        "max_chars": {**base.max_chars, **{name: int(n) for name, n in lengths.items() if n is not None}},
        "markup_free": tuple(
            name
            for name in {**base.max_chars, **channels}
            if _mapping(channels.get(name, {}), name).get("markup", name not in base.markup_free) is False
        ),
        "capitals_in_a_row": int(every.get("max_all_caps_words_in_a_row", base.capitals_in_a_row)),
        "emoji": int(every.get("max_emoji", base.emoji)),
        "exclamation_marks": int(every.get("max_exclamation_marks", base.exclamation_marks)),
    }


def _inputs(document: Mapping[str, Any]) -> dict[str, Any]:
    known = {f.name for f in fields(GuardPolicy)}
    given = {**_mapping(document.get("input", {}), "input"), **_mapping(document.get("events", {}), "events")}
    return {name: int(value) for name, value in given.items() if name in known}


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"policy: {where} must be a table of names and values")
    return value
