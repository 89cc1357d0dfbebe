"""company.yaml and offers.yaml: what an operator says about itself, read into a Company."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from pydantic import Field

from journey_assistant.domain.company import Company, Offer, Plan, Resource
from journey_assistant.playbook.spec import Spec, typed
from journey_assistant.playbook.yaml_source import Sourced


class SenderSpec(Spec):
    """Who signs."""

    name: str = ""
    email: str = ""


class PlanSpec(Spec):
    """A plan on sale."""

    id: str
    name: str
    price_monthly: float | None = None
    price_yearly: float | None = None
    limits: dict[str, float] = Field(default_factory=dict)
    features: tuple[str, ...] = ()
    key_features: tuple[str, ...] = ()


class ResourceSpec(Spec):
    """Something useful a draft can give."""

    id: str
    title: str
    url: str = Field(pattern=r"^https://\S+$")
    kind: str
    topics: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    article: str | None = None


class CompanyFile(Spec):
    """company.yaml. Without it there is no brand; links then lead to ``base_url`` of the settings."""

    brand: str = ""
    base_url: str = Field(default="https://example.invalid", pattern=r"^https?://\S+$")
    allow_domains: tuple[str, ...] = ()
    sender: SenderSpec = SenderSpec()
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    plans: tuple[PlanSpec, ...] = ()
    key_features: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    onboarding_steps: tuple[str, ...] = ()
    resources: tuple[ResourceSpec, ...] = ()
    extra: dict[str, Any] = Field(default_factory=dict)


class OfferSpec(Spec):
    """An approved offer. A date without a time is good for that whole day, UTC."""

    id: str
    text: str
    code: str | None = None
    value: str | float | dict[str, Any] | None = None
    conditions: str = ""
    starts_at: datetime | date | None = None
    ends_at: datetime | date | None = None
    audience: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    applies_to: tuple[str, ...] = ()


class OffersFile(Spec):
    """offers.yaml."""

    offers: tuple[OfferSpec, ...] = ()


def company_from(company: Sourced | None, offers: Sourced | None) -> Company:
    """The company of the two files; either may be missing. Raises ConfigurationError with file, line and field."""
    own = typed(CompanyFile, company) if company else CompanyFile()
    approved = typed(OffersFile, offers) if offers else OffersFile()
    return Company(
        brand=own.brand,
        base_url=own.base_url,
        allow_domains=own.allow_domains,
        sender_name=own.sender.name,
        sender_email=own.sender.email,
        currency=own.currency,
        plans=tuple(Plan(**dict(plan)) for plan in own.plans),
        key_features=own.key_features,
        resources=tuple(Resource(**dict(resource)) for resource in own.resources),
        offers=tuple(_offer(offer) for offer in approved.offers),
        extra={"industries": own.industries, "onboarding_steps": own.onboarding_steps, **own.extra},
    )


def _offer(spec: OfferSpec) -> Offer:
    return Offer(
        id=spec.id,
        text=spec.text,
        code=spec.code,
        value=_said(spec.value),
        conditions=spec.conditions,
        starts_at=_instant(spec.starts_at, time.min),
        ends_at=_instant(spec.ends_at, time.max),
        audience=spec.audience,
        applies_to=spec.applies_to,
    )


def _said(value: Any) -> str | None:
    if isinstance(value, dict):
        return ", ".join(f"{key} {part}" for key, part in value.items())
    return None if value is None else str(value)


def _instant(day: datetime | date | None, at: time) -> datetime | None:
    if day is None:
        return None
    if not isinstance(day, datetime):
        return datetime.combine(day, at, UTC)
    if day.tzinfo is None:
        whole_day = day.time() == time.min
        return datetime.combine(day.date(), at if whole_day else day.time(), UTC)
    return day
