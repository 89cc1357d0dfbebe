"""Approving together: what goes out is what was shown, each draft by its own version, and only where it is safe."""

import re
from collections.abc import Callable

import pytest

from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import DEFAULT_TENANT
from journey_assistant.domain.draft import Draft
from journey_assistant.domain.outbox import sha256_of
from web.console.conftest import Browser, Checked, drafted

Open = Callable[..., Browser]
PAGE = "/drafts/together?play=pricing_velocity"


@pytest.fixture
async def drafts(store: MemoryStore, check: Checked) -> list[Draft]:
    check.low_risk = True
    return [await drafted(store, number=number, text=f"Hello Ana, guide {number}.") for number in range(3)]


def ticked(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="checkbox" name="(draft-\d+)" value="([^"]*)"', page))


async def state_of(store: MemoryStore, draft: Draft) -> str:
    found = await store.draft(DEFAULT_TENANT, draft.id)
    assert found is not None
    return found.state.value


async def test_that_exactly_what_was_shown_is_queued(browser_of: Open, store: MemoryStore, drafts: list[Draft]) -> None:
    browser = browser_of("dana")
    assert "/drafts/together?play=pricing_velocity" in browser.get("/drafts").text
    page = browser.get(PAGE).text
    shown = ticked(page)
    assert all(draft.text in page for draft in drafts)
    answer = browser.post("/drafts/together", play="pricing_velocity", **shown)
    assert "3 of 3 will be sent as they were shown" in answer.text
    sent = {message.sha256 for message in await store.outbox(DEFAULT_TENANT)}
    assert sent == {value.split(" ")[2] for value in shown.values()}
    assert sent == {sha256_of(draft.subject, draft.text) for draft in drafts}


async def test_that_what_is_not_ticked_stays(browser_of: Open, store: MemoryStore, drafts: list[Draft]) -> None:
    browser = browser_of("dana")
    shown = ticked(browser.get(PAGE).text)
    left = shown.pop("draft-2").split(" ")[0]
    browser.post("/drafts/together", play="pricing_velocity", **shown)
    assert [draft.id for draft in drafts if await state_of(store, draft) == "pending"] == [left]


async def test_that_a_draft_that_changed_meanwhile_is_left_with_its_reason(
    browser_of: Open, store: MemoryStore, drafts: list[Draft]
) -> None:
    dana, lena = browser_of("dana"), browser_of("lena")
    shown = ticked(dana.get(PAGE).text)
    lena.get(f"/drafts/{drafts[0].id}")
    lena.post(f"/drafts/{drafts[0].id}/edit", version="1", subject="A guide", text="Other words.")
    lena.get(f"/drafts/{drafts[1].id}")
    lena.post(f"/drafts/{drafts[1].id}/reject", version="1", why="no")
    answer = dana.post("/drafts/together", play="pricing_velocity", **shown)
    assert "1 of 3 will be sent" in answer.text
    assert "somebody changed its words" in answer.text
    assert [await state_of(store, draft) for draft in drafts] == ["pending", "rejected", "approved"]


@pytest.mark.parametrize(
    ("unsafe", "told"),
    [
        ({"low_risk": False}, "its play is not marked as low risk"),
        ({"four_eyes": True}, "its play asks for a second pair of eyes"),
        ({"stale": "a ticket is open"}, "its facts no longer hold: a ticket is open"),
    ],
)
async def test_that_what_is_not_safe_is_read_one_by_one(
    browser_of: Open, store: MemoryStore, drafts: list[Draft], check: Checked, unsafe: dict[str, object], told: str
) -> None:
    browser = browser_of("dana")
    shown = ticked(browser.get(PAGE).text)
    for name, value in unsafe.items():
        setattr(check, name, value)
    assert browser.get(PAGE).text.count(told) == 3
    assert told in browser.post("/drafts/together", play="pricing_velocity", **shown).text
    assert await store.outbox(DEFAULT_TENANT) == []


async def test_that_a_draft_with_a_finding_is_read_by_itself(
    browser_of: Open, store: MemoryStore, drafts: list[Draft]
) -> None:
    shouting = await drafted(store, number=9, text="BUY! now")
    page = browser_of("dana").get(PAGE).text
    assert "a guardrail has something to say: it shouts" in page
    assert shouting.id not in "".join(ticked(page).values())


async def test_that_a_draft_of_another_play_is_not_smuggled_in(
    browser_of: Open, store: MemoryStore, drafts: list[Draft]
) -> None:
    browser = browser_of("dana")
    shown = ticked(browser.get(PAGE).text)
    answer = browser.post("/drafts/together", play="welcome", **shown)
    assert "it is no draft of welcome" in answer.text
    assert await store.outbox(DEFAULT_TENANT) == []


@pytest.mark.parametrize("value", ["x", "draft_1 one abc", "a b c d", ""])
async def test_that_a_broken_form_approves_nothing(
    browser_of: Open, store: MemoryStore, drafts: list[Draft], value: str
) -> None:
    browser = browser_of("dana")
    browser.get(PAGE)
    fields = {"play": "pricing_velocity", "draft-1": value}
    assert browser.post("/drafts/together", **fields).status_code == 422
    assert await store.outbox(DEFAULT_TENANT) == []


async def test_that_who_may_only_read_approves_nothing(
    browser_of: Open, store: MemoryStore, drafts: list[Draft]
) -> None:
    vera = browser_of("vera")
    shown = ticked(vera.get(PAGE).text)
    assert vera.post("/drafts/together", play="pricing_velocity", **shown).status_code == 403
    assert "/drafts/together" not in vera.get("/drafts").text
