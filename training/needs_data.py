"""What the needs reader is trained on: lines written for it, and rows of public intent sets that are not shipped."""

from __future__ import annotations

import gzip
import json
import random
import re
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from journey_assistant.domain.needs import NeedCode

CODES = tuple(NeedCode)
LINES = Path(__file__).with_name("needs_lines")
ORDINARY = "ordinary"
A_REASON = 18
"""Rows taken of one public intent."""


@dataclass(frozen=True)
class Line:
    """A text, its need (None: ordinary) and the industry it is held out with; empty for public rows."""

    text: str
    code: NeedCode | None
    family: str


def written_lines() -> list[Line]:
    """All lines of ``needs_lines/<code>.txt``; a heading ``[industry: kind]`` names what follows."""
    found: list[Line] = []
    for path in sorted(LINES.glob("*.txt")):
        code = None if path.stem == ORDINARY else NeedCode(path.stem)
        heading = ""
        for text in filter(None, map(str.strip, path.read_text(encoding="utf-8").splitlines())):
            if text.startswith("["):
                heading = text.strip("[]")
            else:
                found.append(Line(text, code, _family(heading, path.stem)))
    return found


def _family(heading: str, stem: str) -> str:
    industry, _, kind = heading.partition(":")
    if industry in ("mixed", "ordinary", "greeting", "thanks") or industry.startswith("near"):
        return f"{stem} {industry} {kind}"
    return industry


_SECURITY = {
    "compromised_card",
    "card_payment_not_recognised",
    "direct_debit_payment_not_recognised",
    "cash_withdrawal_not_recognised",
    "report_fraud",
}
_NEEDS: dict[str, NeedCode] = {
    **dict.fromkeys(_SECURITY, NeedCode.SECURITY),
    "request_refund": NeedCode.MONEY_DECISION,
    "terminate_account": NeedCode.CANCELLATION,
    **dict.fromkeys(("greeting", "goodbye", "thank_you", "are_you_a_bot", "what_can_i_ask_you"), NeedCode.SMALL_TALK),
    **dict.fromkeys(("who_made_you", "what_is_your_name", "do_you_have_pets"), NeedCode.SMALL_TALK),
    **dict.fromkeys(("tell_joke", "fun_fact", "weather", "recipe", "translate", "play_music"), NeedCode.OUT_OF_SCOPE),
    **dict.fromkeys(("meaning_of_life", "spelling", "definition", "flip_coin", "roll_dice"), NeedCode.OUT_OF_SCOPE),
    **dict.fromkeys(("movie_suggestion", "measurement_conversion", "distance", "smart_home"), NeedCode.OUT_OF_SCOPE),
}
_UNCLEAR = {
    *("lost_or_stolen_card", "lost_or_stolen_phone", "report_lost_card", "transaction_charged_twice", "freeze_account"),
    *("Refund_not_showing_up", "extra_charge_on_statement", "account_blocked", "card_swallowed", "cancel", "oos"),
    *("reverted_card_payment?", "card_payment_fee_charged", "yes", "no", "maybe", "repeat", "calculator", "math"),
    *("cancel_transfer", "damaged_card", "change_user_name", "reset_settings", "text", "make_call", "whisper_mode"),
    *(
        "traffic",
        "travel_suggestion",
        "food_last",
        "calories",
        "nutrition_info",
        "cook_time",
        "ingredient_substitution",
    ),
    *("meal_suggestion", "recipe", "restaurant_suggestion", "what_song", "next_song", "date", "time", "timezone"),
    *("insurance", "taxes", "improve_credit_score", "rollover_401k", "credit_score", "interest_rate", "oil_change_how"),
    *("where_are_you_from", "how_old_are_you", "what_are_your_hobbies", "who_do_you_work_for", "change_ai_name"),
}


def public_lines(folder: Path, seed: int = 7) -> list[Line]:
    """A few rows of every intent that is clearly ordinary or clearly one need (BANKING77, CLINC150: CC BY)."""
    by_intent: dict[str, list[str]] = defaultdict(list)
    for name in ("banking77_train", "clinc150_train"):
        with gzip.open(folder / "intent" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as rows:
            for row in map(json.loads, rows):
                by_intent[row["label"]].append(row["text"])
    chooser = random.Random(seed)
    found: list[Line] = []
    for intent in sorted(by_intent):
        if intent in _UNCLEAR:
            continue
        chosen = chooser.sample(by_intent[intent], min(A_REASON, len(by_intent[intent])))
        found += [Line(text, _NEEDS.get(intent), "") for text in chosen]
    return found


_NOT_ORDINARY = frozenset(("cancel_close_leave_freeze", "refund", "lost_stolen"))
_MAY_BE_A_NEED = re.compile(
    r"(?i)speak|talk|agent|human|manager|money back|refund|scam|stole|fraud|hack|revert|dispute|compensat|owe|waive"
    r"|discount|freeze|didn.t (?:make|authori)|not mine|cancel|clos|refuse"
)


def public_turns(folder: Path) -> list[tuple[str, NeedCode | None, bool]]:
    """Turns of hotel and bank customers (NLU++: CC BY), their need, and whether each is kept for measuring."""
    found: list[tuple[str, NeedCode | None, bool]] = []
    for name in ("nlupp_hotels", "nlupp_banking"):
        with gzip.open(folder / "intent" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as rows:
            for row in map(json.loads, rows):
                kept = zlib.crc32(row["text"].encode()) % 3 == 0
                if "handoff" in row["label"]:
                    found.append((row["text"], NeedCode.ASKED_FOR_PERSON, kept))
                elif not _NOT_ORDINARY & set(row["label"]) and not _MAY_BE_A_NEED.search(row["text"]):
                    found.append((row["text"], None, kept))
    return found
