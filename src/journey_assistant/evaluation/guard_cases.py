"""Labelled guardrail cases: reads them, checks them, and says what was found and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, get_args

from journey_assistant.domain.company import Offer
from journey_assistant.domain.customer import Account, AccountId, Customer, CustomerId, StopState
from journey_assistant.domain.guardrail import Finding, Severity, Verdict
from journey_assistant.domain.policy.policy import DEFAULT_POLICY as DEFAULT_RULES
from journey_assistant.domain.policy.policy import Policy, read_policy
from journey_assistant.errors import ConfigurationError, Rejected
from journey_assistant.evaluation.guard_facts import evidence_of, timeline_of
from journey_assistant.evaluation.guard_texts import expanded
from journey_assistant.guardrails.check import check, inbound_check
from journey_assistant.guardrails.context import CheckContext, DoneAction, OtherCustomer, Sender, Surface
from journey_assistant.guardrails.policy import DEFAULT_POLICY, GuardPolicy, policy_from
from journey_assistant.guardrails.reading.numbers import figures
from journey_assistant.services.read_case import read_consent

_STOP_STATES = {state.value: state for state in StopState}
_RANK = {"refuse": 0, "hold": 1, "route_to_human": 2}


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """The two halves of a policy file: limits of texts and links, and the rules of contact."""

    texts: GuardPolicy = DEFAULT_POLICY
    contact: Policy = DEFAULT_RULES

    def changed_by(self, document: Mapping[str, Any]) -> GuardLimits:
        """These limits with a policy file, or a case's override, on top. Raises Rejected or ConfigurationError."""
        return GuardLimits(policy_from(document, self.texts), read_policy(document, self.contact))


DEFAULT_LIMITS = GuardLimits()


@dataclass(frozen=True, slots=True)
class GuardCase:
    """One labelled text with what it is checked against. ``expect`` is the label, ``raw`` the line it came from."""

    id: str
    text: str
    surface: Surface
    context: CheckContext
    expect: Mapping[str, Any]
    raw: Mapping[str, Any]


def read_guard_case(row: Any, limits: GuardLimits = DEFAULT_LIMITS, *, where: str = "case") -> GuardCase:
    """One labelled case. Raises Rejected naming the field; ``context.policy`` overrides the policy for this case."""
    if not isinstance(row, Mapping):
        raise Rejected("expected an object", where=where, allowed="one JSON object a case")
    try:
        surface = _surface(row, where)
        text = expanded(str(row["text"]))
        return GuardCase(str(row["id"]), text, surface, _context(row, limits), row.get("expect") or {}, row)
    except KeyError as error:
        raise Rejected(f"the field {error.args[0]} is missing", where=where) from error
    except (TypeError, ValueError, AttributeError, ConfigurationError) as error:
        raise Rejected(f"a field has the wrong form: {error}", where=where) from error


def judged(case: GuardCase) -> Verdict:
    """The verdict on a case's text: drafts are checked as they would go out, everything else as it comes in."""
    if case.surface == "draft":
        return check(case.text, case.context)
    return inbound_check(case.text, case.surface, case.context)


def prediction(case: GuardCase, verdict: Verdict) -> dict[str, Any]:
    """The output line of a case: ``id, blocked, guardrails, action, findings``."""
    return {
        "id": case.id,
        "blocked": not verdict.passes,
        "guardrails": list(verdict.guardrails),
        "action": action_of(case, verdict),
        "findings": [_line(finding) for finding in verdict.findings],
    }


def action_of(case: GuardCase, verdict: Verdict) -> str:
    """The gravest of what the policy says for the guardrails that object; without one, the way the text would go."""
    if verdict.passes:
        return "self_resolve" if case.context.channel == "chat" else "draft_message"
    actions = [case.context.policy.on_fail.get(name, "route_to_human") for name in verdict.guardrails]
    if case.surface == "chat":  # a customer in chat is never held: what cannot be answered is declined
        actions = ["refuse" if action == "hold" else action for action in actions]
    return min(actions, key=lambda action: _RANK.get(action, 3))


def predictions(rows: Iterable[Any], limits: GuardLimits = DEFAULT_LIMITS) -> Iterator[dict[str, Any]]:
    """The output lines of labelled cases, in their order."""
    for number, row in enumerate(rows, 1):
        case = read_guard_case(row, limits, where=f"case {number}")
        yield prediction(case, judged(case))


def _line(finding: Finding) -> dict[str, Any]:
    return {
        "guardrail": finding.guardrail,
        "severity": Severity(finding.severity).name.lower(),
        "span": list(finding.span),
        "why": finding.why,
        "evidence": list(finding.evidence),
        "rule_version": finding.rule_version,
    }


def _surface(row: Mapping[str, Any], where: str) -> Surface:
    surface = row["surface"]
    if surface not in get_args(Surface):
        raise Rejected(f"surface {surface!r}", where=where, allowed=", ".join(get_args(Surface)))
    return surface  # type: ignore[no-any-return]


def _context(row: Mapping[str, Any], limits: GuardLimits) -> CheckContext:
    given, record = row.get("context") or {}, row["customer"]
    now = datetime.fromisoformat(given["now"]) if "now" in given else datetime.max.replace(tzinfo=UTC)
    own = limits.changed_by(given.get("policy") or {})
    customer = _customer(record)
    evidence = evidence_of(row.get("evidence"), customer.first_name)
    channel, purpose = str(given.get("channel", "chat")), str(given.get("purpose", "service"))
    brand = str(given.get("brand") or record.get("brand") or "")
    return CheckContext(
        now_at=now,
        customer=customer,
        brand=brand,
        channel=channel if "channel" in given else _channel_of(str(row["text"])),
        purpose=purpose,
        campaign=given.get("campaign"),
        replying=channel == "chat",
        sentiment=str(record.get("sentiment") or "neutral"),
        thread_language=record.get("thread_language") or given.get("thread_language"),
        identity_verified=record.get("identity_verified") is not False,
        sender=_sender(given.get("sender") or {}),
        evidence=evidence,
        actions_done=tuple(_action(done) for done in given.get("actions_done") or ()),
        offers=tuple(_offer(offer, record, now) for offer in given.get("approved_offers") or ()),
        timeline=timeline_of(record, given, evidence, now),
        other_customers=tuple(_other(other) for other in given.get("other_customers") or ()),
        competitors=tuple(given.get("competitors") or ()),
        canary=str(given.get("canary") or ""),
        approved_sha256=given.get("approved_sha256"),
        seen_event_ids=frozenset(given.get("seen_event_ids") or ()),
        provenance=str(given.get("provenance") or ""),
        rules=own.contact,
        policy=own.texts,
    )


def _channel_of(text: str) -> str:
    return "email" if text.startswith("Subject:") else "chat"


def _customer(record: Mapping[str, Any]) -> Customer:
    known = ("tier", "title", "company", "lifecycle", "onboarding_complete", "incident", "pet", "pets")
    flags = record.get("flags") or ()
    account = (
        Account(AccountId("account"), str(record["company"]), billing=record.get("billing"))
        if record.get("company")
        else None
    )
    return Customer(
        id=CustomerId(str(record["id"])),
        name=str(record.get("name") or ""),
        email=record.get("email"),
        phone=record.get("phone"),
        language=record.get("language"),
        timezone=record.get("timezone"),
        role=record.get("role"),
        plan=record.get("plan"),
        lifecycle_stage=record.get("lifecycle"),
        tier=str(record.get("tier") or "standard"),
        account=account,
        consent=read_consent(record.get("consent") or {}),
        declared=record.get("declared") or {},
        stop_state=next((_STOP_STATES[flag] for flag in flags if flag in _STOP_STATES), None),
        extra={k: record[k] for k in known if record.get(k) is not None}
        | ({"incident": True} if "incident" in flags else {}),
    )


def _sender(given: Mapping[str, Any]) -> Sender:
    return Sender(str(given.get("name", "")), str(given.get("role", "")), given.get("reviews_before_send") is True)


def _action(done: Any) -> DoneAction:
    if not isinstance(done, Mapping):
        return DoneAction(str(done))
    return DoneAction(str(done.get("action", "")), tuple(str(v) for k, v in done.items() if k != "action"))


def _other(other: Mapping[str, Any]) -> OtherCustomer:
    name, email, phone, company = (str(other.get(key) or "") for key in ("name", "email", "phone", "company"))
    orders = other.get("orders") or ([other["order"]] if other.get("order") else [])
    return OtherCustomer(name, email, phone, company, tuple(str(order) for order in orders))


def _offer(given: Mapping[str, Any], record: Mapping[str, Any], now: datetime) -> Offer:
    """An offer of a case. Its segments name plans, tiers or stages; its last date, or a field, is its last day."""
    segments = tuple(str(s) for s in given.get("segments") or ("all",))
    own = {
        str(record.get(key)).casefold()
        for key in ("plan", "tier", "lifecycle", "company", "billing")
        if record.get(key)
    }
    open_to_them = any(s.casefold() in own | {"all", "everyone", "everybody"} for s in segments)
    return Offer(
        id=str(given.get("code") or given.get("id") or "offer"),
        text=str(given.get("text") or ""),
        code=given.get("code"),
        value=given.get("value"),
        conditions=str(given.get("conditions") or ""),
        ends_at=_end_of(given, now),
        audience={} if open_to_them else {"plans": segments},
    )


def _end_of(given: Mapping[str, Any], now: datetime) -> datetime | None:
    stated = next(
        (given[k] for k in ("ends_at", "valid_until", "expires", "expires_at", "until") if given.get(k)), None
    )
    dates = [f for f in figures(str(stated or given.get("text") or "")) if f.kind == "date"]
    if not dates:
        return None
    year, month, day = str(dates[-1].values[0]).split("-")
    last = datetime(int(year) if year != "?" else now.year, int(month), int(day), tzinfo=UTC)
    return datetime.combine(last, time(23, 59, 59), UTC)
