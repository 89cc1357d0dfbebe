"""Finds the passages that answer a question, and says how each came to its place."""

from __future__ import annotations

from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, SkipValidation

from journey_assistant.domain.knowledge import Passage, Retrieval, RetrievedPassage
from journey_assistant.errors import Rejected
from journey_assistant.knowledge.index import KnowledgeBase
from journey_assistant.knowledge.query import Query
from journey_assistant.ports import Clock


class KnowledgeRetriever(BaseRetriever):
    """Retrieval over one knowledge base, usable as it is (``search``, ``retrieve``) and by any LangChain part."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    knowledge: KnowledgeBase
    clock: SkipValidation[Clock]

    def search(self, query: Query) -> Retrieval:
        """Passages best first, with the probability that they answer. Raises Rejected for another tenant's query."""
        if query.tenant_id != self.knowledge.tenant_id:
            raise Rejected("this knowledge base belongs to another tenant", where="tenant_id")
        lexical = self.knowledge.lexical
        scores = lexical.scores(query.text, query.language or "en")
        visible = self.knowledge.visible(query.audience, query.language)
        shown = np.where(visible, scores, 0.0)
        order = np.argsort(-shown, kind="stable")[: query.limit]
        best = float(shown.max(initial=0.0))
        passages = tuple(self._result(query, int(i), float(shown[i]) / best) for i in order if shown[i] > 0)
        hidden = float(np.where(visible, 0.0, scores).max(initial=0.0))
        return Retrieval(query.text, passages, internal_only=hidden > best, degraded=True)

    def retrieve(self, query: Query) -> list[RetrievedPassage]:
        """The passages alone, best first."""
        return list(self.search(query).passages)

    def _result(self, query: Query, number: int, score: float) -> RetrievedPassage:
        passage = self.knowledge.passages[number]
        return RetrievedPassage(
            passage=passage,
            score=score,
            lexical=score,
            stale=passage.is_stale(query.today),
            other_plan=_is_other_plan(passage, query.plan),
            explain={"lexical": score},
        )

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **_: Any
    ) -> list[Document]:
        found = self.retrieve(Query(text=query, today=self.clock.now().date(), tenant_id=self.knowledge.tenant_id))
        return [
            Document(
                id=hit.passage.id,
                page_content=hit.passage.text,
                metadata={"article": hit.passage.article_id, "title": hit.passage.title, "score": hit.score},
            )
            for hit in found
        ]


def _is_other_plan(passage: Passage, plan: str | None) -> bool:
    """True for other plans only. Without a known plan (a prospect) an article limited to plans is not marked."""
    return bool(passage.plans and plan) and plan not in passage.plans
