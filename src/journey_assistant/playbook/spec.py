"""What every typed part of the playbook shares: strict models, durations, and errors that say what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from journey_assistant.errors import ConfigurationError
from journey_assistant.playbook.yaml_source import Sourced

_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(s|min|h|d)\s*$")


class Spec(BaseModel):
    """A frozen part of the playbook. An unknown key is an error that suggests the right one."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _no_unknown_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            known = [info.alias or name for name, info in cls.model_fields.items()]
            for key in data:
                if key not in known and key not in cls.model_fields:
                    raise PydanticCustomError(
                        "unknown_key", "{key} is not known here ({hint})", {"key": key, "hint": hint_for(key, known)}
                    )
        return data


def hint_for(word: object, known: Iterable[str]) -> str:
    """``did you mean …?`` when something is close, else all that is allowed."""
    names = sorted(known)
    close = get_close_matches(str(word), names, 1)
    return f"did you mean {close[0]}?" if close else f"allowed: {', '.join(names)}"


def parse_duration(value: object) -> timedelta:
    """``30 min``, ``48 h``, ``14 d`` as a timedelta; raises ValueError for anything else and for zero or less."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.match(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("a duration is a number and one of s, min, h, d, such as '48 h'")
    duration = timedelta(**{_UNITS[match[2]]: float(match[1])})
    if duration <= timedelta(0):
        raise ValueError("a duration has to be longer than nothing")
    if duration > timedelta(days=3660):
        raise ValueError("a duration of more than ten years is a mistake")
    return duration


def say_duration(duration: timedelta) -> str:
    """A duration in words: ``48 h``, ``14 d``."""
    seconds = duration.total_seconds()
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)} {unit}"
    return f"{seconds:g} s"


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(say_duration, return_type=str)]

SpecT = TypeVar("SpecT", bound=Spec)


def typed(model: type[SpecT], sourced: Sourced) -> SpecT:
    """The data as ``model``; raises ConfigurationError naming file, line and field of the first mistake."""
    try:
        return model.model_validate(sourced.data)
    except ValidationError as error:
        raise ConfigurationError(_described(error, sourced)) from error


def _described(error: ValidationError, sourced: Sourced) -> str:
    first = error.errors()[0]
    path = [part for part in first["loc"] if _stands_in(sourced, part)]
    if first["type"] == "unknown_key":
        path.append(first["ctx"]["key"])
    if first["type"] == "missing":
        path = list(first["loc"])
    place = sourced.place_of(path)
    field = ".".join(str(part) for part in path) or "the file"
    message = first["msg"].removeprefix("Value error, ")
    allowed = first.get("ctx", {}).get("expected")
    tail = f" (allowed: {allowed})" if allowed and allowed not in message else ""
    where = f"{place.file}:{place.line}" if place else "playbook"
    return f"{where}: {field}: {message}{tail}"


def _stands_in(sourced: Sourced, part: str | int) -> bool:
    """Pydantic adds names of its own to a location (validators, unions); only keys of the file help a reader."""
    return any(part in path for path in sourced.places) or isinstance(part, int)
