"""Takes a help centre in: what is new or changed is read and indexed, what is gone is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from journey_assistant.domain.knowledge import Article, ArticleId
from journey_assistant.errors import NotFound
from journey_assistant.knowledge.articles import read_articles
from journey_assistant.knowledge.index import KnowledgeBase
from journey_assistant.ports import ArticleStore
from journey_assistant.services.screen_articles import ArticleScreen, Quarantined

BuildKnowledge = Callable[[Sequence[Article]], KnowledgeBase]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingest did, in articles; ``degraded`` says in words what could not be indexed."""

    added: int
    changed: int
    removed: int
    unchanged: int
    passages: int
    degraded: str | None = None
    quarantined: tuple[Quarantined, ...] = ()


def ingest_articles(
    path: Path, store: ArticleStore, build: BuildKnowledge, screen: ArticleScreen | None = None
) -> Ingested:
    """Reads a folder (the whole help centre: what is no longer in it is removed) or one file (added to the rest).

    Passages that ``screen`` finds hostile are kept apart; without it a colleague has read the articles.
    `build` brings the index up to date and is only asked when everything could be read. Raises Rejected for an
    unreadable article, PortError when the articles cannot be stored.
    """
    read = {article.id: screen.screened(article) if screen else article for article in read_articles(path)}
    before = {article.id: article for article in store.load()}
    after = read if path.is_dir() else {**before, **read}
    store.save([after[name] for name in sorted(after)])
    told = _told(before, after, _indexed(after, build))
    return replace(
        told, quarantined=tuple(q for article in read.values() for q in screen.report(article)) if screen else ()
    )


def rebuild_index(store: ArticleStore, build: BuildKnowledge) -> Ingested:
    """Indexes the stored articles anew. Raises NotFound when none are stored, PortError when they are unreadable."""
    stored = {article.id: article for article in store.load()}
    if not stored:
        raise NotFound("no articles are stored: run `journey kb ingest` first")
    return _told(stored, stored, _indexed(stored, build))


def _indexed(articles: dict[ArticleId, Article], build: BuildKnowledge) -> KnowledgeBase:
    knowledge = build([articles[name] for name in sorted(articles)])
    knowledge.close()
    return knowledge


def _told(before: dict[ArticleId, Article], after: dict[ArticleId, Article], knowledge: KnowledgeBase) -> Ingested:
    common = before.keys() & after.keys()
    # Where a file lies is not what an article says.
    changed = sum(replace(before[name], source="") != replace(after[name], source="") for name in common)
    return Ingested(
        added=len(after.keys() - before.keys()),
        changed=changed,
        removed=len(before.keys() - after.keys()),
        unchanged=len(common) - changed,
        passages=len(knowledge.passages),
        degraded=knowledge.degraded,
    )
