"""The record of a run as JSON: what a JourneyRun line holds, canonical bytes, and its identity."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from enum import Enum
from typing import Any, assert_never

import orjson

from journey_assistant.domain.decision import RejectedCandidate
from journey_assistant.domain.guardrail import Finding
from journey_assistant.domain.journey_run import JourneyRun, RunId, Shadow, Versions
from journey_assistant.domain.outcome import DraftMessage, Handoff, Hold, Outcome, Reply


def canonical(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, ISO times. Equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def run_id(case: Mapping[str, Any], versions: Versions) -> RunId:
    """The id of a run: a hash of moment, snapshot and versions, so the same moment twice is one run."""
    seen = {key: value for key, value in case.items() if key not in ("expect", "tags", "why")}
    digest = hashlib.sha256(_bytes_to_hash([seen, asdict(versions)])).hexdigest()
    return RunId(f"run_{digest[:24]}")


def _bytes_to_hash(value: Any) -> bytes:
    """Equal values give equal bytes. A long timeline is most of a case, so the fast writer comes first.

    What it refuses (a number beyond 64 bits, half a character) the exact one takes.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return canonical(value).encode("utf-8", "surrogatepass")


def run_line(run: JourneyRun) -> dict[str, Any]:
    """A run as one JSON object: the line of RUNS.jsonl and the answer of ``/v1/decide``."""
    line: dict[str, Any] = {
        "id": run.id,
        "case_id": run.case_id,
        "tenant_id": run.tenant_id,
        "customer_id": run.customer_id,
        "now": run.now_at,
        "route": run.route,
        "confidence": round(run.confidence, 4),
        "reasons": [asdict(reason) for reason in run.reasons],
        "rejected": [_rejected(candidate) for candidate in run.rejected],
        "sentiment": _sentiment(run),
        "contact_reason": asdict(run.contact_reason) | {"score": round(run.contact_reason.score, 4)},
        "lifecycle_stage": run.lifecycle_stage,
        "signals": [{"name": s.name, "evidence": s.evidence, "facts": s.facts} for s in run.signals],
        "outcome": outcome_line(run.outcome),
        "findings": [finding_line(finding) for finding in run.findings],
        "play": run.play,
        "shadow": _shadow(run.shadow) if run.shadow else None,
        "tool_calls": [asdict(call) for call in run.tool_calls],
        "proposed_actions": [asdict(action) for action in run.proposed_actions],
        "degraded": run.degraded,
        "versions": asdict(run.versions),
        "model_calls": run.model_calls,
        "tokens": run.tokens,
        "cost_usd": round(run.cost_usd, 6),
        "elapsed_ms": {step: round(ms, 3) for step, ms in run.elapsed_ms.items()},
    }
    written: dict[str, Any] = plain(line)
    return written


def plain(value: Any) -> Any:
    """A value as JSON knows it: times as ISO text, tuples as lists, enums by value."""
    return json.loads(json.dumps(value, default=_plain))


def identity(line: Mapping[str, Any]) -> str:
    """The canonical bytes that two runs of one moment must share: the line without ``elapsed_ms``."""
    return canonical({key: value for key, value in line.items() if key != "elapsed_ms"})


def outcome_line(outcome: Outcome) -> dict[str, Any]:
    """An outcome with its kind: reply, question, draft, handoff or hold."""
    body = asdict(outcome)
    match outcome:
        case Reply():
            body.pop("is_question")
            return {"kind": "question" if outcome.is_question else "reply", **body}
        case DraftMessage():
            return {"kind": "draft", **body}
        case Handoff():
            return {"kind": "handoff", **body}
        case Hold():
            return {"kind": "hold", **body}
        case _:
            assert_never(outcome)


def finding_line(finding: Finding) -> dict[str, Any]:
    """A finding with its severity by name."""
    return {**asdict(finding), "severity": finding.severity.name.lower()}


def _shadow(shadow: Shadow) -> dict[str, Any]:
    reasons = [asdict(reason) for reason in shadow.reasons]
    return {"route": shadow.route, "reasons": reasons, "outcome": outcome_line(shadow.outcome)}


def _sentiment(run: JourneyRun) -> dict[str, Any]:
    reading = run.sentiment
    scores = {name: round(getattr(reading, name), 4) for name in ("negative", "neutral", "positive")}
    return {"label": reading.label, "scores": scores, "frustrated": round(reading.frustrated, 4)}


def _rejected(candidate: RejectedCandidate) -> dict[str, Any]:
    named = {"route": candidate.route, "play": candidate.play}
    return {**{key: value for key, value in named.items() if value}, "why": candidate.why, "detail": candidate.detail}
