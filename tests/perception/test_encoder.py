import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from journey_assistant.errors import PortError
from journey_assistant.perception.encoder import MODEL_FOLDER, OnnxEncoder, read_manifest


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder()


def test_that_one_pass_gives_a_unit_vector_and_four_mood_logits(encoder: OnnxEncoder) -> None:
    read = encoder.read("How do I add a second warehouse?")
    assert read.vector.shape == (encoder.dimension,) == (384,)
    assert read.vector.dtype == np.float32
    assert np.linalg.norm(read.vector) == pytest.approx(1.0, abs=1e-4)
    assert read.features.shape == (4,)


def test_that_a_vector_does_not_depend_on_its_neighbours(encoder: OnnxEncoder) -> None:
    texts = ["Where is my invoice?", "A much longer text about shifts, swaps and approvals. " * 8, "ok"]
    together = encoder.encode(texts)
    assert together.shape == (3, 384)
    for text, row in zip(texts, together, strict=True):
        assert np.array_equal(row, encoder.read(text).vector)
        assert np.array_equal(row, OnnxEncoder(threads=2).read(text).vector)


def test_that_nearer_meanings_have_nearer_vectors(encoder: OnnxEncoder) -> None:
    ask, same, other = encoder.encode(
        ["How can I reset my password?", "I forgot my login, how do I get a new one?", "Do you ship to Norway?"]
    )
    assert ask @ same > ask @ other + 0.2


def test_that_no_texts_give_no_rows(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.parametrize("text", ["", " ", "\x00", "😀" * 50, "a" * 3_000_000, "\ud83d", "ß" * 9000])
def test_that_odd_texts_are_read_too(encoder: OnnxEncoder, text: str) -> None:
    assert np.isfinite(encoder.read(text).vector).all()


def test_that_the_end_of_a_long_message_is_seen(encoder: OnnxEncoder) -> None:
    story = "We moved the counter to the left side of the shop and then we painted it. " * 60
    calm, angry = encoder.read(story + "Thank you."), encoder.read(story + "This is unacceptable, I am furious.")
    assert angry.features[0] - calm.features[0] > 0.5


def test_that_a_cached_vector_cannot_be_changed(encoder: OnnxEncoder) -> None:
    vector = encoder.read("cached").vector
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 5.0
    assert encoder.read("cached").vector is vector


def test_that_a_missing_model_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(PortError, match="no usable model manifest") as caught:
        OnnxEncoder(tmp_path).read("hi")
    assert caught.value.port == "encoder"
    assert not caught.value.retryable


def test_that_a_damaged_model_file_is_one_clear_error(tmp_path: Path) -> None:
    for name in ("manifest.json", "tokenizer.json"):
        shutil.copy(MODEL_FOLDER / name, tmp_path)
    (tmp_path / "model.onnx").write_bytes((MODEL_FOLDER / "model.onnx").read_bytes()[:-1000])
    with pytest.raises(PortError, match=r"model\.onnx is damaged"):
        OnnxEncoder(tmp_path).encode(["hi"])


def test_that_a_model_of_another_kind_is_one_clear_error(tmp_path: Path) -> None:
    manifest = json.loads((MODEL_FOLDER / "manifest.json").read_text()) | {"sha256": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "model.onnx").write_bytes(b"not a graph")
    with pytest.raises(PortError, match="cannot open the model"):
        OnnxEncoder(tmp_path).read("hi")


def test_that_the_manifest_names_the_files_that_are_shipped() -> None:
    manifest = read_manifest()
    assert set(manifest.sha256) == {"model.onnx", "tokenizer.json"}
    assert OnnxEncoder().id == manifest.id


def test_that_importing_the_encoder_does_not_open_its_libraries() -> None:
    code = (
        "import sys, journey_assistant.perception.encoder, journey_assistant.perception.sentiment, "
        "journey_assistant.perception.contact_reason, journey_assistant.perception.language; "
        "print([m for m in ('onnxruntime', 'tokenizers', 'py3langid', 'torch') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
