"""Need: what a message asks for beyond an answer (a person, our silence about a rule, a decision about money)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NeedCode(StrEnum):
    """The readings of a message that the gate's rows use, by their reason codes."""

    INJURY = "injury"
    SECURITY = "security"
    PRIVACY_REQUEST = "privacy_request"
    LEGAL_THREAT = "legal_threat"
    VULNERABLE = "vulnerable"
    ASKED_FOR_PERSON = "asked_for_person"
    MONEY_DECISION = "money_decision"
    CANCELLATION = "cancellation"
    SMALL_TALK = "small_talk"
    OUT_OF_SCOPE = "out_of_scope"
    ADVICE = "advice"
    INTERNAL_MATTER = "internal_matter"


@dataclass(frozen=True, slots=True)
class Need:
    """One need seen in a text, with the span that shows it and how sure the reading is (0 to 1)."""

    code: NeedCode
    span: tuple[int, int]
    why: str
    score: float = 1.0
