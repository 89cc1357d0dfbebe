"""What every dense index does; a new adapter is added to the list."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from journey_assistant.adapters.index_chroma import ChromaDenseIndex
from journey_assistant.adapters.index_memory import MemoryDenseIndex
from journey_assistant.errors import PortError
from journey_assistant.ports import DenseIndex, IndexEntry, Vector

ADAPTERS: dict[str, Callable[[Path], DenseIndex]] = {
    "memory": lambda folder: MemoryDenseIndex(3),
    "chroma": lambda folder: ChromaDenseIndex(folder, tenant_id="t", encoder_id="e", dimension=3),
}


@pytest.fixture(params=sorted(ADAPTERS))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DenseIndex]:
    opened = ADAPTERS[request.param](tmp_path / "index")
    yield opened
    opened.close()


def unit(*values: float) -> Vector:
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def entry(name: str, *values: float, **facts: str) -> IndexEntry:
    return IndexEntry(name, unit(*values), {"audience": "customers", **facts})


def names(index: DenseIndex, k: int = 10, where: dict[str, list[str]] | None = None) -> list[str]:
    return [hit.id for hit in index.query(unit(1, 0.1, 0), k, where)]


def test_that_the_nearest_come_first_with_their_cosine(index: DenseIndex) -> None:
    index.upsert([entry("far", 0, 0, 1), entry("near", 1, 0, 0, language="en"), entry("middle", 1, 1, 0)])
    hits = index.query(unit(1, 0, 0), 2)
    assert [hit.id for hit in hits] == ["near", "middle"]
    assert [hit.likeness for hit in hits] == pytest.approx([1.0, 0.5**0.5], abs=1e-4)


def test_that_an_empty_index_finds_nothing(index: DenseIndex) -> None:
    assert names(index) == []
    assert (index.count(), index.ids()) == (0, frozenset())


def test_that_filters_keep_only_allowed_values(index: DenseIndex) -> None:
    index.upsert(
        [
            entry("a", 1, 0, 0, audience="internal", language="en"),
            entry("b", 1, 1, 0, language="de"),
            entry("c", 0, 1, 0, language="en"),
        ]
    )
    assert names(index, where={"audience": ["customers", "prospects"]}) == ["b", "c"]
    assert names(index, where={"audience": ["customers"], "language": ["en"]}) == ["c"]
    assert names(index, where={"audience": []}) == []
    assert names(index, where={"audience": ["nobody"]}) == []


def test_that_an_id_is_replaced_and_the_last_of_two_wins(index: DenseIndex) -> None:
    index.upsert([entry("a", 0, 1, 0), entry("b", 0, 0, 1)])
    index.upsert([entry("a", 0, 0, 1), entry("a", 1, 0, 0, language="de")])
    assert index.count() == 2
    assert names(index, 1) == ["a"]
    assert names(index, where={"language": ["de"]}) == ["a"]


def test_that_what_is_deleted_is_gone_and_unknown_ids_do_no_harm(index: DenseIndex) -> None:
    index.upsert([entry("a", 1, 0, 0), entry("b", 0, 1, 0)])
    index.delete(["a", "never there"])
    index.delete([])
    assert index.ids() == {"b"}
    assert names(index) == ["b"]


def test_that_a_vector_of_another_dimension_is_a_port_error(index: DenseIndex) -> None:
    with pytest.raises(PortError):
        index.upsert([IndexEntry("a", np.ones(4, dtype=np.float32), {"audience": "customers"})])
    index.upsert([entry("a", 1, 0, 0)])
    with pytest.raises(PortError):
        index.query(np.ones(4, dtype=np.float32), 1)


def test_that_thousands_are_taken_in_one_call_and_all_are_reachable(index: DenseIndex) -> None:
    rng = np.random.default_rng(7)
    index.upsert([entry(f"p{i}", *rng.normal(size=3)) for i in range(5600)])
    assert index.count() == len(index.ids()) == 5600
    assert len(set(names(index, 5600))) == 5600
