"""The demo company: its customers, their timelines and its headline moments, as cases."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from journey_assistant.errors import ConfigurationError
from journey_assistant.services.read_case import Case, read_case, read_jsonl


@dataclass(frozen=True, slots=True)
class HeadlineMoment:
    """One moment of the demo with the words to introduce it."""

    title: str
    case: Case

    @property
    def question(self) -> str:
        """What the customer wrote; empty for a sweep."""
        message = self.case.snapshot.message
        return message.text if message else ""


def headline_moments(folder: Path) -> list[HeadlineMoment]:
    """The moments of ``moments.jsonl``, each with its customer and everything that happened to them until then."""
    customers = {row["id"]: row for _, row in read_jsonl(folder / "customers.jsonl")}
    timelines = read_timelines(folder)
    moments = []
    for number, row in read_jsonl(folder / "moments.jsonl"):
        where = f"{folder / 'moments.jsonl'}:{number}"
        customer = customers.get(row.get("customer_id"))
        if customer is None:
            raise ConfigurationError(f"{where}: customer_id {row.get('customer_id')!r} is not in customers.jsonl")
        given = {key: value for key, value in row.items() if key not in ("customer_id", "title")}
        raw = {**given, "customer": customer, "timeline": timelines[customer["id"]]}
        moments.append(HeadlineMoment(str(row.get("title", row["id"])), _until_now(raw, where)))
    return moments


def read_timelines(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Events of ``timelines.jsonl`` by customer id, as they came."""
    timelines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for _, event in read_jsonl(folder / "timelines.jsonl"):
        customer_id = event["customer_id"]
        timelines[customer_id].append({key: value for key, value in event.items() if key != "customer_id"})
    return timelines


def _until_now(raw: dict[str, Any], where: str) -> Case:
    """A case knows nothing that happens after its moment."""
    whole = read_case(raw, where=where)
    known = {
        event.id for event in whole.snapshot.timeline.of(*whole.snapshot.timeline.types, until=whole.snapshot.now_at)
    }
    return read_case({**raw, "timeline": [e for e in raw["timeline"] if e["id"] in known]}, where=where)
