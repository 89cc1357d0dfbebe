"""The log of a process: one JSON object a line on stderr, without secrets and without characters that act."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import IO, Any

import structlog
from pydantic import SecretStr

from journey_assistant.settings import Settings

HIDDEN = "[hidden]"
OF_DATABASES = ("aiosqlite", "sqlalchemy", "psycopg")
"""Libraries that log the values of statements when asked for detail: customers' data, which no log is for."""
SHORTEST_SECRET = 6
"""Shorter values are hidden only where their name says that they are secret."""
_SHAPES = (
    re.compile(r"eyJ[\w-]{4,}\.[\w-]*\.?[\w-]*"),
    re.compile(r"(?i)(?<=bearer )\S+"),
    re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"),
    re.compile(r"(?i)(?<=password=)[^\s&]+|(?<=api_key=)[^\s&]+|(?<=token=)[^\s&]+|(?<=secret=)[^\s&]+"),
)
Processor = Callable[[Any, str, MutableMapping[str, Any]], MutableMapping[str, Any]]


@contextmanager
def written_logs(settings: Settings, to: IO[str] | None = None) -> Iterator[None]:
    """Everything that this process logs meanwhile, libraries included, is written this way."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(to or sys.stderr)
    # Some libraries set a level of their own; what is written is decided here.
    handler.setLevel(settings.log_level.upper())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                hiding(secrets_of(settings)),
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
        )
    )
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    talkative = {name: logging.getLogger(name).level for name in OF_DATABASES}
    for name in OF_DATABASES:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        for name, own in talkative.items():
            logging.getLogger(name).setLevel(own)


def secrets_of(settings: Settings) -> frozenset[str]:
    """Every secret that the settings hold, and the parts of those that have parts."""
    values = (getattr(settings, name) for name in type(settings).model_fields)
    whole = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    return frozenset(one for one in whole | set(settings.signing_keys.values()) if len(one) >= SHORTEST_SECRET)


def hiding(secrets: Iterable[str]) -> Processor:
    """A step of the log that takes secrets out of every text, by their value and by their shape."""
    values = [re.escape(secret) for secret in sorted(secrets, key=len, reverse=True)]
    known = re.compile("|".join(values)) if values else None

    def hidden(value: Any) -> Any:
        match value:
            case dict():
                return {hidden(name): hidden(inner) for name, inner in value.items()}
            case list() | tuple():
                return [hidden(inner) for inner in value]
            case None | bool() | int() | float():
                return value
        text = str(value)
        for shape in (known, *_SHAPES):
            text = shape.sub(HIDDEN, text) if shape else text
        return text

    def step(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {name: hidden(value) for name, value in event.items()}

    return step
