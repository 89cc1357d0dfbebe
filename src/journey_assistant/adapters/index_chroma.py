"""The dense index in embedded Chroma: one folder, exactly one process, our own vectors.

Two processes writing one folder lose vectors silently, hence the lock file; Chroma's own embedding functions
download models, hence ``embedding_function=None`` everywhere. Chroma keeps every database it opened in this process,
by path, until its last client is closed, and would go on writing into files that were erased meanwhile: whoever has
the lock has it forget them.
"""

from __future__ import annotations

import re
import shutil
import weakref
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

import numpy as np

from journey_assistant.errors import PortError
from journey_assistant.ports import IndexEntry, IndexHit, Vector

PORT = "dense index"
LAYOUT = 1
BATCH = 5000
LOCK_FILE = "in-use.lock"
# At 100 every neighbour of 20,000 clustered vectors was found; text is clustered.
SEARCH_WIDTH = 100
PROBE = 500
"""Entries that must be findable when the index is opened."""
RETRYABLE = frozenset({"RateLimitError", "QuotaError", "InternalError"})


@contextmanager
def translated() -> Iterator[None]:
    """Every error of Chroma and of the disk below it as PortError; errors of ours pass."""
    from chromadb.errors import ChromaError

    try:
        yield
    except PortError:
        raise
    except ChromaError as error:
        raise PortError(str(error), port=PORT, retryable=type(error).__name__ in RETRYABLE) from error
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        # AttributeError: Chroma's own clean-up after a database that it could not open.
        raise PortError(str(error), port=PORT, retryable=isinstance(error, OSError)) from error
    except BaseException as error:
        # A damaged index makes Chroma's Rust part panic, which derives from BaseException alone.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise PortError(f"the index is damaged ({error})", port=PORT, retryable=False) from error


class ChromaDenseIndex:
    """One tenant's collection for one encoder. Opening raises PortError: locked, damaged, or of another encoder.

    The folder is released by ``close``, or when nobody holds the index any more.
    """

    def __init__(self, folder: Path, *, tenant_id: str, encoder_id: str, dimension: int) -> None:
        self._dimension = dimension
        lock = _locked(folder)
        self._release = weakref.finalize(self, _release, folder, lock)
        try:
            self._collection = _open(folder, tenant_id, encoder_id, dimension)
        except BaseException:
            self._release()
            raise

    def upsert(self, entries: Sequence[IndexEntry]) -> None:
        """Adds or replaces entries, in batches that Chroma takes."""
        newest = list({entry.id: entry for entry in entries}.values())
        if any(entry.vector.shape != (self._dimension,) for entry in newest):
            raise PortError(f"a vector has not {self._dimension} dimensions", port=PORT, retryable=False)
        for start in range(0, len(newest), BATCH):
            batch = newest[start : start + BATCH]
            with translated():
                self._collection.upsert(
                    ids=[entry.id for entry in batch],
                    embeddings=np.array([entry.vector for entry in batch], dtype=np.float32),
                    metadatas=[dict(entry.facts) or None for entry in batch],
                )

    def delete(self, ids: Iterable[str]) -> None:
        """Removes entries; unknown ids are ignored."""
        gone = list(ids)
        for start in range(0, len(gone), BATCH):
            with translated():
                self._collection.delete(ids=gone[start : start + BATCH])

    def query(self, vector: Vector, k: int, where: Mapping[str, Collection[str]] | None = None) -> list[IndexHit]:
        """The nearest entries by cosine, nearest first."""
        if k <= 0 or any(not allowed for allowed in (where or {}).values()):
            return []
        with translated():
            found = self._collection.query(
                query_embeddings=np.asarray(vector, dtype=np.float32)[None, :],
                n_results=k,
                where=_filter(where),
                # Reading what is stored beside the vectors takes five times as long as finding them.
                include=["distances"],
            )
        rows = zip(found["ids"][0], found["distances"][0], strict=True)
        hits = [IndexHit(name, 1.0 - float(distance)) for name, distance in rows]
        return sorted(hits, key=lambda hit: -hit.likeness)

    def count(self) -> int:
        """How many entries there are."""
        with translated():
            return int(self._collection.count())

    def ids(self) -> frozenset[str]:
        """The ids of all entries."""
        with translated():
            return frozenset(self._collection.get(include=[])["ids"])

    def close(self) -> None:
        """Releases the folder; a second time changes nothing."""
        with translated():
            self._release()


def collection_name(tenant_id: str, encoder_id: str) -> str:
    """``kb__<tenant>__<encoder>__v<layout>`` in the letters that Chroma allows; a hash keeps unlike names apart."""
    told = "__".join(re.sub(r"[^A-Za-z0-9.-]", "-", part)[:60] for part in (tenant_id, encoder_id))
    digest = blake2b(f"{tenant_id}\0{encoder_id}".encode(), digest_size=4).hexdigest()
    return f"kb__{told}__{digest}__v{LAYOUT}"


def erase(folder: Path) -> None:
    """Empties the folder of an index, damaged or not. Raises PortError while somebody has it open."""
    with _locked(folder):
        _forget(folder)
        for inside in folder.iterdir():
            if inside.name == LOCK_FILE:
                continue
            with translated():
                shutil.rmtree(inside) if inside.is_dir() else inside.unlink()


def _locked(folder: Path) -> IO[str]:
    import fcntl

    lock: IO[str] | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK_FILE).open("a")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        if lock:
            lock.close()
        raise PortError(f"{folder} is in use by another process", port=PORT, retryable=True) from error
    except OSError as error:
        raise PortError(f"{folder} cannot be opened", port=PORT, retryable=False) from error
    return lock


def _release(folder: Path, lock: IO[str]) -> None:
    """Chroma first: without the lock another process may write."""
    try:
        _forget(folder)
    finally:
        lock.close()


def _forget(folder: Path) -> None:
    """Chroma's own ``close`` counts clients, and never forgets a database that it failed to open."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient._identifier_to_refcount.pop(str(folder), None)
    kept = SharedSystemClient._identifier_to_system.pop(str(folder), None)
    with suppress(AttributeError):  # it never started
        if kept is not None:
            kept.stop()


def _open(folder: Path, tenant_id: str, encoder_id: str, dimension: int) -> Any:
    _forget(folder)
    with translated():
        import chromadb
        from chromadb.config import Settings

        client: Any = chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
        made_for = {"tenant": tenant_id, "encoder": encoder_id, "dimension": dimension, "layout": LAYOUT}
        collection = client.get_or_create_collection(
            collection_name(tenant_id, encoder_id),
            embedding_function=None,
            metadata=dict(made_for),
            configuration={"hnsw": {"space": "cosine", "ef_search": SEARCH_WIDTH}},
        )
        if dict(collection.metadata or {}) != made_for:
            what = f"the collection was made for {collection.metadata}, not for {made_for}"
            raise PortError(what, port=PORT, retryable=False)
        _check_reachable(collection, dimension)
        return collection


def _check_reachable(collection: Any, dimension: int) -> None:
    """Chroma counts entries by its database and finds them by its graph: a lost graph is silent until compared."""
    expected = min(int(collection.count()), PROBE)
    if not expected:
        return
    probe = np.full((1, dimension), dimension**-0.5, dtype=np.float32)
    found = len(collection.query(query_embeddings=probe, n_results=expected, include=[])["ids"][0])
    if found < expected:
        raise PortError(f"of {expected} entries only {found} can be found: rebuild it", port=PORT, retryable=False)


def _filter(where: Mapping[str, Collection[str]] | None) -> dict[str, Any] | None:
    clauses: list[dict[str, Any]] = [{name: {"$in": sorted(allowed)}} for name, allowed in (where or {}).items()]
    return {"$and": clauses} if len(clauses) > 1 else clauses[0] if clauses else None
