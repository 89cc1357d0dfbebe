"""Suites: labelled cases with the folder of their company and, if they bring one, their help centre."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from journey_assistant.errors import Rejected
from journey_assistant.services.demo_company import headline_moments
from journey_assistant.services.read_case import Case, read_cases

CASES, WORLD = "cases.jsonl", "suite.yaml"
HELP_CENTRE = "knowledge"
"""A folder of this name beside the cases is their help centre, unless a case names its own."""


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases that are decided and judged together. ``company`` may hold company.yaml, offers.yaml and policy.json."""

    name: str
    cases: tuple[Case, ...]
    company: Path
    knowledge: Path | None = None


def read_suites(places: Iterable[Path]) -> list[Suite]:
    """The suites that files and folders stand for. Raises Rejected for what is no suite, and for broken cases."""
    return [read_suite(found) for place in places for found in suite_files(place)]


def suite_files(place: Path) -> list[Path]:
    """The files of suites: the place itself, or every ``cases.jsonl`` and ``suite.yaml`` at or below a folder."""
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise Rejected("there is no such file or folder", where=str(place), allowed="a case file, or a folder of them")
    found = sorted(file for name in (CASES, WORLD) for file in place.rglob(name) if HELP_CENTRE not in file.parts)
    if not found:
        raise Rejected("holds no suite", where=str(place), allowed=f"{CASES} or {WORLD} in it or below")
    return found


def read_suite(file: Path) -> Suite:
    """One suite: a case file, or a ``suite.yaml`` that names a world of customers, timelines and moments."""
    if file.suffix in (".yaml", ".yml"):
        return _world(file)
    cases = tuple(read_cases(file))
    beside = file.parent / HELP_CENTRE
    name = file.parent.resolve().name if file.name == CASES else file.stem
    return Suite(name, _labelled(cases, file), file.parent, beside if beside.is_dir() else None)


def _world(file: Path) -> Suite:
    stored = _mapping(file)
    folder = file.parent / str(stored.get("world", ""))
    if set(stored) != {"world"} or not (folder / "moments.jsonl").is_file():
        allowed = "world: a folder with customers.jsonl, timelines.jsonl and moments.jsonl"
        raise Rejected("names no world", where=str(file), allowed=allowed)
    cases = tuple(moment.case for moment in headline_moments(folder))
    return Suite(file.parent.resolve().name, _labelled(cases, file), folder)


def _mapping(file: Path) -> dict[str, Any]:
    try:
        stored = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Rejected(f"cannot be read: {error}", where=str(file), allowed="a YAML file") from error
    return stored if isinstance(stored, dict) else {}


def _labelled(cases: tuple[Case, ...], file: Path) -> tuple[Case, ...]:
    """The cases, once it is clear that each has an id of its own and that there is something to judge."""
    if not cases:
        raise Rejected("holds no case", where=str(file), allowed="one JSON object a line")
    twice = list(_seen_twice(case.snapshot.case_id for case in cases))
    if twice:
        raise Rejected(f"the case {twice[0]!r} stands twice", where=str(file), allowed="an id of its own for each case")
    return cases


def _seen_twice(ids: Iterable[str]) -> Iterator[str]:
    return (id_ for id_, times in Counter(ids).items() if times > 1)
