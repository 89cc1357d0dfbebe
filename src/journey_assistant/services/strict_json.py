"""JSON from outside, read strictly: what JSON does not allow, or nobody can use, is an error."""

from __future__ import annotations

import json
import re
from typing import Any

MAX_DEPTH = 12
MAX_DIGITS = 30
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def strict_json(text: str) -> Any:
    """JSON from outside. Raises ValueError for what JSON does not allow or nobody can use.

    That is: NaN and infinity, a key twice, numbers of absurd length, more than twelve levels, half characters.
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_without_twins,
            parse_constant=_no_constant,
            parse_int=_int,
            parse_float=_float,
        )
    except RecursionError:
        raise ValueError(f"more than {MAX_DEPTH} levels") from None
    if _is_deeper(value, MAX_DEPTH):
        raise ValueError(f"more than {MAX_DEPTH} levels")
    if _HALF.search(text) and not is_text(value):
        raise ValueError("half of a character")
    return value


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} stands twice")
    return values


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{digits[:MAX_DIGITS]} is too large")
    return number


def _is_deeper(value: Any, most: int) -> bool:
    level = [value]
    for _ in range(most + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return bool(level)


def is_text(value: Any) -> bool:
    """No string inside holds half of a character (a lone surrogate), which no file or database can keep."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
