"""Yardsticks of what is written down: personal data that a model must not read, and policies that must be kept."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from journey_assistant.agent.placeholders import Placeholders
from journey_assistant.bootstrap import build_decider
from journey_assistant.evaluation.numbers import Number
from journey_assistant.evaluation.public.lab import Lab, Row
from journey_assistant.services.read_case import read_case
from journey_assistant.services.record import run_line

HIDDEN = {
    "EMAIL_ADDRESS": "e-mail addresses",
    "PHONE_NUMBER": "phone numbers",
    "CREDIT_CARD": "card numbers",
    "IBAN_CODE": "account numbers",
}
"""Kinds that are hidden wherever they stand. Names and streets are hidden only where a record knows them."""
_READS = ("get_", "find_", "list_", "search_", "calculate", "think", "transfer_to_human")
_AS_SAID = {"you": "I", "your": "my", "yours": "mine", "yourself": "myself"}
_YOU = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)


def personal_data(lab: Lab) -> Iterator[Number]:
    """Presidio's made-up texts: numbers and addresses that a model must not read."""
    rows = lab.rows("pii/presidio_synth_dev.jsonl")
    spans: dict[str, list[bool]] = defaultdict(list)
    untouched = []
    for row in lab.each(rows, "personal data"):
        text = str(row["text"])
        hidden = Placeholders().hide(text)
        kinds = {kind for kind, _, _ in row["spans"]}
        for kind, start, end in row["spans"]:
            spans[kind].append(text[start:end] not in hidden)
        if not kinds:
            untouched.append(hidden == text)
    for kind, means in HIDDEN.items():
        if found := spans[kind]:
            yield Number(f"{kind.lower().replace('_', ' ')} hidden", sum(found) / len(found), len(found), f"of {means}")
    if untouched:
        share = sum(untouched) / len(untouched)
        yield Number("left as they are", share, len(untouched), "of texts without personal data")


def policies(lab: Lab) -> Iterator[Number]:
    """tau2 retail and airline: with nothing but the written policy, a request to act must reach a person."""
    for domain in ("retail", "airline"):
        decider = build_decider(lab.settings, knowledge=lab.file(f"policy/tau2_{domain}_policy.md"), in_memory=True)
        tasks = lab.drawn(f"policy/tau2_{domain}_train_tasks.jsonl")
        acts = [task for task in tasks if _wants_an_act(task)]
        with asyncio.Runner() as runner:
            routes = [
                run_line(runner.run(decider.decide(read_case(_as_case(task)))))["route"]
                for task in lab.each(acts, f"policies {domain}")
            ]
        kept = sum(route != "self_resolve" for route in routes)
        share = kept / len(routes) if routes else 0.0
        yield Number(f"not answered alone, {domain}", share, len(routes), "of requests to change something")


def _wants_an_act(task: Row) -> bool:
    actions: Sequence[Mapping[str, Any]] = task["evaluation_criteria"].get("actions") or ()
    return any(not str(action["name"]).startswith(_READS) for action in actions)


def _as_case(task: Row) -> dict[str, Any]:
    told = task["user_scenario"]["instructions"]
    text = _YOU.sub(lambda found: _AS_SAID[found.group().lower()], str(told["reason_for_call"]))
    moment = {"kind": "message", "channel": "chat", "text": text}
    return {"id": f"task-{task['id']}", "now": "2026-03-10T15:00:00Z", "customer": {"id": "c"}, "moment": moment}
