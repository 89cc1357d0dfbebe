"""A run that went wrong becomes a case: its moment with a label, without the person's name and addresses."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from journey_assistant.domain.effects import RunRecord
from journey_assistant.errors import Rejected
from journey_assistant.evaluation.cases import CASES, read_suite
from journey_assistant.evaluation.suite_schema import Expect, Kind, checked
from journey_assistant.services.read_case import read_case

SOMEBODY: Mapping[str, str] = {"name": "Alex Example", "email": "alex@customer.example", "phone": "+49 30 5550100"}
_SINGLE = ("handoff",)


def case_from_run(
    record: RunRecord, expect: Sequence[str], *, why: str, tags: Sequence[str], id_: str | None, keep_person: bool
) -> dict[str, Any]:
    """The stored moment with a label. Raises Rejected for an expectation that nobody judges."""
    case = copy.deepcopy(dict(record.case))
    if not keep_person:
        case = _without_person(case)
    label = expectations(expect)
    if not label:
        raise Rejected("nothing is expected", where="--expect", allowed="for example route=route_to_human")
    case |= {"id": id_ or record.id.replace("run_", "from-run-")[:22], "expect": label, "tags": list(tags), "why": why}
    checked(Kind.DECISIONS, case, "--expect")
    return case


def expectations(given: Sequence[str]) -> dict[str, list[str]]:
    """``route=self_resolve,hold`` as a label. Raises Rejected for what is no such thing."""
    label: dict[str, list[str]] = {}
    for one in given:
        key, equals, values = one.partition("=")
        if not equals or key not in Expect.model_fields or key in _SINGLE:
            allowed = ", ".join(f"{name}=…" for name in Expect.model_fields if name not in _SINGLE)
            raise Rejected(f"{one!r} is no expectation", where="--expect", allowed=allowed)
        label.setdefault(key, []).extend(value.strip() for value in values.split(",") if value.strip())
    return label


def _without_person(case: dict[str, Any]) -> dict[str, Any]:
    """The case with other identifiers wherever they stand, in the texts as well."""
    customer = case.get("customer") or {}
    text = json.dumps(case, ensure_ascii=False)
    for field, other in SOMEBODY.items():
        own = customer.get(field)
        if own:
            text = text.replace(_inside(str(own)), _inside(other))
    names = str(customer.get("name") or "").split()
    if names:
        text = text.replace(_inside(names[0]), SOMEBODY["name"].split()[0])
    found: dict[str, Any] = json.loads(text)
    return found


def _inside(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def append_case(suite: Path, case: Mapping[str, Any]) -> Path:
    """Adds the case to the suite's file, which is made if need be. Raises Rejected when its id is taken."""
    file = suite / CASES if suite.suffix != ".jsonl" else suite
    read_case(dict(case))
    if file.exists() and case["id"] in read_suite(file).ids:
        raise Rejected(f"the case {case['id']!r} is there already", where=str(file), allowed="--id with another name")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(case, ensure_ascii=False) + "\n")
    return file
