from collections.abc import Sequence
from pathlib import Path

import pytest

from journey_assistant.adapters.article_store_file import FileArticleStore
from journey_assistant.adapters.encoder_hashing import HashingEncoder
from journey_assistant.adapters.index_memory import MemoryDenseIndex
from journey_assistant.domain.knowledge import Article
from journey_assistant.errors import NotFound, PortError, Rejected
from journey_assistant.knowledge.index import KnowledgeBase
from journey_assistant.services.ingest_articles import Ingested, ingest_articles, rebuild_index


class Shelf:
    """A store, an index and the knowledge base over them, as one installation has them."""

    def __init__(self, folder: Path) -> None:
        self.store = FileArticleStore(folder / "home" / "articles.jsonl")
        self.index = MemoryDenseIndex(256)

    def build(self, articles: Sequence[Article]) -> KnowledgeBase:
        return KnowledgeBase(articles, encoder=HashingEncoder(), index=self.index)

    def ingest(self, path: Path) -> Ingested:
        return ingest_articles(path, self.store, self.build)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture
def help_centre(tmp_path: Path) -> Path:
    folder = tmp_path / "help"
    folder.mkdir()
    (folder / "pump.md").write_text("---\nplans: [Big]\nreview_by: 2026-05-01\n---\n# Pump\n\nNine hours.")
    (folder / "filter.md").write_text("# Filter\n\nWash it weekly.")
    return folder


def test_that_everything_is_new_the_first_time_and_nothing_the_second(shelf: Shelf, help_centre: Path) -> None:
    assert shelf.ingest(help_centre) == Ingested(added=2, changed=0, removed=0, unchanged=0, passages=2)
    assert shelf.ingest(help_centre) == Ingested(added=0, changed=0, removed=0, unchanged=2, passages=2)


def test_that_changes_and_deletions_reach_store_and_index(shelf: Shelf, help_centre: Path) -> None:
    shelf.ingest(help_centre)
    (help_centre / "filter.md").write_text("# Filter\n\nWash it daily.")
    (help_centre / "pump.md").unlink()
    (help_centre / "lamp.md").write_text("# Lamp\n\nTwo bulbs.")
    assert shelf.ingest(help_centre) == Ingested(added=1, changed=1, removed=1, unchanged=0, passages=2)
    assert [article.id for article in shelf.store.load()] == ["filter", "lamp"]
    assert shelf.index.count() == 2


def test_that_one_file_is_added_to_the_rest(shelf: Shelf, help_centre: Path, tmp_path: Path) -> None:
    shelf.ingest(help_centre)
    more = tmp_path / "more.jsonl"
    more.write_text('{"id": "lamp", "title": "Lamp", "text": "Two bulbs."}\n')
    assert shelf.ingest(more) == Ingested(added=1, changed=0, removed=0, unchanged=2, passages=3)


def test_that_a_stored_article_comes_back_as_it_was(shelf: Shelf, help_centre: Path) -> None:
    shelf.ingest(help_centre)
    pump = shelf.store.load()[1]
    assert (pump.plans, str(pump.review_by), pump.text) == (("Big",), "2026-05-01", "# Pump\n\nNine hours.")


def test_that_a_broken_article_leaves_everything_as_it_was(shelf: Shelf, help_centre: Path) -> None:
    shelf.ingest(help_centre)
    (help_centre / "new.md").write_text("---\naudience: everybody\n---\nText")
    with pytest.raises(Rejected):
        shelf.ingest(help_centre)
    assert len(shelf.store.load()) == shelf.index.count() == 2


def test_that_a_lost_index_is_rebuilt_from_the_stored_articles(shelf: Shelf, help_centre: Path) -> None:
    shelf.ingest(help_centre)
    known = shelf.index.ids()
    shelf.index = MemoryDenseIndex(256)
    assert rebuild_index(shelf.store, shelf.build).passages == 2
    assert shelf.index.ids() == known


def test_that_there_is_nothing_to_rebuild_before_the_first_ingest(shelf: Shelf) -> None:
    with pytest.raises(NotFound):
        rebuild_index(shelf.store, shelf.build)


def test_that_a_damaged_store_is_a_port_error(shelf: Shelf, help_centre: Path, tmp_path: Path) -> None:
    shelf.ingest(help_centre)
    (tmp_path / "home" / "articles.jsonl").write_text("{broken")
    with pytest.raises(PortError):
        shelf.store.load()
