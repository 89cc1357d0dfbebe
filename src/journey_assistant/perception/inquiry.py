"""Does a text ask plainly for information, or politely for money back? Then it takes more to read it as angry.

"How do I stop the reminders that keep failing?" is full of dark words and calm, and so is "Please refund the charge
that was made twice". A rhetorical question ("how hard can it be?") asks for nothing and does not count.
"""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+|\s+(?=\d\)\s)")
_ASKS = re.compile(
    r"(?:^|[,:;(–-]\s*(?:so |and |but |then |or )?|\b(?:know|tell me|wondering|question is|ask) )"
    r"(?:\W*(?:so|and|but|also|anyway|now|then|ok|okay|hi|hello|hey|please|quick one)\b[\s,:]*)*"
    r"(?:how|what|what's|where|when|which|who|who's|whom|whose|why|can|could|may|do|does|did|is|are|will|would|should|"
    r"must|until|till|by when|from when|from what|at what|in which|on what)\b(?!')",
    re.IGNORECASE,
)
_ASKS_WITHOUT_MARK = re.compile(
    r"\W*(?:(?:hi|hello|hey|ok|so|and|pls|please)\b\W*)*(?:h[ow]w? (?:do|does|dose|can|to|long|much|many|come|is|are)|"
    r"what(?:'?s| is| are| do| does| time| happens)|wher\w* |when |which |who (?:is|do|does|can|sees)|"
    r"(?:can|could|may) (?:i|we|you|u|somebody|someone)\b|do (?:you|i|we)\b|does |is (?:there|it|the|my)\b|are there)",
    re.IGNORECASE,
)
_RHETORICAL = re.compile(
    r"!|\?\?\?|\b(?:you (?:people|lot|guys|even|ever|think|call|deaf|kidding)|any(?:one|body) (?:even|reading|there|"
    r"care\w*)|on earth|the hell|even|bother|seriously|kidding|joke|idiots?|useless|supposed to|am i paying|"
    r"are we paying|finally|still|again|what'?s the point|what part of|hard can|so hard|that hard|sleep at night|"
    r"too much trouble|asking too much|lift a finger|put up with|on purpose|all day|gets? worse|never)\b",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"\b(?:please|pls|kindly|(?:would|could|can|may|might) (?:you|i|we|somebody|someone)|(?:i|we)(?: would|'d|’d) like"
    r"|bitte|k[oö]nn(?:t?en|test) (?:sie|wir|ich|du)|(?:ich|wir) (?:h[aä]tten?|m[oö]chten?)|por favor|podr[ií]an?"
    r"|(?:me|nos) gustar[ií]a|s['’]il vous pla[iî]t|pourriez-vous|je voudrais|per favore|potre(?:bbe|ste)|vorrei"
    r"|por gentileza|poderiam?|gostar[ií]a|alstublieft|a\.?u\.?b|kunt u|zou(?:den)? (?:u|ik|wij))\b",
    re.IGNORECASE,
)
_MONEY_BACK = re.compile(
    r"\b(?:refund\w*|reimburse\w*|(?:money|payment|charge|amount|fee)s?\b.{0,30}\bback|back\b.{0,20}\bmoney|credit\w*"
    r"|erstatte\w*|r[uü]ckerstatt\w*|zur[uü]ck(?:zahl|[uü]berweis|buch)\w*|geld zur[uü]ck|gutschr\w*|gutschein\w*"
    r"|reembols\w*|dev(?:ol[uv]|u[eé]lv)\w*|rembours\w*|rimbors\w*|restitu\w*|terugbeta\w*|geld terug|creditnota)\b",
    re.IGNORECASE,
)
_IMPATIENT = re.compile(
    r"!|\?\?|\b(?:endlich|schon wieder|immer noch|wiederholt\w*|zum (?:zweiten|dritten|vierten|x-ten)|sofort"
    r"|otra vez|de nuevo|todav[ií]a|ya est[aá]|encore|enfin|toujours pas|ancora|finalmente|outra vez|ainda|novamente"
    r"|alweer|eindelijk|nog steeds|immediately|at once|right now|today|times|twice already|third time|ridiculous|joke"
    r"|last chance|or else|enough)\b",
    re.IGNORECASE,
)
_LIMIT = 4000


def asks_plainly(text: str) -> bool:
    """One sentence or more asks for information, and none of those that ask is rhetorical."""
    asking = [part for part in _SENTENCE.split(text[:_LIMIT]) if _is_question(part)]
    return bool(asking) and not any(_RHETORICAL.search(part) for part in asking)


def asks_money_back_calmly(text: str) -> bool:
    """One sentence asks politely for money, and no part of the text is impatient. In seven languages."""
    looked_at = text[:_LIMIT]
    if _IMPATIENT.search(looked_at) or _RHETORICAL.search(looked_at):
        return False
    return any(_POLITE.search(part) and _MONEY_BACK.search(part) for part in _SENTENCE.split(looked_at))


def _is_question(sentence: str) -> bool:
    """A question mark and a questioning word; in a hurry the mark is left out, then the word comes first."""
    return _ASKS.search(sentence) is not None if "?" in sentence else _ASKS_WITHOUT_MARK.match(sentence) is not None
