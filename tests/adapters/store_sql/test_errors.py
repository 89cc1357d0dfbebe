"""Every error of the database layer becomes a PortError that says whether another attempt makes sense."""

import inspect
import sqlite3

import psycopg
import psycopg.errors
import pytest
from sqlalchemy import exc

from journey_assistant.adapters.store_sql.errors import translated
from journey_assistant.errors import Conflict, NotFound, PortError

PERSONAL = "ana@example.com"


def every_sqlalchemy_error() -> list[type[exc.SQLAlchemyError]]:
    """All that SQLAlchemy can raise, found by looking."""
    return [
        error
        for _, error in inspect.getmembers(exc, inspect.isclass)
        if issubclass(error, exc.SQLAlchemyError) and error is not exc.SQLAlchemyError
    ]


def of_driver(kind: type[exc.DBAPIError], original: Exception, *, lost: bool = False) -> exc.DBAPIError:
    return kind(f"INSERT {PERSONAL}", {"email": PERSONAL}, original, connection_invalidated=lost)


@pytest.mark.parametrize("kind", every_sqlalchemy_error(), ids=lambda kind: kind.__name__)
def test_that_no_error_of_sqlalchemy_gets_past(kind: type[exc.SQLAlchemyError]) -> None:
    error = kind.__new__(kind)
    if issubclass(kind, exc.StatementError):
        exc.StatementError.__init__(error, PERSONAL, PERSONAL, {}, ValueError(PERSONAL))
        error.connection_invalidated = False  # type: ignore[attr-defined]  # set by the constructor of some
    with pytest.raises(PortError) as failure, translated():
        raise error
    assert failure.value.port == "store"
    assert failure.value.__cause__ is error


@pytest.mark.parametrize(
    ("error", "retryable"),
    [
        (of_driver(exc.OperationalError, sqlite3.OperationalError("database is locked")), True),
        (of_driver(exc.OperationalError, sqlite3.OperationalError("database table is locked")), True),
        (of_driver(exc.OperationalError, sqlite3.OperationalError("database or disk is full")), False),
        (of_driver(exc.OperationalError, sqlite3.OperationalError("attempt to write a readonly database")), False),
        (of_driver(exc.OperationalError, sqlite3.OperationalError("disk I/O error")), False),
        (of_driver(exc.OperationalError, sqlite3.OperationalError("unable to open database file")), False),
        (of_driver(exc.DatabaseError, sqlite3.DatabaseError("database disk image is malformed")), False),
        (of_driver(exc.IntegrityError, sqlite3.IntegrityError("UNIQUE constraint failed")), False),
        (of_driver(exc.OperationalError, psycopg.OperationalError("connection refused")), True),
        (of_driver(exc.OperationalError, psycopg.errors.AdminShutdown("terminating connection")), True),
        (of_driver(exc.OperationalError, psycopg.errors.SerializationFailure("could not serialize")), True),
        (of_driver(exc.OperationalError, psycopg.errors.DeadlockDetected("deadlock")), True),
        (of_driver(exc.OperationalError, psycopg.errors.TooManyConnections("too many clients")), True),
        (of_driver(exc.OperationalError, psycopg.errors.LockNotAvailable("lock")), True),
        (of_driver(exc.OperationalError, psycopg.errors.CannotConnectNow("starting up")), True),
        (of_driver(exc.ProgrammingError, psycopg.errors.UndefinedTable("no such table")), False),
        (of_driver(exc.DataError, psycopg.errors.NumericValueOutOfRange("range")), False),
        (of_driver(exc.InternalError, psycopg.InternalError("?"), lost=True), True),
        (exc.TimeoutError("QueuePool limit"), True),
        (exc.ResourceClosedError("closed"), False),
        (exc.InvalidRequestError("invalid"), False),
        (OSError(28, "No space left on device"), False),
        (PermissionError("denied"), False),
        (ConnectionResetError("reset"), True),
        (TimeoutError("late"), True),
        (UnicodeEncodeError("utf-8", "\ud83d", 0, 1, "surrogates not allowed"), False),
        (TypeError("no JSON"), False),
    ],
    ids=lambda value: type(getattr(value, "orig", value)).__name__ if isinstance(value, Exception) else str(value),
)
def test_that_an_error_says_whether_to_try_again(error: Exception, retryable: bool) -> None:
    with pytest.raises(PortError) as failure, translated():
        raise error
    assert failure.value.retryable is retryable
    assert PERSONAL not in str(failure.value)


def test_that_the_words_of_a_data_error_are_not_repeated() -> None:
    error = of_driver(exc.IntegrityError, psycopg.errors.UniqueViolation(f"Key (email)=({PERSONAL}) already exists"))
    with pytest.raises(PortError, match="UniqueViolation") as failure, translated():
        raise error
    assert PERSONAL not in str(failure.value)


@pytest.mark.parametrize("ours", [Conflict("changed"), NotFound("gone"), PortError("x", port="other", retryable=True)])
def test_that_our_own_errors_pass(ours: Exception) -> None:
    with pytest.raises(type(ours)) as failure, translated():
        raise ours
    assert failure.value is ours
