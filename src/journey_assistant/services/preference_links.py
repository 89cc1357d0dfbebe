"""Signed links to a customer's own preferences: whoever has the mail has the link, and nobody can make one."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from journey_assistant.domain.customer import CustomerId, TenantId
from journey_assistant.ports import Clock

LONGEST = 1_000


class LinkKind(StrEnum):
    """``page`` comes with every message; ``proven`` was asked for just now and sent to the customer's own address."""

    PAGE = "page"
    PROVEN = "proven"


VALID_FOR = {LinkKind.PAGE: timedelta(days=365), LinkKind.PROVEN: timedelta(minutes=30)}


@dataclass(frozen=True, slots=True)
class Link:
    """Whose preferences, and what the link is good for."""

    tenant: TenantId
    customer_id: CustomerId
    kind: LinkKind


class BadLink(Exception):
    """The link was not made by us, or its time is over."""


@dataclass(frozen=True)
class PreferenceLinks:
    """Makes and reads links. ``key`` is secret; ``base_url`` is where the service is reached."""

    key: bytes
    base_url: str
    clock: Clock

    def address(self, tenant: TenantId, customer_id: CustomerId, kind: LinkKind = LinkKind.PAGE) -> str:
        """The address of a customer's page."""
        return f"{self.base_url.rstrip('/')}/preferences/{self.token(tenant, customer_id, kind)}"

    def token(self, tenant: TenantId, customer_id: CustomerId, kind: LinkKind = LinkKind.PAGE) -> str:
        """The signed part of a link."""
        until = int((self.clock.now() + VALID_FOR[kind]).timestamp())
        body = _packed(json.dumps([tenant, customer_id, kind.value, until], separators=(",", ":")).encode())
        return f"{body}.{self._signature(body)}"

    def read(self, token: str) -> Link:
        """What a link proves. Raises BadLink."""
        body, _, signature = token.partition(".")
        if len(token) > LONGEST or not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            raise BadLink("this link is not one of ours")
        try:
            tenant, customer_id, kind, until = json.loads(_unpacked(body))
            link = Link(TenantId(tenant), CustomerId(customer_id), LinkKind(kind))
        except (ValueError, TypeError, binascii.Error) as error:
            raise BadLink("this link is not one of ours") from error
        if self.clock.now() > datetime.fromtimestamp(until, UTC):
            raise BadLink("this link is too old")
        return link

    def _signature(self, body: str) -> str:
        return _packed(hmac.new(self.key, body.encode("utf-8", "surrogatepass"), hashlib.sha256).digest())


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
