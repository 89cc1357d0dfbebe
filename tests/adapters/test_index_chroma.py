import gc
import inspect
import shutil
import subprocess
import sys
from pathlib import Path

import chromadb.errors
import numpy as np
import pytest
from chromadb.errors import ChromaError

from journey_assistant.adapters.index_chroma import ChromaDenseIndex, collection_name, erase, translated
from journey_assistant.errors import PortError
from journey_assistant.ports import IndexEntry

VENDOR = {
    "AuthorizationError",
    "BatchSizeExceededError",
    "ChromaAuthError",
    "ChromaError",
    "DuplicateIDError",
    "IDAlreadyExistsError",
    "InternalError",
    "InvalidArgumentError",
    "InvalidDimensionException",
    "InvalidHTTPVersion",
    "InvalidUUIDError",
    "NotFoundError",
    "QuotaError",
    "RateLimitError",
    "UniqueConstraintError",
    "VersionMismatchError",
}


def vendor_errors() -> dict[str, type[Exception]]:
    found = vars(chromadb.errors).items()
    return {name: thing for name, thing in found if inspect.isclass(thing) and issubclass(thing, ChromaError)}


def opened(folder: Path, encoder_id: str = "e", dimension: int = 2) -> ChromaDenseIndex:
    return ChromaDenseIndex(folder, tenant_id="t", encoder_id=encoder_id, dimension=dimension)


def entry(name: str) -> IndexEntry:
    return IndexEntry(name, np.array([1.0, 0.0], dtype=np.float32), {"audience": "customers"})


def test_that_the_vendors_errors_are_the_known_ones() -> None:
    assert set(vendor_errors()) == VENDOR


@pytest.mark.parametrize("name", sorted(VENDOR - {"ChromaError"}))
def test_that_every_error_of_the_vendor_becomes_a_port_error(name: str) -> None:
    kind = vendor_errors()[name]
    original = kind.__new__(kind)
    with pytest.raises(PortError) as error, translated():
        raise original
    assert error.value.__cause__ is original


@pytest.mark.parametrize("original", [OSError("disk"), ValueError("x"), TypeError("x"), RuntimeError("x")])
def test_that_errors_from_below_become_port_errors(original: Exception) -> None:
    with pytest.raises(PortError), translated():
        raise original


def test_that_what_was_stored_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.upsert([entry("a")])
    index.close()
    again = opened(tmp_path)
    assert again.ids() == {"a"}
    again.close()


def test_that_a_second_process_is_refused(tmp_path: Path) -> None:
    index = opened(tmp_path)
    program = (
        "import sys; from pathlib import Path; from journey_assistant.adapters.index_chroma import ChromaDenseIndex\n"
        "from journey_assistant.errors import PortError\n"
        "try: ChromaDenseIndex(Path(sys.argv[1]), tenant_id='t', encoder_id='e', dimension=2)\n"
        "except PortError as error: print(error, error.retryable)\n"
    )
    second = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    index.close()
    assert "in use by another process" in second.stdout
    assert second.stdout.strip().endswith("True")


def test_that_a_damaged_database_is_a_port_error_until_it_is_erased(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"not a database " * 50)
    for _ in range(2):
        with pytest.raises(PortError) as error:
            opened(tmp_path)
        assert "in use" not in str(error.value)
    erase(tmp_path)
    index = opened(tmp_path)
    assert index.count() == 0
    index.close()


def test_that_an_index_nobody_holds_any_more_releases_its_folder(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.upsert([entry("a")])
    del index
    gc.collect()
    again = opened(tmp_path)
    assert again.ids() == {"a"}
    again.close()


def test_that_what_is_stored_after_an_erasure_is_on_disk(tmp_path: Path) -> None:
    old = opened(tmp_path / "a")
    old.upsert([entry("old")])
    del old  # somebody forgot to close it
    gc.collect()
    erase(tmp_path / "a")
    new = opened(tmp_path / "a")
    new.upsert([entry("new")])
    new.close()
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    copy = opened(tmp_path / "b")
    assert copy.ids() == {"new"}
    copy.close()


def test_that_an_index_in_use_is_not_erased(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.upsert([entry("a")])
    with pytest.raises(PortError, match="in use"):
        erase(tmp_path)
    assert index.count() == 1
    index.close()


def damage_graph(folder: Path, how: str) -> None:
    (graph,) = [inside for inside in folder.iterdir() if inside.is_dir()]
    if how == "deleted":
        shutil.rmtree(graph)
        return
    for file in graph.iterdir():
        content = bytearray(file.read_bytes())
        content[::20] = bytes(255 - byte for byte in content[::20])
        file.write_bytes(content if how == "flipped" else content[: len(content) // 2])


@pytest.mark.parametrize("how", ["deleted", "flipped", "truncated"])
def test_that_a_damaged_graph_is_found_when_it_is_opened(tmp_path: Path, how: str) -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(1200, 2)).astype(np.float32)
    index = opened(tmp_path / "a")
    index.upsert([IndexEntry(f"p{i}", vector, {"audience": "customers"}) for i, vector in enumerate(vectors)])
    index.close()
    # Chroma keeps what it opened; a copy is what another process would see.
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    damage_graph(tmp_path / "b", how)
    with pytest.raises(PortError):
        opened(tmp_path / "b")


def test_that_a_file_in_the_folders_place_is_a_port_error(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("x")
    with pytest.raises(PortError):
        opened(tmp_path / "index")


def test_that_a_collection_of_another_dimension_is_refused(tmp_path: Path) -> None:
    opened(tmp_path).close()
    with pytest.raises(PortError, match="was made for"):
        opened(tmp_path, dimension=3)


def test_that_tenants_and_encoders_have_their_own_collections() -> None:
    names = {collection_name(t, e) for t in ("a", "a_b", "ä") for e in ("x", "x/y", "x-y")}
    assert len(names) == 9
    assert all(name.isascii() and 3 <= len(name) <= 512 for name in names)
