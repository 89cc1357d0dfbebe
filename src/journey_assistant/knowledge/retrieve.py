"""Finds the passages that answer a question, and says how each came to its place."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, SkipValidation

from journey_assistant.domain.knowledge import Passage, Retrieval, RetrievedPassage, ScoredSentence
from journey_assistant.errors import Rejected
from journey_assistant.knowledge.answerability import answerability
from journey_assistant.knowledge.index import KnowledgeBase
from journey_assistant.knowledge.passages import statements
from journey_assistant.knowledge.query import Query
from journey_assistant.knowledge.rank import Ranking, rank
from journey_assistant.ports import Clock

BEST_ARTICLES = 2


class KnowledgeRetriever(BaseRetriever):
    """Retrieval over one knowledge base, usable as it is (``search``, ``retrieve``) and by any LangChain part."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    knowledge: KnowledgeBase
    clock: SkipValidation[Clock]

    def search(self, query: Query) -> Retrieval:
        """Passages best first, with the probability that they answer. Raises Rejected for another tenant's query."""
        if query.tenant_id != self.knowledge.tenant_id:
            raise Rejected("this knowledge base belongs to another tenant", where="tenant_id")
        ranking = rank(self.knowledge, query)
        shown = ranking.only(self.knowledge.visible(query.audience, query.language))
        hidden = ranking.only(~self.knowledge.visible(query.audience, None))
        chances = answerability(self.knowledge, shown)
        return Retrieval(
            question=query.text,
            passages=tuple(self._result(query, shown, place) for place in self._places(query, shown)),
            answerability=chances.first,
            either=chances.either,
            internal_only=bool(hidden.scores.max(initial=0.0) > shown.scores.max(initial=0.0)),
            degraded=ranking.degraded,
        )

    def retrieve(self, query: Query) -> list[RetrievedPassage]:
        """The passages alone, best first."""
        return list(self.search(query).passages)

    def _places(self, query: Query, ranking: Ranking) -> list[int]:
        """The first ones, and whatever else was found of the two best articles: the section that tells may rank low."""
        articles = [self.knowledge.passages[row].article_id for row in ranking.rows]
        best = list(dict.fromkeys(articles))[:BEST_ARTICLES]
        return [place for place, article in enumerate(articles) if place < query.limit or article in best]

    def _result(self, query: Query, ranking: Ranking, place: int) -> RetrievedPassage:
        row = int(ranking.rows[place])
        passage = self.knowledge.passages[row]
        parts = ranking.components
        explain = {
            "passage": float(parts.passage[place]),
            "statement": float(parts.statement[place]),
            "article": float(parts.article[place]),
            "words": float(parts.words[place]),
            "weight_of_words": self.knowledge.lexical_weight,
        }
        return RetrievedPassage(
            passage=passage,
            score=float(ranking.scores[place]),
            dense=(explain["passage"] + explain["statement"]) / 2,
            lexical=explain["words"],
            stale=passage.is_stale(query.today),
            other_plan=_is_other_plan(passage, query.plan),
            sentences=self._sentences(row, ranking),
            explain=explain,
        )

    def _sentences(self, row: int, ranking: Ranking) -> tuple[ScoredSentence, ...]:
        """The passage's statements with their closeness; by shared words when there are no vectors."""
        told = statements(self.knowledge.passages[row].text)
        vectors = self.knowledge.vectors
        if vectors is not None and ranking.vector is not None:
            closeness = [float(value) for value in vectors.statement_likeness(row, ranking.vector)]
        else:
            closeness = [self.knowledge.lexical.coverage(ranking.question, text) for text in told]
        return tuple(ScoredSentence(text, score) for text, score in zip(told, closeness, strict=True))

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
