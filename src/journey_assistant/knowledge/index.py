"""The knowledge base in memory: articles, their passages and the indexes over them, built in one go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.knowledge import Article, Passage
from journey_assistant.errors import PortError
from journey_assistant.knowledge.articles import read_articles
from journey_assistant.knowledge.entities import EntityIndex
from journey_assistant.knowledge.fusion import USUAL_WEIGHT, learn_lexical_weight
from journey_assistant.knowledge.lexical import LexicalIndex
from journey_assistant.knowledge.passages import split_article
from journey_assistant.knowledge.vectors import KnowledgeVectors, RememberingEncoder, passage_text
from journey_assistant.ports import DenseIndex, Encoder, IndexEntry, Vector, VectorCache

Mask = NDArray[np.bool_]
NO_ENTITY = "-"
FEW = 20_000


class KnowledgeBase:
    """One tenant's articles, ready to be searched. Nothing in it changes after it was built.

    Without an encoder, or when encoder or index fail, it is ``degraded`` to words: that is said in words there.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        *,
        encoder: Encoder | None = None,
        index: DenseIndex | None = None,
        cache: VectorCache | None = None,
        tenant_id: TenantId = DEFAULT_TENANT,
    ) -> None:
        self.tenant_id = tenant_id
        self.articles = {article.id: article for article in articles}
        self.passages: tuple[Passage, ...] = tuple(p for article in articles for p in split_article(article))
        self.lexical = LexicalIndex(self.passages)
        self.entities = EntityIndex(passage.entity for passage in self.passages)
        self.vectors: KnowledgeVectors | None = None
        self.lexical_weight = USUAL_WEIGHT
        self.degraded: str | None = None
        self.encoder = encoder
        self._index = index
        self._audiences = np.array([p.audience for p in self.passages], dtype=np.str_)
        self._languages = np.array([p.language for p in self.passages], dtype=np.str_)
        self._rows_about: dict[str | None, list[int]] = {}
        for row, passage in enumerate(self.passages):
            self._rows_about.setdefault(passage.entity, []).append(row)
        self._visible: dict[tuple[str, str | None], Mask] = {}
        self._row: dict[str, int] = {}
        self._encode(RememberingEncoder(encoder, cache) if encoder else None)

    def _encode(self, encoder: RememberingEncoder | None) -> None:
        if encoder is None:
            self.degraded = "no encoder: words only"
            return
        try:
            self.vectors = KnowledgeVectors(self.passages, encoder)
            self.lexical_weight = learn_lexical_weight(self.passages, encoder)
            encoder.save()
        except PortError as error:
            self.degraded = str(error)
        if self.vectors is not None:
            self._fill_index(self.vectors)

    def _fill_index(self, vectors: KnowledgeVectors) -> None:
        """Writes what is new and removes what is gone; unchanged passages are left alone."""
        self._row = {self._entry_id(row): row for row in range(len(self.passages))}
        if self._index is None:
            self.degraded = self.degraded or "no index: words first"
            return
        try:
            there = self._index.ids()
            self._index.delete(there - self._row.keys())
            self._index.upsert(
                [
                    IndexEntry(name, vectors.passages[row], self._facts(row))
                    for name, row in self._row.items()
                    if name not in there
                ]
            )
        except PortError as error:
            self.degraded = str(error)

    def _facts(self, row: int) -> dict[str, str]:
        passage = self.passages[row]
        return {
            "tenant": self.tenant_id,
            "audience": passage.audience,
            "language": passage.language,
            "entity": passage.entity or NO_ENTITY,
        }

    def _entry_id(self, row: int) -> str:
        """Changes with everything that is stored for a passage, so that an id that is there needs no writing."""
        stored = repr((self.passages[row].id, passage_text(self.passages[row]), sorted(self._facts(row).items())))
        return blake2b(stored.encode(), digest_size=16).hexdigest()

    def visible(self, audience: str, language: str | None) -> Mask:
        """Which passages may be shown: never internal ones to a customer; another language only if there is no own."""
        key = (audience, language)
        if key not in self._visible:
            seen = np.ones(len(self.passages), dtype=bool)
            if audience != "internal":
                seen = self._audiences != "internal"
            own = seen & (self._languages == language)
            self._visible[key] = own if own.any() else seen
        return self._visible[key]

    def written_for_others(self, rows: NDArray[np.int64], audience: str) -> Mask:
        """Which of these persuade prospects, when it is not a prospect who asks; they may be shown all the same."""
        return np.asarray((self._audiences[rows] == "prospects") & (audience != "prospects"))

    def about(self, entities: Collection[str]) -> Mask:
        """Which passages are about one of these entities, or about none in particular."""
        about = np.zeros(len(self.passages), dtype=bool)
        for entity in (None, *entities):
            about[self._rows_about.get(entity, [])] = True
        return about

    def nearest(self, vector: Vector, k: int, seen: Mask) -> NDArray[np.int64]:
        """Rows of the passages nearest to a vector among those that may be seen. Raises PortError."""
        visible = int(seen.sum())
        if self.vectors is None or not visible:
            return np.zeros(0, dtype=np.int64)
        if visible <= min(FEW, len(self.passages) // 2):
            # An index filters by looking at every entry; a few rows are compared faster here, and exactly.
            rows = np.flatnonzero(seen)
            return rows[np.argsort(-self.vectors.passage_likeness(rows, vector), kind="stable")[:k]]
        if self._index is None:
            return np.zeros(0, dtype=np.int64)
        hits = self._index.query(vector, 2 * k)
        # An id is a hash of the tenant too: what another one or an older state left behind has no row here.
        rows = np.array([self._row[hit.id] for hit in hits if hit.id in self._row], dtype=np.int64)
        return rows[seen[rows]][:k]

    def problem(self) -> str | None:
        """Why search has less than everything now, in words; None when all is well."""
        if self.degraded is not None or self._index is None:
            return self.degraded
        try:
            there = self._index.count()
        except PortError as error:
            return str(error)
        missing = len(self._row) - there
        return f"the index lacks {missing} of {len(self._row)} passages" if missing > 0 else None

    def close(self) -> None:
        """Releases the index."""
        if self._index is not None:
            self._index.close()


def open_knowledge(
    path: Path,
    *,
    encoder: Encoder | None = None,
    index: DenseIndex | None = None,
    cache: VectorCache | None = None,
    tenant_id: TenantId = DEFAULT_TENANT,
) -> KnowledgeBase:
    """The knowledge base of a folder or file. Raises Rejected for unreadable articles or none."""
    return KnowledgeBase(read_articles(path), encoder=encoder, index=index, cache=cache, tenant_id=tenant_id)
