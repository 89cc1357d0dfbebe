"""The knowledge base in memory: articles, their passages and the indexes over them, built in one go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from journey_assistant.domain.customer import DEFAULT_TENANT, TenantId
from journey_assistant.domain.knowledge import Article, Passage
from journey_assistant.knowledge.articles import read_articles
from journey_assistant.knowledge.lexical import LexicalIndex
from journey_assistant.knowledge.passages import split_article

Mask = NDArray[np.bool_]


class KnowledgeBase:
    """One tenant's articles, ready to be searched. Nothing in it changes after it was built."""

    def __init__(self, articles: Sequence[Article], *, tenant_id: TenantId = DEFAULT_TENANT) -> None:
        self.tenant_id = tenant_id
        self.articles = {article.id: article for article in articles}
        self.passages: tuple[Passage, ...] = tuple(p for article in articles for p in split_article(article))
        self.lexical = LexicalIndex(self.passages)
        self.internal: Mask = np.array([p.audience == "internal" for p in self.passages], dtype=bool)
        self.languages = np.array([p.language for p in self.passages], dtype=str)

    def visible(self, audience: str, language: str | None) -> Mask:
        """Which passages may be shown: never internal ones to a customer; another language only if there is no own."""
        seen = np.ones(len(self.passages), dtype=bool) if audience == "internal" else ~self.internal
        if language is not None:
            own = seen & (self.languages == language)
            seen = own if own.any() else seen
        return seen


def open_knowledge(path: Path, *, tenant_id: TenantId = DEFAULT_TENANT) -> KnowledgeBase:
    """The knowledge base of a folder or file. Raises Rejected for unreadable articles or none."""
    return KnowledgeBase(read_articles(path), tenant_id=tenant_id)
