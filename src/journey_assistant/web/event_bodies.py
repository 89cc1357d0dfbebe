"""Bodies of event clients: read raw, whatever type they say they are, unpacked within limits, then parsed."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any

from fastapi import Request

from journey_assistant.errors import Rejected
from journey_assistant.services.strict_json import strict_json
from journey_assistant.web.limits import EVENTS_BODY

MAX_BODY_BYTES = EVENTS_BODY
_GZIP = b"\x1f\x8b"
_TOO_LARGE = f"the body has more than {MAX_BODY_BYTES} bytes"


class TooLarge(Exception):
    """More than ``MAX_BODY_BYTES``, packed or unpacked."""


async def raw_body(request: Request) -> bytes:
    """The body as it came, no more of it than allowed. Raises TooLarge."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge(_TOO_LARGE)
    return bytes(body)


def parsed_body(body: bytes) -> dict[str, Any]:
    """The object in a body; packed ones are known by their first bytes. Raises TooLarge, Rejected."""
    if body.startswith(_GZIP):
        body = _unpacked(body)
    try:
        value = strict_json(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Rejected("the body is not UTF-8", where="body", allowed="JSON in UTF-8, plain or gzip") from error
    except ValueError as error:
        raise Rejected(f"the body is not usable JSON: {error}", where="body", allowed="one JSON object") from error
    if not isinstance(value, dict):
        raise Rejected("the body is no object", where="body", allowed="one JSON object")
    return value


def _unpacked(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error as error:
        raise Rejected("the body is damaged gzip", where="body", allowed="JSON, plain or gzip") from error
    if len(plain) > MAX_BODY_BYTES:
        raise TooLarge(_TOO_LARGE)
    if not unpacker.eof:
        raise Rejected("the body is half of a gzip file", where="body", allowed="JSON, plain or gzip")
    return plain


def basic_key(header: str | None) -> str | None:
    """The user of basic authentication: where the clients put their write key."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.casefold() != "basic":
        return None
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")[0] or None
    except (binascii.Error, UnicodeDecodeError):
        return None
