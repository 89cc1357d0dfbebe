"""Every error of the vendor's client, as a PortError that says whether the same call may work later."""

from __future__ import annotations

import json
from collections.abc import Collection
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

from journey_assistant.errors import PortError

PORT = "model"
RETRYABLE_STATUS = frozenset({408, 409, 425, 429})
"""Client errors that pass by themselves; every 5xx does too."""


class AnswerTooLarge(Exception):
    """The server sent more than an answer can be; reading stopped."""


class AnswerUnreadable(ValueError):
    """The server answered 200 with something that is no chat completion."""


@cache
def failure_map() -> tuple[tuple[type[BaseException], bool, str], ...]:
    """Error class, retryable, what to say; the first class that matches counts, so subclasses stand first."""
    import httpx2
    import openai

    return (
        (AnswerTooLarge, False, "the answer is too large"),
        (AnswerUnreadable, True, "the answer is no chat completion"),
        (openai.APITimeoutError, True, "no answer in time"),
        (openai.APIConnectionError, True, "no connection"),
        (openai.RateLimitError, True, "too many requests"),
        (openai.InternalServerError, True, "the server failed"),
        (openai.ConflictError, True, "the server asks to try again"),
        (openai.OAuthError, False, "the key is not accepted"),
        (openai.AuthenticationError, False, "the key is not accepted"),
        (openai.PermissionDeniedError, False, "the key may not do this"),
        (openai.NotFoundError, False, "no such model or path"),
        (openai.BadRequestError, False, "the request is not accepted"),
        (openai.UnprocessableEntityError, False, "the request is not accepted"),
        (openai.APIStatusError, False, "an unexpected status"),
        (openai.APIResponseValidationError, True, "the answer is no chat completion"),
        (openai.APIError, True, "an error inside the answer"),
        (openai.LengthFinishReasonError, False, "the answer was cut off"),
        (openai.ContentFilterFinishReasonError, False, "the server's filter refused"),
        (openai.WebSocketConnectionClosedError, True, "the connection closed"),
        (openai.WebSocketQueueFullError, True, "the connection is full"),
        (openai.InvalidWebhookSignatureError, False, "a signature is wrong"),
        (openai.OpenAIError, False, "the client is not set up"),
        (httpx2.TimeoutException, True, "no answer in time"),
        (httpx2.UnsupportedProtocol, False, "the address is no web address"),
        (httpx2.TooManyRedirects, False, "the address leads in a circle"),
        (httpx2.HTTPError, True, "the connection broke"),
        (httpx2.StreamError, True, "the connection broke"),
        (httpx2.InvalidURL, False, "the address is no web address"),
        (TimeoutError, True, "no answer in time"),
        (OSError, True, "no connection"),
        (json.JSONDecodeError, True, "the answer is not JSON"),
        (UnicodeError, True, "the answer is not UTF-8"),
        (RecursionError, False, "the answer is nested too deeply"),
        # what the client's own reading of an odd body ends in
        (ValueError, True, "the answer is no chat completion"),
        (TypeError, True, "the answer is no chat completion"),
        (AttributeError, True, "the answer is no chat completion"),
        (LookupError, True, "the answer is no chat completion"),
    )


def vendor_errors() -> tuple[type[BaseException], ...]:
    """Everything that a call can raise and ``port_error`` knows."""
    return tuple(kind for kind, _, _ in failure_map())


def port_error(error: BaseException) -> PortError:
    """The PortError for a vendor's error; raise it ``from`` that error. Server texts are never repeated in it."""
    named = _root(error)
    retryable, words = next((retry, say) for kind, retry, say in failure_map() if isinstance(named, kind))
    status = getattr(error, "status_code", None)
    if isinstance(status, int) and not isinstance(named, AnswerTooLarge | AnswerUnreadable):
        retryable = (status in RETRYABLE_STATUS or status >= 500) and not _quota_is_spent(error)
        words = f"{words} (status {status})"
    return PortError(words, port=PORT, retryable=retryable)


def refused_field(error: BaseException, fields: Collection[str]) -> str | None:
    """The optional field of the request that the server does not take, when it says so."""
    import openai

    if not isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
        return None
    said = f"{error.param} {error.message}"
    return next((name for name in fields if name in said), None)


def retry_after_s(error: BaseException) -> float | None:
    """Seconds that the server asks to wait; None when it says nothing that can be read.

    A date is compared with the server's own ``Date``, so a wrong clock on either side does not matter.
    """
    headers = getattr(getattr(error, "response", None), "headers", {})
    asked = str(headers.get("retry-after", "")).strip()
    try:
        return max(float(asked), 0.0) if asked.replace(".", "", 1).isdigit() else _until(asked, headers)
    except (TypeError, ValueError, OverflowError):
        return None


def _until(asked: str, headers: Any) -> float | None:
    if not asked:
        return None
    until, now = parsedate_to_datetime(asked), parsedate_to_datetime(str(headers.get("date", "")))
    return max((until - now).total_seconds(), 0.0)


def _quota_is_spent(error: BaseException) -> bool:
    return getattr(error, "code", None) == "insufficient_quota"


def _root(error: BaseException) -> BaseException:
    """Our own error when the client wrapped it as a lost connection."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, AnswerTooLarge):
            return seen
        seen = seen.__cause__
    return error
