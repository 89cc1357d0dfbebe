"""The dumb baselines: what it would be worth to do the same thing always. They stand beside every report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from journey_assistant.knowledge.query import Query
from journey_assistant.services.search_articles import best_articles

if TYPE_CHECKING:
    from journey_assistant.knowledge.retrieve import KnowledgeRetriever

LONGEST_CHARS = 900
ALWAYS_PERSON, ALWAYS_HOLD, TOP_ARTICLE = "always_person", "always_hold", "top_article"
BASELINES = (ALWAYS_PERSON, ALWAYS_HOLD, TOP_ARTICLE)


@dataclass(frozen=True)
class AlwaysPerson:
    """Everything goes to a person: never wrong in public, never a help."""

    name: str = ALWAYS_PERSON

    async def decide(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """A handover to the general queue."""
        return {
            "case_id": case["id"],
            "route": "route_to_human",
            "outcome": {"kind": "handoff", "queue": "general", "text": ""},
        }


@dataclass(frozen=True)
class AlwaysHold:
    """Nothing is ever done."""

    name: str = ALWAYS_HOLD

    async def decide(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """A hold without a reason."""
        return {"case_id": case["id"], "route": "hold", "outcome": {"kind": "hold"}}


@dataclass(frozen=True)
class TopArticle:
    """Every message is answered with the best passage that a search finds; sweeps are left alone."""

    retriever: KnowledgeRetriever
    name: str = TOP_ARTICLE

    async def decide(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """The passage, cited, cut to the length of an answer."""
        moment = case["moment"]
        if moment["kind"] != "message":
            return await AlwaysHold().decide(case)
        today = datetime.fromisoformat(case["now"]).date()
        hits = best_articles(self.retriever, Query(str(moment["text"]), today, limit=8), 1)
        if not hits:
            return await AlwaysPerson().decide(case)
        passage = hits[0].passage
        citation = {"article": passage.article_id, "passage": passage.id, "quote": passage.text[:LONGEST_CHARS]}
        outcome = {"kind": "reply", "text": passage.text[:LONGEST_CHARS], "citations": [citation]}
        return {"case_id": case["id"], "route": "self_resolve", "outcome": outcome}
