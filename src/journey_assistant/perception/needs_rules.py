"""The lexicon of needs: phrases per language, in a notation that whoever speaks the language can edit.

In a phrase a space stands for any separator, `` .. `` for up to four words between, ``<name>`` for what stands under
that name in ``words``, ``word*`` for any ending, ``( a| b)*`` for any number of these; an apostrophe may be left out,
``^`` and ``$`` are the ends of the sentence. All is written in small letters without accents. Gaps are bounded, so
that no phrase takes more than linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from journey_assistant.domain.needs import Need, NeedCode
from journey_assistant.errors import ConfigurationError
from journey_assistant.perception.sentences import Span

LEXICON_DIR = Path(__file__).with_name("needs_lexicon")
_RULE_KEYS = frozenset({"why", "any", "unless"})
_IDIOM_KEYS = frozenset({"codes", "any"})


@dataclass(frozen=True, slots=True)
class Rule:
    """Phrases that show one need, and phrases of the same sentence with which they do not."""

    code: NeedCode
    why: str
    phrases: re.Pattern[str]
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Idiom:
    """Words that sound like a need and are none: "killing it", "my battery died"."""

    codes: frozenset[NeedCode]
    phrases: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The rules and idioms of one language. ``marks`` are everyday words by which a text in it is noticed."""

    language: str
    marks: frozenset[str]
    rules: tuple[Rule, ...]
    idioms: tuple[Idiom, ...]
    small_talk: re.Pattern[str]

    def harmless_in(self, folded: str) -> Iterator[tuple[Span, frozenset[NeedCode]]]:
        """Where the sentence only uses a figure of speech, and which needs that rules out."""
        for idiom in self.idioms:
            for found in idiom.phrases.finditer(folded):
                yield found.span(), idiom.codes

    def asked_calmly(self, folded: str) -> Iterator[NeedCode]:
        """The codes near which this sentence is an ordinary question ("how do I cancel an appointment")."""
        yield from (rule.code for rule in self.rules if rule.unless and rule.unless.search(folded))

    def needs_in(self, folded: str, offset: int = 0) -> Iterator[Need]:
        """The needs that the phrases show in one folded sentence; spans are moved by ``offset``."""
        harmless = tuple(self.harmless_in(folded))
        for rule in self.rules:
            found = _outside(rule, folded, harmless)
            if found is not None and not (rule.unless and rule.unless.search(folded)):
                yield Need(rule.code, (found[0] + offset, found[1] + offset), rule.why)


def _outside(rule: Rule, folded: str, harmless: tuple[tuple[Span, frozenset[NeedCode]], ...]) -> Span | None:
    for found in rule.phrases.finditer(folded):
        start, end = found.span()
        if not any(rule.code in codes and start < last and first < end for (first, last), codes in harmless):
            return start, end
    return None


@cache
def lexicons(folder: Path = LEXICON_DIR) -> Mapping[str, Lexicon]:
    """All lexicons by language. Raises ConfigurationError that names file and field when one is wrong."""
    return {path.stem: _lexicon(path) for path in sorted(folder.glob("*.yaml"))}


def _lexicon(path: Path) -> Lexicon:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        words = _expanded_words(content.get("words", {}))
        rules = tuple(_rule(code, entry, words) for code, entries in content["needs"].items() for entry in entries)
        idioms = tuple(_idiom(entry, words) for entry in content["idioms"])
        small_talk = _any_of(content["small_talk"], words)
        marks = frozenset(content["marks"].split())
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError, re.error) as error:
        raise ConfigurationError(f"{path.name}: {error}") from error
    return Lexicon(path.stem, marks, rules, idioms, small_talk)


def _rule(code: str, entry: Mapping[str, Any], words: Mapping[str, str]) -> Rule:
    _only(entry, _RULE_KEYS)
    unless = entry.get("unless")
    return Rule(NeedCode(code), entry["why"], _any_of(entry["any"], words), _any_of(unless, words) if unless else None)


def _idiom(entry: Mapping[str, Any], words: Mapping[str, str]) -> Idiom:
    _only(entry, _IDIOM_KEYS)
    return Idiom(frozenset(map(NeedCode, entry["codes"])), _any_of(entry["any"], words))


def _only(entry: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = set(entry) - known
    if unknown:
        raise ValueError(f"unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(known))}")


def _expanded_words(words: Mapping[str, str]) -> dict[str, str]:
    expanded: dict[str, str] = {}
    for name, phrase in words.items():
        expanded[name] = f"(?:{_expression(phrase, expanded)})"
    return expanded


def _any_of(phrases: list[str], words: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_bounded(_expression(phrase, words))})" for phrase in phrases))


def _bounded(expression: str) -> str:
    start = "" if expression.startswith("^") else r"(?<!\w)"
    end = "" if expression.endswith("$") else r"(?!\w)"
    return f"{start}{expression}{end}"


_BETWEEN = r"[^\w]{1,3}"
_WRITTEN_OUT = {
    " .. ": rf"{_BETWEEN}(?:[\w']+{_BETWEEN}){{0,4}}?",
    " ?": rf"(?:{_BETWEEN})?",
    " ": _BETWEEN,
    ")*": ")*",
    "*": r"\w*",
    "'": "'?",
    "(": "(?:",
    "^": r"^\W*",
    "$": r"\W*$",
}
_NOTATION = re.compile(r"\[[^\]]*\]|\)\*| \.\. | \?| |<(\w+)>|\*|'|\((?!\?)|\^|\$")


def _expression(phrase: str, words: Mapping[str, str]) -> str:
    """The regular expression of a phrase in the lexicon's notation; what stands in square brackets stays."""

    def written_out(token: re.Match[str]) -> str:
        name = token.group(1)
        return words[name] if name else _WRITTEN_OUT.get(token.group(), token.group())

    return _NOTATION.sub(written_out, phrase)
