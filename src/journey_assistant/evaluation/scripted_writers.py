"""Writers that stand in for a model: an honest one, and one that is plausible and wrong in exactly one way.

Each makes a raw answer from a prompt, as a model would, and knows nothing but the prompt.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass

from langchain_core.messages import AIMessage
from langchain_core.messages.tool import ToolCall

_BLOCK = re.compile(r'<evidence mark="(\w+)" source="([^"]*)">\n(.*?)\n</evidence mark="\1">', re.DOTALL)
_FACT = re.compile(r"^(F\d+): (.+)$", re.MULTILINE)
MESSAGE = "message of the customer"
"""The source of the block with the customer's message."""
_WORD = re.compile(r"\w{3,}")
_MARKUP = re.compile(r"\*\*|__|`|^#+\s*", re.MULTILINE)
_LIGHT = {
    r"\bdo not\b": "don't",
    r"\bcannot\b": "can't",
    r"\byou can\b": "you are able to",
    r"\bclick\b": "press",
    r"\bin order to\b": "to",
}
ROOM = 820
"""Characters of an honest answer, a little below what a reply may have."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a prompt shows: passages and facts by id, titles apart, and the customer's message."""

    exhibits: dict[str, str]
    message: str


def seen_in(prompt: str) -> Seen:
    """Reads the marked blocks of a prompt."""
    blocks = {source: text for _, source, text in _BLOCK.findall(prompt)}
    passages = {source: text for source, text in blocks.items() if re.fullmatch(r"P\d+", source)}
    facts = dict(_FACT.findall("\n".join(blocks.values())))
    return Seen({**passages, **{id_: f"\n{text}" for id_, text in facts.items()}}, blocks.get(MESSAGE, ""))


def reads_the_record(prompt: str) -> AIMessage:
    """Calls every tool that reads the record."""
    names = ("subscription", "success_manager", "invoices", "orders", "tickets", "usage")
    return AIMessage("", tool_calls=[ToolCall(name=name, args={}, id=f"call_{name}") for name in names])


def honest(prompt: str) -> str:
    """Quotes the passage that has most in common with the question; a person when nothing is given."""
    seen = seen_in(prompt)
    if not seen.exhibits:
        return answer_json([], route="route_to_human")
    return answer_json(honest_sentences(seen))


def honest_paraphrase(prompt: str) -> str:
    """The honest answer in slightly other words, every claim unchanged."""
    seen = seen_in(prompt)
    if not seen.exhibits:
        return answer_json([], route="route_to_human")
    return answer_json([(lightly(text), id_) for text, id_ in honest_sentences(seen)])


def honest_sentences(seen: Seen) -> list[tuple[str, str]]:
    """Whole sentences in order around the one closest to the message, with the id they come from.

    Of passages the first, which retrieval holds for the best; of facts the closest; a message with several questions
    gets as many passages.
    """
    wanted = _words(seen.message)
    facts = [id_ for id_ in seen.exhibits if id_.startswith("F")]
    if facts:
        id_ = max(facts, key=lambda name: (_common(wanted, seen.exhibits[name]), -int(name[1:])))
        return [(seen.exhibits[id_].strip(), id_)]
    chosen = list(seen.exhibits)[: min(max(seen.message.count("?"), 1), 3)]
    return [pair for id_ in chosen for pair in _around(wanted, seen.exhibits[id_], id_, ROOM // len(chosen))][:15]


def _around(wanted: frozenset[str], text: str, id_: str, room: int) -> list[tuple[str, str]]:
    lines = [_MARKUP.sub("", line).strip() for line in text.split("\n")[1:] if line.strip()]
    units = [part for line in lines for part in re.split(r"(?<=[.!?])(?<!\d\.)\s+(?=[A-ZÄÖÜÁÉ„“\"])", line)]
    best = max(range(len(units)), key=lambda n: (_common(wanted, units[n]), -n), default=0)
    first = last = best
    used = len(units[best]) if units else 0
    while True:
        if last + 1 < len(units) and used + len(units[last + 1]) < room:
            last += 1
            used += len(units[last]) + 1
        elif first > 0 and used + len(units[first - 1]) < room:
            first -= 1
            used += len(units[first]) + 1
        else:
            return [(unit, id_) for unit in units[first : last + 1]]


def lightly(text: str) -> str:
    """The same claim in slightly other words."""
    for pattern, words in _LIGHT.items():
        text = re.sub(pattern, words, text, flags=re.IGNORECASE)
    return text[:1].upper() + text[1:]


def answer_json(sentences: list[tuple[str, str]], route: str = "self_resolve") -> str:
    """A well-formed raw answer."""
    return json.dumps(
        {
            "route": route,
            "sentences": [{"text": text, "evidence": [id_]} for text, id_ in sentences],
            "between": None,
            "confidence": 0.9,
            "reason": "the evidence answers" if sentences else "nothing was given",
        },
        ensure_ascii=False,
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(word[:5] for word in _WORD.findall(text.casefold()))


def _common(wanted: frozenset[str], text: str) -> float:
    words = _words(text)
    return len(wanted & words) / math.sqrt(len(words) + 20)
