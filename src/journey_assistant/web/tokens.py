"""Who is speaking: short-lived signed tokens (JWT) of customers, made by the operator's own backend, and of visitors.

HS256 and nothing else. A customer's token is signed with a key of the settings; a visitor's with a key that is derived
from it, or kept in the home folder where there is none, so that nobody's backend can make a visitor and no visitor a
customer.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt

from journey_assistant.domain.customer import CustomerId
from journey_assistant.ports import Clock

AUDIENCE = "journey-chat"
ALGORITHM = "HS256"
LONGEST = timedelta(minutes=15)
RETURNS_WITHIN = timedelta(days=1)
"""So long after its end a visitor's token still brings the same visitor back, and does nothing else."""
CLOCKS_DIFFER = timedelta(seconds=30)
VISITOR = "visitor:"
LONGEST_ID = 200
MOST_CHARACTERS = 4_096


class BadToken(Exception):
    """The token proves nothing. The message is for our log; whoever sent it learns only that it was refused."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token proves: who speaks, until when, and the id by which it can be revoked."""

    subject: CustomerId
    jti: str
    expires_at: datetime

    @property
    def is_visitor(self) -> bool:
        """Somebody whose name we do not know."""
        return self.subject.startswith(VISITOR)


class TokenKeys:
    """Reads tokens and makes those of visitors. ``customer_keys`` are secrets by key id, the newest first."""

    def __init__(self, customer_keys: Mapping[str, str], visitor_keys: Mapping[str, str], clock: Clock) -> None:
        self._customer_keys, self._visitor_keys, self._clock = dict(customer_keys), dict(visitor_keys), clock

    def read(self, token: str) -> Claims:
        """The claims of a valid token. Raises BadToken for every other text."""
        return self._read(token, late=timedelta(0))

    def read_returning(self, token: str) -> Claims:
        """The claims of a visitor's token that may have ended a while ago. Raises BadToken."""
        claims = self._read(token, late=RETURNS_WITHIN)
        if not claims.is_visitor:
            raise BadToken("only a visitor's token is renewed here")
        return claims

    def visitor_token(self, visitor: CustomerId | None = None) -> tuple[str, Claims]:
        """A token for a new visitor, or for one who comes back."""
        now = self._clock.now().replace(microsecond=0)
        claims = Claims(
            visitor or CustomerId(VISITOR + secrets.token_urlsafe(18)), secrets.token_urlsafe(12), now + LONGEST
        )
        kid, secret = next(iter(self._visitor_keys.items()))
        return signed(claims, kid, secret, now), claims

    def _read(self, token: str, late: timedelta) -> Claims:
        if len(token) > MOST_CHARACTERS:
            raise BadToken("too long")
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            secret = self._customer_keys.get(str(kid)) or self._visitor_keys.get(str(kid))
            if secret is None:
                raise BadToken("unknown key")
            # Times are compared below, by the clock that everything else goes by.
            given = jwt.decode(
                token, secret, [ALGORITHM], audience=AUDIENCE,
                options={
                    "require": ["sub", "aud", "exp", "iat", "jti"], "strict_aud": True,
                    "verify_exp": False, "verify_iat": False, "verify_nbf": False,
                },
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise BadToken(f"{type(error).__name__}: {error}") from error
        claims = self._in_time(given, late)
        if claims.is_visitor is not (str(kid) in self._visitor_keys):
            raise BadToken("signed with the key of the other kind")
        return claims

    def _in_time(self, given: Mapping[str, Any], late: timedelta) -> Claims:
        now = self._clock.now().timestamp()
        begins, ends = _seconds(given, "iat"), _seconds(given, "exp")
        not_before = _seconds(given, "nbf") if "nbf" in given else begins
        if not 0 < ends - begins <= LONGEST.total_seconds():
            raise BadToken("lives longer than 15 minutes, or not at all")
        if max(begins, not_before) > now + CLOCKS_DIFFER.total_seconds():
            raise BadToken("not yet valid")
        if now >= ends + late.total_seconds():
            raise BadToken("expired")
        expires_at = datetime.fromtimestamp(ends, self._clock.now().tzinfo)
        return Claims(CustomerId(_id(given, "sub")), _id(given, "jti"), expires_at)


def signed(claims: Claims, kid: str, secret: str, now: datetime) -> str:
    """The token of these claims, issued now."""
    payload = {
        "sub": claims.subject,
        "aud": AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int(claims.expires_at.timestamp()),
        "jti": claims.jti,
    }
    return jwt.encode(payload, secret, ALGORITHM, {"kid": kid})


def visitor_keys(customer_keys: Mapping[str, str], home: Path) -> dict[str, str]:
    """The keys of visitors' tokens by key id: derived from the configured ones, else one kept in the home folder."""
    if customer_keys:
        return {f"visitor-{kid}": _derived(secret) for kid, secret in customer_keys.items()}
    return {"visitor": _kept(home / "visitor.key")}


def _derived(secret: str) -> str:
    return hmac.new(secret.encode(), b"journey-assistant visitors", hashlib.sha256).hexdigest()


def _kept(path: Path) -> str:
    """The secret in a file that only its owner reads, made when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(secrets.token_urlsafe(48), encoding="ascii")
    try:
        # Two processes may begin at once: the first file stays.
        path.hardlink_to(unfinished)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
    return path.read_text(encoding="ascii")


def _seconds(given: Mapping[str, Any], name: str) -> float:
    value = given[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e11:
        raise BadToken(f"{name} is not a time")
    return float(value)


def _id(given: Mapping[str, Any], name: str) -> str:
    value = given[name]
    if (
        not isinstance(value, str)
        or not 0 < len(value) <= LONGEST_ID
        or not value.isprintable()
        or value != value.strip()
    ):
        raise BadToken(f"{name} is not an id")
    return value
