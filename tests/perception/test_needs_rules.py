"""The lexicon's notation and its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from journey_assistant.domain.needs import NeedCode
from journey_assistant.errors import ConfigurationError
from journey_assistant.perception.needs_rules import Lexicon, lexicons
from journey_assistant.perception.sentences import fold, sentences_of

LANGUAGES = {"en", "de", "es", "fr", "it", "pt", "nl"}


def lexicon(folder: Path, needs: str) -> Lexicon:
    text = (
        f"marks: a\nwords:\n  us: you|your team\nneeds:\n{needs}\nsmall_talk: [hi]\n"
        "idioms:\n  - codes: [injury]\n    any: [cut hair]\n"
    )
    (folder / "xx.yaml").write_text(text, encoding="utf-8")
    return lexicons(folder)["xx"]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("call us", "please call - us", True),
        ("call us", "recall us", False),
        ("call .. back", "call me up right now back", True),
        ("call .. back", "call me as soon as you possibly can and so on back", False),
        ("cancel*", "cancellations", True),
        ("don't", "dont", True),
        ("talk to <us>", "talk to your team", True),
        ("^stop$", "stop!", True),
        ("^stop$", "stop it", False),
        ("charge ?back", "chargeback", True),
    ],
)
def test_that_the_notation_means_what_it_says(tmp_path: Path, phrase: str, text: str, found: bool) -> None:
    entry = f"  cancellation:\n    - why: w\n      any:\n        - {phrase}\n"
    assert bool(list(lexicon(tmp_path, entry).needs_in(text))) is found


def test_that_unless_and_idioms_silence_a_phrase(tmp_path: Path) -> None:
    entry = "  injury:\n    - why: w\n      any: [cut]\n      unless: [how do i]\n"
    read = lexicon(tmp_path, entry)
    assert [n.code for n in read.needs_in("a cut", 5)] == [NeedCode.INJURY]
    assert [n.span for n in read.needs_in("a cut", 5)] == [(7, 10)]
    assert not list(read.needs_in("how do i log a cut"))
    assert not list(read.needs_in("cut hair"))


@pytest.mark.parametrize(
    "entry",
    [
        "  nonsense:\n    - {why: w, any: [x]}",
        "  injury:\n    - {why: w, any: [x], until: [y]}",
        "  injury:\n    - {why: w, any: ['(x']}",
    ],
)
def test_that_a_wrong_lexicon_is_one_clear_error(tmp_path: Path, entry: str) -> None:
    with pytest.raises(ConfigurationError, match=r"xx\.yaml"):
        lexicon(tmp_path, entry)


def test_that_every_supported_language_has_every_need_that_a_person_must_see() -> None:
    assert set(lexicons()) == LANGUAGES
    for read in lexicons().values():
        assert {rule.code for rule in read.rules} == set(NeedCode) - {NeedCode.SMALL_TALK}


def test_that_folding_keeps_every_place() -> None:
    text = "Ärger’s İssue: ﬁne — ß!"
    assert len(fold(text)) == len(text)
    assert fold(text).startswith("arger's issue")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two!", 2),
        ("e.g. this one", 1),
        ("Version 2.5 works. Thanks", 2),
        ("a\nb", 2),
        ("1. first thing", 1),
        ("", 0),
    ],
)
def test_that_sentences_end_where_they_end(text: str, count: int) -> None:
    assert len(sentences_of(text)) == count
