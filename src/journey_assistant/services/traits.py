"""Traits of an identify or group call as parts of a customer's document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from journey_assistant.services.read_case import read_consent

_TEXTS = ("name", "email", "phone", "language", "timezone", "role", "plan", "lifecycle_stage", "csm", "tier")
_AS_THEY_ARE = ("declared", "experiments", "key_features", "limits", "account", "stop_state")
_OTHER_NAMES = {"title": "role", "job_title": "role", "jobTitle": "role", "lifecycleStage": "lifecycle_stage"}
_OF_PUBLIC = frozenset({"name", "language", "timezone", "role", "account", "traits"})
"""What a key that anybody can read may fill in where nothing is known; an address to write to is not among it."""
_EMPLOYEES = ("employees", "employee_count", "employeeCount", "num_employees")


def document_of(traits: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """What an identify call says about a customer, in our fields; everything else stands under ``traits``."""
    document: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for key, value in traits.items():
        field = _OTHER_NAMES.get(key, key)
        if value is None or key in ("id", "consent"):
            continue
        if field in _TEXTS and isinstance(value, str | int | float) and not isinstance(value, bool):
            document[field] = str(value)
        elif field in _AS_THEY_ARE:
            document[field] = value
        elif field not in _NAME_PARTS and field != "company":
            rest[key] = value
    if "name" not in document and (name := _full_name(traits)):
        document["name"] = name
    if account := account_of(traits.get("company")):
        document["account"] = account
    if rest:
        document["traits"] = rest
    return {**_of_context(context), **document}


def account_of(company: Any, id_: str | None = None) -> dict[str, Any]:
    """A company trait, or the traits of a group call, as an account."""
    if isinstance(company, str):
        return {"name": company} if company.strip() else {}
    if not isinstance(company, Mapping):
        return {}
    account = {key: value for key, value in company.items() if value is not None and key not in _EMPLOYEES}
    count = next((company[key] for key in _EMPLOYEES if company.get(key) is not None), None)
    if count is not None and re.fullmatch(r"\d{1,9}", str(count)):
        account["employees"] = int(count)
    if id_ is not None:
        account["id"] = id_
    if account.get("id") is not None:
        account["id"] = str(account["id"])
    return account


def allowed_of(document: Mapping[str, Any], known: Mapping[str, Any] | None) -> dict[str, Any]:
    """What of it a public key may say: anything but consent about somebody new, little about somebody known."""
    if known is None:
        kept = _OF_PUBLIC | {"email", "phone"}
        return {key: value for key, value in document.items() if key in kept}
    return {key: value for key, value in document.items() if key in _OF_PUBLIC and not known.get(key)}


def consents_of(traits: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """Channel, purpose and yes or no of a ``consent`` trait, in either spelling; anything else is not consent."""
    stated = traits.get("consent")
    if not isinstance(stated, Mapping):
        return []
    read = read_consent(stated)
    found = [
        (channel, purpose, granted)
        for channel, purposes in read.channels.items()
        for purpose, granted in purposes.items()
        if isinstance(granted, bool)
    ]
    if isinstance(stated.get("personalization"), bool):
        found.append(("all", "personalization", stated["personalization"]))
    return found


_NAME_PARTS = ("firstName", "first_name", "firstname", "lastName", "last_name", "lastname")


def _full_name(traits: Mapping[str, Any]) -> str:
    parts = [traits[key] for key in _NAME_PARTS if isinstance(traits.get(key), str)]
    return " ".join(part.strip() for part in parts if part.strip())


def _of_context(context: Mapping[str, Any]) -> dict[str, Any]:
    """Language and time zone as the client's device has them."""
    found: dict[str, Any] = {}
    locale, zone = context.get("locale"), context.get("timezone")
    if isinstance(locale, str) and (match := re.match(r"[a-z]{2,3}(?=$|[-_])", locale)):
        found["language"] = match[0]
    if isinstance(zone, str) and zone in available_timezones():
        found["timezone"] = zone
    return found
