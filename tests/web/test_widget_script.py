"""The widget's script as a file: small, whole in every language, and without the ways in which text becomes markup."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from journey_assistant import web

SCRIPT = (Path(web.__file__).parent / "static" / "widget.js").read_text(encoding="utf-8")
LARGEST_GZIPPED = 30_000
WORDS = SCRIPT.partition("const WORDS = {")[2].partition("\n  };")[0]
LANGUAGES = dict(re.findall(r"^    (\w\w): \{\n(.*?)^    \},$", WORDS, flags=re.MULTILINE | re.DOTALL))
WAYS_IN = (
    *("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "srcdoc", "DOMParser", "setHTMLUnsafe"),
    *("createContextualFragment", "eval(", "new Function", "import(", ".style."),
)
STRING = r'"(?:[^"\\]|\\.)*"'


def words_of(language: str) -> dict[str, str]:
    """The words of one language by their names; a list of words is one text."""
    return dict(re.findall(rf"(\w+): ({STRING}|\[[^\]]*\])", LANGUAGES[language]))


def test_that_the_script_is_small_enough_for_anybodys_page() -> None:
    assert len(gzip.compress(SCRIPT.encode(), 9)) <= LARGEST_GZIPPED


@pytest.mark.parametrize("way_in", WAYS_IN)
def test_that_no_text_can_become_markup_code_or_style(way_in: str) -> None:
    assert way_in not in SCRIPT


def test_that_the_script_loads_nothing_from_anywhere() -> None:
    addresses = set(re.findall(r"https?://[\w.-]+", SCRIPT))
    assert addresses == {"https://support.example", "http://www.w3.org"}


def test_that_the_languages_of_the_playbook_are_there() -> None:
    assert set(LANGUAGES) == {"en", "de", "es", "fr", "it", "pt", "nl"}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_that_every_language_says_everything_with_the_same_places_to_fill(language: str) -> None:
    english, other = words_of("en"), words_of(language)
    assert len(english) > 50
    assert set(other) == set(english)
    for name, text in english.items():
        assert sorted(re.findall(r"\{\w+\}", other[name])) == sorted(re.findall(r"\{\w+\}", text)), name
    assert len(re.findall(STRING, other["scores"])) == 5


def test_that_every_word_the_script_says_exists() -> None:
    said = set(re.findall(r'say\("(\w+)"', SCRIPT)) | set(re.findall(r'say\(\w+ \? "(\w+)"', SCRIPT))
    assert len(said) > 30
    assert said <= set(words_of("en"))
