"""Small talk: greetings, thanks, goodbyes and "what can you do", when nothing else is said."""

from __future__ import annotations

import re
from functools import cache

from journey_assistant.perception.needs_rules import lexicons

_WORD = re.compile(r"[^\W_]+")
_FILLERS = re.compile(
    r"oh|ah|well|so|and|also|then|just|now|really|very|much|you|u|your|me|my|it|is|the|a|to|all|again|for|this|that|i|we"
    r"|us|dear|sir|madam|mr|mrs|ms|miss|mate|love|team|everyone|everybody|folks|guys|please|x+|too|as|here|there|und|sehr"
    r"|ihr|ihnen|euch|dir|alle|noch|auch|y|muy|usted|et|vous|tres|e|molto|tutti|voi|muito|en|ook|je"
)
_ADDRESSES = re.compile(
    r"\W*(?:hi|hiya|hello|hey|yo|morning|thanks|thank you|thx|cheers|ta|bye|dear|good \w+|hallo|hola|danke|gracias"
    r"|merci|bonjour|salut|ciao|grazie|salve|ola|oi|obrigad[oa]|dank|bedankt|hoi|dag|servus|moin)(?!\w)"
)
_LONGEST = 220


def is_small_talk(folded: str) -> bool:
    """True when the whole (folded) message is greeting, thanks, praise, goodbye or a question about ourselves."""
    return len(folded) <= _LONGEST and bool(_WORD.search(folded) is None or not without_small_talk(folded))


def without_small_talk(folded: str) -> str:
    """What a folded text says beyond small talk; empty when that is nothing but a name or filler words."""
    remaining = _phrases().sub(" ", folded)
    words = [word for word in _WORD.findall(remaining) if not _FILLERS.fullmatch(word)]
    only_a_name = len(words) == 1 and "?" not in remaining and bool(_ADDRESSES.match(folded))
    return "" if not words or only_a_name else remaining.strip()


@cache
def _phrases() -> re.Pattern[str]:
    return re.compile("|".join(lexicon.small_talk.pattern for lexicon in lexicons().values()))
