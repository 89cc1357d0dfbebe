"""Replay: decide a stored moment again and compare, byte for byte, with what was recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.effects import RunRecord
from journey_assistant.domain.journey_run import RunId
from journey_assistant.domain.moment import CaseId
from journey_assistant.errors import NotFound, Rejected
from journey_assistant.ports.store import Store
from journey_assistant.services.commit import Deciding, fingerprint
from journey_assistant.services.read_case import read_case, read_cases, read_jsonl
from journey_assistant.services.record import identity, run_line
from journey_assistant.services.stored_case import in_tenant

RUNS_A_PAGE = 100


class Sameness(StrEnum):
    """How a run and its replay compare. Only ``differs`` is a failure."""

    IDENTICAL = "identical"
    DIFFERS = "differs"
    OTHER_VERSIONS = "other_versions"
    ASKED_A_MODEL = "asked_a_model"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in the record where recorded and decided again disagree."""

    place: str
    recorded: Any
    again: Any


@dataclass(frozen=True, slots=True)
class Replayed:
    """The comparison of one run. With other versions the differences are what the change of version changed."""

    run_id: RunId
    case_id: CaseId
    sameness: Sameness
    differences: tuple[Difference, ...] = ()


async def replay(record: RunRecord, decider: Deciding) -> Replayed:
    """Decides the record's case again. Where a model spoke, the record is compared with its own fingerprint only."""
    line, spoke = record.line, bool(record.line.get("model_calls"))
    edited = tuple(_edited(record))
    if spoke:
        return _replayed(record, Sameness.DIFFERS if edited else Sameness.ASKED_A_MODEL, edited)
    case = in_tenant(read_case(dict(record.case), where=f"run {record.id}"), record.tenant_id)
    again = run_line(await decider.decide(case))
    if identity(line) == identity(again) and not edited:
        return _replayed(record, Sameness.IDENTICAL)
    is_other = dict(line.get("versions") or {}) != asdict(decider.versions) and not edited
    sameness = Sameness.OTHER_VERSIONS if is_other else Sameness.DIFFERS
    return _replayed(record, sameness, (*edited, *_differences(line, again)))


def _replayed(record: RunRecord, sameness: Sameness, differences: tuple[Difference, ...] = ()) -> Replayed:
    return Replayed(record.id, record.case_id, sameness, differences)


def _edited(record: RunRecord) -> Iterator[Difference]:
    """The record itself no longer is what was committed. A run from a file has no fingerprint to tell."""
    found = fingerprint(record.line)
    if record.identity and record.identity != found:
        yield Difference("fingerprint", record.identity, found)


async def stored_runs(
    store: Store,
    *,
    ids: list[RunId] | None = None,
    since: datetime | None = None,
    tenant: TenantId = DEFAULT_TENANT,
) -> AsyncIterator[RunRecord]:
    """These runs, or all since a time, oldest first. Raises NotFound for an id that is not there."""
    if ids is not None:
        for run_id in ids:
            record = await store.run(tenant, run_id)
            if record is None:
                raise NotFound(f"there is no run {run_id}")
            yield record
        return
    after: tuple[datetime, str] | None = None
    while page := await store.runs(tenant, since=since, after=after, limit=RUNS_A_PAGE):
        for record in page:
            yield record
        after = page[-1].now_at, page[-1].id


def runs_of_file(runs: Path, cases: Path) -> Iterator[RunRecord]:
    """Runs of a RUNS.jsonl with the cases that they were decided from. Raises Rejected naming file and line."""
    known = {case.snapshot.case_id: case for case in read_cases(cases)}
    for number, line in read_jsonl(runs):
        where = f"{runs}:{number}"
        if not isinstance(line, dict) or not {"id", "case_id", "outcome"} <= line.keys():
            raise Rejected("is no run", where=where, allowed="lines as `journey decide` writes them")
        case = known.get(CaseId(str(line["case_id"])))
        if case is None:
            raise Rejected(f"case {line['case_id']} is not in {cases}", where=where, allowed="the cases of these runs")
        yield RunRecord(
            id=RunId(str(line["id"])),
            moment_key=str(line["id"]),
            customer_id=case.snapshot.customer.id,
            case_id=case.snapshot.case_id,
            now_at=case.snapshot.now_at,
            route=str(line.get("route")),
            play=line.get("play"),
            line=line,
            case=case.raw,
            identity="",
            tenant_id=TenantId(str(line.get("tenant_id", DEFAULT_TENANT))),
        )


def _differences(recorded: Any, again: Any, place: str = "") -> Iterator[Difference]:
    """The smallest places that disagree; ``elapsed_ms`` is never one."""
    if isinstance(recorded, Mapping) and isinstance(again, Mapping):
        for key in sorted({*recorded, *again} - ({"elapsed_ms"} if not place else set())):
            yield from _differences(recorded.get(key), again.get(key), f"{place}.{key}" if place else key)
    elif isinstance(recorded, list) and isinstance(again, list) and len(recorded) == len(again):
        for number, (old, new) in enumerate(zip(recorded, again, strict=True)):
            yield from _differences(old, new, f"{place}[{number}]")
    elif recorded != again:
        yield Difference(place, recorded, again)
