"""The demo company agrees with itself: help centre, company, offers, customers, timelines and moments."""

import importlib.util
import json
import re
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from journey_assistant.domain.knowledge import Article
from journey_assistant.domain.lifecycle import LifecycleStage
from journey_assistant.knowledge.articles import read_articles
from journey_assistant.resources import resource_dir
from journey_assistant.services.read_case import read_case

TODAY = date(2026, 11, 23)
DEMO = resource_dir("demo")


def lines_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DEMO / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def articles() -> tuple[Article, ...]:
    return read_articles(resource_dir("knowledge_base"))


@pytest.fixture(scope="module")
def company() -> dict[str, Any]:
    return yaml.safe_load((DEMO / "company.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def timelines() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines_of("timelines.jsonl"):
        found[line.pop("customer_id")].append(line)
    return found


def test_that_every_article_says_enough_and_names_its_dates(articles: tuple[Article, ...]) -> None:
    assert len(articles) >= 62
    for article in articles:
        assert len(article.text.split()) >= 250, article.id
        assert article.updated
        assert article.review_by
        assert TODAY - timedelta(days=365) <= article.updated <= TODAY, article.id


def test_that_one_article_is_stale_and_one_is_internal(articles: tuple[Article, ...]) -> None:
    stale = [article.id for article in articles if article.review_by and article.review_by < TODAY]
    assert stale == ["public-holidays-2026"]
    assert [article.id for article in articles if article.audience == "internal"] == ["goodwill-credits"]


def test_that_no_two_articles_share_a_sentence(articles: tuple[Article, ...]) -> None:
    homes: dict[str, set[str]] = defaultdict(set)
    for article in articles:
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", article.text):
            if len(sentence) > 50:
                homes[sentence.strip()].add(article.id)
    assert {sentence: ids for sentence, ids in homes.items() if len(ids) > 1} == {}


def test_that_prices_and_limits_in_the_help_centre_are_the_company_s(
    articles: tuple[Article, ...], company: dict[str, Any]
) -> None:
    prices = next(article.text for article in articles if article.id == "plans-and-prices")
    for plan in company["plans"]:
        assert f"{plan['name']} costs €{plan['price_monthly']} a month" in prices
        assert f"{plan['name']} costs €{plan['price_yearly']:,} a year" in prices
        assert f"{plan['name']} includes {plan['limits']['team_members']} team members" in prices


def test_that_every_resource_is_backed_by_an_article_and_links_to_an_allowed_host(
    articles: tuple[Article, ...], company: dict[str, Any]
) -> None:
    known = {str(article.id) for article in articles if article.audience != "internal"}
    for resource in company["resources"]:
        link = urlsplit(resource["url"])
        assert link.scheme == "https"
        assert link.hostname in company["allow_domains"]
        assert resource["article"] in known


def test_that_one_offer_is_over_and_one_is_for_non_profits_only() -> None:
    offers = yaml.safe_load((DEMO / "offers.yaml").read_text(encoding="utf-8"))["offers"]
    assert [offer["code"] for offer in offers if date.fromisoformat(offer["ends_at"]) < TODAY] == ["SPRING20"]
    assert [offer["code"] for offer in offers if "non_profit" in offer["audience"]["tags"]] == ["NONPROFIT25"]


def test_that_the_committed_customers_and_timelines_are_what_the_script_writes(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("build_demo", DEMO / "build_demo.py")
    assert spec
    assert spec.loader
    build_demo = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build_demo)
    build_demo.main(tmp_path)
    for name in ("customers.jsonl", "timelines.jsonl"):
        assert (tmp_path / name).read_bytes() == (DEMO / name).read_bytes(), name


def test_that_the_stream_is_messy_and_every_lifecycle_stage_occurs(
    timelines: dict[str, list[dict[str, Any]]],
) -> None:
    assert {customer["lifecycle_stage"] for customer in lines_of("customers.jsonl")} == set(LifecycleStage)
    twice = late = 0
    for events in timelines.values():
        ids = Counter(event["id"] for event in events)
        twice += sum(count > 1 for count in ids.values())
        late += sum(one["at"] > next_one["at"] for one, next_one in pairwise(events))
    assert twice > 50
    assert late > 100


def test_that_no_two_texts_of_customers_are_alike(timelines: dict[str, list[dict[str, Any]]]) -> None:
    said = [
        event["properties"].get("text") or event["properties"].get("comment")
        for events in timelines.values()
        for event in {event["id"]: event for event in events}.values()
        if event["type"] != "ticket_replied" and event["properties"].get("author") != "assistant"
    ]
    texts = [text for text in said if text]
    assert len(texts) > 40
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("moment", lines_of("moments.jsonl"), ids=lambda moment: moment["id"])
def test_that_a_moment_is_a_readable_case_and_nothing_happens_after_it(
    moment: dict[str, Any], timelines: dict[str, list[dict[str, Any]]]
) -> None:
    customers = {customer["id"]: customer for customer in lines_of("customers.jsonl")}
    events = timelines[moment["customer_id"]]
    case = read_case(moment | {"customer": customers[moment["customer_id"]], "timeline": events})
    assert max(datetime.fromisoformat(event["at"]) for event in events) <= case.snapshot.now_at
    assert case.expect["route"]
    assert case.why
