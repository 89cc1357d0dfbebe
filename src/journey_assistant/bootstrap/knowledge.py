"""Joins the knowledge base: articles from a folder, the store or the demo; Chroma in the home folder, or memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from journey_assistant.bootstrap.clock import build_clock
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.errors import PortError
from journey_assistant.resources import resource_dir
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.domain.knowledge import Article
    from journey_assistant.knowledge.index import KnowledgeBase
    from journey_assistant.knowledge.retrieve import KnowledgeRetriever
    from journey_assistant.ports import ArticleStore, DenseIndex, Encoder

ARTICLES_A_PIECE = 500
"""Some ten seconds of encoding, of short articles."""


def build_retriever(
    settings: Settings, folder: Path | None, encoder: Encoder, *, in_memory: bool
) -> KnowledgeRetriever:
    """A help centre ready to be searched: a folder's, else what was ingested, else the demo company's."""
    from journey_assistant.knowledge.retrieve import KnowledgeRetriever

    knowledge = open_help_centre(settings, folder, encoder, in_memory=in_memory)
    return KnowledgeRetriever(knowledge=knowledge, clock=build_clock())


def open_help_centre(settings: Settings, folder: Path | None, encoder: Encoder, *, in_memory: bool) -> KnowledgeBase:
    """The knowledge base of a folder (given, or the setting's), else of the ingested articles, else the demo's.

    A Chroma that is locked or damaged is replaced by memory for this process; ``degraded`` says so.
    Raises Rejected for unreadable articles.
    """
    from journey_assistant.knowledge.articles import read_articles

    folder = folder or settings.knowledge_dir
    articles = build_article_store(settings).load() if folder is None else ()
    if not articles:
        folder = folder or resource_dir("knowledge_base")
        articles = read_articles(folder)
    return build_knowledge(settings, articles, encoder, None if in_memory else _chroma_folder(settings, folder))


def build_article_store(settings: Settings) -> ArticleStore:
    """The articles that were ingested into this installation."""
    from journey_assistant.adapters.article_store_file import FileArticleStore

    return FileArticleStore(settings.home / "knowledge" / f"{DEFAULT_TENANT}.jsonl")


def build_knowledge(
    settings: Settings, articles: Sequence[Article], encoder: Encoder, place: Path | None
) -> KnowledgeBase:
    """Articles with their indexes: Chroma in the folder ``place``, or memory without one."""
    from journey_assistant.adapters.vector_cache_file import FileVectorCache
    from journey_assistant.knowledge.index import KnowledgeBase

    index, problem = _dense_index(encoder, place)
    cache = FileVectorCache(settings.home / "vectors")
    knowledge = KnowledgeBase(articles, encoder=encoder, index=index, cache=cache)
    knowledge.degraded = knowledge.degraded or problem
    return knowledge


def encode_articles(settings: Settings, articles: Sequence[Article], encoder: Encoder) -> tuple[int, Iterator[None]]:
    """How many pieces of work there are, and the work: the vectors of each piece are kept as soon as it is done.

    Worth it before ``build_knowledge`` where articles are so many that somebody may break off.
    """
    from journey_assistant.adapters.vector_cache_file import FileVectorCache
    from journey_assistant.knowledge.passages import split_article
    from journey_assistant.knowledge.vectors import KnowledgeVectors, RememberingEncoder

    starts = range(0, len(articles), ARTICLES_A_PIECE)

    def work() -> Iterator[None]:
        remembering = RememberingEncoder(encoder, FileVectorCache(settings.home / "vectors"))
        for start in starts:
            piece = articles[start : start + ARTICLES_A_PIECE]
            KnowledgeVectors([passage for article in piece for passage in split_article(article)], remembering)
            remembering.save()
            yield

    return len(starts), work()


def stored_knowledge_builder(
    settings: Settings, encoder: Encoder, *, afresh: bool = False
) -> Callable[[Sequence[Article]], KnowledgeBase]:
    """Brings the index of the stored articles up to date; ``afresh`` erases it first, damaged or not."""
    place = _chroma_folder(settings, None)

    def build(articles: Sequence[Article]) -> KnowledgeBase:
        if afresh and place.exists():
            from journey_assistant.adapters.index_chroma import erase

            erase(place)
        return build_knowledge(settings, articles, encoder, place)

    return build


def _chroma_folder(settings: Settings, folder: Path | None) -> Path:
    """Each help centre has an index of its own; that of the stored articles is ``stored``."""
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12] if folder else "stored"
    return settings.home / "chroma" / name


def _dense_index(encoder: Encoder, place: Path | None) -> tuple[DenseIndex | None, str | None]:
    from journey_assistant.adapters.index_chroma import ChromaDenseIndex
    from journey_assistant.adapters.index_memory import MemoryDenseIndex

    problem: str | None = None
    try:
        if place is not None:
            tenant, dimension = DEFAULT_TENANT, encoder.dimension
            return ChromaDenseIndex(place, tenant_id=tenant, encoder_id=encoder.id, dimension=dimension), None
    except PortError as error:
        problem = str(error)
    try:
        return MemoryDenseIndex(encoder.dimension), problem
    except PortError as error:
        return None, str(error)
