"""Drafts: the rubric against people's labels, which says how far the rubric may be believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from journey_assistant.domain.timeline import Timeline
from journey_assistant.evaluation.bench import Bench, Perform
from journey_assistant.evaluation.cases import Suite
from journey_assistant.evaluation.rubric import WrittenFor, marks
from journey_assistant.evaluation.scorers import NO_RUN, Failure, Judgement
from journey_assistant.playbook.playbook import Playbook
from journey_assistant.services.read_case import read_customer, read_event


def perform(suite: Suite, bench: Bench) -> Perform:
    """Marks the draft by the rubric."""
    playbook = bench.decider_for(suite).parts.playbook

    async def performed(row: Mapping[str, Any]) -> dict[str, Any]:
        return {"case_id": row["id"], "fails": marks(written(row, row["draft"], playbook))}

    return performed


def written(row: Mapping[str, Any], draft: Mapping[str, Any], playbook: Playbook) -> WrittenFor:
    """A draft with its customer, as the rubric wants it. Raises Rejected for a malformed customer or event."""
    return WrittenFor(
        text=str(draft.get("text") or ""),
        subject=str(draft.get("subject") or ""),
        channel=str(draft.get("channel") or "email"),
        play=str(draft.get("play") or ""),
        evidence=tuple(draft.get("evidence") or ()),
        customer=read_customer(dict(row["customer"])),
        timeline=Timeline(read_event(dict(event)) for event in row.get("timeline") or ()),
        now_at=datetime.fromisoformat(row["now"]),
        playbook=playbook,
    )


def judge(row: Mapping[str, Any], run: Mapping[str, Any] | None) -> Judgement:
    """The rubric fails exactly the points that people fail."""
    if run is None:
        return Judgement(row["id"], (Failure(NO_RUN, "no run for this case"),))
    wanted, found = set(row["expect"]["fails"]), run["fails"]
    failures = [Failure("missed", f"{point} should fail") for point in sorted(wanted - set(found))]
    failures += [Failure("too_strict", f"{point}: {found[point]}") for point in sorted(set(found) - wanted)]
    return Judgement(row["id"], tuple(failures))
