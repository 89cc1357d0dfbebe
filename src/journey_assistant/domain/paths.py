"""Paths of pages, written so that equal pages compare equal."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache


@lru_cache(maxsize=16_384)
def normal_path(path: str) -> str:
    """The path without scheme, host, query, fragment, trailing slash and case: ``/pricing``; ``/`` for none."""
    text = path.strip().casefold()
    if "://" in text:
        _, _, text = text.partition("://")
        text = "/" + text.partition("/")[2]
    elif text.startswith("//"):
        text = "/" + text[2:].partition("/")[2]
    elif not text.startswith("/") and "." in text.partition("/")[0]:
        text = "/" + text.partition("/")[2]
    text = text.split("#", 1)[0].split("?", 1)[0]
    return "/" + "/".join(part for part in text.split("/") if part)


def first_segment(path: str) -> str:
    """``pricing`` of ``/pricing/team``; empty for the root."""
    return normal_path(path).split("/", 2)[1]


def last_segment(path: str) -> str:
    """``cancel`` of ``/account/cancel``; empty for the root."""
    return normal_path(path).rsplit("/", 1)[-1]


def is_below(path: str, roots: Iterable[str]) -> bool:
    """Is the normal path one of the roots, or a page below one?"""
    return any(path == root or path.startswith(root.rstrip("/") + "/") for root in roots)
