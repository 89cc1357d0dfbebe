"""T12: SQL in any filter, id or search of the console is only text, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from journey_assistant.adapters.store_sql import SqlStore
from journey_assistant.bootstrap.service import build_talking
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.services.decide import Decider
from journey_assistant.settings import Settings
from real_parts import decider
from records import all_effects, customer, run_record
from web.chat.test_isolation import INJECTIONS
from web.console.conftest import Browser

__all__ = ["decider"]
CANARY = "Quillfeather"
PLACES = (
    "/?who={}", "/inbox?view={}", "/inbox?view=waiting&queue={}", "/inbox/{}", "/inbox/attachments/{}",
    "/drafts?state={}", "/drafts/{}", "/drafts/together?play={}", "/runs/{}", "/runs/{}/what-if", "/customers/{}",
)  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqlStore]:
    """A database in which one customer must not be found by anybody who does not name them."""
    store = asyncio.run(SqlStore.open(f"sqlite+aiosqlite:///{tmp_path / 'journey.db'}"))

    async def fill() -> None:
        await store.put_customers(DEFAULT_TENANT, [customer("c_ana", name=CANARY)])
        await store.commit_run(DEFAULT_TENANT, run_record(), all_effects(word=CANARY))

    asyncio.run(fill())
    yield store
    asyncio.run(store.close())


@pytest.mark.parametrize("every", [18, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "all"])
def test_that_sql_in_any_filter_finds_and_changes_nothing(
    browser_of: Callable[..., Browser], database: SqlStore, decider: Decider, tmp_path: Path, every: int
) -> None:
    talking = build_talking(Settings(home=tmp_path / "home"), database, decider)
    browser = browser_of("dana", store=database, talking=talking)
    assert len(INJECTIONS) >= 108
    for text in INJECTIONS[::every]:
        for place in PLACES:
            answer = browser.client.get(place.format(quote(text, safe="")))
            assert answer.status_code in {200, 404, 422}, (place, text)
            found = answer.text.count(CANARY)
            assert found == 0 or place.startswith(("/?", "/inbox?", "/drafts?")), (place, text)
        browser.get("/")
        for path in ("/inbox/{}/note", "/drafts/{}/reject"):
            answer = browser.post(path.format(quote(text, safe="")), text=text, version="1", why=text, reason=text)
            assert answer.status_code in {404, 405, 409, 422}, (path, text)
    (draft,) = asyncio.run(database.drafts(DEFAULT_TENANT))
    assert (draft.text, draft.version, draft.step) == (CANARY, 1, 0)
    assert len(asyncio.run(database.customers(DEFAULT_TENANT, limit=10))) == 1
