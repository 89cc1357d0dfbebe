"""The shipped weights of the learned half."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from journey_assistant.domain.needs import NeedCode
from journey_assistant.errors import ConfigurationError
from journey_assistant.perception.needs import NeedsReader
from journey_assistant.perception.needs_head import HEAD_FILE, WORDINGS, NeedsHead, shipped_head, wordings_of
from journey_assistant.ports import EncodedText

NO_WORDS = np.zeros((WORDINGS, 1), dtype=np.float32)


def test_that_the_shipped_weights_are_small_and_cover_every_code() -> None:
    head = shipped_head()
    assert head is not None
    assert HEAD_FILE.stat().st_size < 1_500_000
    assert set(head.codes) == set(NeedCode) == set(head.thresholds)


def test_that_a_broken_file_is_one_clear_error_and_a_missing_one_is_none(tmp_path: Path) -> None:
    broken = tmp_path / "head.npz"
    broken.write_bytes(b"nothing")
    with pytest.raises(ConfigurationError, match=r"head\.npz"):
        shipped_head(broken)
    assert shipped_head(tmp_path / "absent.npz") is None


def test_that_vectors_of_another_size_leave_reading_to_the_lexicon() -> None:
    other = EncodedText("I want to talk to a person", np.ones(8, dtype=np.float32))
    assert [n.score for n in NeedsReader().read(other.text, "en", other)] == [1.0]


def test_that_saved_weights_read_the_same(tmp_path: Path) -> None:
    head = shipped_head()
    assert head is not None
    head.save(tmp_path / "copy.npz")
    copy = shipped_head(tmp_path / "copy.npz")
    assert copy is not None
    vector = np.linspace(-0.1, 0.1, head.dimension, dtype=np.float32).reshape(1, -1)
    assert np.allclose(head.probabilities(vector, ["a b"]), copy.probabilities(vector, ["a b"]))


def test_that_wordings_do_not_depend_on_capitals_or_accents() -> None:
    assert wordings_of("Wo ist Müller?") == wordings_of("wo ist muller")


def faint(code: NeedCode) -> NeedsHead:
    """Reads ``code`` with 0.4 in every text."""
    none = np.zeros((2, 1), dtype=np.float32)
    bias = np.array([np.log(0.4 / 0.6)], dtype=np.float32)
    return NeedsHead((code,), np.zeros((2, 2), np.float32), np.zeros(2, np.float32), none, bias, NO_WORDS, {code: 0.3})


def test_that_a_faint_reading_gives_way_to_a_sure_one_of_another_code() -> None:
    reader = NeedsReader(head=faint(NeedCode.PRIVACY_REQUEST))
    for text, expected in [("Hm, the list", NeedCode.PRIVACY_REQUEST), ("I want a refund", NeedCode.MONEY_DECISION)]:
        encoded = EncodedText(text, np.zeros(2, dtype=np.float32))
        assert [need.code for need in reader.read(text, "en", encoded)] == [expected]
