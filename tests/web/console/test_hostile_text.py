"""Whatever people write stays text: a page with hostile words has the elements, attributes and addresses it had."""

from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.handoff import HandoffSummary, SummaryEntry
from journey_assistant.domain.knowledge import Citation
from web.console.conftest import CUSTOMER, EVENTS, Browser, drafted, handed_over
from web.console.payloads import PAYLOADS

Open = Callable[..., Browser]
Skeleton = list[tuple[str, tuple[tuple[str, str], ...]]]
OURS_AROUND_TEXT = {"fact", "finding", "hidden-character"}
ADDRESSES = {"href", "src", "action", "formaction", "srcset", "data", "poster", "content"}


def note(words: str) -> list[dict[str, Any]]:
    return [EVENTS[0], {**EVENTS[1], "properties": {"author": "dana", "text": words, "subject": words}}]


def customer(**fields: Any) -> dict[str, Any]:
    return {**CUSTOMER, **fields}


DRAFTED: dict[str, Callable[[str], dict[str, Any]]] = {
    "name": lambda words: {"customer": customer(name=words)},
    "company": lambda words: {"customer": customer(account={"id": "a_1", "name": words})},
    "declared": lambda words: {"customer": customer(declared={"goal": words, "tool": words})},
    "event": lambda words: {"timeline": note(words)},
    "draft": lambda words: {"text": words},
    "subject": lambda words: {"subject": words},
    "reviewer": lambda words: {"reviewer": words},
}
HANDED_OVER: dict[str, Callable[[str], dict[str, Any]]] = {
    "message": lambda words: {"said": words},
    "answer": lambda words: {"text": words},
    "summary": lambda words: {
        "summary": HandoffSummary(goal=words, facts=(SummaryEntry(words, words),), next_step=words, why_you=words)
    },
}


def test_that_there_are_sixty() -> None:
    assert len(set(PAYLOADS)) == 60


def skeleton(page: str) -> Skeleton:
    """Elements with their attributes, and the values of those that lead somewhere; our marks around text left out."""
    return list(_elements(html5lib.parse(page, namespaceHTMLElements=False)))


def _elements(element: Element) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    if element.get("class") in OURS_AROUND_TEXT:
        assert set(element.keys()) == {"class", "title"} or element.keys() == ["class"]
        assert len(element) == 0
        return
    if isinstance(element.tag, str):
        attributes = sorted((name, value if name in ADDRESSES else "") for name, value in element.items())
        yield element.tag, tuple(attributes)
    for child in element:
        yield from _elements(child)


async def _draft_page(browser_of: Open, store: MemoryStore, fields: dict[str, Any]) -> dict[str, str]:
    draft = await drafted(store, **fields)
    browser = browser_of("dana")
    paths = (f"/drafts/{draft.id}", f"/runs/{draft.run_id}", "/customers/c_ana", "/drafts", "/")
    pages = {path.split("_")[0]: browser.get(path) for path in paths}
    assert {page.status_code for page in pages.values()} == {200}
    return {name: page.text.replace(draft.id, "D").replace(draft.run_id, "R") for name, page in pages.items()}


async def _handoff_page(browser_of: Open, store: MemoryStore, fields: dict[str, Any]) -> dict[str, str]:
    run_id = await handed_over(store, **fields)
    browser = browser_of("dana")
    pages = {path: browser.get(path) for path in (f"/runs/{run_id}", "/customers/c_ana", "/")}
    assert {page.status_code for page in pages.values()} == {200}
    own = run_id.removeprefix("run_")
    return {name.replace(own, "R"): page.text.replace(own, "R") for name, page in pages.items()}


@pytest.mark.parametrize("field", DRAFTED)
async def test_that_hostile_words_about_a_draft_stay_words(browser_of: Open, field: str) -> None:
    for_each = DRAFTED[field]
    plain = await _draft_page(_over(browser_of, first := MemoryStore()), first, for_each("plain"))
    for payload in PAYLOADS:
        pages = await _draft_page(_over(browser_of, other := MemoryStore()), other, for_each(payload))
        for name, page in pages.items():
            assert skeleton(page) == skeleton(plain[name]), f"{name}: {payload}"


@pytest.mark.parametrize("field", HANDED_OVER)
async def test_that_hostile_words_of_a_handoff_stay_words(browser_of: Open, field: str) -> None:
    for_each = HANDED_OVER[field]
    plain = await _handoff_page(_over(browser_of, first := MemoryStore()), first, for_each("plain"))
    for payload in PAYLOADS:
        pages = await _handoff_page(_over(browser_of, other := MemoryStore()), other, for_each(payload))
        for name, page in pages.items():
            assert skeleton(page) == skeleton(plain[name]), f"{name}: {payload}"


def _over(browser_of: Open, store: MemoryStore) -> Open:
    """Browsers whose console shows another store; people still sign in as before."""
    return lambda name: browser_of(name, store=store)


async def test_that_hostile_titles_of_articles_stay_words(browser_of: Open, store: MemoryStore) -> None:
    pages = []
    for number, words in enumerate(("plain", *PAYLOADS)):
        draft = await drafted(store, number=number, citations=(Citation(words, words, words),))
        page = browser_of("dana").get(f"/runs/{draft.run_id}").text.replace(draft.run_id, "R")
        pages.append(skeleton(page))
    assert all(page == pages[0] for page in pages)


async def test_that_what_was_typed_comes_back_as_text(browser_of: Open, store: MemoryStore) -> None:
    draft = await drafted(store)
    browser = browser_of("dana")
    browser.get(f"/drafts/{draft.id}")
    shown = [
        browser.post(f"/drafts/{draft.id}/edit", version="7", subject=words, text=words).text
        for words in ("plain", *PAYLOADS)
    ]
    assert all(skeleton(page) == skeleton(shown[0]) for page in shown)
    assert (await store.draft(DEFAULT_TENANT, draft.id)) == draft
