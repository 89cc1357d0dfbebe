"""impersonation: the assistant never says, implies or signs that a person writes when none does."""

from __future__ import annotations

import re

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.terms import pattern

NAME = "impersonation"
_CLAIMS = pattern(NAME, "claims_person")
_DENIES = pattern(NAME, "denies_machine")
_BODY = pattern(NAME, "human_life")
_SIGN_OFF = re.compile(
    r"(?im)^\s{0,3}(?:best regards|best wishes|best|kind regards|warm regards|regards|warmly|cheers|sincerely|"
    r"yours sincerely|many thanks|thanks|all the best|"
    r"take care|mit freundlichen grüßen|viele grüße|beste grüße|liebe grüße|herzliche grüße|cordialement|"
    r"bien cordialement|bien à vous|"
    r"saludos|un saludo|atentamente|cordialmente|cordiali saluti|un saluto|saluti|atenciosamente|abraços|"
    r"com os melhores cumprimentos|"
    r"met vriendelijke groet|groeten|hartelijke groet)[,.!]?[ \n]{1,3}(?P<who>[^\n]{2,80})$"
)
_INTRODUCED = re.compile(
    r"(?:\b[Tt]his is|\b[Ii]t'?s|\b[Mm]y name is|\b[Ii]'?m|\b[Ii] am|\b[Ii]ch bin|\b[Mm]ein Name ist|"
    r"\b[Jj]e suis|\b[Jj]e m'appelle|\b[Ss]oy|\b[Mm]e llamo|"
    r"\b[Ss]ono|\b[Mm]i chiamo|\b[Ss]ou|\b[Oo] meu nome é|"
    r"\b[Ii]k ben)\s(?P<who>[A-ZÀ-Ý][a-zà-ÿ]{1,20}(?:\s[A-ZÀ-Ý][a-zà-ÿ]{1,20})?)"
    r"(?=\s(?:from|of|at|with|vom|von|aus|de|du|del|da|dal|do|van)\b|,\s(?:from|your|a|the|vom|Ihr|votre|su|"
    r"il|o|a|uw|je)\b)"
)
_PERSON = re.compile(r"[A-ZÀ-Ý][\w'’-]{1,20}(?:\s[A-ZÀ-Ý]\.?)?\s[A-ZÀ-Ý][\w'’-]{1,24}")
_TEAM_WORDS = pattern(NAME, "team_words")


def impersonation(text: Checked, context: CheckContext) -> list[Finding]:
    """Identity phrases; a person's signature or introduction only when that person reviews before it is sent."""
    found = [
        Finding(NAME, Severity.REPAIR, why, m.span())
        for why, where in (
            ("denies being automated", _DENIES),
            ("claims a person's life", _BODY),
            ("claims to be a person", _CLAIMS),
        )
        for m in where.finditer(text.folded)
        if not context.sender.reviews_before_send
    ]
    for match in [*_SIGN_OFF.finditer(text.text), *_INTRODUCED.finditer(text.text)]:
        who = match.group("who")
        if _names_person(who, context) and not _is_reviewer(who, context):
            found.append(
                Finding(NAME, Severity.REPAIR, f"signed as {who.strip()}, who does not review it", match.span())
            )
    return found


def _names_person(who: str, context: CheckContext) -> bool:
    """A name of a person: not the brand, a team, or the automated assistant itself."""
    who = who.split(",")[0]
    folded = fold(who)
    if context.brand and fold(context.brand) in folded and not _PERSON.match(who.replace(context.brand, "").strip()):
        return False
    if _TEAM_WORDS.search(folded) or folded.startswith(("your ", "the ", "ihr ", "dein ", "das ", "votre ", "l'")):
        return False
    first = who.strip().split()[0].strip(",.") if who.strip() else ""
    known = {fold(context.customer.first_name)} if context.customer.first_name else set()
    return bool(first) and first[0].isupper() and first.isalpha() and fold(first) not in known


def _is_reviewer(who: str, context: CheckContext) -> bool:
    sender = context.sender
    return sender.reviews_before_send and bool(sender.name) and fold(sender.name).split()[0] in fold(who)
