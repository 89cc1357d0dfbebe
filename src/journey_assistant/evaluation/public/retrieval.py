"""Yardsticks of retrieval: the right entry of a public knowledge base for what somebody asks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from journey_assistant.domain.conversation import Turn
from journey_assistant.domain.knowledge import Article, ArticleId
from journey_assistant.evaluation import ranking
from journey_assistant.evaluation.numbers import Number
from journey_assistant.evaluation.public.lab import Lab, Row
from journey_assistant.knowledge.query import Query
from journey_assistant.services.search_articles import PASSAGES_AN_ARTICLE, best_articles

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
K = 10
LONGEST_QUERY = 2_000
"""Characters of a task that are asked; what a customer writes is shorter."""
_HEADING = re.compile(r"^##+ +(.{8,})$", re.MULTILINE)
Asked = Sequence[tuple[Query, set[str]]]


def dstc(lab: Lab) -> Iterator[Number]:
    """DSTC11 track 5: the right entries for a turn that needs knowledge, the entity known."""
    turns = lab.sample.of([row for row in lab.rows("retrieval/dstc11t5_dev.jsonl") if row["needs_knowledge"]])
    names = {str(name) for row in turns for name in row["entity"]}
    articles = [
        Article(ArticleId(str(row["doc_id"])), str(row["entity"]), str(row["text"]), entity=str(row["entity"]))
        for row in lab.rows("kb/dstc11t5_kb.jsonl")
        if row["entity"] in names
    ]
    yield from _ranked(
        articles, [(_dstc_query(row), {str(id_) for id_ in row["doc_id"]}) for row in turns], lab, "dstc"
    )


def _dstc_query(row: Row) -> Query:
    turns = tuple(
        Turn(str(n), LONG_AGO, "customer" if said.startswith("U:") else "assistant", said[2:].strip())
        for n, said in enumerate(row.get("context") or [])
    )
    return _query(str(row["query"]), turns=turns, entities=tuple(str(name) for name in row["entity"]))


def dstc_faq(lab: Lab) -> Iterator[Number]:
    """DSTC10 FAQs: a question finds its own answer among those of its entity; the answers are indexed alone."""
    rows = lab.rows("kb/dstc_faq_kb.jsonl")
    asked = lab.sample.of(rows)
    names = {row["entity"] for row in asked}
    articles = [
        Article(ArticleId(str(row["doc_id"])), str(row["entity"]), str(row["answer"]), entity=str(row["entity"]))
        for row in rows
        if row["entity"] in names
    ]
    queries = [
        (_query(str(row["question"]), entities=(str(row["entity"]),)), {str(row["doc_id"])})
        for row in asked
        if row["entity"]
    ]
    yield from _ranked(articles, queries, lab, "dstc faq")


def tau2_banking(lab: Lab) -> Iterator[Number]:
    """tau2 banking: the documents that a task needs, out of a bank's policies. Tasks are stories, not questions."""
    articles = [
        Article(ArticleId(str(row["id"])), str(row["title"]), str(row["content"]))
        for row in lab.rows("kb/tau2_banking_kb.jsonl")
    ]
    queries = [
        (_query(str(row["query"])[:LONGEST_QUERY]), right)
        for row in lab.drawn("retrieval/tau2_banking_retrieval_dev.jsonl")
        if (right := _required(row))
    ]
    yield from _ranked(articles, queries, lab, "tau2 banking")


def _required(row: Row) -> set[str]:
    """The ids of the documents, whichever name the copy of the data has for them."""
    return {str(one) for one in row.get("required_documents") or row.get("doc_id") or []}


def product_docs(lab: Lab) -> Iterator[Number]:
    """Chatwoot's documentation: a section's heading, taken out of its page, finds the page."""
    articles, queries = [], []
    for row in lab.rows("kb/chatwoot_docs.jsonl"):
        text, id_ = str(row["text"]), str(row["doc_id"])
        heading = _HEADING.search(text)
        left = text[: heading.start()] + text[heading.end() :] if heading else text
        articles.append(Article(ArticleId(id_), str(row["title"]), left))
        if heading and left.strip():
            queries.append((_query(heading.group(1)), {id_}))
    yield from _ranked(articles, lab.sample.of(queries), lab, "product docs")


def _query(text: str, *, turns: tuple[Turn, ...] = (), entities: tuple[str, ...] = ()) -> Query:
    limit = K * PASSAGES_AN_ARTICLE
    return Query(text, LONG_AGO.date(), turns=turns, entities=entities, limit=limit)


def _ranked(articles: Sequence[Article], queries: Asked, lab: Lab, what: str) -> Iterator[Number]:
    retriever = lab.retriever(articles, what)
    found = [
        ([str(hit.passage.article_id) for hit in best_articles(retriever, query, K)], right)
        for query, right in lab.each(queries, f"{what}: asking")
    ]
    for name, measure, k in (
        ("success@1", ranking.success, 1),
        (f"recall@{K}", ranking.recall, K),
        (f"MRR@{K}", ranking.reciprocal_rank, K),
        (f"nDCG@{K}", ranking.ndcg, K),
    ):
        values = [measure(names, right, k) for names, right in found]
        share = math.fsum(values) / len(values) if values else 0.0
        yield Number(name, share, len(values), f"over {len(articles)} entries")
