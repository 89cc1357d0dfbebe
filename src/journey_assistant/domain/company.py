"""Company and Offer: what an operator says about itself. The default playbook knows no company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan on sale. Prices are per unit and month in the company's currency, None when not public."""

    id: str
    name: str
    price_monthly: float | None = None
    price_yearly: float | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    key_features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """Something useful a draft can give: a guide, a case study, a calculator, a demo."""

    id: str
    title: str
    url: str
    kind: str
    topics: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """An approved offer. ``audience`` selects on allow-listed fields only (plans, stages, industries, tags)."""

    id: str
    text: str
    code: str | None = None
    value: str | None = None
    conditions: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    audience: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    applies_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Company:
    """The operator: brand, links and plans. Without a company.yaml there is no brand and there are no offers."""

    brand: str = ""
    base_url: str = "https://example.invalid"
    allow_domains: tuple[str, ...] = ()
    sender_name: str = ""
    sender_email: str = ""
    currency: str = "EUR"
    plans: tuple[Plan, ...] = ()
    key_features: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()
    offers: tuple[Offer, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def preferences_url(self) -> str:
        """The opt-out link of every marketing message."""
        return f"{self.base_url.rstrip('/')}/preferences"

    def plan(self, name: str | None) -> Plan | None:
        """The plan with this id or name, without case, or None."""
        wanted = (name or "").casefold()
        return next((p for p in self.plans if wanted and wanted in (p.id.casefold(), p.name.casefold())), None)
