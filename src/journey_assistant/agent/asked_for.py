"""Does a question ask for an amount or a time, and does a text tell one? Then the part that tells it is quoted."""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"\b(?:how (?:much|many|long|often|far|soon|early|late|big|large|small|high|old|quick(?:ly)?|fast)|when|until|till"
    r"|(?:what|which|how)(?:'s| is| are)? (?:the |a |an |our |my |your )?(?:latest|earliest|longest|most|least|maximum"
    r"|minimum|limit|ceiling|cap|deadline|price|cost|fee|charge|rate|number|size|period|notice|hours|times?|days?|date)"
    r"|(?:on|from|by|at|in|between) (?:what|which)"
    r"|wie (?:viele?|lange|oft|weit|spät|früh|gross|groß|hoch|schnell|teuer)|wann|bis wann"
    r"|cu[aá]nt[oa]s?|cu[aá]ndo|combien|quand|quant[oiae]|quando"
    r"|hoe(?:veel| lang| vaak| ver| laat| groot| snel)|wanneer)\b",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"\d|\b(?:(?:once|twice) (?:an?|per|every|each|in)|half|at once|free of charge|for free|any time|immediately"
    r"|unlimited|mondays?|tuesdays?|wednesdays?|thursdays?"
    r"|fridays?|saturdays?|sundays?|(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|every|each) (?:\w+ )?"
    r"(?:minute|hour|day|week|month|year|time)s?)\b",
    re.IGNORECASE,
)
_STEP_NUMBER = re.compile(r"^\s*\d{1,3}[.)]\s", re.MULTILINE)


def asks_for_amount(question: str) -> bool:
    """A question after a number, a price, a period or a point in time."""
    return _ASKS.search(question) is not None


def tells_amount(text: str) -> bool:
    """A text with a number, a period or a point in time."""
    return _TELLS.search(_STEP_NUMBER.sub("", text)) is not None
