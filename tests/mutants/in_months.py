"""Rules taken out of a whole month: of the playbook, of the store, of the relay. The oracle must see each one gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.agent.graph import build_graph
from journey_assistant.agent.state import Parts
from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.domain.journey_run import Versions
from journey_assistant.domain.outbox import DeliveryState
from journey_assistant.domain.recall import Recall
from journey_assistant.domain.timeline import Event
from journey_assistant.services.decide import Decider
from months.oracle import breaches
from months.world import Month
from mutants.rules import NO_CAPS, without_hold, without_limits

MOST_WORLDS = 25


class ForgetsConsent(MemoryStore):
    """A store that never shows what customers said about their consent."""

    def _recalled(self, tenant: TenantId, customer_id: CustomerId, bounds: Recall) -> list[Event]:
        seen = super()._recalled(tenant, customer_id, bounds)
        return [event for event in seen if event.type != "consent_changed"]


class ErasesNothing(MemoryStore):
    """A store that says it erased."""

    async def erase_customer(self, tenant: TenantId, customer_id: CustomerId) -> Mapping[str, int]:
        return {}


class SharesClaims(MemoryStore):
    """A store that gives a message to a second relay while the first one sends it."""

    async def claim_due(self, tenant: TenantId, channels: Any, **asked: Any) -> list[Any]:
        own = await super().claim_due(tenant, channels, **asked)
        return own or (await self.deliveries(tenant, states=[DeliveryState.CLAIMED]))[:1]


@dataclass(frozen=True)
class MonthRule:
    """A rule by name, the law of the oracle that holds because of it, and the world without it."""

    name: str
    law: str
    without: Callable[[Parts], Parts] = lambda parts: parts
    store: Callable[[], MemoryStore] = MemoryStore
    checked: bool = True


MONTH_RULES: Sequence[MonthRule] = (
    MonthRule("consent is remembered", "nothing without consent", store=ForgetsConsent),
    MonthRule("the last check", "nothing in a stop state", checked=False),
    MonthRule(
        "the stop states",
        "nothing in a stop state",
        without_limits(stop_states=frozenset(), blocked_by_do_not_contact=frozenset()),
    ),
    MonthRule("the caps", "no more than the caps", NO_CAPS),
    MonthRule("the night", "nothing at night", without_limits(quiet_purposes=frozenset())),
    MonthRule("hold holdout", "nothing in a holdout", without_hold("holdout")),
    MonthRule("open issues", "no marketing with an open issue", without_limits(open_issue_topics=frozenset())),
    MonthRule("erasing erases", "nothing to somebody erased", store=ErasesNothing),
    MonthRule("one relay has a message", "nothing twice", store=SharesClaims),
)


def hunted_in_months(parts: Parts) -> Iterator[tuple[MonthRule, str]]:
    """Each rule with the first breach of its law without it; an empty text when no month had one."""
    for rule in MONTH_RULES:
        decider = Decider(build_graph(), rule.without(parts), Versions("months", "months", "months"))
        yield rule, next(_breaches_of(rule, decider), "")


def _breaches_of(rule: MonthRule, decider: Decider) -> Iterator[str]:
    for seed in range(MOST_WORLDS):
        log = asyncio.run(Month(decider, seed, store=rule.store(), checked=rule.checked).live())
        for breach in breaches(log):
            if breach.law == rule.law:
                yield f"{breach.how}, month {seed}, {breach.sent.at:%Y-%m-%d %H:%M}"
