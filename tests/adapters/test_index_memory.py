import numpy as np

from journey_assistant.adapters.index_memory import MANY, MemoryDenseIndex
from journey_assistant.ports import IndexEntry


def test_that_of_very_many_entries_nearly_all_true_neighbours_are_found() -> None:
    rng = np.random.default_rng(3)
    topics = rng.normal(size=(200, 96))
    vectors = topics[rng.integers(0, 200, MANY + 5000)] + 0.7 * rng.normal(size=(MANY + 5000, 96))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    index = MemoryDenseIndex(96)
    index.upsert([IndexEntry(str(i), v, {"half": str(i % 2)}) for i, v in enumerate(vectors)])
    found = expected = 0
    for question in vectors[::500]:
        true = set(np.argsort(-(vectors @ question))[:10].tolist())
        found += len(true & {int(hit.id) for hit in index.query(question, 10)})
        expected += 10
        assert all(int(hit.id) % 2 == 1 for hit in index.query(question, 10, {"half": ["1"]}))
    assert found / expected >= 0.98
