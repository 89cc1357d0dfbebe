"""What we hold about a customer, in groups that say why: for the customer's own page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_REACH = ("name", "email", "phone", "language", "timezone")
_CONTRACT = ("plan", "role", "tier", "limits", "key_features", "account")
_ELSEWHERE = frozenset({"consent"})
"""Shown on the page by itself."""


@dataclass(frozen=True, slots=True)
class Held:
    """Facts of one kind by their names, and what we hold them for."""

    title: str
    why: str
    facts: Mapping[str, str]


def held_data(document: Mapping[str, Any]) -> tuple[Held, ...]:
    """The customer's own record; a kind of which nothing is known is left out."""
    told = document.get("declared") or {}
    known = {*_REACH, *_CONTRACT, *_ELSEWHERE, "declared"}
    account = document.get("account")
    company = account.get("name") if isinstance(account, Mapping) else None
    contract = {**_of(document, _CONTRACT), "company": company}
    groups = (
        Held("You told us", "So that what we write is of use to you.", _flat(told)),
        Held("How we reach you", "To answer you, and to send what you allowed.", _flat(_of(document, _REACH))),
        Held("Your company and your contract", "To give you what you bought.", _flat(contract, without="account name")),
        Held(
            "In our records",
            "To know who looks after you, and not to ask you twice.",
            _flat({key: value for key, value in document.items() if key not in known}),
        ),
    )
    return tuple(group for group in groups if group.facts)


def _of(document: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: document[name] for name in names if name in document}


def _flat(values: Mapping[str, Any], *, without: str = "") -> dict[str, str]:
    """Names and values in one level, nothing empty."""
    return {name: value for name, value in _pairs(values) if name != without}


def _pairs(values: Mapping[str, Any], outer: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        name = f"{outer} {key}".strip()
        if isinstance(value, Mapping):
            yield from _pairs(value, name)
        elif value not in (None, "", []):
            yield name, ", ".join(map(str, value)) if isinstance(value, list) else str(value)
