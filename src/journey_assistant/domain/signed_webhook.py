"""Signed webhooks, by the Standard Webhooks convention: who sent this, and is it the first time?"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

FRESH = timedelta(seconds=300)
"""A signature counts so long before and after the time that it names; later it may be a recording."""
PREFIX = "whsec_"
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def problem_with(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> str | None:
    """Why the webhook is not to be believed, or None. ``headers`` are in lower case."""
    id_, stated, signatures = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not id_ or not stated or not signatures:
        return f"{ID}, {TIMESTAMP} and {SIGNATURE} are needed"
    if not stated.isascii() or not stated.isdecimal() or len(stated) > 12:
        return f"{TIMESTAMP} is no time in seconds"
    expected = signature_of(id_, stated, body, secret)
    given = [part.partition(",")[2] for part in signatures.split() if part.startswith("v1,")]
    if not any(hmac.compare_digest(one.encode(), expected.encode()) for one in given[:8]):
        return "the signature does not fit"
    if abs(now - datetime.fromtimestamp(int(stated), UTC)) > FRESH:
        return f"the signature is older than {FRESH.seconds} s, or from the future"
    return None


def signature_of(id_: str, timestamp: str, body: bytes, secret: str) -> str:
    """The signature (without its version) of a webhook."""
    signed = b".".join((id_.encode("utf-8", "surrogatepass"), timestamp.encode(), body))
    return base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret. Raises ValueError for one that is no base64 or too short to be one."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a webhook secret is base64, with or without whsec_ before it") from error
    if len(key) < 24:
        raise ValueError("a webhook secret has at least 24 bytes")
    return key
