"""Every error of SQLAlchemy, its drivers and the disk below them, as PortError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from journey_assistant.errors import JourneyError, PortError

PORT = "store"

# What a later attempt may get past: contention, a lost connection, a full pool, a server that starts or stops.
_PASSING_WORDS = ("locked", "busy", "connection", "timeout", "timed out", "terminat", "starting up", "shutting down")
_PASSING_STATES = ("08", "40", "53", "55", "57P")


@contextmanager
def translated() -> Iterator[None]:
    """Errors of the database become PortError, without values or passwords in their words; ours pass."""
    try:
        yield
    except JourneyError:
        raise
    except exc.SQLAlchemyError as error:
        raise PortError(_words(error), port=PORT, retryable=is_passing(error)) from error
    except (OSError, ValueError, TypeError) as error:
        retryable = isinstance(error, ConnectionError | TimeoutError)
        raise PortError(f"{type(error).__name__}: {_first_line(error)}", port=PORT, retryable=retryable) from error


def is_passing(error: exc.SQLAlchemyError) -> bool:
    """May the same call work later?"""
    if isinstance(error, exc.TimeoutError | exc.DisconnectionError):
        return True
    if not isinstance(error, exc.DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return str(state).startswith(_PASSING_STATES)
    if not isinstance(error, exc.OperationalError | exc.InterfaceError):
        return False
    return any(word in str(error.orig).casefold() for word in _PASSING_WORDS)


def _words(error: exc.SQLAlchemyError) -> str:
    """What went wrong. A driver's errors about data quote the data: only those about the database are repeated."""
    if isinstance(error, exc.DBAPIError):
        name = type(error.orig).__name__
        told = isinstance(error, exc.OperationalError | exc.InterfaceError) or type(error) is exc.DatabaseError
        return f"{name}: {_first_line(error.orig)}" if told else f"{type(error).__name__} ({name})"
    return type(error).__name__


def _first_line(error: BaseException | None) -> str:
    return (str(error).splitlines() or [""])[0][:200]
