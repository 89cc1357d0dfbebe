"""Customer, Account and Consent: who we help, their company, and what they allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NewType

TenantId = NewType("TenantId", str)
CustomerId = NewType("CustomerId", str)
AccountId = NewType("AccountId", str)

DEFAULT_TENANT = TenantId("default")


class StopState(StrEnum):
    """States in which nobody writes to a customer on our own initiative until a person lifts them."""

    DO_NOT_CONTACT = "do_not_contact"
    BEREAVEMENT = "bereavement"
    LEGAL_HOLD = "legal_hold"
    ERASURE_REQUESTED = "erasure_requested"
    ERASED = "erased"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Consent:
    """What a customer allowed, per channel and purpose.

    Values are kept exactly as they were stored ("pending", "yes", None): only the value ``True`` is a yes.
    """

    channels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    personalization: bool = True

    def stored(self, channel: str, purpose: str) -> Any:
        """The stored value for a purpose on a channel, or None when nothing is stored."""
        return self.channels.get(channel, {}).get(purpose)


@dataclass(frozen=True, slots=True)
class Account:
    """The customer's company. ``annual_value`` is in the tenant's currency; ``employees`` is a head count."""

    id: AccountId
    name: str = ""
    industry: str | None = None
    employees: int | None = None
    renews_at: date | None = None
    annual_value: float | None = None
    billing: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Customer:
    """One person we help. Unknown fields of an import are kept in ``extra``."""

    id: CustomerId
    name: str = ""
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    timezone: str | None = None
    role: str | None = None
    plan: str | None = None
    lifecycle_stage: str | None = None
    csm: str | None = None
    tier: str = "standard"
    account: Account | None = None
    consent: Consent = field(default_factory=Consent)
    declared: Mapping[str, Any] = field(default_factory=dict)
    stop_state: StopState | None = None
    experiments: Mapping[str, str] = field(default_factory=dict)
    key_features: tuple[str, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    tenant_id: TenantId = DEFAULT_TENANT
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def first_name(self) -> str:
        """The name to greet with; empty when we know none."""
        return self.name.split()[0] if self.name.strip() else ""

    @property
    def is_key_account(self) -> bool:
        """A very important account: its handoffs rise one priority step."""
        return self.tier == "key"


def address_of(document: Mapping[str, Any]) -> str | None:
    """The e-mail address in a stored customer's record as it is compared: in small letters, no spaces around it."""
    stated = document.get("email")
    return stated.strip().casefold() or None if isinstance(stated, str) else None
