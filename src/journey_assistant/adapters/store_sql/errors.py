"""Every error of SQLAlchemy, its drivers and the disk below them, as PortError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import exc

from journey_assistant.errors import JourneyError, PortError

PORT = "store"

# What a later attempt may get past: contention, a lost connection, a full pool, a server that starts or stops.
_PASSING_WORDS = ("locked", "busy", "connection", "timeout", "timed out", "terminat", "starting up", "shutting down")
_PASSING_STATES = ("08", "40", "53", "55", "57P")
_CORRUPT, _NOT_A_DATABASE, _KIND = 11, 26, 0xFF
"""SQLite's codes for damage; the higher bits only say where it was seen."""


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


@contextmanager
def damage_named(file: Path | None) -> Iterator[None]:
    """An error that means a damaged file names the file and the way back; every other passes as it is."""
    try:
        yield
    except PortError as error:
        code = getattr(getattr(error.__cause__, "orig", None), "sqlite_errorcode", 0)
        if file is None or code & _KIND not in (_CORRUPT, _NOT_A_DATABASE):
            raise
        raise damaged(file, str(error).removeprefix(f"{PORT}: ")) from error


def damaged(file: Path, found: str) -> PortError:
    """The refusal of a damaged file: it is for a person to choose between a backup and an empty one."""
    way = "put a backup of it (without -wal and -shm files) in its place, or move it away to begin with an empty one"
    return PortError(f"the database file {file} is damaged ({_first_words(found)}): {way}", port=PORT, retryable=False)


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


def _first_words(found: str) -> str:
    return " ".join(found.split())[:100]


def _first_line(error: BaseException | None) -> str:
    return (str(error).splitlines() or [""])[0][:200]
