"""Texts: how a message reads, and why it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from journey_assistant.evaluation.bench import Bench, Perform
from journey_assistant.evaluation.cases import Suite
from journey_assistant.evaluation.scorers import NO_RUN, Failure, Judgement

FRUSTRATED = 0.5
"""From here on a text is read as frustrated."""


def perform(suite: Suite, bench: Bench) -> Perform:
    """Reads the text as the agent would."""
    classifier = bench.classifier

    async def performed(row: Mapping[str, Any]) -> dict[str, Any]:
        return {"case_id": row["id"], **classifier.read(row["text"])}

    return performed


def judge(row: Mapping[str, Any], run: Mapping[str, Any] | None) -> Judgement:
    """Sentiment, frustration and contact reason, each where the label names it."""
    if run is None:
        return Judgement(row["id"], (Failure(NO_RUN, "no run for this case"),))
    return Judgement(row["id"], tuple(_failures(row["expect"], run)))


def _failures(expect: Mapping[str, Any], run: Mapping[str, Any]) -> Iterator[Failure]:
    mood, reason = run["sentiment"], run["contact_reason"]
    if expect.get("sentiment") and mood["label"] != expect["sentiment"]:
        yield Failure("sentiment", f"wanted {expect['sentiment']}, read {mood['label']}")
    wanted = expect.get("frustrated")
    if wanted is not None and (mood["frustrated"] >= FRUSTRATED) != wanted:
        yield Failure("frustrated", f"wanted {str(wanted).lower()}, read {mood['frustrated']:.2f}")
    if expect.get("contact_reason") and reason["label"] != expect["contact_reason"]:
        yield Failure("contact_reason", f"wanted {expect['contact_reason']}, read {reason['label']}")
