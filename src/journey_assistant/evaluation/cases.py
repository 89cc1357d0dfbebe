"""Suites: labelled cases with the folder of their company and, if they bring one, their help centre."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from journey_assistant.errors import Rejected
from journey_assistant.evaluation.suite_schema import Kind, SuiteFile, checked, suite_file
from journey_assistant.services.demo_company import headline_moments
from journey_assistant.services.read_case import Case, read_case, read_jsonl

CASES, ABOUT = "cases.jsonl", "suite.yaml"
HELP_CENTRE = "knowledge"
"""A folder of this name beside the cases is their help centre, unless a case or the suite names its own."""


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases that are run and judged together. ``company`` may hold company.yaml, offers.yaml and policy.json,
    ``playbook`` files that override the default one.

    ``rows`` are the cases as they stand in the file; ``cases`` the same, read, where they are decisions.
    """

    name: str
    cases: tuple[Case, ...]
    company: Path
    knowledge: Path | None = None
    playbook: Path | None = None
    kind: Kind = Kind.DECISIONS
    rows: tuple[Mapping[str, Any], ...] = ()
    owner: str = ""
    about: str = ""
    file: Path | None = None

    @property
    def ids(self) -> list[str]:
        """The ids of the cases, in their order."""
        return [str(row["id"]) for row in self.rows]


def read_suites(places: Iterable[Path]) -> list[Suite]:
    """The suites that files and folders stand for. Raises Rejected for what is no suite, and for broken cases."""
    return [read_suite(found) for place in places for found in suite_files(place)]


def suite_files(place: Path) -> list[Path]:
    """The files of suites: the place itself, or every ``suite.yaml`` at or below a folder, and every ``cases.jsonl``
    that has none beside it."""
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise Rejected("there is no such file or folder", where=str(place), allowed="a case file, or a folder of them")
    described = {file.parent: file for file in place.rglob(ABOUT)}
    bare = {file.parent: file for file in place.rglob(CASES)}
    found = sorted(file for file in ({**bare, **described}).values() if HELP_CENTRE not in file.parts)
    if not found:
        raise Rejected("holds no suite", where=str(place), allowed=f"{CASES} or {ABOUT} in it or below")
    return found


def read_suite(file: Path) -> Suite:
    """One suite: a case file, or a ``suite.yaml`` that describes the cases beside it or names a world."""
    if file.suffix in (".yaml", ".yml"):
        return _described(file)
    beside = file.parent / HELP_CENTRE
    name = file.parent.resolve().name if file.name == CASES else file.stem
    rows, cases = _decisions(file, is_strict=False)
    return Suite(name, cases, file.parent, beside if beside.is_dir() else None, rows=rows, file=file)


def _described(file: Path) -> Suite:
    about = suite_file(_mapping(file), str(file))
    if about.world is not None:
        return _world(file, about)
    if not (file.parent / CASES).is_file():
        raise Rejected(f"stands without {CASES}", where=str(file), allowed=f"{CASES} beside it, or a world")
    rows, cases = _rows(file.parent / CASES, about.kind)
    return Suite(
        name=file.parent.resolve().name,
        cases=cases,
        company=file.parent / (about.company or ""),
        knowledge=_help_centre(file, about),
        playbook=_playbook(file, about),
        kind=about.kind,
        rows=rows,
        owner=about.owner,
        about=about.about,
        file=file,
    )


def _help_centre(file: Path, about: SuiteFile) -> Path | None:
    folder = file.parent / (about.knowledge or HELP_CENTRE)
    if about.knowledge and not folder.is_dir():
        raise Rejected(f"knowledge: there is no folder {folder}", where=str(file), allowed="a folder of articles")
    return folder if folder.is_dir() else None


def _world(file: Path, about: SuiteFile) -> Suite:
    folder = file.parent / str(about.world)
    if not (folder / "moments.jsonl").is_file():
        allowed = "world: a folder with customers.jsonl, timelines.jsonl and moments.jsonl"
        raise Rejected("names no world", where=str(file), allowed=allowed)
    cases = tuple(moment.case for moment in headline_moments(folder))
    rows = _labelled(tuple(dict(case.raw) for case in cases), file)
    name = file.parent.resolve().name
    return Suite(name, cases, folder, rows=rows, owner=about.owner, about=about.about, file=file)


def _rows(file: Path, kind: Kind) -> tuple[tuple[Mapping[str, Any], ...], tuple[Case, ...]]:
    if kind is Kind.DECISIONS:
        return _decisions(file, is_strict=True)
    rows = tuple(checked(kind, row, f"{file}:{number}") for number, row in read_jsonl(file))
    return _labelled(rows, file), ()


def _decisions(file: Path, *, is_strict: bool) -> tuple[tuple[Mapping[str, Any], ...], tuple[Case, ...]]:
    """Cases with their rows. A label that nobody reads is an error only where a suite says that it is one."""
    cases = []
    for number, row in read_jsonl(file):
        cases.append(read_case(row, where=f"{file}:{number}"))
        if is_strict:
            checked(Kind.DECISIONS, row, f"{file}:{number}")
    return _labelled(tuple(case.raw for case in cases), file), tuple(cases)


def _mapping(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Rejected(f"cannot be read: {error}", where=str(file), allowed="a YAML file") from error


def _labelled(rows: tuple[Mapping[str, Any], ...], file: Path) -> tuple[Mapping[str, Any], ...]:
    """The cases, once it is clear that each has an id of its own and that there is something to judge."""
    if not rows:
        raise Rejected("holds no case", where=str(file), allowed="one JSON object a line")
    twice = list(_seen_twice(str(row["id"]) for row in rows))
    if twice:
        raise Rejected(f"the case {twice[0]!r} stands twice", where=str(file), allowed="an id of its own for each case")
    return rows


def _seen_twice(ids: Iterable[str]) -> Iterator[str]:
    return (id_ for id_, times in Counter(ids).items() if times > 1)


def _playbook(file: Path, about: SuiteFile) -> Path | None:
    if about.playbook is None:
        return None
    folder = file.parent / about.playbook
    if not folder.is_dir():
        raise Rejected(f"playbook: there is no folder {folder}", where=str(file), allowed="a folder of playbook files")
    return folder.resolve()
