"""The table of threats and their tests is true: every row is there, every file it names has tests."""

import re

import pytest

from architecture.repository import ROOT

TABLE = re.findall(r"^\| ([TC][^|]+?) \| [^|]+ \| (.+?) \|$", (ROOT / "tests" / "README.md").read_text(), re.MULTILINE)
WANTED = {"T1", "T2", "T5", "T6", "T7", "T10", "T12", "T15", "T16", "T25", "T28", "T30", "C1–C5, C12"}


def test_that_every_row_has_tests():
    assert {row for row, _ in TABLE} == WANTED


@pytest.mark.parametrize(("row", "named"), TABLE)
def test_that_the_files_of_a_row_have_tests(row, named):
    files = re.findall(r"`([^`]+)`", named)
    assert files, row
    for file in files:
        assert re.search(r"^(?:async )?def test_", (ROOT / "tests" / file).read_text(), re.MULTILINE), file
