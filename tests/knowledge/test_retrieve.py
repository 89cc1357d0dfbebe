from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from journey_assistant.domain.customer import TenantId
from journey_assistant.domain.knowledge import Article, ArticleId, Retrieval
from journey_assistant.errors import Rejected
from journey_assistant.knowledge.index import KnowledgeBase, open_knowledge
from journey_assistant.knowledge.query import Query
from journey_assistant.knowledge.retrieve import KnowledgeRetriever

TODAY = date(2026, 3, 10)


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 10, 9, tzinfo=UTC)


def article(name: str, text: str, **facts: object) -> Article:
    return Article(id=ArticleId(name), title=name, text=text, **facts)  # type: ignore[arg-type]


ARTICLES = (
    article("export", "The export of timesheets runs every night.", plans=("Big",)),
    article("invoices", "An invoice is sent on the first day of the month.", review_by=date(2026, 3, 1)),
    article("discounts", "Colleagues may take up to 40 off a bill as goodwill.", audience="internal"),
    article("rechnung", "Die Rechnung kommt am ersten Tag.", language="de"),
)


def retriever(articles: tuple[Article, ...] = ARTICLES) -> KnowledgeRetriever:
    return KnowledgeRetriever(knowledge=KnowledgeBase(articles), clock=FixedClock())


def ask(text: str, **facts: object) -> Retrieval:
    return retriever().search(Query(text=text, today=TODAY, **facts))  # type: ignore[arg-type]


def found(retrieval: Retrieval) -> list[str]:
    return [hit.passage.article_id for hit in retrieval.passages]


def test_that_the_best_passage_comes_first() -> None:
    assert found(ask("when does the timesheet export run?"))[0] == "export"


def test_that_an_internal_article_is_never_shown_but_its_being_the_best_is_told() -> None:
    retrieval = ask("how much goodwill may colleagues take off a bill?")
    assert "discounts" not in found(retrieval)
    assert retrieval.internal_only


def test_that_colleagues_see_internal_articles() -> None:
    assert found(ask("goodwill on a bill", audience="internal"))[0] == "discounts"


def test_that_an_article_for_another_plan_is_kept_and_marked() -> None:
    (hit,) = ask("timesheet export", plan="Small").passages
    assert hit.other_plan
    assert not ask("timesheet export", plan="Big").passages[0].other_plan
    assert not ask("timesheet export", plan=None).passages[0].other_plan


def test_that_an_article_past_its_review_date_is_marked() -> None:
    assert ask("when is the invoice sent?").passages[0].stale


def test_that_the_customers_language_is_preferred_and_another_taken_only_if_there_is_none() -> None:
    assert found(ask("Wann kommt die Rechnung?", language="de")) == ["rechnung"]
    assert found(ask("invoice day", language="fr"))[0] == "invoices"


def test_that_another_tenants_query_is_refused() -> None:
    with pytest.raises(Rejected, match="another tenant"):
        ask("invoice", tenant_id=TenantId("other"))


def test_that_any_langchain_part_can_ask() -> None:
    (document,) = retriever().invoke("timesheet export")
    assert document.metadata["article"] == "export"


def test_that_a_folder_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Pumps\n\nThe pump runs nine hours.", encoding="utf-8")
    assert [p.title for p in open_knowledge(tmp_path).passages] == ["Pumps"]
