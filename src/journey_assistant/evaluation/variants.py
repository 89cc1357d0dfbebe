"""Cases without end, no two alike: our own, told again of other people, in other weeks, in a few other words.

Made for what needs many moments and no labels, as replay does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from journey_assistant.evaluation.targets import unlabelled

NAMES = ("Ada Lind", "Bo Marek", "Chi Okoro", "Dora Weiss", "Emil Costa", "Fay Brooks", "Gus Petit", "Hana Ito")
COMPANIES = ("Larkspur Florists", "Nordhavn Bikes", "Pinecone Crafts", "Quarry Lane Dental", "Rosehip Bakery")
BEFORE = ("", "Hi, ", "Hello! ", "Good morning. ", "Quick question: ", "One more thing. ", "Hey there, ")
AFTER = ("", " Thanks!", " Thank you in advance.", " Best wishes", " Cheers.")
_DAY = re.compile(r"\b(20\d\d-\d\d-\d\d)(?=T|\"|\b)")


def variants(rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Round after round over the cases, each round told in another way."""
    turn = 0
    while True:
        yield from (_told(row, number, turn) for number, row in enumerate(rows))
        turn += 1


def _told(row: Mapping[str, Any], number: int, turn: int) -> dict[str, Any]:
    """The same moment ``turn`` weeks later, of somebody else, in a few other words."""
    later = timedelta(weeks=turn)
    plain = json.dumps(unlabelled(row), ensure_ascii=False)
    case: dict[str, Any] = json.loads(_DAY.sub(lambda m: str(date.fromisoformat(m[1]) + later), plain))
    case["id"] = f"{row['id']}-{number}-{turn}"
    customer = case["customer"]
    customer["id"] = f"{customer['id']}-{number}-{turn}"
    if turn:
        customer["name"] = NAMES[(number + turn) % len(NAMES)]
        if customer.get("account"):
            customer["account"]["name"] = COMPANIES[(number + turn) % len(COMPANIES)]
    if text := case["moment"].get("text"):
        case["moment"]["text"] = f"{BEFORE[turn % len(BEFORE)]}{text}{AFTER[turn // len(BEFORE) % len(AFTER)]}"
    return case
