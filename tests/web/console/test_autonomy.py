from collections.abc import Callable
from types import SimpleNamespace

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT
from records import NOON
from sweeping import default_playbook
from web.console.conftest import Browser, drafted

Open = Callable[..., Browser]


async def test_that_agreement_stands_beside_each_play(browser_of: Open, store: MemoryStore) -> None:
    for number in range(2):
        draft = await drafted(store, number=number)
        await store.change_draft(DEFAULT_TENANT, draft, draft.approve(by="dana", at=NOON))
    page = browser_of("vera").get("/autonomy").text
    assert "pricing velocity" in page
    assert "100 %" in page


def test_that_without_anything_it_says_what_to_do(browser_of: Open) -> None:
    page = browser_of("dana").get("/autonomy").text
    assert "No draft was written yet" in page
    assert "Nothing was decided in shadow" in page


def test_that_the_levels_of_the_playbook_are_shown(browser_of: Open) -> None:
    talking = SimpleNamespace(commit=SimpleNamespace(playbook=default_playbook()))
    page = browser_of("dana", talking=talking).get("/autonomy").text
    assert "Levels now" in page
    assert '<strong>Draft</strong> <span class="quiet">plays:</span>' in page
