"""Metamorphic cases: what must not change does not, however the same thing is told.

Each change of a case leaves everything that matters as it is, so route, play, queue, hold and cited articles must stay.
No label is needed: the case as it stands is the label. Where there is one, whatever it allows is as good.
"""

from __future__ import annotations

import copy
import json
import random
import re
import shutil
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from journey_assistant.evaluation.scorers import judge

Decides = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]
HARMLESS_EVENTS = 500
FOREIGN_ARTICLES = 2_000
OTHER_COMPANY = "Quellmoor & Sons"
_HARMLESS = ("Experiment Viewed", "identify", "webhook_delivered", "tag_synced", "list_refreshed")
_WORD = re.compile(r"[A-Za-z]{5,}")

Case = Mapping[str, Any]
Run = Mapping[str, Any]
Change = Callable[[Case], dict[str, Any] | None]
"""The same case told in another way, or None where it cannot be."""


def with_harmless_events(case: Case) -> dict[str, Any]:
    """After 500 events of other programs' bookkeeping, spread over the known time."""
    row = copy.deepcopy(dict(case))
    now = datetime.fromisoformat(row["now"])
    first = min((datetime.fromisoformat(event["at"]) for event in row.get("timeline") or []), default=now)
    more = [
        {
            "id": f"harmless-{number}",
            "type": _HARMLESS[number % len(_HARMLESS)],
            "at": (first + (now - first) * (number / HARMLESS_EVENTS)).isoformat(),
            "properties": {"batch": number},
        }
        for number in range(HARMLESS_EVENTS)
    ]
    row["timeline"] = [*(row.get("timeline") or []), *more]
    return row


def shuffled(case: Case) -> dict[str, Any] | None:
    """With the events in another order of arrival."""
    if len(case.get("timeline") or []) < 2:
        return None
    row = copy.deepcopy(dict(case))
    random.Random(row["id"]).shuffle(row["timeline"])
    return row


def with_typos(case: Case) -> dict[str, Any] | None:
    """With one slip of the finger in a long word of the message: two letters changed places."""
    text = str((case.get("moment") or {}).get("text") or "")
    words = [m for m in _WORD.finditer(text) if m.group() not in _names(case)]
    if not words or not text.isascii():
        return None
    row = copy.deepcopy(dict(case))
    word = max(words, key=lambda m: (len(m.group()), m.start()))
    at = word.start() + len(word.group()) // 2
    row["moment"]["text"] = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return row


def _names(case: Case) -> set[str]:
    customer = case.get("customer") or {}
    account = customer.get("account") or {}
    return {*str(customer.get("name", "")).split(), *str(account.get("name", "")).split()}


def of_another_company(case: Case) -> dict[str, Any] | None:
    """With another name of the customer's company, wherever it stands."""
    own = ((case.get("customer") or {}).get("account") or {}).get("name")
    if not own:
        return None
    text = json.dumps(case, ensure_ascii=False)
    found: dict[str, Any] = json.loads(text.replace(json.dumps(own, ensure_ascii=False)[1:-1], OTHER_COMPANY))
    return found


CHANGES: Mapping[str, Change] = {
    change.__name__: change for change in (with_harmless_events, shuffled, with_typos, of_another_company)
}
MOST_CHANGED: Mapping[str, float] = {
    "with_harmless_events": 0.0,
    "shuffled": 0.0,
    "with_typos": 0.10,
    "of_another_company": 0.02,
    "with_foreign_articles": 0.03,
}
"""Which part of the cases may change at most. A slip in the word that decides can make a message unreadable (then a
person gets it), foreign articles change how rare a word is; bookkeeping can never matter."""


@dataclass(frozen=True, slots=True)
class Stability:
    """What one change did to a set of cases."""

    change: str
    cases: int
    changed: tuple[tuple[str, str, str], ...]

    @property
    def share(self) -> float:
        """The part of the cases that changed."""
        return len(self.changed) / self.cases if self.cases else 0.0

    @property
    def holds(self) -> bool:
        """No more changed than may."""
        return self.share <= MOST_CHANGED[self.change]


def taken(run: Mapping[str, Any]) -> str:
    """What a decision came to: route, play, queue or reason, and the articles that an answer cites."""
    outcome = run.get("outcome") or {}
    cited = sorted({c["article"] for c in outcome.get("citations") or []}) if run["route"] == "self_resolve" else []
    parts = (run["route"], run.get("play"), outcome.get("queue"), outcome.get("reason"), ",".join(cited))
    return " ".join(str(part) for part in parts if part)


def stability(change: str, rows: Sequence[Case], before: Sequence[Run], after: Sequence[Run]) -> Stability:
    """Compares runs of the same cases before and after a change. What a case's label allows too is no change."""
    known = {run["case_id"]: taken(run) for run in before}
    changed = tuple(
        (str(run["case_id"]), known[run["case_id"]], taken(run))
        for row, run in zip(rows, after, strict=True)
        if known[run["case_id"]] != taken(run) and not _is_allowed(row, run)
    )
    return Stability(change, len(after), changed)


def _is_allowed(row: Case, run: Run) -> bool:
    return any((row.get("expect") or {}).values()) and judge(row, run).right


async def tried(rows: Sequence[Case], decide: Decides, decide_among_foreign: Decides | None) -> list[Stability]:
    """Every change on every case, with the decisions of one agent; the last one knows the foreign articles too."""
    before = [await decide(row) for row in rows]
    found = []
    for name, change in CHANGES.items():
        told = [other for row in rows if (other := change(row)) is not None]
        found.append(stability(name, told, before, [await decide(row) for row in told]))
    if decide_among_foreign is not None:
        after = [await decide_among_foreign(row) for row in rows]
        found.append(stability("with_foreign_articles", rows, before, after))
    return found


def foreign_articles(count: int = FOREIGN_ARTICLES) -> Iterator[dict[str, Any]]:
    """Articles about things that no help centre of an office program is about, made by rule."""
    dice = random.Random("foreign")
    for number in range(count):
        beast, place, thing, month = (dice.choice(words) for words in (_BEASTS, _PLACES, _THINGS, _MONTHS))
        text = (
            f"The {beast} of {place} is seen near the {thing} in {month}. Keepers of the {thing} count every {beast} "
            f"by hand. Enclosure {number} stays closed while the {beast} raises its young."
        )
        yield {"id": f"foreign-{number}", "title": f"The {beast} of {place}, enclosure {number}", "text": text}


_BEASTS = ("heron", "lynx", "otter", "marmot", "kestrel", "badger", "stork", "newt", "wolverine", "ibex", "owl", "hare")
_PLACES = ("Varmland", "Sorrento", "the Burren", "Lapland", "the Camargue", "Galicia", "Masuria", "the Tatra", "Skye")
_THINGS = ("pond", "quarry", "meadow", "old mill", "reed bed", "chapel", "lighthouse", "orchard", "dam", "spruce wood")
_MONTHS = ("March", "April", "May", "June", "September", "October")


def with_foreign_articles(knowledge: Path, place: Path) -> Path:
    """A copy of a help centre with 2,000 foreign articles, in ``place``."""
    folder = place / "knowledge"
    shutil.copytree(knowledge, folder)
    lines = "".join(json.dumps(article) + "\n" for article in foreign_articles())
    (folder / "foreign.jsonl").write_text(lines, encoding="utf-8")
    return folder
